/** Writes the example of a configuration file, made from the settings table. */

import { exampleText } from "@/config/print_settings.ts";

Deno.writeTextFileSync("conf/sync.conf.example", exampleText());
