import { describe, expect, test } from "vitest";
import { createScheduler } from "./clock.ts";
import { createMemoryEventLog, createMemoryLog, createMemoryRecorder, createMemoryStorage, createTransportHub } from "./memory.ts";
import { timeUs } from "./time.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const event = (type: string, data: unknown = {}): { type: string; data: unknown; correlationId: string } => ({ type, data, correlationId: "c" });

describe("event log", () => {
  test("events get version in their stream, position in the log, and the time of the clock", () => {
    const clock = createScheduler();
    const log = createMemoryEventLog({ clock });
    log.append("a", 0, [event("one"), event("two")]);
    clock.advanceTo(timeUs(7));
    log.append("b", 0, [{ ...event("three"), causationId: "x" }]);
    log.append("a", 2, [event("four")]);
    expect(log.readAll(0).map((e) => [e.stream, e.version, e.position, e.timeUs, e.type])).toEqual([
      ["a", 1, 1, 0, "one"],
      ["a", 2, 2, 0, "two"],
      ["b", 1, 3, 7, "three"],
      ["a", 3, 4, 7, "four"],
    ]);
    expect(log.read("a").map((e) => e.type)).toEqual(["one", "two", "four"]);
    expect(log.read("b")[0]?.causationId).toBe("x");
    expect(log.readAll(3).map((e) => e.type)).toEqual(["four"]);
    expect(log.readAll(9)).toEqual([]);
    expect(log.read("nobody")).toEqual([]);
  });

  test("a writer that decided on an old version is told, and nothing is written", () => {
    const log = createMemoryEventLog({ clock: createScheduler() });
    log.append("a", 0, [event("one")]);
    expect(log.append("a", 0, [event("late")])).toEqual({ ok: false, error: "conflict" });
    expect(log.append("a", 2, [event("early")])).toEqual({ ok: false, error: "conflict" });
    expect(log.append("b", 1, [event("early")])).toEqual({ ok: false, error: "conflict" });
    expect(log.readAll(0)).toHaveLength(1);
  });

  test("what was logged cannot be changed from outside, neither by the writer nor by a reader", () => {
    const log = createMemoryEventLog({ clock: createScheduler() });
    const data = { list: [1, 2], inner: { name: "x" }, nothing: undefined };
    log.append("a", 0, [event("one", data)]);
    data.list.push(3);
    data.inner.name = "y";
    expect(log.read("a")[0]?.data).toEqual({ list: [1, 2], inner: { name: "x" } });
    expect(() => ((log.read("a")[0]?.data as { list: number[] }).list[0] = 9)).toThrow(TypeError);
    (log.read("a") as unknown[]).pop();
    expect(log.read("a")).toHaveLength(1);
  });

  test.each([
    ["a function", { f: () => 1 }, "cannot hold a function"],
    ["NaN", { x: NaN }, "finite"],
    ["a Map", { m: new Map() }, "no instance of a class"],
    ["undefined in a list", [undefined], "cannot hold a undefined"],
  ])("%s does not survive a log on disk and is refused", (_name, data, message) => {
    const log = createMemoryEventLog({ clock: createScheduler() });
    expect(() => log.append("a", 0, [event("one", data)])).toThrow(message);
    expect(log.readAll(0)).toEqual([]);
  });

  test("a full log is a broken assumption, not a forgotten event", () => {
    const log = createMemoryEventLog({ clock: createScheduler(), limit: 2 });
    log.append("a", 0, [event("one")]);
    expect(() => log.append("a", 1, [event("two"), event("three")])).toThrow("at most 2 events");
    expect(log.readAll(0)).toHaveLength(1);
  });
});

describe("storage", () => {
  test("values are kept, replaced, deleted and listed in code-unit order", () => {
    const storage = createMemoryStorage({ limitBytes: 1000 });
    for (const key of ["k/b", "k/a", "k/Z", "other", "k/ä"]) expect(storage.put(key, bytes(1)).ok).toBe(true);
    expect(storage.keys("k/")).toEqual(["k/Z", "k/a", "k/b", "k/ä"]);
    storage.put("k/a", bytes(5, 6));
    expect(storage.get("k/a")).toEqual(bytes(5, 6));
    storage.delete("k/a");
    expect(storage.get("k/a")).toBeUndefined();
    storage.delete("k/a");
    expect(storage.keys("")).toEqual(["k/Z", "k/b", "k/ä", "other"]);
  });

  test("values are copies on the way in and out", () => {
    const storage = createMemoryStorage({ limitBytes: 100 });
    const value = bytes(1, 2);
    storage.put("a", value);
    value[0] = 9;
    const read = storage.get("a");
    if (read !== undefined) read[1] = 9;
    expect(storage.get("a")).toEqual(bytes(1, 2));
  });

  test("it says full, keeps what it had, and room freed can be used again", () => {
    const storage = createMemoryStorage({ limitBytes: 10 });
    expect(storage.put("a", bytes(1, 2, 3, 4)).ok).toBe(true);
    expect(storage.usedBytes).toBe(6);
    expect(storage.put("b", bytes(1, 2, 3))).toEqual({ ok: false, error: "full" });
    expect(storage.put("a", bytes(1, 2, 3, 4, 5, 6, 7, 8)).ok).toBe(true);
    expect(storage.put("a", bytes(1, 2, 3, 4, 5, 6, 7, 8, 9))).toEqual({ ok: false, error: "full" });
    expect(storage.get("a")).toHaveLength(8);
    storage.delete("a");
    expect(storage.usedBytes).toBe(0);
  });
});

