import { describe, expect, it } from "vitest";
import { createMemoryStorage } from "../../fleet-core/kernel/memory.ts";
import { createPayloadKeys, freshNonce, gcmSealer } from "./adapters/sealing.ts";
import { newSeed, seedSigner } from "./adapters/noble.ts";
import { nodeCrypto as crypto } from "./adapters/node-hash.ts";
import { equalBytes, hex, utf8 } from "./bytes.ts";
import { dataOf, eventBytes, parseEvent, sealEvent, type AuditEvent } from "./event.ts";
import { openAuditLog, type AuditLog } from "./log.ts";
import { leafHash, rootOfLeaves, verifyConsistency, verifyInclusion } from "./merkle.ts";
import { noteKey, type NoteSigner } from "./note.ts";
import { applyRetention } from "./retention.ts";
import { addCheckpoint, addCheckpointRequest, memoryText, parseMemory, type WitnessMemory } from "./witness.ts";

const ORIGIN = "fleet.example/log";
const signerOf = (name: string, kind: "ed25519" | "cosignature" = "ed25519"): NoteSigner => {
  const signer = seedSigner(newSeed());
  return { key: noteKey(crypto.sha256, kind, name, signer.publicKey), signer };
};
const signer = signerOf(ORIGIN);
const store = () => createMemoryStorage({ limitBytes: 1 << 26 });
function open(storage = store()): AuditLog {
  const log = openAuditLog({ storage, crypto, signer, origin: ORIGIN });
  if (!log.ok) throw new Error(log.error);
  return log.value;
}
const entry = (i: number): Uint8Array => utf8(`event ${i}`);
const fill = (log: AuditLog, from: number, to: number): void => {
  for (let i = from; i < to; i += 1) log.append(entry(i));
};

describe("the audit log", () => {
  it("has the root of its leaves at every size, and proofs that verify, before and after it was closed and opened", () => {
    const storage = store();
    let log = open(storage);
    const leaves = Array.from({ length: 700 }, (_, i) => leafHash(crypto.sha256, entry(i)));
    let from = 0;
    for (const to of [1, 2, 255, 256, 257, 511, 512, 700]) {
      fill(log, from, to);
      expect(log.checkpoint().ok).toBe(true);
      log = open(storage);
      expect(log.size).toBe(BigInt(to));
      expect(hex(log.root(log.size))).toBe(hex(rootOfLeaves(crypto.sha256, leaves.slice(0, to))));
      for (const index of [0, to >> 1, to - 1]) {
        expect(log.entry(BigInt(index))).toEqual(entry(index));
        expect(verifyInclusion(crypto.sha256, BigInt(index), log.size, leaves[index] as Uint8Array, log.inclusion(BigInt(index), log.size), log.root(log.size))).toBe(true);
      }
      if (from > 0) expect(verifyConsistency(crypto.sha256, BigInt(from), log.size, log.consistency(BigInt(from), log.size), rootOfLeaves(crypto.sha256, leaves.slice(0, from)), log.root(log.size))).toBe(true);
      from = to;
    }
    // What a checkpoint covers lies in full tiles and one partial per level.
    expect(storage.keys("tile/0/").filter((key) => !key.includes(".p/"))).toEqual(["tile/0/000", "tile/0/001"]);
  });

  it("stands at its last checkpoint when it was stopped between two", () => {
    const storage = store();
    const log = open(storage);
    fill(log, 0, 300);
    log.checkpoint();
    fill(log, 300, 600);
    const again = open(storage);
    expect(again.size).toBe(300n);
    fill(again, 300, 301);
    expect(again.checkpoint().ok).toBe(true);
    expect(hex(again.root(301n))).toBe(hex(rootOfLeaves(crypto.sha256, Array.from({ length: 301 }, (_, i) => leafHash(crypto.sha256, entry(i))))));
  });

  it("does not open with a changed tile, checkpoint, origin or key", () => {
    const storage = store();
    const log = open(storage);
    fill(log, 0, 300);
    log.checkpoint();
    const spoil = (key: string): string => {
      const copy = store();
      for (const k of storage.keys("")) copy.put(k, storage.get(k) as Uint8Array);
      copy.put(key, (storage.get(key) as Uint8Array).map((byte, i) => (i === 20 ? byte ^ 1 : byte)));
      const opened = openAuditLog({ storage: copy, crypto, signer, origin: ORIGIN });
      return opened.ok ? "opened" : opened.error;
    };
    expect(spoil("tile/0/001.p/44")).toMatch(/lead to root/);
    expect(spoil("tile/1/000.p/1")).toMatch(/lead to root/);
    expect(spoil("checkpoint")).toMatch(/checkpoint/);
    expect(openAuditLog({ storage, crypto, signer, origin: "other" })).toMatchObject({ ok: false });
    expect(openAuditLog({ storage, crypto, signer: signerOf(ORIGIN), origin: ORIGIN })).toMatchObject({ error: expect.stringContaining("note-key-id") as string });
  });

  it("forgets a confidential payload when its time is over: the key is gone, the tree is what it was", () => {
    const storage = store();
    const keys = createPayloadKeys(store());
    const log = open(storage);
    const event: AuditEvent = { schema: "atlasmesh.audit-event/1", type: "trip.rider", atMs: 1_000, actor: "core", subject: "trip-1", retention: "internal", data: { rider: "A. Person" } };
    const sealed = sealEvent(event, "key-1", freshNonce(), keys, gcmSealer);
    expect(new TextDecoder().decode(eventBytes(sealed))).not.toContain("Person");
    expect(dataOf(sealed, keys, gcmSealer)).toEqual({ ok: true, value: { rider: "A. Person" } });
    expect(dataOf({ ...sealed, actor: "somebody else" }, keys, gcmSealer)).toMatchObject({ error: "seal-broken" });
    log.append(eventBytes(sealed));
    fill(log, 1, 5);
    log.checkpoint();
    const root = log.root(5n);
    const year = 365.25 * 86_400_000;
    expect(applyRetention(log, keys, 1_000 + 4.9 * year, "retention")).toEqual({ ok: true, value: [] });
    expect(applyRetention(log, keys, 1_000 + 5.1 * year, "retention")).toEqual({ ok: true, value: [0n] });
    expect(dataOf(sealed, keys, gcmSealer)).toEqual({ ok: true, value: "erased" });
    expect(log.entry(0n)).toBeUndefined();
    expect(equalBytes(log.leaf(0n), leafHash(crypto.sha256, eventBytes(sealed)))).toBe(true);
    log.checkpoint();
    const again = open(storage);
    expect(hex(again.root(5n))).toBe(hex(root));
    expect(verifyConsistency(crypto.sha256, 5n, again.size, again.consistency(5n, again.size), root, again.root(again.size))).toBe(true);
    expect(parseEvent(again.entry(5n) as Uint8Array, "entry")).toMatchObject({ ok: true, value: { type: "retention.erased" } });
  });
});

