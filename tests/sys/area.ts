/** A directory of its own for one test, and what the tests of `src/sys` share. */

import { ok, strictEqual as equal } from "node:assert/strict";
import { type Dir, type FileSystem, SysError } from "@/sys/fs.ts";

/** What the contract suite runs over. */
export interface Subject {
  /** Begins the names of the tests. */
  readonly label: string;
  /** The implementation. */
  readonly fs: FileSystem;
  /** A directory on the filesystem to use. */
  readonly base: string;
  /** Why the tests cannot run here. */
  readonly ignore?: string | undefined;
}

/** A fresh directory, open, removed with all that is in it. */
export interface Area extends Disposable {
  /** The implementation. */
  readonly fs: FileSystem;
  /** The directory. */
  readonly dir: Dir;
  /** Its path. */
  readonly path: string;
}

/** Makes the directory of one test. */
export function openArea({ fs, base }: Subject): Area {
  const path = Deno.makeTempDirSync({ dir: base, prefix: "osync-sys-" });
  const dir = fs.openRoot(path);
  return {
    fs,
    dir,
    path,
    [Symbol.dispose]() {
      fs.close(dir);
      Deno.removeSync(path, { recursive: true });
    },
  };
}

/** Asserts that a call fails with one of the codes, and says on what. */
export function fails(
  act: () => unknown,
  codes: string | readonly string[],
  name = "",
): void {
  let failure: unknown;
  try {
    act();
  } catch (error) {
    failure = error;
  }
  ok(failure instanceof SysError, `no SysError but ${failure}`);
  const expected = typeof codes === "string" ? [codes] : codes;
  ok(expected.includes(failure.code), failure.message);
  ok(failure.path.endsWith(name), failure.message);
  ok(failure.operation !== "", failure.message);
}

/** Makes a file with this content. */
export function put({ fs, dir }: Area, name: string, content: string): void {
  const file = fs.createFile(dir, name);
  const bytes = new TextEncoder().encode(content);
  fs.write(file, bytes, bytes.length);
  fs.close(file);
}

/** The content of a file, through the implementation. */
export function content({ fs, dir }: Area, name: string): string {
  const file = fs.openFile(dir, name);
  const buffer = new Uint8Array(4096);
  let text = "";
  for (let count; (count = fs.read(file, buffer)) > 0;) {
    text += new TextDecoder().decode(buffer.subarray(0, count));
  }
  fs.close(file);
  return text;
}

/** Asserts what names are there. */
export function expectNames(area: Area, names: readonly string[]): void {
  equal(area.fs.names(area.dir).sort().join("|"), [...names].sort().join("|"));
}

/** Bytes without a pattern, the same every time. */
export function noise(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** Leaves a socket at a path; a process of its own may listen whatever this one may. */
export function makeSocket(path: string): void {
  const code = `Deno.listen({ transport: "unix", path: Deno.args[0] });
    Deno.exit()`;
  const { success } = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", code, path],
  }).outputSync();
  ok(success);
}
