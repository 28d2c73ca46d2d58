/**
 * The order in which Init's actions start: global and user-defined ones first, then each entity's, those teleported
 * relative to another after that other. Entities that wait for each other keep the file's order.
 */
import type { InitAction, Position } from "../schema/model.ts";

function dependsOn(position: Position): string | undefined {
  switch (position.kind) {
    case "relative-lane":
    case "relative-object":
    case "relative-world":
    case "relative-road":
      return position.entity;
    default:
      return undefined;
  }
}

export function orderInit(init: readonly InitAction[]): readonly InitAction[] {
  const general = init.filter((a) => a.entity === undefined && a.action.scope === "global");
  const user = init.filter((a) => a.entity === undefined && a.action.scope !== "global");
  const own = init.filter((a) => a.entity !== undefined);
  const needs = new Map<string, Set<string>>();
  for (const a of own) {
    const name = a.entity as string;
    const set = needs.get(name) ?? new Set<string>();
    needs.set(name, set);
    if (a.action.scope !== "private" || a.action.action.kind !== "teleport") continue;
    const on = dependsOn(a.action.action.position);
    if (on !== undefined && on !== name) set.add(on);
  }
  const ordered: string[] = [];
  const visiting = new Set<string>();
  const visit = (name: string): void => {
    if (ordered.includes(name) || visiting.has(name)) return;
    visiting.add(name);
    for (const on of needs.get(name) ?? []) if (needs.has(on)) visit(on);
    visiting.delete(name);
    ordered.push(name);
  };
  for (const name of needs.keys()) visit(name);
  return [...general, ...user, ...ordered.flatMap((name) => own.filter((a) => a.entity === name))];
}
