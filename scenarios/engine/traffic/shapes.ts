/**
 * Who drives in the background: entities drawn from a traffic mix, and the usual shape of a vehicle category where the
 * file names nothing more. Drawing uses the generator it is given; names are made unique by the caller's prefix.
 */
import type { Rng } from "../../../fleet-core/kernel/rng.ts";
import { IDM_CAR, IDM_HEAVY, type IdmParameters } from "../../drivers/idm.ts";
import { driverOfController } from "../../drivers/spec.ts";
import type { Controller, Entity, TrafficMix, Weighted } from "../../schema/model.ts";

interface Shape {
  readonly lengthM: number;
  readonly widthM: number;
  readonly heightM: number;
  readonly wheelbaseM: number;
  /** Box centre ahead of the rear axle. */
  readonly centreXM: number;
  readonly maxMps: number;
}

/** Usual European vehicles. Categories the traffic cannot drive on a road (train, tram) get a bus's shape. */
const SHAPES: ReadonlyMap<string, Shape> = new Map([
  ["car", { lengthM: 4.5, widthM: 1.85, heightM: 1.5, wheelbaseM: 2.7, centreXM: 1.35, maxMps: 55 }],
  ["van", { lengthM: 5.9, widthM: 2.0, heightM: 2.5, wheelbaseM: 3.6, centreXM: 1.75, maxMps: 45 }],
  ["truck", { lengthM: 9.0, widthM: 2.5, heightM: 3.4, wheelbaseM: 5.2, centreXM: 2.6, maxMps: 25 }],
  ["semitrailer", { lengthM: 9.0, widthM: 2.5, heightM: 3.4, wheelbaseM: 5.2, centreXM: 2.6, maxMps: 25 }],
  ["trailer", { lengthM: 9.0, widthM: 2.5, heightM: 3.4, wheelbaseM: 5.2, centreXM: 2.6, maxMps: 25 }],
  ["bus", { lengthM: 12.0, widthM: 2.55, heightM: 3.2, wheelbaseM: 6.0, centreXM: 2.6, maxMps: 28 }],
  ["motorbike", { lengthM: 2.2, widthM: 0.8, heightM: 1.5, wheelbaseM: 1.5, centreXM: 0.75, maxMps: 55 }],
  ["bicycle", { lengthM: 1.8, widthM: 0.6, heightM: 1.7, wheelbaseM: 1.1, centreXM: 0.55, maxMps: 7 }],
]);
const HEAVY: ReadonlySet<string> = new Set(["truck", "semitrailer", "trailer", "bus", "tram", "train"]);
const LIGHT: Shape = SHAPES.get("bus") as Shape;

/** What drives where nobody says what does. */
export const USUAL_MIX: TrafficMix = {
  kind: "definition", name: "usual",
  categories: [{ weight: 80, value: "car" }, { weight: 10, value: "van" }, { weight: 6, value: "truck" }, { weight: 2, value: "bus" }, { weight: 2, value: "motorbike" }],
  roles: [], controllers: [],
};

/** The drawn vehicle and what it tows, names prefixed. */
export function drawVehicle(mix: TrafficMix, rng: Rng, name: string): readonly Entity[] {
  if (mix.kind === "definition") {
    const category = draw(mix.categories, rng) ?? "car";
    const role = mix.roles.length === 0 ? undefined : draw(mix.roles, rng);
    const controller = mix.controllers.length === 0 ? undefined : draw(mix.controllers, rng);
    return [shaped(name, category, role, controller)];
  }
  const entry = draw(mix.entries, rng);
  const template = entry === undefined ? undefined : draw(entry.entities, rng);
  if (template === undefined) return [shaped(name, "car", undefined, undefined)];
  return template.map((entity) => ({ ...entity, name: `${name}${entity.name}`, trailer: entity.trailer === undefined ? undefined : `${name}${entity.trailer}` }));
}

/** Whether the mix could have drawn this vehicle's category. */
export function mixHas(mix: TrafficMix, category: string): boolean {
  if (mix.kind === "definition") return mix.categories.some((c) => c.weight > 0 && c.value === category);
  return mix.entries.some((e) => e.weight > 0 && e.value.entities.some((t) => t.weight > 0 && t.value[0].category === category));
}

function shaped(name: string, category: string, role: string | undefined, controller: Controller | undefined): Entity {
  const s = SHAPES.get(category) ?? LIGHT;
  return {
    name, kind: "vehicle", category, model: category,
    box: { length: s.lengthM, width: s.widthM, height: s.heightM, cx: s.centreXM, cy: 0, cz: s.heightM / 2 },
    wheelbase: s.wheelbaseM,
    performance: { maxSpeed: s.maxMps, maxAcceleration: HEAVY.has(category) ? 2 : 4, maxDeceleration: HEAVY.has(category) ? 7 : 9 },
    properties: new Map(), controllers: controller === undefined ? [] : [controller],
    hitchX: undefined, couplerX: undefined, trailer: undefined,
    details: { role, mass: undefined, model3d: undefined, axles: [], maxAccelerationRate: undefined, maxDecelerationRate: undefined, hitchZ: undefined, couplerZ: undefined, attachments: { files: [], contents: [] } },
  };
}

/** How it drives: by category, and by an IDM controller's properties where it has one. */
export function drivingOf(entity: Entity): IdmParameters {
  for (const controller of entity.controllers) {
    const spec = driverOfController(controller);
    if (spec !== undefined && !("error" in spec) && spec.model.kind === "idm") return spec.model.idm;
  }
  return HEAVY.has(entity.category) ? IDM_HEAVY : IDM_CAR;
}

function draw<T>(values: readonly Weighted<T>[], rng: Rng): T | undefined {
  const total = values.reduce((sum, v) => sum + v.weight, 0);
  let at = rng.float() * total;
  for (const v of values) {
    at -= v.weight;
    if (at < 0 && v.weight > 0) return v.value;
  }
  return values.findLast((v) => v.weight > 0)?.value;
}
