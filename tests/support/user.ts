/** Being somebody else for a while. */

const NOBODY = 65534;

/** Whether this process can be somebody else. */
export const CAN_CHANGE_USER: boolean = Deno.build.os === "linux" &&
  Deno.uid() === 0;

/** This process is nobody, in no group but nobody's, until this is disposed of. */
export function actAsNobody(): Disposable {
  const libc = Deno.dlopen("libc.so.6", {
    seteuid: { parameters: ["u32"], result: "i32" },
    setegid: { parameters: ["u32"], result: "i32" },
  });
  const { seteuid, setegid } = libc.symbols;
  if (setegid(NOBODY) !== 0 || seteuid(NOBODY) !== 0) {
    throw new Error("Cannot become nobody");
  }
  return {
    [Symbol.dispose]() {
      if (seteuid(0) !== 0 || setegid(0) !== 0) {
        throw new Error("Cannot become root again");
      }
      libc.close();
    },
  };
}

/** Gives paths, without what is in them, to nobody. */
export async function giveToNobody(...paths: readonly string[]): Promise<void> {
  for (const path of paths) await Deno.chown(path, NOBODY, NOBODY);
}
