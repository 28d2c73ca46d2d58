import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { nobleCrypto } from "./adapters/noble.ts";
import { nodeSha256 } from "./adapters/node-hash.ts";
import { hex, utf8 } from "./bytes.ts";
import { emptyRoot, verifyConsistency, verifyInclusion, verifySubtreeConsistency, verifySubtreeInclusion } from "./merkle.ts";
import { bigJson, evidenceMissing, sharedFiles } from "./test-shared.ts";

interface Vector {
  readonly leafIdx: bigint; readonly treeSize: bigint; readonly size1: bigint; readonly size2: bigint; readonly start: bigint; readonly end: bigint; readonly size: bigint;
  readonly root: string; readonly root1: string; readonly root2: string; readonly leafHash: string; readonly proof: readonly string[] | null; readonly wantErr: boolean;
}
const sha256 = nodeSha256;
const bytes = (text: string | null): Uint8Array => new Uint8Array(Buffer.from(text ?? "", "base64"));
const judge: Readonly<Record<string, (v: Vector, proof: readonly Uint8Array[]) => boolean>> = {
  inclusion: (v, proof) => verifyInclusion(sha256, v.leafIdx, v.treeSize, bytes(v.leafHash), proof, bytes(v.root)),
  consistency: (v, proof) => verifyConsistency(sha256, v.size1, v.size2, proof, bytes(v.root1), bytes(v.root2)),
  subtreeinclusion: (v, proof) => verifySubtreeInclusion(sha256, v.leafIdx, v.start, v.end, bytes(v.leafHash), proof, bytes(v.root)),
  subtreeconsistency: (v, proof) => verifySubtreeConsistency(sha256, v.start, v.end, v.size, proof, bytes(v.root1), bytes(v.root2)),
};

describe("Merkle tree", () => {
  it.skipIf(evidenceMissing !== undefined).each(["inclusion", "consistency", "subtreeinclusion", "subtreeconsistency"])("judges every shared %s vector as it wants", (kind) => {
    const files = sharedFiles(`merkle/${kind}`);
    expect(files.length).toBeGreaterThan(0);
    const wrong = files.filter((file) => {
      const v = bigJson(readFileSync(file, "utf8")) as Vector;
      return judge[kind]?.(v, (v.proof ?? []).map(bytes)) === v.wantErr;
    });
    expect(wrong).toEqual([]);
  });

  it("has the same hashes by either library", () => {
    expect(hex(emptyRoot(sha256))).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (const text of ["", "a", "x".repeat(1000)]) expect(hex(nobleCrypto.sha256(utf8(text)))).toBe(hex(sha256(utf8(text))));
  });
});
