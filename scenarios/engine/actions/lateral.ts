/** LaneChangeAction and LaneOffsetAction: the sideways transitions along the road. */
import { atan, atan2 } from "../../../fleet-core/kernel/math/index.ts";
import type { PrivateAction } from "../../schema/model.ts";
import { isForward, LARGE, signOf, SMALL, wrap2Pi } from "../angles.ts";
import { advance, atEnd, createTransition, endForAcceleration, restart, scaledSlope, setTarget, slope, value } from "../dynamics.ts";
import { alongReference, moveAlong } from "../move.ts";
import { copyPose, createPose, forceLane, setLane, setRelativeHeading, snapToLane, centreT } from "../pose.ts";
import { laneBeside } from "../positions.ts";
import { LATERAL } from "../storyboard.ts";
import { choiceOf, takeMotion, type Make } from "./context.ts";

type Change = PrivateAction & { readonly kind: "lane-change" };
type Offset = PrivateAction & { readonly kind: "lane-offset" };

/** When the file states none: a brisk but comfortable shift. The standard leaves it open. */
const LATERAL_ACC_MPS2 = 0.5;

export const createLaneChange: Make<Change> = (ctx, actor, model, done) => {
  const t = createTransition(model.dynamics);
  const { map } = ctx;
  const { pose } = actor;
  /** The target lane at the actor's s; offsets are counted from it, positive away from the centre line. */
  const goal = createPose();
  let heading = 0;
  return {
    holds: { actor: actor.index, domains: LATERAL },
    start() {
      heading = 0;
      if (actor.external || pose.road === undefined) return;
      let lane: number;
      if (model.target.kind === "absolute") lane = model.target.lane;
      else {
        const other = ctx.actorOf(model.target.entity).pose;
        lane = laneBeside(other.lane, model.target.value * (isForward(other.hRel) ? 1 : -1));
      }
      // Lie along the road first: the transition brings its own heading.
      pose.pRel = 0;
      pose.rRel = 0;
      setRelativeHeading(map, pose, 0, true);
      copyPose(goal, pose);
      forceLane(map, goal, lane);
      t.end = model.dynamics.dimension === "rate" ? 0 : model.dynamics.value;
      t.rate = model.dynamics.dimension === "rate" ? model.dynamics.value : 0;
      restart(t, signOf(lane) * goal.offsetM, signOf(lane) * model.targetOffset);
    },
    step(_timeS, dtS) {
      if (actor.external || pose.road === undefined) return done();
      takeMotion(actor);
      actor.speedSet = true;
      if (Math.abs(actor.speed) < SMALL) return;
      const rate = scaledSlope(t);
      const way = Math.abs(actor.speed) * dtS;
      let offset: number;
      let along: number;
      const forward = signOf(actor.speed);
      if (t.dimension === "distance") {
        along = Math.sqrt((way * way) / (1 + rate * rate));
        advance(t, along);
        offset = value(t);
        heading = atan(rate);
      } else {
        const sideways = dtS * Math.abs(rate);
        along = sideways < way ? Math.sqrt(way * way - sideways * sideways) : 0;
        if (sideways < way + SMALL) {
          advance(t, dtS);
          offset = value(t);
          heading = wrap2Pi(atan2(forward * signOf(rate) * sideways, along));
        } else {
          // Faster sideways than it drives: straight across, as far as the speed reaches.
          const change = Math.abs(t.target - t.start);
          advance(t, change > 0 ? (way * t.end) / change : 0);
          offset = value(t, "linear");
          heading = forward * signOf(rate) * (Math.PI / 2 - SMALL);
        }
      }
      const step = t.shape === "step" || (t.dimension !== "rate" && t.end < SMALL);
      if (goal.road !== undefined) setLane(map, pose, goal.road, goal.lane, goal.sM, offset * signOf(goal.lane));
      const moved = moveAlong(map, pose, alongReference(pose, forward * (step ? way : along)), "heading", false, choiceOf(ctx, actor));
      copyPose(goal, pose);
      const over = atEnd(t) || Math.abs(offset - t.target) < SMALL || (t.at > 0 && signOf(offset - t.target) !== signOf(t.start - t.target));
      setRelativeHeading(map, pose, over ? 0 : (isForward(pose.hRel) ? 1 : -1) * signOf(pose.lane) * heading, true);
      if (actor.route === undefined && pose.road !== undefined) snapToLane(map, pose, pose.road);
      if (over || moved === "end-of-road" || pose.endOfRoad) done();
    },
  };
};

export const createLaneOffset: Make<Offset> = (ctx, actor, model, done) => {
  const t = createTransition({ shape: model.shape, dimension: "time", value: 0 });
  const { map } = ctx;
  const { pose } = actor;
  return {
    holds: { actor: actor.index, domains: LATERAL },
    start() {
      if (actor.external || pose.road === undefined) return;
      const sign = signOf(pose.lane);
      let target = sign * (model.target.kind === "absolute" ? model.target.value : 0);
      if (model.target.kind === "relative") {
        const other = ctx.actorOf(model.target.entity).pose;
        const wanted = other.tM + model.target.value * (isForward(other.hRel) ? 1 : -1);
        const centre = (other.road === undefined ? undefined : centreT(map, other.road, pose.lane, other.sM)) ?? pose.tM - pose.offsetM;
        target = sign * (wanted - centre);
      }
      restart(t, sign * pose.offsetM, target);
      setTarget(t, target);
      const peak = model.maxLateralAcc ?? LATERAL_ACC_MPS2;
      t.end = endForAcceleration(model.shape, target - t.start, Math.min(peak, LARGE));
    },
    step(_timeS, dtS) {
      const { road } = pose;
      if (actor.external || road === undefined) return done();
      actor.movedSideways = true;
      const offset = value(t);
      const sign = signOf(pose.lane);
      const over = atEnd(t) || Math.abs(offset - t.target) < SMALL || (t.at > 0 && signOf(offset - t.target) !== signOf(t.start - t.target));
      if (over) {
        setLane(map, pose, road, pose.lane, pose.sM, sign * t.target);
        setRelativeHeading(map, pose, 0, true);
        done();
      } else {
        setLane(map, pose, road, pose.lane, pose.sM, sign * offset);
        const speed = Math.abs(actor.speed) < SMALL ? SMALL : actor.speed;
        setRelativeHeading(map, pose, (isForward(pose.hRel) ? 1 : -1) * sign * atan(slope(t) / speed), true);
      }
      advance(t, dtS);
    },
  };
};
