/** All files that are made from the tables of options and settings. */

import { bashCompletion } from "../completion/bash.ts";
import { fishCompletion } from "../completion/fish.ts";
import { zshCompletion } from "../completion/zsh.ts";
import { osyncPage } from "./osync_1.ts";
import { confPage } from "./osync_conf_5.ts";

/** What makes each file, by its path in the project. */
export const DOCUMENTS: Readonly<Record<string, () => string>> = {
  "docs/man/osync.1": osyncPage,
  "docs/man/osync.conf.5": confPage,
  "conf/completions/osync.bash": bashCompletion,
  "conf/completions/_osync": zshCompletion,
  "conf/completions/osync.fish": fishCompletion,
};
