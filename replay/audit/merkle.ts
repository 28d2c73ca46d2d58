/**
 * Merkle tree over a log: RFC 9162 (leaf `SHA256(00 | bytes)`, node `SHA256(01 | left | right)`, empty root `SHA256("")`),
 * inclusion and consistency proofs, and proofs for aligned subtrees. Sizes are bigint: they may pass 2^53. A proof is
 * either exactly the one the sizes ask for, or refused.
 */
import { concat, equalBytes } from "./bytes.ts";
import type { Sha256 } from "./crypto.ts";

const HASH_BYTES = 32;
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (sha256: Sha256, bytes: Uint8Array): Uint8Array => sha256(concat(LEAF, bytes));
export const nodeHash = (sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array => sha256(concat(NODE, left, right));
export const emptyRoot = (sha256: Sha256): Uint8Array => sha256(new Uint8Array());

const isHash = (bytes: Uint8Array): boolean => bytes.length === HASH_BYTES;
const odd = (n: bigint): boolean => (n & 1n) === 1n;

/** Root that an inclusion proof leads to, or why it cannot be one. RFC 9162, section 2.1.3.2. */
export function rootOfInclusion(sha256: Sha256, index: bigint, size: bigint, leaf: Uint8Array, proof: readonly Uint8Array[]): Uint8Array | "index" | "length" | "hash" {
  if (index < 0n || index >= size) return "index";
  if (!isHash(leaf) || !proof.every(isHash)) return "hash";
  let fn = index;
  let sn = size - 1n;
  let root = leaf;
  for (const node of proof) {
    if (sn === 0n) return "length";
    if (odd(fn) || fn === sn) {
      root = nodeHash(sha256, node, root);
      while (!odd(fn) && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else root = nodeHash(sha256, root, node);
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n ? root : "length";
}

export function verifyInclusion(sha256: Sha256, index: bigint, size: bigint, leaf: Uint8Array, proof: readonly Uint8Array[], root: Uint8Array): boolean {
  const found = rootOfInclusion(sha256, index, size, leaf, proof);
  return typeof found !== "string" && equalBytes(found, root);
}

/** Whether [start, end) is a subtree: start is a multiple of the smallest power of two that holds it. */
export function isSubtree(start: bigint, end: bigint): boolean {
  if (start < 0n || end <= start) return false;
  let width = 1n;
  while (width < end - start) width <<= 1n;
  return start % width === 0n;
}

/** Leaf `index` of the whole log lies in the subtree [start, end) with this root. */
export function verifySubtreeInclusion(sha256: Sha256, index: bigint, start: bigint, end: bigint, leaf: Uint8Array, proof: readonly Uint8Array[], root: Uint8Array): boolean {
  return isSubtree(start, end) && index >= start && index < end && verifyInclusion(sha256, index - start, end - start, leaf, proof, root);
}

/** The subtree [start, end) with `subtreeRoot` is part of the log of `size` with `root`. An empty subtree is part of every log. */
export function verifySubtreeConsistency(sha256: Sha256, start: bigint, end: bigint, size: bigint, proof: readonly Uint8Array[], subtreeRoot: Uint8Array, root: Uint8Array): boolean {
  if (start >= 0n && start === end && end <= size) return proof.length === 0 && equalBytes(subtreeRoot, emptyRoot(sha256));
  if (!isSubtree(start, end) || end > size || !proof.every(isHash)) return false;
  let fn = start;
  let sn = end - 1n;
  let tn = size - 1n;
  const shift = (): void => {
    fn >>= 1n;
    sn >>= 1n;
    tn >>= 1n;
  };
  if (sn === tn) while (fn !== sn) shift();
  else while (fn !== sn && odd(sn)) shift();
  let rest = proof;
  let first = subtreeRoot;
  if (fn !== sn) {
    const [seed, ...others] = proof;
    if (seed === undefined) return false;
    first = seed;
    rest = others;
  }
  let old = first;
  let whole = first;
  for (const node of rest) {
    if (tn === 0n) return false;
    if (odd(sn) || sn === tn) {
      if (fn < sn) old = nodeHash(sha256, node, old);
      whole = nodeHash(sha256, node, whole);
      while (!odd(sn) && sn !== 0n) shift();
    } else whole = nodeHash(sha256, whole, node);
    shift();
  }
  return tn === 0n && equalBytes(old, subtreeRoot) && equalBytes(whole, root);
}

/** The log of `size1` with `root1` is the beginning of the one of `size2` with `root2`. Size 0 proves nothing and is refused. */
export function verifyConsistency(sha256: Sha256, size1: bigint, size2: bigint, proof: readonly Uint8Array[], root1: Uint8Array, root2: Uint8Array): boolean {
  return size1 > 0n && verifySubtreeConsistency(sha256, 0n, size1, size2, proof, root1, root2);
}

/** Hash of the complete subtree that covers leaves [index << level, (index + 1) << level). */
export type NodeReader = (level: number, index: bigint) => Uint8Array;

/** Largest power of two below `n` (n > 1), as exponent. */
function split(n: bigint): number {
  let level = 0;
  while (1n << BigInt(level + 1) < n) level += 1;
  return level;
}

/** Hash over leaves [begin, end), `begin` aligned as the recursion of RFC 9162 leaves it. */
export function rangeHash(sha256: Sha256, nodeAt: NodeReader, begin: bigint, end: bigint): Uint8Array {
  const n = end - begin;
  if (n === 0n) return emptyRoot(sha256);
  if (n === 1n) return nodeAt(0, begin);
  const level = split(n);
  const k = 1n << BigInt(level);
  if (k * 2n === n && begin % n === 0n) return nodeAt(level + 1, begin / n);
  return nodeHash(sha256, rangeHash(sha256, nodeAt, begin, begin + k), rangeHash(sha256, nodeAt, begin + k, end));
}

/** Inclusion proof of leaf `index` in [begin, end). RFC 9162, section 2.1.3.1. */
export function inclusionProof(sha256: Sha256, nodeAt: NodeReader, index: bigint, end: bigint, begin = 0n): readonly Uint8Array[] {
  const n = end - begin;
  if (n === 1n) return [];
  const middle = begin + (1n << BigInt(split(n)));
  return index < middle
    ? [...inclusionProof(sha256, nodeAt, index, middle, begin), rangeHash(sha256, nodeAt, middle, end)]
    : [...inclusionProof(sha256, nodeAt, index, end, middle), rangeHash(sha256, nodeAt, begin, middle)];
}

/** Proof that the subtree [start, end) belongs to the log of `size`; with start 0 the consistency proof of RFC 9162, 2.1.4.1. */
export function subtreeProof(sha256: Sha256, nodeAt: NodeReader, start: bigint, end: bigint, size: bigint): readonly Uint8Array[] {
  const walk = (from: bigint, until: bigint, known: boolean): readonly Uint8Array[] => {
    if (start === from && end === until) return known ? [] : [rangeHash(sha256, nodeAt, from, until)];
    const middle = from + (1n << BigInt(split(until - from)));
    if (end <= middle) return [...walk(from, middle, known), rangeHash(sha256, nodeAt, middle, until)];
    if (start >= middle) return [...walk(middle, until, known), rangeHash(sha256, nodeAt, from, middle)];
    // The part in the left half is all of it: only what hangs over into the right half is to be proven.
    return [...within(middle, until), rangeHash(sha256, nodeAt, from, middle)];
  };
  const within = (from: bigint, until: bigint): readonly Uint8Array[] => {
    if (end === until) return [rangeHash(sha256, nodeAt, from, until)];
    const middle = from + (1n << BigInt(split(until - from)));
    if (end <= middle) return [...within(from, middle), rangeHash(sha256, nodeAt, middle, until)];
    return [...within(middle, until), rangeHash(sha256, nodeAt, from, middle)];
  };
  return walk(0n, size, true);
}

export const consistencyProof = (sha256: Sha256, nodeAt: NodeReader, size1: bigint, size2: bigint): readonly Uint8Array[] => subtreeProof(sha256, nodeAt, 0n, size1, size2);

/** Root over leaf hashes given in order, in linear time; what a browser uses to check a whole log. */
export function rootOfLeaves(sha256: Sha256, leaves: readonly Uint8Array[]): Uint8Array {
  const stack: { hash: Uint8Array; size: number }[] = [];
  for (const leaf of leaves) {
    let top = { hash: leaf, size: 1 };
    for (let last = stack.at(-1); last !== undefined && last.size === top.size; last = stack.at(-1)) {
      stack.pop();
      top = { hash: nodeHash(sha256, last.hash, top.hash), size: 2 * top.size };
    }
    stack.push(top);
  }
  const right = stack.pop();
  if (right === undefined) return emptyRoot(sha256);
  let root = right.hash;
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) root = nodeHash(sha256, next.hash, root);
  return root;
}