describe("log", () => {
  test("the newest lines are kept in order, the sink sees all", () => {
    const clock = createScheduler();
    const seen: string[] = [];
    const log = createMemoryLog({ clock, limit: 3, sink: (line) => seen.push(line.message) });
    expect(log.lines()).toEqual([]);
    for (let i = 1; i <= 5; i += 1) {
      clock.advanceTo(timeUs(i));
      log.write("info", "test", `m${i}`);
      if (i === 3) expect(log.lines().map((line) => line.message)).toEqual(["m1", "m2", "m3"]);
    }
    expect(log.lines()).toEqual([3, 4, 5].map((i) => ({ timeUs: i, level: "info", name: "test", message: `m${i}` })));
    expect(seen).toHaveLength(5);
    expect(log.written).toBe(5);
  });
});

describe("recorder", () => {
  test("it keeps channels, messages as they were when written, attachments and metadata", () => {
    const recorder = createMemoryRecorder();
    const id = recorder.channel({ topic: "/log", schemaName: "foxglove.Log", jsonSchema: {} });
    const message = { text: "a" };
    recorder.write(id, timeUs(5), message);
    message.text = "b";
    recorder.attach("map.xodr", "application/xml", bytes(1));
    recorder.metadata("run", { seed: "1" });
    expect(recorder.recorded()).toMatchObject({
      channels: [{ topic: "/log" }],
      messages: [{ channelId: 1, timeUs: 5, json: '{"text":"a"}' }],
      attachments: [{ name: "map.xodr", mediaType: "application/xml" }],
      metadata: [{ name: "run", entries: { seed: "1" } }],
    });
    expect(() => recorder.write(9, timeUs(5), {})).toThrow("no channel 9");
  });
});

describe("transport hub", () => {
  test("a datagram arrives on the scheduler, never inside send, with its sender's name", () => {
    const clock = createScheduler();
    const hub = createTransportHub({ clock });
    const got: string[] = [];
    hub.endpoint("b").onReceive((from, topic, payload) => got.push(`${from} ${topic} ${payload.join(",")}`));
    hub.endpoint("a").send("b", "hello", bytes(1, 2));
    expect(got).toEqual([]);
    clock.advanceTo(timeUs(0));
    expect(got).toEqual(["a hello 1,2"]);
  });

  test("delays order arrival, equal ones keep the order of sending, doubles arrive twice, lost ones never", () => {
    const clock = createScheduler();
    const delays: number[][] = [[30], [10], [10], [], [5, 40]];
    const hub = createTransportHub({ clock, delivery: () => delays.shift() ?? [] });
    const got: number[] = [];
    hub.endpoint("b").onReceive((_from, _topic, payload) => got.push(payload[0] ?? -1));
    for (let i = 0; i < 5; i += 1) hub.endpoint("a").send("b", "t", bytes(i));
    clock.advanceTo(timeUs(100));
    expect(got).toEqual([4, 1, 2, 0, 4]);
    expect([hub.sent, hub.delivered]).toEqual([5, 5]);
  });

  test("the payload is a copy: changing it after sending changes nothing", () => {
    const clock = createScheduler();
    const hub = createTransportHub({ clock });
    const got: number[] = [];
    hub.endpoint("b").onReceive((_from, _topic, payload) => got.push(payload[0] ?? -1));
    const payload = bytes(1);
    hub.endpoint("a").send("b", "t", payload);
    payload[0] = 9;
    clock.advanceTo(timeUs(0));
    expect(got).toEqual([1]);
  });

  test("too large and too many are refused, to nobody is lost", () => {
    const clock = createScheduler();
    const hub = createTransportHub({ clock, payloadBytesMax: 2, queueMax: 1 });
    const a = hub.endpoint("a");
    expect(a.send("b", "t", bytes(1, 2, 3))).toEqual({ ok: false, error: "too-large" });
    expect(a.send("nobody", "t", bytes(1)).ok).toBe(true);
    expect(a.send("b", "t", bytes(1))).toEqual({ ok: false, error: "queue-full" });
    clock.advanceTo(timeUs(0));
    expect(a.send("b", "t", bytes(1)).ok).toBe(true);
    expect(hub.delivered).toBe(0);
  });

  test("a restarted program takes over its address", () => {
    const clock = createScheduler();
    const hub = createTransportHub({ clock });
    const got: string[] = [];
    expect(hub.endpoint("core")).toBe(hub.endpoint("core"));
    hub.endpoint("core").onReceive(() => got.push("old"));
    hub.endpoint("a").send("core", "t", bytes(1));
    hub.endpoint("core").onReceive(() => got.push("new"));
    clock.advanceTo(timeUs(0));
    expect(got).toEqual(["new"]);
  });
});
