/** What became of an action, told to the user as what it means for the path. */

import type { Node } from "@/core/entry.ts";
import { WORK_DIRECTORY } from "@/core/path.ts";
import type { Side } from "@/core/side.ts";
import type { Action, Outcome } from "@/core/step.ts";
import { SysError } from "@/sys/fs.ts";
import { SameName } from "./alias.ts";
import { STAGE } from "./stage.ts";
import type { Tree } from "./tree.ts";

/** Someone changed the path; carries what was found. */
export class Stale extends Error {}

/** Somebody was faster. @throws {Stale} */
export function changedMeanwhile(): never {
  throw new Stale("it was changed meanwhile");
}

/** It is done, and this is there now. */
export function done(node: Node): Outcome {
  return { kind: "done", node };
}

/**
 * What an error means for the path of an action.
 *
 * @throws What is no concern of one path.
 */
export function outcomeOfError(
  error: unknown,
  { path }: Action,
  { side, tree }: { readonly side: Side; readonly tree: Tree },
): Outcome {
  if (error instanceof Stale) return { kind: "stale", found: error.message };
  if (error instanceof SameName) {
    const message = `not synchronised: ${error.message}`;
    return { kind: "failed", problem: { side, path, code: "EEXIST", message } };
  }
  if (!(error instanceof SysError)) throw error;
  if (error.code === "EAGAIN") return { kind: "stale", found: error.reason };
  const own = path === "" ? tree.root.path : `${tree.root.path}/${path}`;
  // Whoever reads it knows the path already, and no piece on its way to it.
  const known = error.path === own ||
    error.path.includes(`/${WORK_DIRECTORY}/${STAGE}/`);
  const moves = !known && error.operation.startsWith("rename");
  const what = known ? "it" : `"${error.path}"`;
  const message = `not synchronised: cannot ${
    moves ? "move it to" : error.deed
  } ${what}: ${error.reason}`;
  return {
    kind: "failed",
    problem: { side, path, code: error.code, message },
  };
}

/** What becomes of what belongs into a directory that could not be made. */
export function withoutHome({ path }: Action, home: Outcome): Outcome {
  if (home.kind !== "failed") {
    return { kind: "stale", found: "its directory could not be made" };
  }
  return { kind: "failed", problem: { ...home.problem, path } };
}
