import { describe, expect, it } from "vitest";
import { firstDifference } from "./first-difference.ts";
import { divergenceOf, type MessageView } from "./messages.ts";

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const message = (value: unknown, timeUs = 20_000, topic = "/atlasmesh/tick"): MessageView => ({ channel: { topic, schemaName: "x", jsonSchema: {} }, timeUs, data: encode(value) });
const tickOf = (xM: number): unknown => ({ tick: 2, hash: "a", entities: [{ id: "bus-1", xM: 1, yM: 2 }, { id: "sedan-1", xM, yM: 4 }] });

describe("first difference", () => {
  it("is none for equal values", () => expect(firstDifference(tickOf(3), tickOf(3))).toBeUndefined());
  it("names the path", () => expect(firstDifference(tickOf(3), tickOf(3.0000000000000004))?.path).toBe("entities[1].xM"));
  it("tells zero from minus zero", () => expect(firstDifference(0, -0)?.path).toBe(""));
  it("finds a missing member and a missing element", () => {
    expect(firstDifference({ a: 1 }, { a: 1, b: 2 })?.path).toBe("b");
    expect(firstDifference([1], [1, 2])?.path).toBe("[1]");
  });
});

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
  it("names text that is no JSON, another time, another topic, a missing message", () => {
    const good = message(tickOf(3));
    expect(divergenceOf({ ...good, data: new TextEncoder().encode("{") }, good, 10_000)?.field).toBe("message text");
    expect(divergenceOf(message(tickOf(3), 30_000), good, 10_000)?.field).toBe("time");
    expect(divergenceOf(message(tickOf(3), 20_000, "/other"), good, 10_000)?.field).toBe("topic");
    expect(divergenceOf(undefined, good, 10_000)?.field).toBe("message");
    expect(divergenceOf(good, undefined, 10_000)?.field).toBe("message");
  });
});
