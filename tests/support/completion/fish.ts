/** The completion of osync for fish. */

import { COMMANDS } from "../manual/commands.ts";
import { BATCH_SPECS, type Completer, RUN_SPECS, type Spec } from "./specs.ts";

/** The file that fish reads. */
export function fishCompletion(): string {
  return `\
# fish completion for osync. Made by "deno task docs" from the table of options.

function __osync_is_batch
    set -l words (commandline -opc)
    string match -q '*osync-batch*' -- $words[1]
    or test "$words[2]" = batch
end

function __osync_is_first
    set -l words (commandline -opc)
    test (count $words) -eq 1
    and not string match -q '*osync-batch*' -- $words[1]
end

for command in osync osync.sh osync-batch osync-batch.sh
    complete -c $command -f
    complete -c $command -a '(__fish_complete_suffix .conf)'
${
    COMMANDS.map(({ name, doc }) =>
      `    complete -c $command -n __osync_is_first -a ${name} -d ${
        quoted(doc)
      }`
    ).join("\n")
  }
${lines(RUN_SPECS, "not __osync_is_batch")}
${lines(BATCH_SPECS, "__osync_is_batch")}
end
`;
}

function lines(specs: readonly Spec[], condition: string): string {
  return specs.map(({ name, doc, value }) =>
    [
      "    complete -c $command",
      `-n '${condition}'`,
      `-l ${name.slice(2)}`,
      ...value === undefined ? [] : [actionOf(value.completer)],
      `-d ${quoted(doc)}`,
    ].join(" ")
  ).join("\n");
}

function actionOf(completer: Completer): string {
  switch (completer.kind) {
    case "directory":
      return "-x -a '(__fish_complete_directories)'";
    case "file":
      return "-r -F";
    case "configurations":
      return "-x -a '(__fish_complete_suffix .conf)'";
    case "words":
      return `-x -a '${completer.words.join(" ")}'`;
    case "nothing":
      return "-x";
    default:
      return completer satisfies never;
  }
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
