/** TeleportAction, AssignRouteAction, AcquirePositionAction, RandomRouteAction: where an actor is and where it turns. */
import { TAU } from "../../../fleet-core/kernel/math/index.ts";
import type { PrivateAction } from "../../schema/model.ts";
import type { Actor } from "../actor.ts";
import { isForward } from "../angles.ts";
import { copyPose, createPose } from "../pose.ts";
import { createRoute } from "../route.ts";
import { LATERAL, LONGITUDINAL } from "../storyboard.ts";
import { alignRearAxle } from "../rear-axle.ts";
import { alignTrailers } from "../trailers.ts";
import { takeMotion, type Make } from "./context.ts";

type Teleport = PrivateAction & { readonly kind: "teleport" };
type Assign = PrivateAction & { readonly kind: "assign-route" };
type Acquire = PrivateAction & { readonly kind: "acquire-position" };
type Random = PrivateAction & { readonly kind: "random-route" };

/** After a jump the motion of the last step says nothing about the speed. */
export function markTeleport(actor: Actor): void {
  takeMotion(actor);
  actor.speedSet = true;
  actor.teleported = true;
}

export const createTeleport: Make<Teleport> = (ctx, actor, model, done) => {
  const goal = createPose();
  return {
    holds: { actor: actor.index, domains: LATERAL | LONGITUDINAL },
    start() {
      if (actor.external || actor.tow !== undefined) return;
      copyPose(goal, actor.pose);
      if (ctx.positions.resolve(model.position, goal)) copyPose(actor.pose, goal);
      alignTrailers(ctx.map, actor);
      alignRearAxle(actor);
      markTeleport(actor);
    },
    step: () => done(),
  };
};

export const createAssignRoute: Make<Assign> = (ctx, actor, model, done) => ({
  holds: { actor: actor.index, domains: 0 },
  start() {
    actor.route = ctx.positions.route(model.route);
  },
  step: () => done(),
});

export const createAcquirePosition: Make<Acquire> = (ctx, actor, model, done) => ({
  holds: { actor: actor.index, domains: LONGITUDINAL },
  start() {
    const from = createPose();
    copyPose(from, actor.pose);
    // The way starts in the direction the actor looks.
    from.hRel = isForward(actor.pose.hRel) ? 1e-9 : Math.PI;
    const goal = createPose();
    copyPose(goal, actor.pose);
    if (ctx.positions.resolve(model.position, goal)) actor.route = createRoute(ctx.map, [from, goal]);
  },
  step: () => done(),
});

export const createRandomRoute: Make<Random> = (ctx, actor, _model, done) => ({
  holds: { actor: actor.index, domains: 0 },
  start() {
    actor.turn = ctx.rng.float() * TAU;
  },
  step: () => done(),
});
