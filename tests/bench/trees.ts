/** Trees to measure with: the same bytes every time. */

/** Files in one directory. */
const PER_DIRECTORY = 100;

/** Bytes of each of the small files. */
const SIZE = 1024;

const noise = pseudoRandom(64 * 1024);

/** Bytes that do not compress and are the same in every run. */
function pseudoRandom(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = 0x2545f491;
  for (let index = 0; index < length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state;
  }
  return bytes;
}

/** Path of file `index` in every tree. */
export function fileName(index: number): string {
  const directory = Math.floor(index / PER_DIRECTORY);
  return `${Math.floor(directory / 100)}/${directory % 100}/file-${index}.dat`;
}

/** Makes a tree of so many files of 1 KiB, a hundred in each directory. */
export function makeTree(root: string, files: number): void {
  for (let index = 0; index < files; index++) {
    const path = `${root}/${fileName(index)}`;
    if (index % PER_DIRECTORY === 0) {
      Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    }
    Deno.writeFileSync(path, contentOf(index, 0));
  }
}

function contentOf(index: number, edition: number): Uint8Array {
  const start = (index * 31 + edition * 17) % (noise.length - SIZE);
  return noise.subarray(start, start + SIZE);
}

/** Writes every hundredth file anew, and tells which. */
export function editTree(
  root: string,
  files: number,
  edition: number,
): string[] {
  const edited: string[] = [];
  for (let index = edition % 100; index < files; index += 100) {
    const name = fileName(index);
    Deno.writeFileSync(`${root}/${name}`, contentOf(index, edition));
    edited.push(name);
  }
  return edited;
}

/** Deletes files `from` to `to`. */
export function deleteFiles(
  root: string,
  range: { readonly from: number; readonly to: number },
): void {
  for (let index = range.from; index < range.to; index++) {
    Deno.removeSync(`${root}/${fileName(index)}`);
  }
}

/** Makes one file of so many MiB. */
export function makeLargeFile(path: string, mebibytes: number): void {
  using file = Deno.openSync(path, { create: true, write: true });
  for (let piece = 0; piece < mebibytes * 16; piece++) {
    noise[piece % noise.length] = piece;
    file.writeSync(noise);
  }
}
