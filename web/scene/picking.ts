/** Which entity a ray meets first: rays against boxes on the CPU, in the map frame. Pure. */
import { POSE_STRIDE } from "../../fleet-core/contract/twin-view.ts";
import type { Sample } from "../model/history.ts";

export type Vec3 = readonly [x: number, y: number, z: number];

/** Row of the nearest hit, -1 for none. Boxes are grown by `growM` on each side so that small things can be hit. */
export function pick(sample: Pick<Sample, "roster" | "poses">, origin: Vec3, direction: Vec3, growM = 0.4): number {
  let best = Infinity;
  let row = -1;
  sample.roster.forEach((e, i) => {
    const k = i * POSE_STRIDE;
    const yaw = sample.poses[k + 3] ?? 0;
    const [c, s] = [Math.cos(yaw), Math.sin(yaw)];
    const turn = (x: number, y: number, z: number): Vec3 => [c * x + s * y, -s * x + c * y, z];
    const o = turn(origin[0] - (sample.poses[k] ?? 0), origin[1] - (sample.poses[k + 1] ?? 0), origin[2] - (sample.poses[k + 2] ?? 0));
    const d = turn(direction[0], direction[1], direction[2]);
    const centre: Vec3 = [e.centreXM, e.centreYM, e.centreZM];
    const half: Vec3 = [e.lengthM / 2 + growM, e.widthM / 2 + growM, e.heightM / 2 + growM];
    let near = 0;
    let far = Infinity;
    for (const axis of [0, 1, 2] as const) {
      const [low, high] = [centre[axis] - half[axis] - o[axis], centre[axis] + half[axis] - o[axis]];
      if (Math.abs(d[axis]) < 1e-9) {
        if (low > 0 || high < 0) return;
        continue;
      }
      const [t0, t1] = [low / d[axis], high / d[axis]];
      near = Math.max(near, Math.min(t0, t1));
      far = Math.min(far, Math.max(t0, t1));
    }
    if (near <= far && near < best) {
      best = near;
      row = i;
    }
  });
  return row;
}
