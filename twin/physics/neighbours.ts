/**
 * Solid things next to one vehicle, as boxes in its cannon-es world. Only those that could touch it within the step
 * enter the world. A box with a mass takes its share of the shock in this world; the world of its own vehicle moves it.
 */
import { Body, Box, Vec3, type World } from "cannon-es";
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import { cos, sin } from "../../fleet-core/kernel/math/index.ts";
import { G_MPS2 } from "../../fleet-core/kernel/units.ts";
import { STEP_S, type SolidBox, type VehicleState } from "./types.ts";

export const GROUND_GROUP = 1;
export const CHASSIS_GROUP = 2;
export const SOLID_GROUP = 4;

/** Gap at which a box enters the world, on top of what both move in one step. */
const REACH_M = 0.05;
/** Bodies kept for boxes seen before; more are forgotten and made again. */
const KEPT_MAX = 64;

export interface Neighbours {
  /** Puts the boxes that can be touched into the world, in the order of `near`, at their present pose. */
  place(near: readonly SolidBox[], ego: VehicleState): void;
}

export function createNeighbours(world: World, profile: VehicleProfile): Neighbours {
  const { lengthM, widthM, rearOverhangM } = profile.geometry;
  const kept = new Map<string, Body>();
  let inWorld: Body[] = [];

  function bodyOf(box: SolidBox): Body {
    const key = `${box.id}/${box.lengthM}/${box.widthM}/${box.heightM}/${box.massKg ?? 0}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    if (kept.size >= KEPT_MAX) kept.clear();
    const body = new Body({ mass: box.massKg ?? 0, type: box.massKg === undefined ? Body.KINEMATIC : Body.DYNAMIC, linearDamping: 0, angularDamping: 0, collisionFilterGroup: SOLID_GROUP, collisionFilterMask: CHASSIS_GROUP });
    body.addShape(new Box(new Vec3(box.lengthM / 2, box.widthM / 2, box.heightM / 2)));
    kept.set(key, body);
    return body;
  }

  return {
    place(near, ego) {
      if (near.length === 0 && inWorld.length === 0) return;
      const c = cos(ego.yawRad);
      const s = sin(ego.yawRad);
      const ahead = lengthM / 2 - rearOverhangM;
      const ex = ego.xM + c * ahead;
      const ey = ego.yM + s * ahead;
      const evx = c * ego.speedMps - s * ego.lateralMps;
      const evy = s * ego.speedMps + c * ego.lateralMps;
      const wanted: Body[] = [];
      for (const box of near) {
        const bc = cos(box.yawRad);
        const bs = sin(box.yawRad);
        const dvx = box.vxMps - evx;
        const dvy = box.vyMps - evy;
        const reach = REACH_M + STEP_S * Math.sqrt(dvx * dvx + dvy * dvy);
        if (!overlap(box.xM - ex, box.yM - ey, c, s, lengthM / 2 + reach, widthM / 2 + reach, bc, bs, box.lengthM / 2, box.widthM / 2)) continue;
        const body = bodyOf(box);
        body.position.set(box.xM, box.yM, box.zM);
        const w = Math.sqrt(0.5 * (1 + Math.abs(bc)));
        if (bc >= 0) body.quaternion.set(0, 0, bs / (2 * w), w);
        else body.quaternion.set(0, 0, w, bs / (2 * w));
        body.velocity.set(box.vxMps, box.vyMps, 0);
        body.angularVelocity.set(0, 0, 0);
        // Its own world carries it: cancels the gravity that this world would add.
        body.force.set(0, 0, body.mass * G_MPS2);
        body.torque.set(0, 0, 0);
        body.aabbNeedsUpdate = true;
        if (box.massKg !== undefined) body.updateInertiaWorld(true);
        wanted.push(body);
      }
      if (wanted.length === inWorld.length && wanted.every((b, i) => b === inWorld[i])) return;
      for (const body of inWorld) world.removeBody(body);
      for (const body of wanted) world.addBody(body);
      inWorld = wanted;
    },
  };
}

/** Whether two rectangles overlap: separating axes of both. Offset of the second from the first, (cos, sin) and half sizes of each. */
export function overlap(dx: number, dy: number, ac: number, as: number, al: number, aw: number, bc: number, bs: number, bl: number, bw: number): boolean {
  const along = Math.abs(ac * bc + as * bs);
  const across = Math.abs(ac * bs - as * bc);
  return (
    Math.abs(dx * ac + dy * as) <= al + bl * along + bw * across &&
    Math.abs(dy * ac - dx * as) <= aw + bl * across + bw * along &&
    Math.abs(dx * bc + dy * bs) <= bl + al * along + aw * across &&
    Math.abs(dy * bc - dx * bs) <= bw + al * across + aw * along
  );
}
