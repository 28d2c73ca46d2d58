import { expect, test } from "vitest";
import { POSE_STRIDE, type EntityView } from "../../fleet-core/contract/twin-view.ts";
import { pick } from "./picking.ts";

const entity = (id: string): EntityView => ({ id, kind: "vehicle", model: "bus", colour: "#123456", profile: undefined, lengthM: 12, widthM: 2.5, heightM: 3, centreXM: 3, centreYM: 0, centreZM: 1.5, driven: "agent" });
const world = (...poses: readonly (readonly [x: number, y: number, yaw: number])[]): { roster: EntityView[]; poses: Float64Array } => {
  const rows = new Float64Array(poses.length * POSE_STRIDE);
  poses.forEach(([x, y, yaw], i) => rows.set([x, y, 0, yaw], i * POSE_STRIDE));
  return { roster: poses.map((_, i) => entity(`e${i}`)), poses: rows };
};

test("the nearer of two boxes on the ray is taken", () => {
  const w = world([40, 0, 0], [20, 0, 0]);
  expect(pick(w, [0, 0, 1], [1, 0, 0])).toBe(1);
});

test("a turned box is hit where it stands, not where it would stand unturned", () => {
  const w = world([0, 0, Math.PI / 2]);
  expect(pick(w, [0, 8, 20], [0, 0, -1])).toBe(0);
  expect(pick(w, [8, 0, 20], [0, 0, -1])).toBe(-1);
});

test("what lies behind the eye is not seen", () => {
  expect(pick(world([-20, 0, 0]), [0, 0, 1], [1, 0, 0])).toBe(-1);
});
