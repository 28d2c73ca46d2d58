/**
 * LateralDistanceAction: keeps a sideways distance to an entity. In road coordinates it is measured across the road: at
 * once when nothing limits the motion, else as a critically damped spring. In entity coordinates the goal is a line beside
 * the other's heading (`lateral-beside.ts`). The actor looks where it moves.
 */
import { atan2 } from "../../../fleet-core/kernel/math/index.ts";
import type { PrivateAction } from "../../schema/model.ts";
import { isForward, LARGE, limitAbs, signOf, SMALL } from "../angles.ts";
import { lateralSpeed } from "../actor.ts";
import { moveAlong } from "../move.ts";
import { setLane, setOrientation, setTrack } from "../pose.ts";
import { createDifference } from "../road-distance.ts";
import { LATERAL } from "../storyboard.ts";
import { choiceOf, takeMotion, type Make } from "./context.ts";
import { goBeside } from "./lateral-beside.ts";

type Keep = PrivateAction & { readonly kind: "lateral-distance" };

const REACHED_M = 0.01;
/** Share of the acceleration limit per metre of error: how stiff the spring is. */
const STIFFNESS = 0.4;

export const createLateralDistance: Make<Keep> = (ctx, actor, model, done) => {
  const other = ctx.actorOf(model.entity);
  const { map } = ctx;
  const { pose } = actor;
  const c = model.constraints;
  const maxAcceleration = c?.maxAcceleration ?? LARGE;
  const maxSpeed = c?.maxSpeed ?? LARGE;
  const maxJerk = c?.maxAccelerationRate ?? LARGE;
  const rigid = maxAcceleration >= LARGE && maxSpeed >= LARGE && (c?.maxDeceleration ?? LARGE) >= LARGE;
  const inSpace = model.coordinateSystem === "entity" || model.coordinateSystem === "world";
  // Negative distances are those of 1.0, which knew no displacement: to the other's right.
  const side = model.displacement === "rightToReferencedEntity" || (model.displacement === "any" && model.distance < 0) ? -1 : 1;
  const wanted = side * (Math.abs(model.distance) + (model.freespace ? (actor.model.box.width + other.model.box.width) / 2 : 0));
  const difference = createDifference();
  let begun = false;
  let sideways = 0;
  let acceleration = 0;
  let lastX = 0;
  let lastY = 0;

  /** How far along +t the actor must still move; undefined: no way between the two. */
  function error(): number | undefined {
    if (!ctx.measure.roads.between(other.pose, pose, difference)) return undefined;
    // The other's left is where t grows only when it looks along this road's s.
    return (isForward(pose.hRel) === difference.sameDirection ? wanted : -wanted) - difference.dtM;
  }

  function remember(): void {
    lastX = pose.xM;
    lastY = pose.yM;
  }

  /** Turns towards where the motion since the last step led. */
  function lookAhead(): void {
    const dx = pose.xM - lastX;
    const dy = pose.yM - lastY;
    if (dx * dx + dy * dy > SMALL * SMALL) setOrientation(map, pose, atan2(dy, dx) + (actor.speed < 0 ? Math.PI : 0), undefined, undefined);
  }

  /** The speed sideways of this step, and whether the goal is reached with it. */
  function steer(e: number, dtS: number): boolean {
    const most = Math.max(0, Math.min(maxSpeed, Math.abs(actor.speed)) - SMALL);
    if (maxAcceleration < LARGE) {
      const stiffness = STIFFNESS * maxAcceleration;
      const a = e * stiffness - (sideways - lateralSpeed(other)) * 2 * Math.sqrt(stiffness);
      acceleration = limitAbs(acceleration + limitAbs(a - acceleration, maxJerk * dtS), maxAcceleration);
      sideways = limitAbs(sideways + acceleration * dtS, most);
      return Math.abs(e) < REACHED_M;
    }
    sideways = signOf(e) * most;
    if (Math.abs(sideways * dtS) <= Math.abs(e)) return false;
    sideways = dtS > 0 ? e / dtS : 0;
    return true;
  }

  return {
    holds: { actor: actor.index, domains: LATERAL },
    start() {
      begun = false;
      sideways = 0;
      acceleration = 0;
    },
    step(_timeS, dtS) {
      if (actor.external || pose.road === undefined) return done();
      if (inSpace) {
        takeMotion(actor);
        actor.speedSet = true;
        const off = goBeside(map, actor, other, wanted, { maxAcceleration, maxSpeed, dtS });
        if (!model.continuous && off < REACHED_M) done();
        return;
      }
      if (!begun) {
        begun = true;
        remember();
        return;
      }
      const e = error();
      if (e === undefined) return done();
      let reached: boolean;
      if (rigid) {
        reached = Math.abs(e) < REACHED_M;
        setTrack(map, pose, pose.road, pose.sM, pose.tM + e);
        actor.movedSideways = true;
      } else {
        takeMotion(actor);
        reached = steer(e, dtS);
        const along = Math.sqrt(Math.max(0, actor.speed * actor.speed - sideways * sideways));
        moveAlong(map, pose, signOf(actor.speed) * along * dtS, "heading", true, choiceOf(ctx, actor));
        setLane(map, pose, pose.road, pose.lane, pose.sM, pose.offsetM + sideways * dtS);
      }
      actor.speedSet = true;
      lookAhead();
      remember();
      if (reached && !model.continuous) done();
    },
  };
};
