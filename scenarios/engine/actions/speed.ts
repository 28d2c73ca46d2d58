/**
 * SpeedAction and SpeedProfileAction. An actor driven from outside or by a driver model is asked for the speeds instead: they pass through the
 * same transition, so that the storyboard's course does not depend on who drives.
 */
import type { PrivateAction } from "../../schema/model.ts";
import { setSpeed, type Actor } from "../actor.ts";
import { LARGE, limitAbs, SMALL } from "../angles.ts";
import { advance, atEnd, createTransition, limitRate, restart, setTarget, value } from "../dynamics.ts";
import { LONGITUDINAL } from "../storyboard.ts";
import type { Make } from "./context.ts";
import { speedSegments, type SpeedSegment } from "./speed-profile.ts";

type Speed = PrivateAction & { readonly kind: "speed" };
type Profile = PrivateAction & { readonly kind: "speed-profile" };

const speedOf = (actor: Actor): number => (actor.external || actor.driven ? actor.requestedSpeed : actor.speed);
function giveSpeed(actor: Actor, speed: number): void {
  if (actor.external || actor.driven) actor.requestedSpeed = speed;
  else setSpeed(actor, speed);
}

export const createSpeed: Make<Speed> = (ctx, actor, model, done) => {
  const t = createTransition(model.dynamics);
  const { target } = model;
  const other = target.kind === "relative" ? ctx.actorOf(target.entity) : undefined;
  const wanted = (): number => (target.kind === "absolute" || other === undefined ? target.value : target.type === "delta" ? other.speed + target.value : other.speed * target.value);
  const goesOn = target.kind === "relative" && target.continuous;
  let reached = false;
  return {
    holds: { actor: actor.index, domains: LONGITUDINAL },
    start() {
      reached = false;
      const from = speedOf(actor);
      const to = wanted();
      t.end = model.dynamics.dimension === "rate" ? 0 : model.dynamics.value;
      t.rate = model.dynamics.dimension === "rate" ? model.dynamics.value : 0;
      if (model.dynamics.dimension === "distance") t.end = timeForDistance(from, to, model.dynamics.value);
      restart(t, from, limitAbs(to, actor.maxSpeed));
      limitRate(t, t.target > t.start ? actor.maxAcceleration : actor.maxDeceleration);
      giveSpeed(actor, value(t));
    },
    step(_timeS, dtS) {
      const now = speedOf(actor);
      if (target.kind === "relative") setTarget(t, limitAbs(wanted(), actor.maxSpeed));
      let next: number;
      if (t.end > 0 && atEnd(t)) {
        // The transition is over but the target has moved on: follow it within the limits.
        const a = dtS > SMALL ? (wanted() - now) / dtS : 0;
        next = limitAbs(now + Math.max(-actor.maxDeceleration, Math.min(a, actor.maxAcceleration)) * dtS, actor.maxSpeed);
      } else {
        advance(t, dtS);
        next = value(t);
        const needed = dtS > SMALL ? (next - now) / dtS : 0;
        if (needed > actor.maxAcceleration + SMALL || needed < -(actor.maxDeceleration + SMALL)) {
          next = limitAbs(now + Math.max(-actor.maxDeceleration, Math.min(needed, actor.maxAcceleration)) * dtS, actor.maxSpeed);
          advance(t, -(dtS - (next - now) / needed));
        }
      }
      if (atEnd(t) && Math.abs(next - t.target) < SMALL) {
        reached = true;
        next = limitAbs(wanted(), actor.maxSpeed);
      }
      giveSpeed(actor, next);
      if (reached && !goesOn) done();
    },
  };
};

/** Time over which a change of speed covers a distance: the mean speed is that of a straight change. */
export function timeForDistance(from: number, to: number, distanceM: number): number {
  if (Math.abs(to - from) < SMALL) return 0;
  if (Math.abs(from) > SMALL && Math.abs(to) > SMALL && from < 0 !== to < 0) {
    const first = (distanceM * from * from) / (from * from + to * to);
    return (2 * first) / Math.abs(from) + (2 * (distanceM - first)) / Math.abs(to);
  }
  return (2 * distanceM) / Math.abs(from + to);
}

export const createSpeedProfile: Make<Profile> = (ctx, actor, model, done) => {
  const other = model.entity === undefined ? undefined : ctx.actorOf(model.entity);
  let segments: readonly SpeedSegment[] = [];
  let index = 0;
  let speed = 0;
  return {
    holds: { actor: actor.index, domains: LONGITUDINAL },
    start(timeS) {
      const c = model.constraints;
      const limit = (given: number | undefined, own: number): number => (given === undefined || given >= LARGE ? own : given > own ? own : given);
      segments = speedSegments({
        entries: model.entries,
        mode: model.followingMode,
        startS: timeS,
        speed: speedOf(actor),
        acceleration: alongAcceleration(actor),
        offset: other?.speed ?? 0,
        maxAcceleration: limit(c?.maxAcceleration, c === undefined ? LARGE : actor.maxAcceleration),
        maxDeceleration: limit(c?.maxDeceleration, c === undefined ? LARGE : actor.maxDeceleration),
        maxAccelerationRate: c?.maxAccelerationRate ?? LARGE,
        maxDecelerationRate: c?.maxDecelerationRate ?? LARGE,
        maxSpeed: limit(c?.maxSpeed, c === undefined ? LARGE : actor.maxSpeed),
      });
      index = 0;
      speed = speedOf(actor);
    },
    step(timeS, dtS) {
      const last = segments[segments.length - 1];
      if (last === undefined) return done();
      const now = timeS + dtS;
      if (!(now > last.t && Math.abs(speed - last.v) < SMALL)) {
        while (index < segments.length - 1 && now > (segments[index + 1] as SpeedSegment).t - SMALL) index += 1;
        const s = segments[index] as SpeedSegment;
        const u = now - s.t;
        speed = s.v + s.k * u + 0.5 * s.j * u * u;
        if (Math.abs(speed) < SMALL) speed = 0;
      }
      const over = index >= model.entries.length - 1 && Math.abs(speed - last.v) < SMALL;
      if (over) speed = last.v;
      giveSpeed(actor, speed);
      if (over) done();
    },
  };
};

function alongAcceleration(actor: Actor): number {
  const v = Math.sqrt(actor.velX * actor.velX + actor.velY * actor.velY);
  return v < SMALL ? 0 : ((actor.accX * actor.velX + actor.accY * actor.velY) / v) * (actor.speed < 0 ? -1 : 1);
}
