/**
 * LightStateAction and AnimationAction over time. Lights take their transition time; one that flashes, and an animation in
 * a loop, goes on until another action takes the same lamp or part. Nothing is shown here.
 */
import type { PrivateAction } from "../../schema/model.ts";
import { SMALL } from "../angles.ts";
import { ANIMATION, LIGHTING } from "../storyboard.ts";
import type { Make } from "./context.ts";

type Appearance = PrivateAction & { readonly kind: "appearance" };

/** Lamps behind one name: a car has one stalk for indicators and warning lights. */
const LAMPS: ReadonlyMap<string, readonly string[]> = new Map([
  ["indicatorLeft", ["indicators"]],
  ["indicatorRight", ["indicators"]],
  ["warningLights", ["indicators"]],
  ["fogLights", ["vehicle fogLightsFront", "vehicle fogLightsRear"]],
]);

/** What the change is about: two changes with a part in common cannot go on side by side. */
function partsOf(change: Appearance["change"]): readonly string[] {
  if (change.kind === "light") return (change.light.kind === "vehicle" ? LAMPS.get(change.light.name) : undefined) ?? [`${change.light.kind} ${change.light.name}`];
  const { what } = change;
  switch (what.kind) {
    case "component":
      return [`component ${what.component}`];
    case "pedestrian":
      return ["pedestrian"];
    case "file":
      return [`file ${what.file}`];
    case "user":
      return [`user ${what.type}`];
  }
}

export const createAppearance: Make<Appearance> = (_ctx, actor, model, done) => {
  const { change } = model;
  const light = change.kind === "light";
  const forEver = light ? change.mode === "flashing" : change.loop;
  const length = light ? change.transitionS : (change.durationS ?? 0);
  let elapsed = 0;
  return {
    holds: { actor: actor.index, domains: light ? LIGHTING : ANIMATION, parts: partsOf(change) },
    start() {
      elapsed = 0;
    },
    step(_timeS, dtS) {
      if (!forEver && elapsed > length - SMALL) return done();
      elapsed += dtS;
    },
  };
};
