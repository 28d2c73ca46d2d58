/**
 * Tiles (C2SP tlog-tiles): the tree's hashes in immutable files of 256, so that any static host serves the log and any
 * reader audits it. `tile/<L>/<N>` holds hashes of complete subtrees of 256^L leaves; `.p/<W>` marks one that is not full.
 */
import type { Sha256 } from "./crypto.ts";
import { nodeHash, type NodeReader } from "./merkle.ts";

export const TILE_WIDTH = 256;
const HASH_BYTES = 32;
const LEVELS_PER_TILE = 8;

/** `x001/x234/067`: groups of three digits, all but the last marked. */
export function indexPath(n: bigint): string {
  const digits = n.toString();
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, "0");
  const groups = padded.match(/.{3}/g) ?? [padded];
  return groups.map((group, i) => (i === groups.length - 1 ? group : `x${group}`)).join("/");
}

/** `width` below 256 names a partial tile. `level` is a number or `entries`. */
export const tilePath = (level: number | "entries", n: bigint, width: number): string => `tile/${level}/${indexPath(n)}${width === TILE_WIDTH ? "" : `.p/${width}`}`;

export interface TilePlace {
  readonly level: number;
  readonly n: bigint;
  readonly width: number;
}

/** Every tile of a log of `size`, lowest level first. */
export function tilesOf(size: bigint): readonly TilePlace[] {
  const places: TilePlace[] = [];
  for (let level = 0, hashes = size; hashes > 0n; level += 1, hashes /= 256n) {
    for (let n = 0n; n < hashes / 256n; n += 1n) places.push({ level, n, width: TILE_WIDTH });
    if (hashes % 256n !== 0n) places.push({ level, n: hashes / 256n, width: Number(hashes % 256n) });
  }
  return places;
}

/** Hashes of a tile's bytes; undefined when they are not whole hashes, 1 to 256 of them. */
export function hashesOf(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  const count = bytes.length / HASH_BYTES;
  if (!Number.isInteger(count) || count < 1 || count > TILE_WIDTH) return undefined;
  return Array.from({ length: count }, (_, i) => bytes.slice(i * HASH_BYTES, (i + 1) * HASH_BYTES));
}

/** Node hashes of a log of `size` out of its tiles. `read` gives the hashes of one tile, at least `width` of them. */
export function nodesFromTiles(sha256: Sha256, size: bigint, read: (place: TilePlace) => readonly Uint8Array[]): NodeReader {
  return (level, index) => {
    const tileLevel = Math.floor(level / LEVELS_PER_TILE);
    const inside = level % LEVELS_PER_TILE;
    const first = index << BigInt(inside);
    const n = first / 256n;
    const total = size >> BigInt(tileLevel * LEVELS_PER_TILE);
    const width = total - n * 256n >= 256n ? TILE_WIDTH : Number(total - n * 256n);
    const hashes = read({ level: tileLevel, n, width });
    const from = Number(first % 256n);
    let row = hashes.slice(from, from + (1 << inside));
    for (; row.length > 1; ) row = Array.from({ length: row.length / 2 }, (_, i) => nodeHash(sha256, row[2 * i] as Uint8Array, row[2 * i + 1] as Uint8Array));
    return row[0] as Uint8Array;
  };
}
