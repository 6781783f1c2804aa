/** The files of this project. */

/** All TypeScript files below a folder of the project, sorted, as paths from its root. */
export function filesBelow(root: string, folder: string): string[] {
  const paths: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(`${root}/${folder}`)) {
    const path = `${folder}/${name}`;
    if (isDirectory) paths.push(...filesBelow(root, path));
    else if (name.endsWith(".ts")) paths.push(path);
  }
  return paths.sort();
}
