/**
 * Actors that a maneuver group does not name but whose conditions start its events (`selectTriggeringEntities`): the
 * entities of the event's start trigger; of the act's when the event's asks nothing about entities. One acts when its
 * own condition holds at the start of the event, or has just ceased to hold where the edge is `falling`. With a delay the
 * present counts as well. Never evaluates edges: that has happened when it is asked.
 */
import type { Condition, Trigger } from "../schema/model.ts";
import type { Actor } from "./actor.ts";
import { entityTest, type ConditionPorts } from "./conditions.ts";

export interface Triggered {
  /** Every entity that may be chosen, in the file's order, each once. */
  readonly candidates: readonly string[];
  chosen(actor: Actor, timeS: number): boolean;
}

const byEntity = (trigger: Trigger | undefined): readonly Condition[] => trigger?.groups.flatMap((group) => group.filter((c) => c.body.by === "entity")) ?? [];

export function createTriggered(ports: ConditionPorts, event: Trigger | undefined, act: Trigger | undefined): Triggered {
  const own = byEntity(event);
  const conditions = (own.length > 0 ? own : byEntity(act)).flatMap((c) => (c.body.by === "entity" ? [{ entities: c.body.entities, test: entityTest(ports, c.body.condition), wanted: c.edge !== "falling" }] : []));
  return {
    candidates: [...new Set(conditions.flatMap((c) => c.entities))],
    chosen: (actor, timeS) => actor.active && conditions.some((c) => c.entities.includes(actor.name) && c.test(actor, timeS) === c.wanted),
  };
}
