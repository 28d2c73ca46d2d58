import { describe, expect, test } from "vitest";
import { advance, atEnd, createTransition, limitRate, peakSlope, restart, slope, value, type Transition } from "./dynamics.ts";
import type { DynamicsShape } from "../schema/model.ts";

function transition(shape: DynamicsShape, dimension: "time" | "rate" | "distance", v: number, from: number, to: number): Transition {
  const t = createTransition({ shape, dimension, value: v });
  restart(t, from, to);
  return t;
}
const after = (t: Transition, x: number): number => {
  t.at = x;
  return value(t);
};

describe("transitions from 2 to 10 over 4", () => {
  test("linear runs at 2 per unit", () => {
    const t = transition("linear", "time", 4, 2, 10);
    expect([0, 1, 2, 4].map((x) => after(t, x))).toEqual([2, 4, 6, 10]);
    expect(slope(t)).toBe(2);
  });
  test("sinusoidal is 2 + 4 (1 - cos(πx/4)), peak slope π", () => {
    const t = transition("sinusoidal", "time", 4, 2, 10);
    expect(after(t, 1)).toBeCloseTo(2 + 4 * (1 - Math.SQRT1_2), 12);
    expect(after(t, 2)).toBeCloseTo(6, 12);
    expect(slope(t)).toBeCloseTo(Math.PI, 12);
    expect(peakSlope(t)).toBeCloseTo(Math.PI, 12);
  });
  test("cubic is 2 + 8 u² (3 - 2u), peak slope 3", () => {
    const t = transition("cubic", "distance", 4, 2, 10);
    expect(after(t, 1)).toBeCloseTo(2 + 8 * (1 / 16) * 2.5, 12);
    expect(after(t, 2)).toBeCloseTo(6, 12);
    expect(slope(t)).toBeCloseTo(3, 12);
  });
  test("step is there at once", () => {
    expect(value(transition("step", "time", 4, 2, 10))).toBe(10);
  });
});

describe("rates", () => {
  test("the length follows from the peak rate, whatever its sign", () => {
    expect(transition("linear", "rate", 2, 0, 10).end).toBeCloseTo(5, 12);
    expect(transition("linear", "rate", -2, 10, 0).end).toBeCloseTo(5, 12);
    expect(transition("sinusoidal", "rate", 2, 0, 3.5).end).toBeCloseTo((Math.PI * 3.5) / 4, 12);
    expect(transition("cubic", "rate", 2, 0, 3.5).end).toBeCloseTo((1.5 * 3.5) / 2, 12);
  });
  test("a limit on the rate stretches the transition", () => {
    const t = transition("linear", "time", 1, 0, 10);
    limitRate(t, 5);
    advance(t, 1);
    expect(value(t)).toBeCloseTo(5, 12);
    advance(t, 1);
    expect(value(t)).toBe(10);
    expect(atEnd(t)).toBe(true);
  });
  test("it never runs past its end or before its start", () => {
    const t = transition("linear", "time", 1, 0, 1);
    advance(t, 5);
    expect(t.at).toBe(1);
    advance(t, -9);
    expect(t.at).toBe(0);
  });
});
