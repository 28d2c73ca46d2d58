/** What actions are made with, and the form in which they are made. */
import type { Rng } from "../../../fleet-core/kernel/rng.ts";
import type { Actor } from "../actor.ts";
import type { Measure } from "../measure.ts";
import type { Choice } from "../move.ts";
import type { RoadMap } from "../pose.ts";
import type { Positions } from "../positions.ts";
import type { ActionRun } from "../storyboard.ts";
import type { Driving } from "../traffic/driving.ts";

export interface ActionContext {
  readonly driving: Driving;
  readonly map: RoadMap;
  readonly actorOf: (name: string) => Actor;
  readonly measure: Measure;
  readonly positions: Positions;
  readonly rng: Rng;
}

/** `done` ends the action as complete; it may be called from `start` or `step`. */
export type Make<T> = (ctx: ActionContext, actor: Actor, model: T, done: () => void) => ActionRun;

/** How an actor passes junctions now. */
export function choiceOf(ctx: ActionContext, actor: Actor): Choice {
  return { route: actor.route?.roads, angle: actor.turn, rng: ctx.rng };
}

export const takeMotion = (actor: Actor): void => {
  actor.movedAlong = true;
  actor.movedSideways = true;
};
