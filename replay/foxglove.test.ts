import { McapIndexedReader, type McapTypes } from "@mcap/core";
import { Ajv } from "ajv";
import { beforeAll, describe, expect, it } from "vitest";
import { advance } from "../twin/drive.ts";
import { createRun } from "../twin/run.ts";
import { writeMcap } from "./recording/adapters/mcap-file.ts";
import { createRecordingBuffer } from "./recording/buffer.ts";
import { recordRunSpec } from "./run-record.ts";
import { demoSpec } from "../twin/test-spec.ts";

const SECONDS = 2;
const spec = demoSpec(SECONDS);

describe("a recording, read as Foxglove and Lichtblick read it", () => {
  let reader: McapIndexedReader;
  beforeAll(async () => {
    const host = { build: "test", runtime: "test", epochMs: 1_793_000_000_000 };
    const buffer = createRecordingBuffer(host);
    recordRunSpec(buffer, spec, host);
    const run = createRun(spec, { ...host, recorder: buffer });
    while (run.ended === undefined) advance(run, 100);
    const bytes = await writeMcap(buffer.sealed((recorder) => run.seal(recorder)));
    reader = await McapIndexedReader.Initialize({ readable: { size: () => Promise.resolve(BigInt(bytes.length)), read: (offset, length) => Promise.resolve(bytes.subarray(Number(offset), Number(offset + length))) } });
  });

  async function messages(topic: string): Promise<readonly McapTypes.Message[]> {
    const found: McapTypes.Message[] = [];
    for await (const message of reader.readMessages({ topics: [topic] })) found.push(message);
    return found;
  }

  it("is indexed, and has the channels viewers know by their schema names", () => {
    const names = new Set([...reader.channelsById.values()].map((channel) => `${channel.topic} ${reader.schemasById.get(channel.schemaId)?.name} ${channel.messageEncoding}`));
    for (const expected of ["/tf foxglove.FrameTransforms json", "/scene foxglove.SceneUpdate json", "/log foxglove.Log json", "/vehicle/bus-1/location foxglove.LocationFix json", "/vehicle/bus-1/agent atlasmesh.AgentStatus json", "/atlasmesh/tick atlasmesh.Tick json"]) expect(names).toContain(expected);
    expect(reader.chunkIndexes.length).toBeGreaterThan(0);
    expect(reader.attachmentIndexes.map((index) => index.name)).toEqual(expect.arrayContaining(["scenario/port-depot-mine-town.xosc", "scenario/maps/atlas-harbour.xodr", "profile/ride-hail-sedan.json", "fault-plan.json", "operator.json", "result.json"]));
    expect(reader.metadataIndexes.map((index) => index.name)).toEqual(["atlasmesh.run", "atlasmesh.host"]);
  });

  it("holds only messages their own JSON Schema accepts", async () => {
    const ajv = new Ajv({ strict: false });
    let checked = 0;
    for (const channel of reader.channelsById.values()) {
      const schema = reader.schemasById.get(channel.schemaId);
      const accepts = ajv.compile(JSON.parse(new TextDecoder().decode(schema?.data)) as object);
      for (const message of await messages(channel.topic)) {
        const value = JSON.parse(new TextDecoder().decode(message.data)) as unknown;
        expect(accepts(value), `${channel.topic} at ${message.logTime}: ${ajv.errorsText(accepts.errors)}`).toBe(true);
        checked += 1;
      }
    }
    expect(checked).toBeGreaterThan(SECONDS * 100);
    expect(ajv.compile(JSON.parse(new TextDecoder().decode([...reader.schemasById.values()].find((schema) => schema.name === "foxglove.SceneUpdate")?.data)) as object)({ entities: 1 })).toBe(false);
  });

  it("has one tick message per tick and one state hash per second", async () => {
    expect(await messages("/atlasmesh/tick")).toHaveLength(SECONDS * 100 + 1);
    expect(await messages("/atlasmesh/hash")).toHaveLength(SECONDS + 1);
  });
});
