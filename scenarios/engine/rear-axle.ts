/** A vehicle led by a point ahead of its rear axle: the axle trails that point like a cart, which gives the heading. */
import { atan2, cos, sin } from "../../fleet-core/kernel/math/index.ts";
import type { Actor } from "./actor.ts";
import { SMALL, wrap2Pi } from "./angles.ts";
import { setWorld, type RoadMap } from "./pose.ts";

/** Puts the axle straight behind, as after a jump. */
export function alignRearAxle(actor: Actor, heading = actor.pose.h): void {
  const { pose, traits } = actor;
  actor.rearX = pose.xM - traits.refpointM * cos(heading);
  actor.rearY = pose.yM - traits.refpointM * sin(heading);
}

/** After the leading point has moved: turns the vehicle towards it and draws the axle along. */
export function trailRearAxle(map: RoadMap, actor: Actor): void {
  const { pose } = actor;
  const dx = pose.xM - actor.rearX;
  const dy = pose.yM - actor.rearY;
  if (dx * dx + dy * dy < SMALL * SMALL) return;
  pose.zRel = pose.pRel = pose.rRel = 0;
  const heading = wrap2Pi(atan2(dy, dx));
  setWorld(map, pose, pose.xM, pose.yM, undefined, heading, undefined, undefined);
  alignRearAxle(actor, heading);
}
