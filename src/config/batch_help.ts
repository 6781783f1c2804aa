/** What `osync batch --help` prints, made from the table of its options. */

import { BATCH_OPTIONS } from "./batch_options.ts";
import type { BatchOption } from "./batch_options.ts";
import { table } from "./help.ts";

/** What an option of a batch does, and what holds without it. */
export function batchOptionText({ doc, number }: BatchOption): string {
  return number === undefined ? doc : `${doc}; ${number.default} if not given`;
}

/** Everything about batches, on one screen. */
export function batchHelpText(): string {
  return [
    "Usage: osync batch --path=DIR|FILE... [OPTION]... [OPTION OF OSYNC]...",
    "",
    "Runs osync for configuration files, one after the other or some at a time, and",
    "again for those whose run fails or is interrupted. None stops the others.",
    "",
    ...table(
      BATCH_OPTIONS.map((option) => [
        `${option.name}=${option.value}`,
        batchOptionText(option),
      ]),
    ),
    "",
    "All other options go to every run; osync --help lists them. Of the runs only",
    "warnings and errors are shown, unless --summary, --verbose, --stats, --dry,",
    "--log-conflicts or --json asks for more. At the end there is a table.",
    "",
    "The exit code is the worst of the files' last runs, as osync --help lists them;",
    "1 also if a file was not run. SIGINT and SIGTERM stop the runs cleanly.",
    "",
  ].join("\n");
}
