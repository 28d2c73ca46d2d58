import { describe, expect, test } from "vitest";
import { createRng } from "../../fleet-core/kernel/rng.ts";
import { timeUs } from "../../fleet-core/kernel/time.ts";
import { action, atTime, event, loadText, scenarioText, speed, trigger } from "../test-files.ts";
import type { StoryboardChange } from "../types.ts";
import { shifts, tickSensitivity, type TickSensitivity } from "./tick-sensitivity.ts";

function at(events: string, stepsUs: readonly [number, number] = [10_000, 5_000]): TickSensitivity {
  const { scenario } = loadText(scenarioText({ events, stop: trigger(atTime(6)) }));
  if (scenario === undefined) throw new Error("the test's scenario must load");
  return tickSensitivity(scenario, { rng: () => createRng("t"), stepsUs, untilUs: 20_000_000, disableControllers: false });
}
const speedAbove = (mps: number): string => `<Condition name="v" delay="0" conditionEdge="rising"><ByEntityCondition><TriggeringEntities triggeringEntitiesRule="any"><EntityRef entityRef="Ego"/></TriggeringEntities><EntityCondition><SpeedCondition value="${mps}" rule="greaterThan"/></EntityCondition></ByEntityCondition></Condition>`;

describe("a play at two steps", () => {
  test("events on both grids do not move, and the result is the same", () => {
    const found = at(event("E", action("a", speed(20, "linear", "time", 2)), trigger(atTime(1))));
    expect(found).toMatchObject({ sameEvents: true, sameVerdict: true, shifted: 0 });
    expect(found.events.length).toBeGreaterThan(8);
    const starts = found.events.filter((e) => e.element === "event" && e.state !== "complete");
    expect(starts.map((e) => e.firstUs)).toEqual([0, 1_000_000]);
    expect(starts.map((e) => e.shiftUs)).toEqual([0, 0]);
    // An end is stamped with the beginning of its step, so it moves with the step's length, never more.
    expect(found.largestShiftUs).toBeLessThanOrEqual(10_000);
    expect(found.steps.map((s) => s.stepUs)).toEqual([10_000, 5_000]);
  });
  test("a threshold crossed between two steps moves its event by no more than the longer step", () => {
    // From 10 to 20 m/s in 2 s: above 12.37 m/s after 0.474 s.
    const found = at(event("E", action("a", speed(20, "linear", "time", 2)), trigger(atTime(1))) + event("F", action("b", speed(20)), trigger(speedAbove(12.37))));
    const f = found.events.find((e) => e.path.endsWith("::F") && e.state === "running");
    expect(Math.abs(f?.shiftUs ?? 0)).toBeGreaterThan(0);
    expect(Math.abs(f?.shiftUs ?? 0)).toBeLessThanOrEqual(10_000);
    expect(found.sameEvents).toBe(true);
  });
  test("an event that one step is too long to see is told, and is a difference", () => {
    // 12 m/s is passed by 1.2 s; who looks every half second sees it at 1.5 s, when it is too late.
    const found = at(event("E", action("a", speed(20, "linear", "time", 1)), trigger(atTime(1))) + event("F", action("b", speed(5)), trigger(speedAbove(12).replace("rising", "none"), atTime(1.3, "none", 0, "lessThan"))), [500_000, 10_000]);
    const f = found.events.filter((e) => e.path.endsWith("::F") && e.state === "running");
    expect(f).toMatchObject([{ firstUs: undefined, shiftUs: undefined }]);
    expect(found.sameEvents).toBe(false);
  });
});

describe("changes side by side", () => {
  const change = (path: string, state: "running" | "complete", ms: number): StoryboardChange => ({ timeUs: timeUs(ms * 1000), step: ms, element: "event", state, name: path, path });
  test("the k-th occurrence is held against the k-th", () => {
    const rows = shifts([change("A", "running", 10), change("A", "running", 30)], [change("A", "running", 12), change("A", "running", 29), change("B", "running", 5)]);
    expect(rows.map((r) => [r.path, r.occurrence, r.shiftUs])).toEqual([["A", 1, 2000], ["A", 2, -1000], ["B", 1, undefined]]);
  });
  test("what only one step has is a difference either way", () => {
    expect(shifts([change("A", "running", 10)], [])).toMatchObject([{ firstUs: 10_000, secondUs: undefined, shiftUs: undefined }]);
    expect(shifts([], [change("A", "complete", 10)])).toMatchObject([{ firstUs: undefined, secondUs: 10_000, shiftUs: undefined }]);
  });
});
