/** Lint rules of this project: what may be used where. */

const PURE = /\/src\/(core|config)\//;
const SYSTEM = /\/src\/sys\//;
const TESTS = /\/tests\//;
const MAIN = /(^|\/)main\.ts$/;

/** What would make a result depend on anything but the arguments. */
const WORLD = new Set([
  "Deno",
  "console",
  "crypto",
  "fetch",
  "performance",
  "queueMicrotask",
  "setInterval",
  "setTimeout",
]);

type Visitor = Deno.lint.LintVisitor;
type Context = Deno.lint.RuleContext;

/** Core and config depend on their arguments alone. */
function pureCore(context: Context): Visitor {
  if (!PURE.test(context.filename)) return {};
  const report = (node: Deno.lint.Node, what: string): void =>
    context.report({
      node,
      message: `Cannot use ${what} here: core and config are pure`,
    });
  return {
    Identifier(node) {
      if (WORLD.has(node.name)) report(node, node.name);
    },
    MemberExpression(node) {
      const name = memberName(node);
      if (name === "Date.now" || name === "Math.random") report(node, name);
    },
    NewExpression(node) {
      const { callee } = node;
      const isDate = callee.type === "Identifier" && callee.name === "Date";
      if (isDate && node.arguments.length === 0) report(node, "the clock");
    },
    ImportExpression(node) {
      report(node, "import()");
    },
    ImportDeclaration(node) {
      const { value } = node.source;
      const isType = node.importKind === "type";
      if (!isType && value.startsWith("node:")) report(node, value);
    },
    ExportNamedDeclaration(node) {
      const value = node.source?.value ?? "";
      if (value.startsWith("node:")) report(node, value);
    },
  };
}

/** Pointers stay in the layer made for them, and only the entry point ends the process. */
function oneDoor(context: Context): Visitor {
  const { filename } = context;
  if (TESTS.test(filename)) return {};
  return {
    MemberExpression(node) {
      const name = memberName(node);
      if (name === "Deno.exit" && !MAIN.test(filename)) {
        const message = "Cannot use Deno.exit here: only main.ts ends osync";
        context.report({ node, message });
      }
      if (/^Deno\.(dlopen|Unsafe)/.test(name) && !SYSTEM.test(filename)) {
        const message = `Cannot use ${name} here: only src/sys calls C`;
        context.report({ node, message });
      }
    },
  };
}

function memberName({ object, property }: Deno.lint.MemberExpression): string {
  return object.type === "Identifier" && property.type === "Identifier"
    ? `${object.name}.${property.name}`
    : "";
}

const plugin: Deno.lint.Plugin = {
  name: "osync",
  rules: {
    "pure-core": { create: pureCore },
    "one-door": { create: oneDoor },
  },
};

export default plugin;
