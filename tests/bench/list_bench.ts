import { KIND, nameOf } from "@/core/batch.ts";
import type { Dir, FileSystem } from "@/sys/fs.ts";
import { openFileSystem } from "@/sys/open.ts";

const DIRECTORIES = 100;
const FILES_EACH = 100;

const root = Deno.makeTempDirSync();
for (let directory = 0; directory < DIRECTORIES; directory++) {
  const path = `${root}/directory ${directory}`;
  Deno.mkdirSync(path);
  for (let file = 0; file < FILES_EACH; file++) {
    Deno.writeTextFileSync(`${path}/some file ${file}.txt`, "content");
  }
}
globalThis.addEventListener(
  "unload",
  () => Deno.removeSync(root, { recursive: true }),
);

for (const name of ["linux", "portable"] as const) {
  const fs = openFileSystem(name);
  const first = fs.openRoot(`${root}/directory 0`);

  Deno.bench(
    `${name}: list() of ${FILES_EACH} files`,
    { group: "list" },
    () => {
      fs.list(first);
    },
  );

  Deno.bench(
    `${name}: walk of ${DIRECTORIES * FILES_EACH} files`,
    { group: "walk" },
    () => {
      const dir = fs.openRoot(root);
      walk(fs, dir);
      fs.close(dir);
    },
  );
}

function walk(fs: FileSystem, dir: Dir): void {
  const { batch } = fs.list(dir);
  for (let index = 0; index < batch.length; index++) {
    if (batch.kind[index] !== KIND.directory) continue;
    const below = fs.openDirectory(dir, nameOf(batch, index));
    walk(fs, below);
    fs.close(below);
  }
}
