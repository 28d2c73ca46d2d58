import { beforeAll, describe, expect, it } from "vitest";
import { numericsFingerprint } from "../fleet-core/kernel/math/index.ts";
import { formatDiagnostic } from "../fleet-core/kernel/result.ts";
import { advance } from "../twin/drive.ts";
import { createRun } from "../twin/run.ts";
import { verifyRecording, type VerifyOutcome } from "./adapters/verify-file.ts";
import { writeMcap } from "./recording/adapters/mcap-file.ts";
import { createRecordingBuffer } from "./recording/buffer.ts";
import type { RecordingContents } from "./recording/contents.ts";
import { recordRunSpec } from "./run-record.ts";
import { demoSpec } from "../twin/test-spec.ts";

const HOST = { build: "this build", runtime: "test", epochMs: 1_793_000_000_000 };
const SECONDS = 3;

/** Records the demo; `during` may act on the live run, `limitBytes` makes the recording end early. */
function record(during: (run: ReturnType<typeof createRun>) => void = () => undefined, limitBytes?: number): RecordingContents {
  const spec = demoSpec(SECONDS);
  const buffer = createRecordingBuffer({ epochMs: HOST.epochMs, ...(limitBytes === undefined ? {} : { limitBytes }) });
  recordRunSpec(buffer, spec, HOST);
  const run = createRun(spec, { ...HOST, recorder: buffer });
  while (run.ended === undefined) {
    advance(run, 50);
    if (run.ended === undefined) during(run);
  }
  return buffer.sealed((recorder) => run.seal(recorder));
}

const verify = async (contents: RecordingContents, build = HOST.build, anyBuild = false): Promise<VerifyOutcome> => verifyRecording(await writeMcap(contents), "t.mcap", { build, anyBuild });
const reasons = (outcome: VerifyOutcome): string => (outcome.kind === "refused" ? outcome.diagnostics.map(formatDiagnostic).join("\n") : outcome.kind);

describe("verification", () => {
  let plain: RecordingContents;
  beforeAll(() => {
    plain = record();
  });

  it("finds an untouched recording identical, tick by tick", async () => {
    const seen: number[] = [];
    const outcome = await verifyRecording(await writeMcap(plain), "t.mcap", { build: HOST.build, batch: 100, onProgress: ({ tick }) => void seen.push(tick) });
    expect(outcome).toMatchObject({ kind: "identical", ticks: SECONDS * 100 });
    expect(seen).toEqual([100, 200, 300]);
  });

  it("repeats what was done to the live run by hand: injected faults and releases", async () => {
    let step = 0;
    const contents = record((run) => {
      step += 1;
      if (step === 1) expect(run.inject({ kind: "steering-stuck", target: "sedan-1", severity: 1 }).ok).toBe(true);
      if (step === 2) expect(run.inject({ kind: "core-crash", target: "core", severity: 1, clearS: 2.2 }).ok).toBe(true);
      if (step === 4) run.release("sedan-1");
      if (step === 5) expect(run.release("sedan-1").ok).toBe(true);
    });
    expect(await verify(contents)).toMatchObject({ kind: "identical" });
  });

  it("refuses another build and other numerics, unless told that the build does not matter", async () => {
    expect(reasons(await verify(plain, "another build"))).toMatch(/build: was made by build this build/);
    expect(await verify(plain, "another build", true)).toMatchObject({ kind: "identical" });
    const foreign = { ...plain, records: plain.records.map((record) => (record.kind === "metadata" && record.entries.has("numerics") ? { ...record, entries: new Map([...record.entries, ["numerics", "0000000000000000"]]) } : record)) };
    expect(reasons(await verify(foreign))).toMatch(/metadata atlasmesh\.run: was changed after it was written/);
    expect(numericsFingerprint()).not.toBe("0000000000000000");
  });

  it("judges a recording that ran full up to where it ends, and says the rest is missing", async () => {
    const cut = record(undefined, 1_600_000);
    const last = Math.max(...cut.records.map((record) => (record.kind === "message" ? record.timeUs : 0)));
    expect(last).toBeLessThan(SECONDS * 1_000_000);
    expect(await verify(cut)).toMatchObject({ kind: "truncated", ticks: Math.round(last / 10_000) });
  });

  it("names a message that is missing, doubled or swapped by its tick", async () => {
    const at = plain.records.findIndex((record) => record.kind === "message" && record.timeUs === 1_500_000);
    const spoiled = (change: (records: RecordingContents["records"][number][]) => void): RecordingContents => {
      const records = [...plain.records];
      change(records);
      return { ...plain, records };
    };
    for (const change of [
      (records: unknown[]) => void records.splice(at, 1),
      (records: unknown[]) => void records.splice(at, 0, records[at]),
      (records: unknown[]) => void records.splice(at, 2, records[at + 1], records[at]),
    ]) expect(await verify(spoiled(change))).toMatchObject({ kind: "different", divergence: { tick: 150 } });
  });

  it("finds a result that was written better than it was", async () => {
    const better = { ...plain, records: plain.records.map((record) => (record.kind === "attachment" && record.name === "result.json" ? { ...record, data: new TextEncoder().encode("{}") } : record)) };
    expect(await verify(better)).toMatchObject({ kind: "different", divergence: { field: expect.stringContaining("result.json") as string } });
  });
});
