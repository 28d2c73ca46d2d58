import { mkdtempSync, readFileSync, rmSync, statSync, chmodSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { createMemoryStorage } from "../../../fleet-core/kernel/memory.ts";
import { utf8 } from "../bytes.ts";
import { openAuditLog, type AuditLog } from "../log.ts";
import { openNote } from "../note.ts";
import { addCheckpointRequest } from "../witness.ts";
import { startCheckpointing } from "./checkpointer.ts";
import { createFolderStorage } from "./folder-storage.ts";
import { createKeyFile, ephemeralKeyRing, readKeyFile } from "./key-file.ts";
import { nodeCrypto } from "./node-hash.ts";
import { askWitness } from "./witness-client.ts";
import { startWitness, type WitnessServer } from "./witness-server.ts";

const folder = mkdtempSync(join(tmpdir(), "atlasmesh-witness-"));
const running: WitnessServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ring = ephemeralKeyRing("fleet.example");
const witness = ephemeralKeyRing("witness.example");
const logs = [{ origin: ring.log.key.name, keys: [ring.log.key] }];

function logOf(count: number, change = -1): AuditLog {
  const log = openAuditLog({ storage: createMemoryStorage({ limitBytes: 1 << 24 }), crypto: nodeCrypto, signer: ring.log, origin: ring.log.key.name });
  if (!log.ok) throw new Error(log.error);
  for (let i = 0; i < count; i += 1) log.value.append(utf8(`event ${i === change ? "other" : i}`));
  log.value.checkpoint();
  return log.value;
}
const start = async (init: boolean): Promise<WitnessServer> => {
  const server = await startWitness({ port: 0, signer: witness.witness, logs, storage: createFolderStorage(join(folder, "state")), init, nowMs: () => 1_790_000_000_999 });
  running.push(server);
  return server;
};

describe("a witness over HTTP", () => {
  it("cosigns, follows, and after a restart refuses a log that was rolled back and grown differently", async () => {
    const first = await start(true);
    const log = logOf(5);
    const line = await askWitness(first.url, log, nodeCrypto, witness.witness.key);
    if (typeof line !== "string") throw new Error(line.text);
    const note = log.cosign([line]);
    expect(note.ok && openNote(nodeCrypto, utf8(note.value), [ring.log.key, witness.witness.key])).toMatchObject({ ok: true, value: { verified: [{ timeS: undefined }, { timeS: 1_790_000_000n }] } });
    await first.close();

    const second = await start(false);
    expect(typeof (await askWitness(second.url, logOf(9), nodeCrypto))).toBe("string");
    expect(await askWitness(second.url, logOf(12, 3), nodeCrypto)).toMatchObject({ status: 422 });
    expect(await askWitness(second.url, logOf(9, 3), nodeCrypto)).toMatchObject({ status: 409 });
    expect(await askWitness(second.url, logOf(4), nodeCrypto)).toMatchObject({ status: 409, text: "9" });
    const stranger = ephemeralKeyRing("fleet.example");
    const forged = openAuditLog({ storage: createMemoryStorage({ limitBytes: 1 << 20 }), crypto: nodeCrypto, signer: stranger.log, origin: stranger.log.key.name });
    if (!forged.ok) throw new Error(forged.error);
    forged.value.checkpoint();
    expect(await askWitness(second.url, forged.value, nodeCrypto)).toMatchObject({ status: 403 });
    const post = async (body: string, path = "add-checkpoint"): Promise<number> => (await fetch(new URL(path, second.url), { method: "POST", body })).status;
    expect([await post("x"), await post(addCheckpointRequest(10n, [], logOf(9).last)), await post("", "elsewhere"), await post("y".repeat((1 << 20) + 1))]).toEqual([400, 400, 404, 400]);
  });

  it("does not start without its memory, nor forget it on request, nor on a broken one", async () => {
    await expect(startWitness({ port: 0, signer: witness.witness, logs, storage: createFolderStorage(join(folder, "empty")), init: false, nowMs: () => 0 })).rejects.toThrow(/forgot what it saw/);
    await expect(start(true)).rejects.toThrow(/exists already/);
    const broken = createMemoryStorage({ limitBytes: 1000 });
    broken.put("witness-memory", utf8("what"));
    await expect(startWitness({ port: 0, signer: witness.witness, logs, storage: broken, init: false, nowMs: () => 0 })).rejects.toThrow(/broken/);
  });
});

describe("key files", () => {
  it("in clear are for their owner only, and never stand in a source tree", () => {
    const path = join(folder, "clear.json");
    const made = createKeyFile(path, "operator.example", undefined);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readKeyFile(path, undefined).log.key.publicKey).toEqual(made.log.key.publicKey);
    expect(made.signer("dsse").publicKey).not.toEqual(made.signer("log").publicKey);
    expect(() => createKeyFile(path, "operator.example", undefined)).toThrow(/exists already/);
    chmodSync(path, 0o644);
    expect(() => readKeyFile(path, undefined)).toThrow(/others may read/);
    writeFileSync(join(folder, "package.json"), "{}");
    expect(() => createKeyFile(join(folder, "inside.json"), "operator.example", undefined)).toThrow(/source tree/);
  });

  it("under a passphrase hold no clear seed, open with it and with no other", () => {
    const path = join(folder, "sealed.json");
    const made = createKeyFile(path, "operator.example", "correct horse");
    expect(readFileSync(path, "utf8")).not.toContain("clear");
    expect(readKeyFile(path, "correct horse").log.key.publicKey).toEqual(made.log.key.publicKey);
    expect(() => readKeyFile(path, "wrong horse")).toThrow(/does not open/);
    expect(() => readKeyFile(path, undefined)).toThrow(/passphrase/);
  });
});

describe("the checkpointer", () => {
  it("brings every event under a checkpoint within its period, and writes none when nothing happened", () => {
    vi.useFakeTimers();
    try {
      const log = logOf(1);
      const written: string[] = [];
      const running = startCheckpointing(log, { failed: (reason) => expect.fail(reason), written: (note) => void written.push(note) });
      vi.advanceTimersByTime(5_000);
      expect(written).toHaveLength(0);
      log.append(utf8("later"));
      vi.advanceTimersByTime(1_000);
      expect(log.lastSize).toBe(2n);
      log.append(utf8("last"));
      running.stop();
      expect(log.lastSize).toBe(3n);
      expect(written).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });
});
