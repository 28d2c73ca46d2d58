import { expect, test } from "vitest";
import { POSE_STRIDE, type EntityView } from "../../fleet-core/contract/twin-view.ts";
import type { WireFrame } from "../protocol.ts";
import { createHistory, createSample } from "./history.ts";

const entity = (id: string): EntityView => ({ id, kind: "vehicle", model: "bus", colour: "#123456", profile: undefined, lengthM: 12, widthM: 2.5, heightM: 3, centreXM: 3, centreYM: 0, centreZM: 1.5, driven: "agent" });
const frame = (tick: number, rosterVersion: number, rows: readonly (readonly [x: number, yaw: number, flags: number])[]): WireFrame => {
  const poses = new Float64Array(rows.length * POSE_STRIDE);
  rows.forEach(([x, yaw, flags], i) => {
    poses[i * POSE_STRIDE] = x;
    poses[i * POSE_STRIDE + 3] = yaw;
    poses[i * POSE_STRIDE + 9] = flags;
  });
  return { tick, rosterVersion, poses };
};

test("between two frames positions move in a straight line and flags keep the older value", () => {
  const history = createHistory({ bytesMax: 1e6 });
  history.setRoster(1, [entity("a")]);
  history.push([frame(0, 1, [[0, 0, 1]]), frame(10, 1, [[5, 0, 2]])]);
  const out = createSample();
  expect(history.sample(4, out)).toBe(true);
  expect(out.tick).toBe(4);
  expect(out.poses[0]).toBeCloseTo(2, 12);
  expect(out.poses[9]).toBe(1);
});

test("an angle turns the short way round past pi", () => {
  const history = createHistory({ bytesMax: 1e6 });
  history.setRoster(1, [entity("a")]);
  history.push([frame(0, 1, [[0, 3.1, 0]]), frame(10, 1, [[0, -3.1, 0]])]);
  const out = createSample();
  history.sample(5, out);
  expect(Math.abs(out.poses[3] ?? 0)).toBeCloseTo(Math.PI, 6);
});

test("nothing is interpolated across a change of roster", () => {
  const history = createHistory({ bytesMax: 1e6 });
  history.setRoster(1, [entity("a")]);
  history.setRoster(2, [entity("b"), entity("a")]);
  history.push([frame(0, 1, [[0, 0, 0]]), frame(10, 2, [[100, 0, 0], [1, 0, 0]])]);
  const out = createSample();
  history.sample(9, out);
  expect(out.roster.map((e) => e.id)).toEqual(["a"]);
  expect(out.poses[0]).toBe(0);
  history.sample(10, out);
  expect(out.roster.map((e) => e.id)).toEqual(["b", "a"]);
});

test("the history stays within its limit and still reaches back to the beginning", () => {
  const bytesMax = 100 * POSE_STRIDE * 8;
  const history = createHistory({ bytesMax });
  history.setRoster(1, [entity("a")]);
  for (let tick = 0; tick < 4000; tick += 4) history.push([frame(tick, 1, [[tick, 0, 0]])]);
  expect(history.count * POSE_STRIDE * 8).toBeLessThanOrEqual(bytesMax);
  expect(history.firstTick).toBe(0);
  expect(history.lastTick).toBe(3996);
  const out = createSample();
  history.sample(1998, out);
  expect(out.poses[0]).toBeCloseTo(1998, 6);
});

test("frames of a run that began again replace the ones after them", () => {
  const history = createHistory({ bytesMax: 1e6 });
  history.setRoster(1, [entity("a")]);
  history.push([frame(0, 1, [[0, 0, 0]]), frame(100, 1, [[1, 0, 0]]), frame(200, 1, [[2, 0, 0]])]);
  history.push([frame(50, 1, [[9, 0, 0]])]);
  expect(history.count).toBe(2);
  expect(history.lastTick).toBe(50);
});

test("an empty history shows nothing", () => {
  expect(createHistory({ bytesMax: 1 }).sample(0, createSample())).toBe(false);
});
