/** LongitudinalDistanceAction: keeps a gap or time gap, rigidly without limits, else as a critically damped spring. */
import type { PrivateAction } from "../../schema/model.ts";
import { setSpeed } from "../actor.ts";
import { LARGE, limitAbs, SMALL } from "../angles.ts";
import { createGap } from "../boxes.ts";
import { localOf } from "../measure.ts";
import { moveAlong } from "../move.ts";
import { LONGITUDINAL } from "../storyboard.ts";
import { choiceOf, type Make } from "./context.ts";

type Keep = PrivateAction & { readonly kind: "longitudinal-distance" };

/** The goal counts as reached this near. */
const REACHED_M = 0.1;
/** Share of the acceleration limit per metre of error: how stiff the spring is. */
const STIFFNESS = 0.4;

export const createLongitudinalDistance: Make<Keep> = (ctx, actor, model, done) => {
  const other = ctx.actorOf(model.entity);
  const gap = createGap();
  const c = model.constraints;
  const limit = (given: number | undefined, own: number, fallback: number): number => (given === undefined ? own : given < SMALL ? Math.min(fallback, own) : Math.min(given, own));
  // Without a DynamicConstraints element nothing limits the motion; an element that leaves one out means the vehicle's own.
  const maxSpeed = c === undefined ? LARGE : limit(c.maxSpeed, actor.maxSpeed, 250 / 3.6);
  const maxAcceleration = c === undefined ? LARGE : limit(c.maxAcceleration, actor.maxAcceleration, 5);
  const maxDeceleration = c === undefined ? LARGE : limit(c.maxDeceleration, actor.maxDeceleration, 10);
  const maxAccelerationRate = c?.maxAccelerationRate ?? LARGE;
  const maxDecelerationRate = c?.maxDecelerationRate ?? LARGE;
  let behind = true;
  let acceleration = 0;

  function distance(): number | undefined {
    if (model.freespace) {
      if (model.coordinateSystem === "entity" || model.coordinateSystem === "world") {
        ctx.measure.boxes.gap(actor, other, gap);
        return gap.longM;
      }
      return ctx.measure.between(actor, other, { freespace: true, coordinateSystem: model.coordinateSystem, type: "longitudinal" });
    }
    return ctx.measure.between(actor, other, { freespace: false, coordinateSystem: model.coordinateSystem, type: "longitudinal" });
  }

  return {
    holds: { actor: actor.index, domains: LONGITUDINAL },
    start() {
      acceleration = 0;
      behind = model.displacement === "any" ? (model.freespace ? (distance() ?? 0) : localOf(actor.pose, other.pose.xM, other.pose.yM).x) >= 0 : model.displacement === "trailingReferencedEntity";
    },
    step(_timeS, dtS) {
      if (actor.external) return done();
      const now = distance();
      if (now === undefined) return;
      const size = Math.abs(model.goal.kind === "distance" ? model.goal.value : other.speed * model.goal.value);
      const error = now - (behind ? size : -size);
      if (!model.continuous && Math.abs(error) < REACHED_M) done();
      if (maxAcceleration >= LARGE && maxDeceleration >= LARGE) {
        moveAlong(ctx.map, actor.pose, error, "heading", false, choiceOf(ctx, actor));
        setSpeed(actor, other.speed);
        return;
      }
      const stiffness = (error < 0 ? maxAcceleration : maxDeceleration) * STIFFNESS;
      let a = error * stiffness - (actor.speed - other.speed) * 2 * Math.sqrt(stiffness);
      a = Math.max(-maxDeceleration, Math.min(a, maxAcceleration));
      if (a < 0 && a < acceleration) a = Math.max(acceleration - maxDecelerationRate * dtS, a);
      else if (a >= 0 && a > acceleration) a = Math.min(acceleration + maxAccelerationRate * dtS, a);
      acceleration = a;
      setSpeed(actor, limitAbs(actor.speed + acceleration * dtS, maxSpeed));
    },
  };
};
