/** Picks the model for an entity: `appearance.model` of a profile, an OpenSCENARIO category, else by kind. */
import type { EntityView } from "../../../fleet-core/contract/twin-view.ts";
import { bicycle, car, crate, motorbike, pedestrian, truck, van } from "./actors.ts";
import { bus, defense, haulTruck, sedan, terminalTractor, utv } from "./fleet.ts";
import type { Model } from "./types.ts";

export const MODELS: readonly Model[] = [utv, terminalTractor, haulTruck, defense, sedan, bus, car, van, truck, motorbike, bicycle, pedestrian, crate];
const byId = new Map(MODELS.map((m) => [m.id, m]));

/** Other names for the same looks: OpenSCENARIO categories first, then words people use. */
const ALIASES: readonly (readonly [RegExp, Model])[] = [
  [/haul|mine|dump/, haulTruck],
  [/terminal|yard/, terminalTractor],
  [/defen[cs]e|armou?r|mrap|military/, defense],
  [/utv|utility|light-industrial/, utv],
  [/sedan|ride-hail|taxi/, sedan],
  [/bus|tram|train|transit/, bus],
  [/motorbike|motorcycle|scooter/, motorbike],
  [/bicycle|bike/, bicycle],
  [/truck|semitrailer|trailer|lorry/, truck],
  [/van/, van],
  [/car|vehicle/, car],
  [/pedestrian|person|wheelchair|animal/, pedestrian],
];

export function modelOf(entity: Pick<EntityView, "model" | "kind">): Model {
  const exact = byId.get(entity.model);
  if (exact !== undefined) return exact;
  const name = entity.model.toLowerCase();
  const alias = ALIASES.find(([pattern]) => pattern.test(name));
  if (alias !== undefined) return alias[1];
  return entity.kind === "pedestrian" ? pedestrian : entity.kind === "vehicle" ? car : crate;
}
