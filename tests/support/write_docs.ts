/** Writes the manual pages and completions, made from the tables of options and settings. */

import { DOCUMENTS } from "./manual/documents.ts";

for (const [path, text] of Object.entries(DOCUMENTS)) {
  Deno.writeTextFileSync(path, text());
}
