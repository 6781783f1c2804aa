/** What every implementation of `FileSystem` keeps to. */

import { contractOfAttributes } from "./contract_attributes.ts";
import { contractOfFiles } from "./contract_files.ts";
import { contractOfListing } from "./contract_listing.ts";
import { contractOfNames } from "./contract_names.ts";
import type { Subject } from "./area.ts";

/** Registers the whole suite for an implementation and a directory. */
export function contract(subject: Subject): void {
  contractOfListing(subject);
  contractOfNames(subject);
  contractOfFiles(subject);
  contractOfAttributes(subject);
}
