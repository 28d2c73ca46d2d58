import { describe, expect, it } from "vitest";
import { divergenceOf, type MessageView } from "./messages.ts";

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const message = (value: unknown, timeUs = 20_000, topic = "/atlasmesh/tick"): MessageView => ({ channel: { topic, schemaName: "x", jsonSchema: {} }, timeUs, data: encode(value) });
const tickOf = (xM: number): unknown => ({ tick: 2, hash: "a", entities: [{ id: "bus-1", xM: 1, yM: 2 }, { id: "sedan-1", xM, yM: 4 }] });

describe("divergence of two messages", () => {
  it("is none for the same bytes", () => expect(divergenceOf(message(tickOf(3)), message(tickOf(3)), 10_000)).toBeUndefined());
  it("names tick, entity and field", () => {
    const found = divergenceOf(message(tickOf(9)), message(tickOf(3)), 10_000);
    expect(found).toMatchObject({ tick: 2, entity: "sedan-1", field: "xM", recorded: "9", recomputed: "3" });
  });
  it("names the entity a vehicle topic belongs to", () => {
    const topic = "/vehicle/bus-1/agent";
    expect(divergenceOf(message({ behaviour: "cruise" }, 0, topic), message({ behaviour: "mrm" }, 0, topic), 10_000)).toMatchObject({ entity: "bus-1", field: "behaviour" });
  });
  it("names the field a broken byte stands in, JSON or not", () => {
    const good = message(tickOf(3));
    const at = (text: string): number => new TextDecoder().decode(good.data).indexOf(text);
    const broken = (offset: number): MessageView => ({ ...good, data: good.data.map((byte, i) => (i === offset ? byte ^ 0x55 : byte)) });
    expect(divergenceOf(broken(at('"sedan-1"') + 10), good, 10_000)).toMatchObject({ tick: 2, entity: "sedan-1", field: "xM" });
    expect(divergenceOf(broken(at('"xM":3') + 5), good, 10_000)).toMatchObject({ entity: "sedan-1", field: "xM", recomputed: "3" });
    expect(divergenceOf(broken(at('"yM":2') + 1), good, 10_000)).toMatchObject({ entity: "bus-1", field: "yM" });
    expect(divergenceOf(broken(at('"a"') + 1), good, 10_000)).toMatchObject({ entity: undefined, field: "hash" });
  });
  it("names another time, another topic, a missing message", () => {
    const good = message(tickOf(3));
    expect(divergenceOf(message(tickOf(3), 30_000), good, 10_000)?.field).toBe("time");
    expect(divergenceOf(message(tickOf(3), 20_000, "/other"), good, 10_000)?.field).toBe("topic");
    expect(divergenceOf(undefined, good, 10_000)?.field).toBe("message");
    expect(divergenceOf(good, undefined, 10_000)?.field).toBe("message");
  });
});