describe("a witness", () => {
  const witness = signerOf("witness.example", "cosignature");
  const logs = [{ origin: ORIGIN, keys: [signer.key] }];
  const ask = (memory: WitnessMemory, old: bigint, proof: readonly Uint8Array[], note: string) => addCheckpoint(utf8(addCheckpointRequest(old, proof, note)), logs, memory, witness, crypto, 1_790_000_000n);
  const make = (count: number, change?: number) => {
    const log = open();
    for (let i = 0; i < count; i += 1) log.append(entry(i === change ? 999 : i));
    const note = log.checkpoint();
    return { log, note: note.ok ? note.value : "" };
  };

  it("cosigns what continues what it saw, and answers everything else by its status", () => {
    const three = make(3);
    const first = ask(new Map(), 0n, [], three.note);
    expect(first).toMatchObject({ status: 200, body: expect.stringContaining("— witness.example ") as string });
    const memory = parseMemory(memoryText(first.memory ?? new Map())) as WitnessMemory;
    expect(memory.get(ORIGIN)?.size).toBe(3n);

    const seven = make(7);
    const proof = seven.log.consistency(3n, 7n);
    expect(ask(memory, 3n, proof, seven.note).status).toBe(200);
    expect(ask(memory, 3n, [], three.note).status).toBe(200);
    expect(ask(memory, 0n, [], seven.note)).toMatchObject({ status: 409, mediaType: "text/x.tlog.size", body: "3\n" });
    expect(ask(memory, 8n, proof, seven.note).status).toBe(400);
    expect(ask(memory, 3n, proof.slice(1), seven.note).status).toBe(422);
    expect(addCheckpoint(utf8("nonsense"), logs, memory, witness, crypto, 1n).status).toBe(400);
    expect(addCheckpoint(utf8(addCheckpointRequest(3n, proof, seven.note)), [], memory, witness, crypto, 1n).status).toBe(404);
    expect(addCheckpoint(utf8(addCheckpointRequest(3n, proof, seven.note)), [{ origin: ORIGIN, keys: [signerOf(ORIGIN).key] }], memory, witness, crypto, 1n).status).toBe(403);
  });

  it("refuses a log that was rolled back and grown again differently, also after a restart", () => {
    const five = make(5);
    const memory = parseMemory(memoryText(ask(new Map(), 0n, [], five.note).memory ?? new Map())) as WitnessMemory;
    const other = make(8, 4);
    expect(ask(memory, 5n, other.log.consistency(5n, 8n), other.note).status).toBe(422);
    expect(ask(memory, 5n, [], make(5, 4).note).status).toBe(409);
    expect(ask(memory, 3n, make(4).log.consistency(3n, 4n), make(4).note)).toMatchObject({ status: 409, body: "5\n" });
    expect(ask(memory, 0n, [], make(4).note).status).toBe(409);
  });

  it("does not start on a memory it cannot read", () => {
    expect(parseMemory("3 abc x\n")).toBeUndefined();
    expect(parseMemory("3 x")).toBeUndefined();
    expect(parseMemory("")?.size).toBe(0);
  });
});
