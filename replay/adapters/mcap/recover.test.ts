import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { advance } from "../../../twin/drive.ts";
import { createRun } from "../../../twin/run.ts";
import { demoSpec } from "../../../twin/test-spec.ts";
import { readRecording } from "../../recording/read.ts";
import { CHUNK_BYTES, writeMcap } from "../../recording/adapters/mcap-file.ts";
import { createRecordingBuffer } from "../../recording/buffer.ts";
import { recordRunSpec } from "../../run-record.ts";
import { verifyRecording } from "../verify-file.ts";
import { crc32 } from "./crc.ts";
import { cutRecording, openIndexed } from "./indexed.ts";
import { isFinished, readMcap } from "./read-file.ts";
import { recoverRecording } from "./recover.ts";
import { createStreamRecorder, type StreamRecorder } from "./stream-recorder.ts";

const folder = mkdtempSync(join(tmpdir(), "atlasmesh-mcap-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const HOST = { build: "this build", runtime: "test", epochMs: 1_793_000_000_000 };
const SECONDS = 3;
const whole = join(folder, "whole.mcap");
/** What the disk held after each flush: what a kill at that moment would leave. */
const left: Uint8Array[] = [];

async function stream(path: string, limitBytes?: number): Promise<StreamRecorder> {
  const spec = demoSpec(SECONDS);
  const recorder = await createStreamRecorder(path, { epochMs: HOST.epochMs, ...(limitBytes === undefined ? {} : { limitBytes }) });
  recordRunSpec(recorder, spec, HOST);
  const run = createRun(spec, { ...HOST, recorder });
  while (run.ended === undefined) {
    advance(run, 100);
    await recorder.flush();
    if (limitBytes === undefined) left.push(new Uint8Array(readFileSync(path)));
  }
  run.seal(recorder);
  await recorder.end();
  return recorder;
}
function buffered(limitBytes?: number) {
  const spec = demoSpec(SECONDS);
  const buffer = createRecordingBuffer({ epochMs: HOST.epochMs, ...(limitBytes === undefined ? {} : { limitBytes }) });
  recordRunSpec(buffer, spec, HOST);
  const run = createRun(spec, { ...HOST, recorder: buffer });
  while (run.ended === undefined) advance(run, 100);
  return buffer.sealed((recorder) => run.seal(recorder));
}

beforeAll(async () => {
  await stream(whole);
}, 120_000);

describe("a recording written as the run goes on", () => {
  it("has the very bytes of one written at the end, also when it ran full", async () => {
    expect(Buffer.compare(readFileSync(whole), await writeMcap(buffered()))).toBe(0);
    const full = join(folder, "full.mcap");
    const limit = 900_000;
    expect((await stream(full, limit)).fullUs).toBeGreaterThan(0);
    expect(Buffer.compare(readFileSync(full), await writeMcap(buffered(limit)))).toBe(0);
  });

  it("is readable wherever its writer was killed, and what is there is identical when executed again", async () => {
    const last = left.at(-1) as Uint8Array;
    expect(isFinished(last)).toBe(false);
    expect(last.length).toBeGreaterThan(CHUNK_BYTES);
    // Torn inside the last chunk, too: nothing says that a write reached the disk as a whole.
    for (const bytes of [last, last.subarray(0, last.length - 200_000)]) {
      expect(readRecording(bytes, "t").ok).toBe(false);
      const recovered = await recoverRecording(bytes, "t.mcap");
      if (!recovered.ok) throw new Error(recovered.error[0]?.message);
      expect(recovered.value.problem).toBeDefined();
      expect(readMcap(recovered.value.bytes).complete).toBe(true);
      expect(recovered.value.messages).toBeGreaterThan(0);
      expect(await verifyRecording(recovered.value.bytes, "t.mcap", { build: HOST.build })).toMatchObject({ kind: "truncated", ticks: Math.round(recovered.value.lastUs / 10_000) });
    }
    expect((await recoverRecording(last.subarray(0, 200), "t")).ok).toBe(false);
    expect(await recoverRecording(new Uint8Array(readFileSync(whole)), "t")).toMatchObject({ ok: true, value: { problem: undefined } });
  });

  it("recovered with one changed value is found at its tick", async () => {
    const bytes = (left.at(-1) as Uint8Array).slice();
    const text = Buffer.from(bytes).indexOf('"tick":120,');
    bytes[text + 7] = 0x33;
    const recovered = await recoverRecording(bytes, "t.mcap");
    // The CRC of that chunk is wrong now; what stands before it is kept.
    expect(recovered.ok ? recovered.value.lastUs : -1).toBeLessThan(1_200_000);
  });

  it("survives SIGKILL of its process", () => {
    const path = join(folder, "killed.mcap");
    writeFileSync(path, left.at(-1) as Uint8Array);
    const child = spawnSync(process.execPath, ["-e", `const fs=require("fs");const fd=fs.openSync(${JSON.stringify(path)},"a");fs.writeSync(fd,Buffer.alloc(1000,6));process.kill(process.pid,"SIGKILL")`]);
    expect(child.signal).toBe("SIGKILL");
    expect(readMcap(new Uint8Array(readFileSync(path))).records.length).toBeGreaterThan(10);
  });
});

describe("a second out of a recording", () => {
  it("is read by the index, without the rest", async () => {
    const opened = await openIndexed(whole);
    if (!opened.ok) throw new Error(opened.error[0]?.message);
    const times: number[] = [];
    for await (const message of opened.value.window(2_000_000, 3_000_000, ["/atlasmesh/tick"])) times.push(message.timeUs);
    expect(times).toEqual(Array.from({ length: 101 }, (_, i) => 2_000_000 + i * 10_000));
    const cut = await cutRecording(opened.value, 2_000_000, 3_000_000);
    opened.value.close();
    const read = readRecording(cut.bytes, "cut.mcap");
    expect(read.ok && read.value.contents.records.filter((record) => record.kind === "message").length).toBe(cut.messages);
    expect(await verifyRecording(cut.bytes, "cut.mcap", { build: HOST.build })).toMatchObject({ kind: "refused", diagnostics: [{ path: "atlasmesh.cut" }] });
  });

  it("is refused with the way out when the file has no index", async () => {
    const path = join(folder, "unfinished.mcap");
    writeFileSync(path, left.at(-1) as Uint8Array);
    expect(await openIndexed(path)).toMatchObject({ ok: false, error: [{ expected: expect.stringContaining("recover") as string }] });
    expect(await openIndexed(join(folder, "missing.mcap"))).toMatchObject({ ok: false });
  });

  it("CRC-32 has its published check value", () => expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926));
});
