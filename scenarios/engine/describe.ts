/** What others may know of an actor: the public, immutable description. */
import type { ScenarioActor } from "../types.ts";
import type { Actor } from "./actor.ts";

export function describeActor(actor: Actor): ScenarioActor {
  const { model } = actor;
  const first = actor.controllers[0];
  return {
    name: model.name,
    kind: model.kind === "external" ? "object" : model.kind,
    category: model.category,
    box: { lengthM: model.box.length, widthM: model.box.width, heightM: model.box.height, centreXM: model.box.cx, centreYM: model.box.cy, centreZM: model.box.cz },
    wheelbaseM: model.wheelbase,
    performance: model.performance === undefined ? undefined : { maxSpeedMps: model.performance.maxSpeed, maxAccelerationMps2: model.performance.maxAcceleration, maxDecelerationMps2: model.performance.maxDeceleration },
    properties: model.properties,
    controller: first === undefined ? undefined : { name: first.name, properties: first.properties },
  };
}
