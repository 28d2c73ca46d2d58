import { describe, expect, it } from "vitest";
import { timeUs } from "../../fleet-core/kernel/time.ts";
import { writeMcap } from "./adapters/mcap-file.ts";
import { createRecordingBuffer, TRUNCATED } from "./buffer.ts";
import { describeOffset } from "./describe.ts";
import { readRecording, RUN_METADATA } from "./read.ts";

const EPOCH_MS = 1_790_000_000_123;

function fill(limitBytes?: number) {
  const buffer = createRecordingBuffer({ epochMs: EPOCH_MS, ...(limitBytes === undefined ? {} : { limitBytes }) });
  buffer.metadata(RUN_METADATA, { epochMs: String(EPOCH_MS), b: "2", a: "1" });
  buffer.attach("scenario/x.xosc", "application/xml", new Uint8Array([1, 2, 3]));
  const a = buffer.channel({ topic: "/a", schemaName: "atlasmesh.A", jsonSchema: { type: "object" } });
  const b = buffer.channel({ topic: "/b", schemaName: "atlasmesh.A", jsonSchema: { type: "object" } });
  for (let tick = 0; tick < 50; tick += 1) buffer.write(tick % 3 === 0 ? b : a, timeUs(tick * 10_000), { tick, x: tick / 7 });
  return buffer;
}

describe("a recording", () => {
  it("comes back as it was written", async () => {
    const buffer = fill();
    const read = readRecording(await writeMcap(buffer.contents()), "t.mcap");
    expect(read.ok).toBe(true);
    if (!read.ok) return;
    const messages = read.value.contents.records.filter((record) => record.kind === "message");
    const written = buffer.contents().records.filter((record) => record.kind === "message");
    // Channels are numbered in the order of their first message.
    expect(messages.map((m) => [read.value.contents.channels[m.channel]?.topic, m.timeUs, [...m.data]])).toEqual(written.map((m) => [buffer.contents().channels[m.channel]?.topic, m.timeUs, [...m.data]]));
    expect(read.value.run.get("a")).toBe("1");
    expect(read.value.contents.records.filter((record) => record.kind === "attachment")).toMatchObject([{ name: "scenario/x.xosc", mediaType: "application/xml" }]);
  });

  it("has the same bytes for the same contents", async () => {
    expect(Buffer.compare(await writeMcap(fill().contents()), await writeMcap(fill().contents()))).toBe(0);
  });

  it("can be sealed without ending the run", async () => {
    const buffer = fill();
    const before = buffer.contents().records.length;
    const sealed = buffer.sealed((recorder) => recorder.attach("result.json", "application/json", new Uint8Array([123, 125])));
    expect(sealed.records.length).toBe(before + 1);
    expect(buffer.contents().records.length).toBe(before);
    expect((await writeMcap(sealed)).length).toBeGreaterThan(0);
  });

  it("says in itself when it is full, and takes nothing more", () => {
    const buffer = fill(2000);
    expect(buffer.fullUs).toBeGreaterThan(0);
    const { records } = buffer.contents();
    expect(records.filter((record) => record.kind === "metadata" && record.name === TRUNCATED)).toHaveLength(1);
    expect(records.at(-1)?.kind).toBe("metadata");
  });

  it("is refused with the reason when it is no complete MCAP file", async () => {
    const bytes = await writeMcap(fill().contents());
    const reason = (changed: Uint8Array): string => {
      const read = readRecording(changed, "t.mcap");
      return read.ok ? "accepted" : read.error.map((d) => d.message).join();
    };
    expect(reason(new Uint8Array())).toMatch(/does not begin with the MCAP magic/);
    expect(reason(bytes.slice(0, bytes.length - 20))).toMatch(/truncated/);
    expect(reason(new Uint8Array([...bytes.slice(0, 8), ...bytes.slice(-8)]))).toMatch(/broken|no complete data section/);
    const other = createRecordingBuffer({ epochMs: 0 });
    expect(reason(await writeMcap(other.contents()))).toMatch(/no metadata "atlasmesh.run"/);
  });

  it("tells which record a byte belongs to", async () => {
    const bytes = await writeMcap(fill().contents());
    expect(describeOffset(bytes, 3)).toBe("the leading magic");
    expect(describeOffset(bytes, 12)).toMatch(/^header/);
    expect(describeOffset(bytes, bytes.length - 1)).toBe("the closing magic");
    expect(describeOffset(bytes, bytes.length - 12)).toMatch(/^footer/);
    const text = new TextDecoder("latin1").decode(bytes);
    expect(describeOffset(bytes, text.indexOf("scenario/x.xosc") + 1)).toBe('attachment "scenario/x.xosc"');
    expect(describeOffset(bytes, text.indexOf(RUN_METADATA) + 1)).toBe(`metadata "${RUN_METADATA}"`);
  });
});
