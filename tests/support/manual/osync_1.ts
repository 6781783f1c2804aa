/** The manual page osync(1). */

import { batchOptionText } from "@/config/batch_help.ts";
import { BATCH_OPTIONS } from "@/config/batch_options.ts";
import { EXIT_CODES } from "@/config/help.ts";
import { OPTIONS } from "@/config/options.ts";
import { OPTION_GROUPS } from "@/config/setting.ts";
import { COMMANDS, USAGES } from "./commands.ts";
import {
  bold,
  chapter,
  example,
  italic,
  item,
  page,
  paragraph,
  prose,
  section,
} from "./roff.ts";

/** The page, as roff. */
export function osyncPage(): string {
  return page(
    {
      name: "osync",
      section: 1,
      about: "keep two directories the same, in both directions",
    },
    [
      chapter("SYNOPSIS", ...USAGES.flatMap(synopsis)),
      description(),
      chapter(
        "COMMANDS",
        ...COMMANDS.flatMap(({ name, doc }) =>
          item(bold(name), prose(`${doc}.`))
        ),
      ),
      options(),
      batch(),
      chapter(
        "EXIT STATUS",
        ...EXIT_CODES.flatMap(([code, what]) =>
          item(bold(code), prose(`${what}.`))
        ),
      ),
      environment(),
      files(),
      examples(),
      chapter("SEE ALSO", `${bold("osync.conf")}(5), ${bold("rsync")}(1)`),
    ],
  );
}

function synopsis(line: string, at: number): string[] {
  const words = line.split(" ").map((word) =>
    word.split(/(?<==)|(?<=\[)|(?=\])|(?=\.)/).map((part) =>
      /^[A-Z]+$/.test(part)
        ? italic(part)
        : /^[a-z-]+=?$|^\.conf$/.test(part)
        ? bold(part)
        : part
    ).join("")
  );
  return at === 0 ? [words.join(" ")] : [".br", words.join(" ")];
}

function description(): string[] {
  return chapter(
    "DESCRIPTION",
    prose(
      "osync looks at both directories, the initiator and the target, compares them with what both last had in common, and makes them the same. Edits, new files and deletions travel both ways. It runs once and ends.",
    ),
    ...paragraph(
      prose(
        "What it overwrites it keeps in .osync_workdir/backup, what it deletes in .osync_workdir/deleted, in the replica where that was. If both sides changed, the newer one wins, and the other is kept. An edit survives a deletion.",
      ),
    ),
    ...paragraph(
      prose(
        "A run that would delete most of a side, or that finds a replica emptied, lost or replaced, stops before its first change and names the option that lets it pass.",
      ),
    ),
  );
}

function options(): string[] {
  const present = OPTIONS.filter(({ later }) => !later);
  return chapter(
    "OPTIONS",
    prose(
      "Values are written --key=value or --key value. An option goes before the configuration file, the file before the environment, and the environment before the default.",
    ),
    ...OPTION_GROUPS.flatMap((group) =>
      section(
        group,
        ...present.filter((option) => option.group === group).flatMap((
          { name, value, doc },
        ) => item(term(name, value), prose(`${doc}.`))),
      )
    ),
    ...section(
      "Information",
      ...item(`${bold("-h")}, ${bold("--help")}`, "Print all options."),
      ...item(`${bold("-v")}, ${bold("--version")}`, "Print the version."),
    ),
  );
}

function term(name: string, value: string | undefined): string {
  return value === undefined
    ? bold(name)
    : `${bold(`${name}=`)}${value.split("|").map(italic).join("|")}`;
}

function batch(): string[] {
  return chapter(
    "BATCHES",
    prose(
      "osync batch runs configuration files, each as a process of its own; none stops the others. A run that failed or was interrupted comes again when the others have had their turn. At the end a table says what became of each, and the exit code is the worst of all last runs. These options are its own; all others go to every run:",
    ),
    ...BATCH_OPTIONS.flatMap((option) =>
      item(
        term(option.name, option.value),
        prose(`${batchOptionText(option)}.`),
      )
    ),
    ...paragraph(
      prose(
        "Of the runs only warnings and errors are shown, unless --summary, --verbose, --stats, --dry, --log-conflicts or --json asks for more. SIGINT and SIGTERM let the runs end cleanly.",
      ),
    ),
  );
}

function environment(): string[] {
  return chapter(
    "ENVIRONMENT",
    prose(
      "Most settings that osync.conf(5) lists can also come from the environment.",
    ),
    ...item(bold("NO_COLOR"), "If it is set, nothing is printed in colours."),
  );
}

function files(): string[] {
  return chapter(
    "FILES",
    ...item(
      bold("/etc/osync/*.conf"),
      "Configuration files of this machine.",
    ),
    ...item(
      bold(".osync_workdir"),
      "In each replica: kept versions, the state, and the lock of a run.",
    ),
    ...item(
      `${bold("/var/log/osync.")}${italic("NAME")}${bold(".log")}`,
      prose(
        "The log; in the home directory where that cannot be written. LOGFILE names another one.",
      ),
    ),
    ...item(
      bold("/var/log/osync-batch.log"),
      "The log of batches, where that can be written.",
    ),
  );
}

function examples(): string[] {
  return chapter(
    "EXAMPLES",
    "Two directories, with a list of all changes:",
    ...example(
      'osync --initiator="$HOME/photos" --target=/mnt/usb/photos --summary',
    ),
    ...paragraph("Every night, from cron, for all configuration files:"),
    ...example(
      "0 3 * * *  /usr/local/bin/osync batch --path=/etc/osync --errors-only",
    ),
  );
}
