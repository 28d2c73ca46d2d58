/**
 * What the driver of one actor sees of another: the encounter in the frame of its own way along the road. Reads poses
 * only; never moves anybody.
 */
import { cos, sin } from "../../../fleet-core/kernel/math/index.ts";
import type { Encounter } from "../../drivers/encounter.ts";
import type { Actor } from "../actor.ts";
import { isForward } from "../angles.ts";
import { createDifference, type RoadDistances } from "../road-distance.ts";

export interface Sight {
  /** Fills `out` and is true when `other` is within `rangeM` along the road ahead or alongside. `sameLane` is set then. */
  look(actor: Actor, accelMps2: number, other: Actor, rangeM: number, out: Encounter): boolean;
  /** Of the last look: whether the other counts as on the actor's own lane. */
  sameLane: boolean;
}

export function createSight(roads: RoadDistances): Sight {
  const difference = createDifference();
  return {
    sameLane: false,
    look(actor, accelMps2, other, rangeM, out) {
      const reach = rangeM + actor.model.box.length + other.model.box.length;
      const dx = other.pose.xM - actor.pose.xM;
      const dy = other.pose.yM - actor.pose.yM;
      if (dx * dx + dy * dy > reach * reach) return false;
      if (!roads.between(actor.pose, other.pose, difference)) return false;
      if (difference.dsM > reach || difference.dsM < -reach) return false;
      const { box } = actor.model;
      const { box: theirs } = other.model;
      // Which way the other looks, seen along the actor's way.
      const along = difference.sameDirection ? 1 : -1;
      out.aheadM = difference.dsM + along * theirs.cx - box.cx;
      out.lengthsM = 0.5 * (box.length + theirs.length);
      out.gapM = Math.abs(out.aheadM) - 0.5 * box.length - 0.5 * theirs.length;
      out.besideM = Math.abs(difference.dtM) - 0.5 * box.width - 0.5 * theirs.width;
      const c = cos(other.pose.hRoad);
      const s = sin(other.pose.hRoad);
      // Along and across the road the other is on; its direction of travel decides the sign.
      const forward = isForward(other.pose.hRel) ? 1 : -1;
      out.egoMps = actor.speed;
      out.egoAccelMps2 = accelMps2;
      out.otherMps = (other.velX * c + other.velY * s) * forward * along;
      out.otherAccelMps2 = (other.accX * c + other.accY * s) * forward * along;
      const across = other.velY * c - other.velX * s;
      out.approachMps = difference.dtM > 0 ? -across : across;
      this.sameLane = difference.dLane === 0 && !difference.opposite;
      return true;
    },
  };
}
