/** What Linux' `struct statfs` says of a filesystem. */

import type { Volume } from "./fs.ts";

/** Traits of a type of filesystem; nanosecond times and owners unless it says otherwise. */
interface Type {
  readonly name: string;
  readonly timeStep?: number;
  readonly ownership?: boolean;
}

const TYPES: Readonly<Record<number, Type>> = {
  0x01021994: { name: "tmpfs" },
  0x01021997: { name: "9p" },
  0x00c36400: { name: "ceph" },
  0x15013346: { name: "udf", timeStep: 1_000 },
  0x2011bab0: { name: "exfat", timeStep: 10_000_000, ownership: false },
  0x2fc12fc1: { name: "zfs" },
  0x3153464a: { name: "jfs" },
  0x4244: { name: "hfs", timeStep: 1_000_000_000, ownership: false },
  0x482b: { name: "hfsplus", timeStep: 1_000_000_000 },
  0x4d44: { name: "vfat", timeStep: 2_000_000_000, ownership: false },
  0x5346544e: { name: "ntfs", timeStep: 100, ownership: false },
  0x517b: { name: "smb", timeStep: 100, ownership: false },
  0x52654973: { name: "reiserfs", timeStep: 1_000_000_000 },
  0x58465342: { name: "xfs" },
  0x65735546: { name: "fuse" },
  0x6969: { name: "nfs" },
  0x73717368: { name: "squashfs", timeStep: 1_000_000_000 },
  0x7366746e: { name: "ntfs3", timeStep: 100, ownership: false },
  0x794c7630: { name: "overlayfs" },
  0x858458f6: { name: "ramfs" },
  0x9123683e: { name: "btrfs" },
  0xca451a4e: { name: "bcachefs" },
  0xe0f5e1e2: { name: "erofs" },
  0xef53: { name: "ext4" },
  0xf15f: { name: "ecryptfs" },
  0xf2f52010: { name: "f2fs" },
  0xfe534d42: { name: "smb2", timeStep: 100, ownership: false },
  0xff534d42: { name: "cifs", timeStep: 100, ownership: false },
};

/** Bytes of `struct statfs` on 64-bit systems. */
export const STATFS_SIZE = 120;

/** What a buffer filled by `fstatfs` says. */
export function readVolume(statfs: Uint8Array<ArrayBuffer>): Volume {
  const view = new DataView(statfs.buffer);
  const word = (offset: number) => view.getUint32(offset, true);
  const long = (offset: number) => Number(view.getBigUint64(offset, true));
  const magic = word(0);
  const type = TYPES[magic] ?? { name: `0x${magic.toString(16)}` };
  const block = long(72) || long(8);
  const files = long(40);
  return {
    type: type.name,
    id: `${type.name}:${hexadecimal(word(56))}${hexadecimal(word(60))}`,
    free: long(32) * block,
    total: long(16) * block,
    freeFiles: files === 0 ? Infinity : long(48),
    nameLimit: long(64),
    timeStep: type.timeStep ?? 1,
    ownership: type.ownership ?? true,
  };
}

function hexadecimal(word: number): string {
  return word.toString(16).padStart(8, "0");
}
