/**
 * SynchronizeAction: reach a place when the master reaches its own, if wished with a given speed. Without final speed the
 * acceleration is constant; with one it is made of two constant parts (first slower, then faster, or the other way round),
 * with a stop between them when there is too much time.
 */
import { absAngleDifference, isForward, LARGE, signOf, SMALL } from "../angles.ts";
import type { PrivateAction } from "../../schema/model.ts";
import { setSpeed, type Actor } from "../actor.ts";
import { createPose, type Pose } from "../pose.ts";
import { createDifference } from "../road-distance.ts";
import { atan2, cos, sin } from "../../../fleet-core/kernel/math/index.ts";
import { LONGITUDINAL } from "../storyboard.ts";
import type { Make } from "./context.ts";

type Sync = PrivateAction & { readonly kind: "synchronize" };

const HARDEST_MPS2 = -8;
/** On the straight last part of the profile within this speed. */
const ON_LINE_MPS = 0.1;

type Mode = "begin" | "bend" | "line" | "stopped" | "emergency" | "waiting" | "steady";

export const createSynchronize: Make<Sync> = (ctx, actor, model, done) => {
  const master = ctx.actorOf(model.master);
  const goal = createPose();
  const masterGoal = createPose();
  const difference = createDifference();
  let mode: Mode = "begin";
  let convex = false;
  let lastM = LARGE;
  let lastMasterM = LARGE;
  const finalTarget = model.finalSpeed?.target;
  const finalSpeed = (): number => (finalTarget === undefined ? 0 : finalTarget.kind === "absolute" ? finalTarget.value : finalTarget.type === "delta" ? master.speed + finalTarget.value : master.speed * finalTarget.value);

  /** Distance left along trajectory or road, else straight; and whether it lies ahead. */
  function left(of: Actor, place: Pose): { readonly m: number; readonly ahead: 1 | -1 } {
    const { trajectory } = of;
    if (trajectory !== undefined) {
      const d = trajectory.nearest(place.xM, place.yM).sM - trajectory.now.sM;
      const looks = absAngleDifference(trajectory.now.hTrue, of.pose.h) < Math.PI / 2 ? 1 : -1;
      return { m: Math.abs(d), ahead: (signOf(d) * looks) as 1 | -1 };
    }
    if (ctx.measure.roads.between(of.pose, place, difference, true)) return { m: Math.abs(difference.dsM), ahead: signOf(difference.dsM) };
    const dx = place.xM - of.pose.xM;
    const dy = place.yM - of.pose.yM;
    return { m: Math.sqrt(dx * dx + dy * dy), ahead: isForward(atan2(dy, dx) - of.pose.h) ? 1 : -1 };
  }

  /** Speed along the road's s axis, without sign. */
  const alongRoad = (of: Actor): number => Math.abs(of.velX * cos(of.pose.hRoad) + of.velY * sin(of.pose.hRoad));

  return {
    holds: { actor: actor.index, domains: LONGITUDINAL },
    start() {
      mode = "begin";
      lastM = LARGE;
      lastMasterM = LARGE;
      ctx.positions.resolve(model.position, goal);
      ctx.positions.resolve(model.masterPosition, masterGoal);
    },
    step(_timeS, dtS) {
      if (actor.external) return done();
      const own = left(actor, goal);
      const lead = left(master, masterGoal);
      let over = own.m < model.tolerance + SMALL || lead.m < model.masterTolerance + SMALL || own.m > lastM + SMALL || lead.m > lastMasterM + SMALL;
      lastM = own.m;
      lastMasterM = lead.m;
      let distance = Math.max(own.m - model.tolerance, SMALL);
      const masterDistance = Math.max(lead.m - model.masterTolerance, SMALL);
      let time = LARGE;
      const masterSpeed = signOf(master.speed) * lead.ahead * alongRoad(master);
      if (masterSpeed > SMALL) {
        time = masterDistance / masterSpeed;
        if (time < dtS) over = true;
      } else if (mode !== "waiting") {
        mode = "waiting";
        setSpeed(actor, 0);
      }
      if (over) {
        if (model.finalSpeed !== undefined) setSpeed(actor, finalSpeed());
        return done();
      }
      if (model.finalSpeed === undefined) {
        if (masterSpeed > SMALL) {
          const end = (2 * distance) / time - actor.speed;
          setSpeed(actor, actor.speed + ((end - actor.speed) / time) * dtS);
        } else setSpeed(actor, actor.speed);
        return;
      }
      const v1 = finalSpeed();
      const { steady } = model.finalSpeed;
      if (steady !== undefined && mode !== "steady") {
        const steadyM = steady.kind === "distance" ? steady.value : steady.value * v1;
        const steadyS = steadyM / v1;
        if (distance - steadyM < SMALL || time - steadyS < SMALL) mode = "steady";
        else {
          distance -= steadyM;
          time -= steadyS;
        }
      }
      setSpeed(actor, nextSpeed(distance, time, v1, dtS));
    },
  };

  function onLine(distance: number, time: number, v1: number): number {
    return time < 0.001 || distance < 0.001 ? 0 : (2 * distance) / time - v1;
  }

  function nextSpeed(s: number, t: number, v1: number, dtS: number): number {
    const v = actor.speed;
    if (mode === "steady") return v1;
    if (mode === "waiting") {
      if (t >= LARGE) return v;
      mode = "begin";
    }
    if (mode === "emergency") {
      const next = v + HARDEST_MPS2 * dtS;
      if (next >= 0) return next;
      mode = "waiting";
      return 0;
    }
    if (mode === "stopped") {
      if (t >= (2 * s) / v1) return 0;
      mode = "line";
    }
    if (mode === "line") return t > LARGE - 1 ? 0 : Math.max(0, onLine(s, t, Math.max(0, v1)));
    if (mode === "bend" && t < LARGE && Math.abs(v - ((2 * s) / t - v1)) < ON_LINE_MPS) {
      mode = "line";
      return v;
    }
    if (mode === "begin") {
      mode = "bend";
      convex = (v1 + v) / 2 < s / t;
    }
    const v0 = signOf(v) * alongRoad(actor);
    let apex = 0;
    let a = 0;
    if (Math.abs(v1 - v0) < SMALL) {
      apex = (s - (t / 2) * v0) / (t / 2);
      a = (apex - v0) / (t / 2);
    } else {
      const root = Math.SQRT2 * Math.sqrt(Math.max(0, 2 * s * s - 2 * (v1 + v0) * t * s + (v1 * v1 + v0 * v0) * t * t));
      const x1 = -(root + 2 * s - 2 * v1 * t) / (2 * (v1 - v0));
      const x2 = -(-root + 2 * s - 2 * v1 * t) / (2 * (v1 - v0));
      if (x1 > 0 && x1 < t) {
        apex = (2 * s - root) / (2 * t);
        a = (apex - v0) / x1;
      } else if (x2 > 0 && x2 < t) {
        apex = (2 * s + root) / (2 * t);
        a = (apex - v0) / x2;
      }
    }
    if (convex ? a < 0 : a > 0) {
      mode = "line";
      a = 0;
    }
    if (mode === "bend" && apex < 0) {
      // Too much time: stop on the way. Past half the distance, at once.
      const t1 = (2 * v0 * s) / (v0 * v0 + v1 * v1);
      a = Math.abs(t1) > SMALL ? -v0 / t1 : 0;
      if ((t1 * v0) / 2 > s / 2) {
        a = HARDEST_MPS2;
        mode = "emergency";
      }
      if (v0 + a * dtS < 0) {
        mode = "stopped";
        return 0;
      }
    }
    return v + a * dtS;
  }
};
