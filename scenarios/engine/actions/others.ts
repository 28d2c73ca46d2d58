/** Actions that do not move: visibility, controllers, trailers; and those that change the world at large. */
import type { GlobalAction, PrivateAction, TrafficAction } from "../../schema/model.ts";
import type { Actor } from "../actor.ts";
import { copyPose, createPose } from "../pose.ts";
import type { Signals } from "../signals.ts";
import type { ActionRun } from "../storyboard.ts";
import { alignRearAxle } from "../rear-axle.ts";
import { alignTrailers, connectTrailer, disconnectTrailer } from "../trailers.ts";
import type { Values } from "../values.ts";
import type { ActionContext, Make } from "./context.ts";

/** Done at once when started; complete at its first step, as actions of no duration are. */
const instant = (holds: ActionRun["holds"], start: (timeS: number) => void, done: () => void): ActionRun => ({ holds, start, step: () => done() });

export const createVisibility: Make<PrivateAction & { readonly kind: "visibility" }> = (_ctx, actor, model, done) =>
  instant(
    { actor: actor.index, domains: 0 },
    () => {
      actor.visible = { graphics: model.graphics, sensors: model.sensors, traffic: model.traffic };
    },
    done,
  );

/** Without a driver model behind it a controller moves nothing: the storyboard's own motion goes on. */
export const createControllerAction: Make<PrivateAction & { readonly kind: "activate-controller" | "assign-controller" | "override-controller" }> = (ctx, actor, model, done) => ({
  holds: { actor: actor.index, domains: 0 },
  start() {
    if (model.kind === "assign-controller") {
      actor.controllers.push(model.controller);
      ctx.driving.assign(actor, model.controller, model.domains);
    }
    if (model.kind === "activate-controller") {
      ctx.driving.activate(actor, model.controller, model.domains);
      done();
    }
  },
  step: () => done(),
});

export const createTrailerAction: Make<PrivateAction & { readonly kind: "connect-trailer" | "disconnect-trailer" }> = (ctx, actor, model, done) =>
  instant(
    { actor: actor.index, domains: 0 },
    () => {
      if (model.kind === "connect-trailer") connectTrailer(actor, ctx.actorOf(model.trailer));
      else disconnectTrailer(actor);
    },
    done,
  );

export interface WorldPorts {
  readonly parameters: Values;
  readonly variables: Values;
  readonly monitors: Map<string, boolean>;
  readonly signals: Signals;
  readonly setEnvironment: (environment: (GlobalAction & { readonly kind: "environment" })["environment"], timeS: number) => void;
  readonly appear: (actor: Actor) => void;
  readonly leave: (actor: Actor) => void;
  /** Starts or ends background traffic. */
  readonly traffic: (action: TrafficAction, timeS: number) => void;
}

export function createGlobal(ctx: ActionContext, world: WorldPorts, model: GlobalAction, done: () => void): ActionRun {
  return instant(undefined, (timeS) => act(ctx, world, model, timeS), done);
}

function act(ctx: ActionContext, world: WorldPorts, model: GlobalAction, timeS: number): void {
  switch (model.kind) {
    case "environment":
      return world.setEnvironment(model.environment, timeS);
    case "add-entity": {
      const actor = ctx.actorOf(model.entity);
      // One that is there already stays where it is.
      if (actor.active) return;
      const goal = createPose();
      if (ctx.positions.resolve(model.position, goal)) copyPose(actor.pose, goal);
      actor.teleported = true;
      alignRearAxle(actor);
      world.appear(actor);
      for (let t = actor.trailer; t !== undefined; t = t.trailer) world.appear(t);
      if (actor.tow === undefined) alignTrailers(ctx.map, actor);
      return;
    }
    case "delete-entity":
      return world.leave(ctx.actorOf(model.entity));
    case "parameter-set":
      return void world.parameters.set(model.parameter, model.value);
    case "parameter-modify":
      return void world.parameters.modify(model.parameter, model.operation, model.value);
    case "variable-set":
      return void world.variables.set(model.variable, model.value);
    case "variable-modify":
      return void world.variables.modify(model.variable, model.operation, model.value);
    case "set-monitor":
      return void world.monitors.set(model.monitor, model.value);
    case "traffic-signal-state":
      return world.signals.setState(model.signal, model.state);
    case "traffic-signal-controller":
      return void world.signals.setPhase(model.controller, model.phase, timeS);
    case "traffic-source":
    case "traffic-sink":
    case "traffic-swarm":
    case "traffic-area":
    case "traffic-stop":
      return world.traffic(model, timeS);
  }
}
