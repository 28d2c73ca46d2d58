/**
 * A bundle as one file: POSIX ustar, which every system opens. Written deterministically (sorted, no times, no owners);
 * read strictly: plain files with plain paths only, no links, nothing twice, nothing outside.
 */
import { concat, textOf, utf8 } from "../audit/bytes.ts";
import { byText } from "../../fleet-core/kernel/order.ts";
import { err, ok, type Result } from "../../fleet-core/kernel/result.ts";
import { pathFault, type BundleFiles } from "./layout.ts";

const BLOCK = 512;
const FILE_BYTES_MAX = 8_589_934_591;
const FILES_MAX = 10_000;

export type ContainerFault = "path-traversal" | "path-form" | "symlink" | "container-entry-kind" | "container-duplicate" | "container-broken";

const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, "0")}\0`;

function header(path: string, size: number): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (at: number, text: string): void => block.set(utf8(text), at);
  const cut = path.length <= 100 ? -1 : path.lastIndexOf("/", 154);
  put(0, path.slice(cut + 1));
  put(100, octal(0o644, 8));
  put(108, octal(0, 8));
  put(116, octal(0, 8));
  put(124, octal(size, 12));
  put(136, octal(0, 12));
  put(148, "        ");
  put(156, "0");
  put(257, "ustar\x0000");
  if (cut > 0) put(345, path.slice(0, cut));
  put(148, `${octal(block.reduce((sum, byte) => sum + byte, 0), 7)} `);
  return block;
}

export function packTar(files: BundleFiles): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const path of [...files.keys()].sort(byText)) {
    const bytes = files.get(path) as Uint8Array;
    if (pathFault(path) !== undefined || bytes.length > FILE_BYTES_MAX) throw new Error(`"${path}" cannot stand in a bundle`);
    parts.push(header(path, bytes.length), bytes, new Uint8Array((BLOCK - (bytes.length % BLOCK)) % BLOCK));
  }
  return concat(...parts, new Uint8Array(2 * BLOCK));
}

export const looksLikeTar = (bytes: Uint8Array): boolean => bytes.length >= BLOCK && textOf(bytes.subarray(257, 262)) === "ustar";

export function unpackTar(bytes: Uint8Array): Result<BundleFiles, { readonly fault: ContainerFault; readonly text: string }> {
  const files = new Map<string, Uint8Array>();
  const bad = (fault: ContainerFault, text: string): Result<never, { readonly fault: ContainerFault; readonly text: string }> => err({ fault, text });
  for (let at = 0; ; ) {
    if (at + BLOCK > bytes.length) return bad("container-broken", "ends without the two empty blocks that close it");
    const head = bytes.subarray(at, at + BLOCK);
    if (head.every((byte) => byte === 0)) {
      if (!bytes.subarray(at).every((byte) => byte === 0) || bytes.length - at < 2 * BLOCK) return bad("container-broken", "has bytes after its end");
      return ok(files);
    }
    const field = (from: number, length: number): string => (textOf(head.subarray(from, from + length)) ?? "\uFFFD").split("\0")[0] ?? "";
    const number = (from: number, length: number): number => (/^[0-7]+ *$/.test(field(from, length)) ? Number.parseInt(field(from, length), 8) : Number.NaN);
    const sum = head.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
    if (number(148, 8) !== sum || !looksLikeTar(head)) return bad("container-broken", `the entry at byte ${at} has a broken header`);
    const prefix = field(345, 155);
    const path = `${prefix === "" ? "" : `${prefix}/`}${field(0, 100)}`;
    const kind = head[156];
    if (kind === 0x31 || kind === 0x32) return bad("symlink", `"${path}" is a link`);
    const fault = pathFault(path);
    if (fault !== undefined) return bad(fault, `"${path}" is no path of a bundle`);
    if (kind !== 0x30) return bad("container-entry-kind", `"${path}" is no plain file`);
    if (files.has(path)) return bad("container-duplicate", `"${path}" stands twice in it`);
    const size = number(124, 12);
    if (!Number.isInteger(size) || at + BLOCK + size > bytes.length || files.size >= FILES_MAX) return bad("container-broken", `"${path}" is cut off`);
    files.set(path, bytes.subarray(at + BLOCK, at + BLOCK + size));
    at += BLOCK * (1 + Math.ceil(size / BLOCK));
  }
}
