/** The second net: each forbidden thing throws with the seed while a run advances, and everything is as before afterwards. */
import { describe, expect, it } from "vitest";
import { guarded } from "./tripwire.ts";

const INEXACT = ["sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "exp", "expm1", "log", "log1p", "log2", "log10", "pow", "hypot", "cbrt"] as const;

const forbidden: readonly (readonly [name: string, touch: () => unknown])[] = [
  ["Date.now()", () => Date.now()],
  ["new Date()", () => new Date()],
  ["Date()", () => Date()],
  ["Reflect.construct(Date, [])", () => Reflect.construct(Date, [])],
  ["performance.now()", () => performance.now()],
  ["setTimeout", () => setTimeout(() => undefined, 0)],
  ["globalThis.setTimeout", () => globalThis.setTimeout(() => undefined, 0)],
  ["setInterval", () => setInterval(() => undefined, 1000)],
  ["setImmediate", () => setImmediate(() => undefined)],
  ["queueMicrotask", () => queueMicrotask(() => undefined)],
  ["fetch", () => fetch("http://127.0.0.1:1/")],
  ["crypto.randomUUID()", () => crypto.randomUUID()],
  ["crypto.getRandomValues()", () => crypto.getRandomValues(new Uint8Array(1))],
  ["process.hrtime()", () => process.hrtime()],
  ["process.uptime()", () => process.uptime()],
  ["process.nextTick()", () => process.nextTick(() => undefined)],
  ["process.memoryUsage()", () => process.memoryUsage()],
  ["new WeakRef({})", () => new WeakRef({})],
  ["new FinalizationRegistry()", () => new FinalizationRegistry(() => undefined)],
  ["Math.random()", () => Math.random()],
  ...INEXACT.map((name) => [`Math.${name}()`, () => (Math[name] as (...numbers: number[]) => number)(0.5, 0.5)] as const),
];

describe("while a run advances", () => {
  it.each(forbidden)("%s throws and names the seed", (_, touch) => {
    expect(() => guarded("seed-4711", touch)).toThrow(/tripwire: .*seed-4711/);
  });

  it("says what was touched", () => {
    expect(() => guarded("1", () => Math.sin(1))).toThrow("Math.sin");
    expect(() => guarded("1", () => Date.now())).toThrow("wall clock");
    expect(() => guarded("1", () => performance.now())).toThrow("performance.now");
  });

  it("arithmetic on given dates, exact mathematics and plain code go on as always", () => {
    const result = guarded("1", () => [new Date(0).toISOString(), new Date("2026-01-01T00:00:00Z").getTime(), Date.UTC(2026, 0, 1), new Date(5) instanceof Date, Math.sqrt(2), Math.imul(3, 5), Math.max(1, 2)]);
    expect(result).toEqual(["1970-01-01T00:00:00.000Z", 1767225600000, 1767225600000, true, Math.SQRT2, 15, 2]);
  });

  it("gives back what the work gave back", () => {
    expect(guarded("1", () => 42)).toBe(42);
  });
});

describe("afterwards", () => {
  const descriptors = (): readonly unknown[] => [
    ...["Date", "setTimeout", "setInterval", "setImmediate", "queueMicrotask", "fetch", "WebSocket", "WeakRef", "FinalizationRegistry", "requestAnimationFrame", "XMLHttpRequest"].map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]),
    ...Object.getOwnPropertyNames(Math).map((name) => [name, Object.getOwnPropertyDescriptor(Math, name)]),
    ...["hrtime", "nextTick", "uptime", "memoryUsage"].map((name) => [name, Object.getOwnPropertyDescriptor(process, name)]),
    ["now", Object.getOwnPropertyDescriptor(performance, "now"), performance.now],
    ["getRandomValues", Object.getOwnPropertyDescriptor(crypto, "getRandomValues")],
  ];

  it("everything is the very thing it was", () => {
    const before = descriptors();
    guarded("1", () => undefined);
    expect(descriptors()).toEqual(before);
    for (const [, touch] of forbidden.filter(([name]) => name.startsWith("Math"))) expect(touch).not.toThrow();
    expect(Date.now()).toBeGreaterThan(0);
    expect(performance.now()).toBeGreaterThan(0);
  });

  it("also when the work throws its own error, which comes through unchanged", () => {
    const before = descriptors();
    const own = new Error("own");
    expect(() => guarded("1", () => { throw own; })).toThrow(own);
    expect(descriptors()).toEqual(before);
  });

  it("also when the wire was tripped", () => {
    const before = descriptors();
    expect(() => guarded("1", () => Math.cos(1))).toThrow("tripwire");
    expect(descriptors()).toEqual(before);
  });
});

describe("nested use", () => {
  it("stays guarded after the inner one ended, and is free after the outer one", () => {
    guarded("outer", () => {
      guarded("inner", () => expect(() => Math.sin(1)).toThrow("inner"));
      expect(() => Math.sin(1)).toThrow("outer");
      expect(() => Date.now()).toThrow("outer");
    });
    expect(() => Math.sin(1)).not.toThrow();
    expect(() => Date.now()).not.toThrow();
  });

  it("an inner failure leaves the outer guard standing", () => {
    guarded("outer", () => {
      expect(() => guarded("inner", () => { throw new Error("inner failed"); })).toThrow("inner failed");
      expect(() => setTimeout(() => undefined, 0)).toThrow("outer");
    });
    expect(typeof setTimeout(() => undefined, 0)).not.toBe("undefined");
  });
});
