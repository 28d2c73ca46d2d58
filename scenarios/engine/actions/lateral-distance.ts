/**
 * LateralDistanceAction: keeps a sideways distance to an entity, at once when nothing limits the motion, else as a
 * critically damped spring along the road. In entity coordinates the goal is a line beside the other's heading.
 */
import { atan2, cos, sin } from "../../../fleet-core/kernel/math/index.ts";
import type { PrivateAction } from "../../schema/model.ts";
import { isForward, LARGE, limitAbs, signOf, SMALL } from "../angles.ts";
import { moveAlong } from "../move.ts";
import { setLane, setOrientation, setWorld } from "../pose.ts";
import { createDifference } from "../road-distance.ts";
import { LATERAL } from "../storyboard.ts";
import { choiceOf, takeMotion, type Make } from "./context.ts";

type Keep = PrivateAction & { readonly kind: "lateral-distance" };

const REACHED_M = 0.01;
const STIFFNESS = 0.4;

export const createLateralDistance: Make<Keep> = (ctx, actor, model, done) => {
  const other = ctx.actorOf(model.entity);
  const { pose } = actor;
  const c = model.constraints;
  const maxAcceleration = c?.maxAcceleration ?? LARGE;
  const maxSpeed = c?.maxSpeed ?? LARGE;
  const maxJerk = c?.maxAccelerationRate ?? LARGE;
  const rigid = maxAcceleration >= LARGE && maxSpeed >= LARGE;
  const side = model.displacement === "rightToReferencedEntity" ? -1 : 1;
  const wanted = side * (Math.abs(model.distance) + (model.freespace ? (actor.model.box.width + other.model.box.width) / 2 : 0));
  const difference = createDifference();
  let sideways = 0;
  let acceleration = 0;

  /** How far to the left of the road direction the actor must still move; undefined: no way between the two. */
  function error(): number | undefined {
    if (!ctx.measure.roads.between(other.pose, pose, difference)) return undefined;
    // t grows to the left of the road; the other's left is that only when it looks along s.
    const left = isForward(other.pose.hRel) ? wanted : -wanted;
    return left - difference.dtM;
  }

  return {
    holds: { actor: actor.index, domains: LATERAL },
    start() {
      sideways = 0;
      acceleration = 0;
    },
    step(_timeS, dtS) {
      if (actor.external || pose.road === undefined) return done();
      if (model.coordinateSystem === "entity" || model.coordinateSystem === "world") return beside(dtS);
      const e = error();
      if (e === undefined) return done();
      const x = pose.xM;
      const y = pose.yM;
      if (rigid) {
        setLane(ctx.map, pose, pose.road, pose.lane, pose.sM, pose.offsetM + e);
        actor.movedSideways = true;
        if (!model.continuous && Math.abs(e) < REACHED_M) done();
        return;
      }
      takeMotion(actor);
      actor.speedSet = true;
      if (maxAcceleration < LARGE) {
        const stiffness = STIFFNESS * maxAcceleration;
        const otherSideways = -other.velX * sin(other.pose.hRoad) + other.velY * cos(other.pose.hRoad);
        const a = e * stiffness - (sideways - otherSideways) * 2 * Math.sqrt(stiffness);
        acceleration = limitAbs(acceleration + limitAbs(a - acceleration, maxJerk * dtS), maxAcceleration);
        sideways = limitAbs(sideways + acceleration * dtS, Math.min(maxSpeed, Math.abs(actor.speed)) - SMALL);
      } else {
        sideways = signOf(e) * (Math.min(maxSpeed, Math.abs(actor.speed)) - SMALL);
        if (Math.abs(sideways * dtS) > Math.abs(e)) sideways = dtS > 0 ? e / dtS : 0;
      }
      const along = Math.sqrt(Math.max(0, actor.speed * actor.speed - sideways * sideways));
      moveAlong(ctx.map, pose, signOf(actor.speed) * along * dtS, "heading", false, choiceOf(ctx, actor));
      if (pose.road !== undefined) setLane(ctx.map, pose, pose.road, pose.lane, pose.sM, pose.offsetM + sideways * dtS);
      if (dtS > 0 && Math.abs(actor.speed) > SMALL) setOrientation(ctx.map, pose, atan2(pose.yM - y, pose.xM - x) + (actor.speed < 0 ? Math.PI : 0), undefined, undefined);
      if (!model.continuous && Math.abs(e) < REACHED_M) done();
    },
  };

  function beside(dtS: number): void {
    takeMotion(actor);
    actor.speedSet = true;
    const h = other.pose.h;
    const cx = cos(h);
    const sx = sin(h);
    // Foot of the actor on the line at the wished distance beside the other.
    const dx = pose.xM - other.pose.xM;
    const dy = pose.yM - other.pose.yM;
    const offLine = dy * cx - dx * sx - wanted;
    const way = actor.speed * dtS;
    const reach = rigid ? Math.abs(offLine) : Math.min(Math.abs(offLine), Math.abs(way), maxSpeed * dtS);
    const across = -signOf(offLine) * reach;
    const along = Math.abs(way) > reach ? signOf(way) * Math.sqrt(way * way - reach * reach) : 0;
    setWorld(ctx.map, pose, pose.xM + along * cx - across * sx, pose.yM + along * sx + across * cx, undefined, h, undefined, undefined);
    if (!model.continuous && Math.abs(offLine) < REACHED_M) done();
  }
};
