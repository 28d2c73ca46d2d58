import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodeSha256 as sha256 } from "./adapters/node-hash.ts";
import { equalBytes, hex, utf8 } from "./bytes.ts";
import { consistencyProof, inclusionProof, isSubtree, leafHash, nodeHash, rangeHash, rootOfLeaves, subtreeProof, verifyConsistency, verifyInclusion, verifySubtreeConsistency, type NodeReader } from "./merkle.ts";

const leaves = Array.from({ length: 200 }, (_, i) => leafHash(sha256, utf8(`event ${i}`)));
const memo = new Map<string, Uint8Array>();
const nodeAt: NodeReader = (level, index) => {
  const key = `${level}/${index}`;
  const known = memo.get(key) ?? (level === 0 ? (leaves[Number(index)] as Uint8Array) : nodeHash(sha256, nodeAt(level - 1, 2n * index), nodeAt(level - 1, 2n * index + 1n)));
  memo.set(key, known);
  return known;
};
/** The definition of RFC 9162, section 2.1.1, word by word. */
function definition(d: readonly Uint8Array[]): Uint8Array {
  if (d.length === 1) return d[0] as Uint8Array;
  let k = 1;
  while (2 * k < d.length) k *= 2;
  return nodeHash(sha256, definition(d.slice(0, k)), definition(d.slice(k)));
}
const root = (size: number): Uint8Array => rootOfLeaves(sha256, leaves.slice(0, size));
const size = fc.integer({ min: 1, max: 200 });

describe("proofs made are proofs accepted", () => {
  it("roots follow the definition, by leaves and by nodes", () => {
    fc.assert(fc.property(size, (n) => {
      expect(hex(root(n))).toBe(hex(definition(leaves.slice(0, n))));
      expect(hex(rangeHash(sha256, nodeAt, 0n, BigInt(n)))).toBe(hex(root(n)));
    }), { numRuns: 40 });
  });

  it("inclusion, for its own index only", () => {
    fc.assert(fc.property(size, fc.nat(), fc.nat(), (n, a, b) => {
      const [i, j] = [a % n, b % n];
      const proof = inclusionProof(sha256, nodeAt, BigInt(i), BigInt(n));
      expect(verifyInclusion(sha256, BigInt(i), BigInt(n), leaves[i] as Uint8Array, proof, root(n))).toBe(true);
      if (i !== j) expect(verifyInclusion(sha256, BigInt(j), BigInt(n), leaves[i] as Uint8Array, proof, root(n))).toBe(false);
    }), { numRuns: 60 });
  });

  it("consistency, until one bit of it changes", () => {
    fc.assert(fc.property(size, fc.nat(), fc.nat(), (n, a, bit) => {
      const m = 1 + (a % n);
      const proof = consistencyProof(sha256, nodeAt, BigInt(m), BigInt(n));
      expect(verifyConsistency(sha256, BigInt(m), BigInt(n), proof, root(m), root(n))).toBe(true);
      if (proof.length === 0) return;
      const changed = proof.map((p, i) => (i === bit % proof.length ? p.map((byte, k) => (k === bit % 32 ? byte ^ 1 : byte)) : p));
      expect(verifyConsistency(sha256, BigInt(m), BigInt(n), changed, root(m), root(n))).toBe(false);
      expect(verifyConsistency(sha256, BigInt(m), BigInt(n), proof.slice(1), root(m), root(n))).toBe(false);
    }), { numRuns: 60 });
  });

  it("subtrees that are subtrees", () => {
    fc.assert(fc.property(size, fc.nat(), fc.integer({ min: 0, max: 7 }), fc.nat(), (n, a, level, w) => {
      const width = 2 ** level;
      const start = width * (a % Math.ceil(n / width));
      const end = Math.min(n, start + 1 + (w % width));
      if (!isSubtree(BigInt(start), BigInt(end))) return;
      const sub = rootOfLeaves(sha256, leaves.slice(start, end));
      const proof = subtreeProof(sha256, nodeAt, BigInt(start), BigInt(end), BigInt(n));
      expect(verifySubtreeConsistency(sha256, BigInt(start), BigInt(end), BigInt(n), proof, sub, root(n))).toBe(true);
      const other = root(n === 200 ? 199 : n + 1);
      if (!equalBytes(other, root(n))) expect(verifySubtreeConsistency(sha256, BigInt(start), BigInt(end), BigInt(n), proof, sub, other)).toBe(false);
    }), { numRuns: 80 });
  });
});
