/** The version of osync, as `deno.json` has it. */
export const VERSION = "2.0.0";
