/** FollowTrajectoryAction: along a trajectory by speed, or by its own times. */
import { cos, sin } from "../../../fleet-core/kernel/math/index.ts";
import type { PrivateAction } from "../../schema/model.ts";
import { setSpeed } from "../actor.ts";
import { absAngleDifference, SMALL, signOf, wrap2Pi } from "../angles.ts";
import { createPose, setOrientation, setRelativeHeading, setWorld } from "../pose.ts";
import { LATERAL, LONGITUDINAL } from "../storyboard.ts";
import { createTrajectory, type ActiveTrajectory } from "../trajectory.ts";
import { takeMotion, type ActionContext, type Make } from "./context.ts";
import type { Actor } from "../actor.ts";

type Follow = PrivateAction & { readonly kind: "follow-trajectory" };

/** Puts the actor where its trajectory is now. */
function place(ctx: ActionContext, actor: Actor, trajectory: ActiveTrajectory): void {
  const { now } = trajectory;
  const { pose } = actor;
  if (now.zSet) setWorld(ctx.map, pose, now.xM, now.yM, now.zM, now.h, now.p, now.r);
  else {
    pose.zRel = 0;
    pose.pRel = now.pSet ? 0 : now.p;
    pose.rRel = now.rSet ? 0 : now.r;
    setWorld(ctx.map, pose, now.xM, now.yM, undefined, now.h, now.pSet ? now.p : undefined, now.rSet ? now.r : undefined);
  }
}

const faces = (a: number, b: number): 1 | -1 => (absAngleDifference(a, b) > Math.PI / 2 + SMALL ? -1 : 1);

export const createFollowTrajectory: Make<Follow> = (ctx, actor, model, done) => {
  const { timing } = model;
  const { pose } = actor;
  let trajectory: ActiveTrajectory | undefined;
  let time = 0;
  /** +1: the actor looks along the path. */
  let looks: 1 | -1 = 1;
  let explicit = false;
  /** +1: it moves along the path. */
  let moves: 1 | -1 = 1;

  function advance(timeS: number, dtS: number, path: ActiveTrajectory): void {
    const before = path.now.sM;
    moves = 1;
    const facing = faces(pose.h, path.now.hTrue);
    if (timing === undefined) {
      moves = (signOf(actor.speed) * looks) as 1 | -1;
      path.toLength(path.now.sM + moves * Math.abs(actor.speed) * dtS);
      place(ctx, actor, path);
    } else {
      time = timing.domain === "relative" ? time + timing.scale * dtS : (timeS + dtS) * timing.scale;
      path.toTime(time + timing.offset);
      place(ctx, actor, path);
      const end = path.startTimeS + path.durationS;
      if (dtS > SMALL && time + (timing.domain === "relative" ? timing.offset : 0) < end + SMALL) {
        if (timing.domain === "relative") moves = signOf(path.now.sM - before);
        setSpeed(actor, (moves * facing * Math.abs(path.now.sM - before)) / dtS);
      }
    }
    if (path.now.hSet) {
      explicit = true;
      return;
    }
    if (explicit) {
      looks = faces(pose.h, path.now.hTrue);
      explicit = false;
    }
    if (looks < 0) setOrientation(ctx.map, pose, wrap2Pi(pose.h + Math.PI), undefined, undefined);
  }

  return {
    // Without times of its own a trajectory leaves the speed to others.
    holds: { actor: actor.index, domains: timing === undefined ? LATERAL : LATERAL | LONGITUDINAL },
    start() {
      trajectory = undefined;
      if (actor.external) return;
      const made = createTrajectory(
        model.trajectory,
        (position) => {
          const at = createPose();
          ctx.positions.resolve(position, at);
          return at;
        },
        model.followingMode,
        actor.speed,
        pose,
        actor.traits.turning,
      );
      trajectory = made;
      actor.trajectory = made;
      if (made === undefined) return;
      made.toLength(model.initialDistanceOffset);
      time = made.now.timeS;
      place(ctx, actor, made);
      const { now } = made;
      const way = timing === undefined ? signOf(actor.speed) : now.hSet ? faces(now.h, now.hTrue) : 1;
      explicit = now.hSet;
      setOrientation(ctx.map, pose, now.hSet ? now.h : wrap2Pi(now.hTrue + (way < 0 ? Math.PI : 0)), undefined, undefined);
      looks = now.hSet && actor.traits.headingIsLookOnly ? 1 : faces(pose.h, now.hTrue);
      if (timing !== undefined) setSpeed(actor, way * now.speedMps);
    },
    step(timeS, dtS) {
      const path = trajectory;
      if (actor.external || path === undefined) return done();
      takeMotion(actor);
      actor.speedSet = true;
      const before = path.now.sM;
      advance(timeS, dtS, path);
      const end = path.startTimeS + path.durationS;
      const clock = time + (timing?.offset ?? 0);
      const { sM } = path.now;
      const byLength = timing === undefined && !path.closed && dtS > 0 && actor.speed !== 0 && (moves > 0 ? sM > path.lengthM - SMALL : sM < SMALL);
      const byTime = timing !== undefined && clock > end - SMALL;
      if (!byLength && !byTime) return;
      // What is left of this step goes straight on.
      const rest = byTime ? (clock - end) * actor.speed : Math.max(0, Math.abs(actor.speed) * dtS - Math.abs(sM - before));
      const { h } = path.now;
      const { hRel } = pose;
      if (Math.abs(rest) > 0) {
        setWorld(ctx.map, pose, pose.xM + rest * cos(h), pose.yM + rest * sin(h), undefined, undefined, undefined, undefined);
        setRelativeHeading(ctx.map, pose, hRel, false);
      }
      done();
    },
    end() {
      if (actor.trajectory === trajectory) actor.trajectory = undefined;
    },
  };
};
