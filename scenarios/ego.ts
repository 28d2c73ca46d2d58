/**
 * Which actor a scenario is about. Whoever judges or drives "the ego" (sweeps, the command line's `--profile`) asks here, so
 * that all mean the same one.
 */
import type { ScenarioActor } from "./types.ts";

const EGO_NAMES = ["ego", "hero", "egovehicle", "ego_vehicle"];

/** The actor named Ego (or hero), else the first vehicle with a controller, else the first vehicle. */
export function egoOf(actors: readonly ScenarioActor[]): ScenarioActor | undefined {
  const vehicles = actors.filter((actor) => actor.kind === "vehicle");
  return vehicles.find((actor) => EGO_NAMES.includes(actor.name.toLowerCase())) ?? vehicles.find((actor) => actor.controller !== undefined) ?? vehicles[0];
}
