/** Lint rules of this project: the core stays pure. */

const PURE = /\/src\/(core|config)\//;

/** Forbids what would make the core impure: `Deno.*` and value imports of `node:` modules. */
const plugin: Deno.lint.Plugin = {
  name: "osync",
  rules: {
    "pure-core": {
      create(context) {
        if (!PURE.test(context.filename)) return {};
        return {
          MemberExpression(node) {
            if (
              node.object.type === "Identifier" && node.object.name === "Deno"
            ) {
              context.report({
                node,
                message: "Cannot use Deno here: core and config are pure",
              });
            }
          },
          ImportDeclaration(node) {
            if (
              node.importKind !== "type" &&
              node.source.value.startsWith("node:")
            ) {
              context.report({
                node,
                message: "Cannot import node: here: core and config are pure",
              });
            }
          },
        };
      },
    },
  },
};

export default plugin;
