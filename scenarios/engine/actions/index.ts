/** From an action's model to its run. */
import type { PrivateAction } from "../../schema/model.ts";
import type { Actor } from "../actor.ts";
import type { ActionRun } from "../storyboard.ts";
import { createAppearance } from "./appearance.ts";
import type { ActionContext } from "./context.ts";
import { createLongitudinalDistance } from "./distance.ts";
import { createLateralDistance } from "./lateral-distance.ts";
import { createLaneChange, createLaneOffset } from "./lateral.ts";
import { createControllerAction, createTrailerAction, createVisibility } from "./others.ts";
import { createAcquirePosition, createAssignRoute, createRandomRoute, createTeleport } from "./routing.ts";
import { createSpeed, createSpeedProfile } from "./speed.ts";
import { createSynchronize } from "./synchronize.ts";
import { createFollowTrajectory } from "./trajectory.ts";

export function createPrivate(ctx: ActionContext, actor: Actor, model: PrivateAction, done: () => void): ActionRun {
  switch (model.kind) {
    case "teleport":
      return createTeleport(ctx, actor, model, done);
    case "speed":
      return createSpeed(ctx, actor, model, done);
    case "speed-profile":
      return createSpeedProfile(ctx, actor, model, done);
    case "longitudinal-distance":
      return createLongitudinalDistance(ctx, actor, model, done);
    case "lane-change":
      return createLaneChange(ctx, actor, model, done);
    case "lane-offset":
      return createLaneOffset(ctx, actor, model, done);
    case "lateral-distance":
      return createLateralDistance(ctx, actor, model, done);
    case "visibility":
      return createVisibility(ctx, actor, model, done);
    case "synchronize":
      return createSynchronize(ctx, actor, model, done);
    case "activate-controller":
    case "assign-controller":
    case "override-controller":
      return createControllerAction(ctx, actor, model, done);
    case "assign-route":
      return createAssignRoute(ctx, actor, model, done);
    case "acquire-position":
      return createAcquirePosition(ctx, actor, model, done);
    case "random-route":
      return createRandomRoute(ctx, actor, model, done);
    case "follow-trajectory":
      return createFollowTrajectory(ctx, actor, model, done);
    case "connect-trailer":
    case "disconnect-trailer":
      return createTrailerAction(ctx, actor, model, done);
    case "appearance":
      return createAppearance(ctx, actor, model, done);
  }
}
