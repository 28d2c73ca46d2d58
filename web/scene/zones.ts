/**
 * Which landscape belongs where. The page knows no place names: it looks at which classes of vehicle start where, and
 * lets each place look like the nearest of them would have it. A map with none of them is open country.
 */
import { POSE_STRIDE, type EntityView } from "../../fleet-core/contract/twin-view.ts";
import { modelOf } from "./models/index.ts";

export type Zone = "town" | "port" | "mine" | "depot" | "range" | "country";

export interface Anchor {
  readonly zone: Zone;
  readonly xM: number;
  readonly yM: number;
}

const ZONE_OF_MODEL: Readonly<Record<string, Zone>> = { bus: "town", sedan: "town", "terminal-tractor": "port", "haul-truck": "mine", utv: "depot", defense: "range" };

export function anchorsFrom(roster: readonly EntityView[], poses: Float64Array): readonly Anchor[] {
  const anchors: Anchor[] = [];
  const zones = new Set<Zone>();
  roster.forEach((entity, i) => {
    const zone = entity.driven === "agent" ? ZONE_OF_MODEL[modelOf(entity).id] : undefined;
    if (zone === undefined) return;
    zones.add(zone);
    anchors.push({ zone, xM: poses[i * POSE_STRIDE] ?? 0, yM: poses[i * POSE_STRIDE + 1] ?? 0 });
  });
  // One class alone does not make a town: a lone ego on a motorway drives through open country.
  return zones.size >= 3 ? anchors : [];
}

/** Zone of a place: that of the nearest anchor. */
export function zoneAt(anchors: readonly Anchor[], x: number, y: number): Zone {
  let zone: Zone = "country";
  let best = Infinity;
  for (const a of anchors) {
    const d = (a.xM - x) * (a.xM - x) + (a.yM - y) * (a.yM - y);
    if (d < best) {
      best = d;
      zone = a.zone;
    }
  }
  return zone;
}
