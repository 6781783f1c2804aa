/** The completion of osync for zsh. */

import { COMMANDS } from "../manual/commands.ts";
import { BATCH_SPECS, type Completer, RUN_SPECS, type Spec } from "./specs.ts";

/** The file that zsh finds as `_osync`. */
export function zshCompletion(): string {
  return `\
#compdef osync osync.sh osync-batch osync-batch.sh
# zsh completion for osync. Made by "deno task docs" from the table of options.

local -a run_options batch_options commands
local configurations='_files -g "*.(#i)conf(-.)"'

run_options=(
${lines(RUN_SPECS)}
)

batch_options=(
${lines(BATCH_SPECS)}
)

commands=(
${COMMANDS.map(({ name, doc }) => `  ${quoted(`${name}:${doc}`)}`).join("\n")}
)

if [[ $service == osync-batch* ]]; then
  _arguments -S $batch_options "*:configuration:$configurations"
elif (( CURRENT == 2 )) && [[ $PREFIX != -* ]]; then
  _describe -t commands command commands
  _files -g "*.(#i)conf(-.)"
elif [[ $words[2] == batch ]]; then
  shift words
  (( CURRENT-- ))
  _arguments -S $batch_options "*:configuration:$configurations"
else
  _arguments -S $run_options "*:configuration:$configurations"
fi
`;
}

function lines(specs: readonly Spec[]): string {
  return specs.map((spec) => `  ${quoted(specText(spec))}`).join("\n");
}

/** One argument of \`_arguments\`. */
function specText({ name, doc, value, repeats }: Spec): string {
  const what = doc.replace(/[\\[\]:]/g, "\\$&");
  const rest = value === undefined
    ? ""
    : `:${value.label}:${actionOf(value.completer)}`;
  const equals = value === undefined ? "" : "=";
  return `${repeats ? "*" : ""}${name}${equals}[${what}]${rest}`;
}

function actionOf(completer: Completer): string {
  switch (completer.kind) {
    case "directory":
      return "_files -/";
    case "file":
      return "_files";
    case "configurations":
      return '_files -g "*.(#i)conf(-.)"';
    case "words":
      return `(${completer.words.join(" ")})`;
    case "nothing":
      return " ";
    default:
      return completer satisfies never;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
