/**
 * Who plays whom: for each scenario actor, whether our agent drives it (and with which profile) or the storyboard does.
 * An actor is the agent's when its controller is called `atlasmesh-agent` (property `profile` names the profile), or when
 * it is the scenario's ego and the run names a profile for the ego.
 */
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import { InputError } from "../../fleet-core/kernel/result.ts";
import type { ScenarioActor } from "../../scenarios/types.ts";
import type { BodySpec } from "./body.ts";

export { egoOf } from "../../scenarios/ego.ts";

export const AGENT_CONTROLLER = "atlasmesh-agent";

/** Profile the agent drives `actor` with; undefined when the storyboard drives it. Throws InputError for an unknown profile. */
export function profileFor(actor: ScenarioActor, ego: ScenarioActor | undefined, egoProfile: string | undefined, profiles: ReadonlyMap<string, VehicleProfile>, scenario: string): VehicleProfile | undefined {
  const byController = actor.controller?.name === AGENT_CONTROLLER ? actor.controller.properties.get("profile") : undefined;
  const id = actor === ego && egoProfile !== undefined ? egoProfile : byController;
  if (id === undefined) {
    if (actor.controller?.name !== AGENT_CONTROLLER) return undefined;
    throw new InputError([{ severity: "error", file: scenario, path: actor.name, message: `controller ${AGENT_CONTROLLER} names no profile`, expected: `a property "profile", one of ${[...profiles.keys()].join(", ")}` }]);
  }
  const profile = profiles.get(id);
  if (profile === undefined) throw new InputError([{ severity: "error", file: scenario, path: actor.name, message: `unknown vehicle profile "${id}"`, expected: [...profiles.keys()].join(", ") }]);
  return profile;
}

/** Mass of actors the scenario says nothing about [kg]: kerb mass of usual examples of the category. */
const MASSES: ReadonlyMap<string, number> = new Map([["car", 1500], ["van", 2500], ["truck", 12_000], ["bus", 13_000], ["motorbike", 250], ["bicycle", 90], ["pedestrian", 75]]);
const COLOURS: ReadonlyMap<string, string> = new Map([["car", "#8a97a8"], ["van", "#b9b3a5"], ["truck", "#7c6f64"], ["bus", "#c48f3d"], ["motorbike", "#a34f4f"], ["bicycle", "#4f8a6b"], ["pedestrian", "#d9a679"]]);

/** What the actor looks like: an agent's vehicle has the geometry of its profile, anything else that of the scenario. */
export function bodySpecOf(actor: ScenarioActor, profile: VehicleProfile | undefined): BodySpec {
  if (profile === undefined) {
    return { id: actor.name, kind: actor.kind, driven: "scenario", model: actor.category, colour: COLOURS.get(actor.category) ?? "#9aa0a6", profile: undefined, box: actor.box, massKg: MASSES.get(actor.category) ?? 500 };
  }
  const { geometry, appearance } = profile;
  return {
    id: actor.name,
    kind: "vehicle",
    driven: "agent",
    model: appearance.model,
    colour: appearance.colour,
    profile: profile.id,
    massKg: profile.mass.totalKg,
    box: {
      lengthM: geometry.lengthM,
      widthM: geometry.widthM,
      heightM: geometry.heightM,
      centreXM: geometry.lengthM / 2 - geometry.rearOverhangM,
      centreYM: 0,
      centreZM: geometry.heightM / 2,
    },
  };
}
