/** Background traffic: from elements to the model. */
import type { XmlElement } from "../../fleet-core/contract/xml.ts";
import type { RoadRange, TrafficAction, TrafficArea, TrafficMix, Weighted } from "./model-traffic.ts";
import { readAttachments, readProperties } from "./read-details.ts";
import { readAssignedController, readTemplate } from "./read-entities.ts";
import { readPosition } from "./read-position.ts";
import { boolean, child, children, first, integer, needed, number, optionalNumber, optionalText, reference, text, unsupported, type Reading } from "./reading.ts";

/** `e`: a TrafficAction. */
export function readTraffic(r: Reading, e: XmlElement): TrafficAction | undefined {
  const a = first(e);
  const name = optionalText(r, e, "trafficName");
  switch (a?.name) {
    case "TrafficSourceAction": {
      const mix = readMix(r, a);
      const old = optionalNumber(r, a, "velocity", { min: 0 });
      const speed = optionalNumber(r, a, "speed", { min: 0 }) ?? old;
      return mix === undefined ? undefined : { kind: "traffic-source", name, radius: number(r, a, "radius", { min: 0 }), rate: number(r, a, "rate", { min: 0 }), speed, position: readPosition(r, needed(r, a, "Position")), mix };
    }
    case "TrafficSinkAction":
      return { kind: "traffic-sink", name, radius: number(r, a, "radius", { min: 0 }), rate: optionalNumber(r, a, "rate", { min: 0 }), position: readPosition(r, needed(r, a, "Position")), mix: child(a, "TrafficDefinition") === undefined ? undefined : readMix(r, a) };
    case "TrafficSwarmAction":
      return readSwarm(r, a, name);
    case "TrafficAreaAction": {
      const mix = readMix(r, a);
      const area = needed(r, a, "TrafficArea");
      return mix === undefined || area === undefined ? undefined : { kind: "traffic-area", name, numberOfEntities: integer(r, a, "numberOfEntities", { min: 0 }), continuous: boolean(r, a, "continuous"), mix, area: readArea(r, area) };
    }
    case "TrafficStopAction":
      return { kind: "traffic-stop", name };
    default:
      return unsupported(r, a ?? e, a?.name ?? e.name);
  }
}

function readSwarm(r: Reading, e: XmlElement, name: string | undefined): TrafficAction | undefined {
  const mix = readMix(r, e);
  const central = needed(r, e, "CentralObject");
  const range = child(e, "InitialSpeedRange");
  const velocity = optionalNumber(r, e, "velocity", { min: 0 });
  const direction = child(e, "DirectionOfTravelDistribution");
  if (mix === undefined || central === undefined) return undefined;
  return {
    kind: "traffic-swarm",
    name,
    central: reference(r, central, "entityRef", "entity"),
    innerRadius: number(r, e, "innerRadius", { min: 0 }),
    semiMajorAxis: number(r, e, "semiMajorAxis", { min: 0 }),
    semiMinorAxis: number(r, e, "semiMinorAxis", { min: 0 }),
    offset: number(r, e, "offset"),
    numberOfVehicles: integer(r, e, "numberOfVehicles", { min: 0 }),
    initialSpeed: range !== undefined ? readRange(r, range, { min: 0 }) : velocity === undefined ? undefined : { min: velocity, max: velocity },
    direction: direction === undefined ? undefined : readDirection(r, direction),
    mix,
  };
}

function readDirection(r: Reading, e: XmlElement): { readonly same: number; readonly opposite: number } {
  const same = number(r, e, "same", { min: 0 });
  const opposite = number(r, e, "opposite", { min: 0 });
  if (!(same + opposite > 0)) r.problems.error(r.file, e, "same and opposite are both 0", { expected: "weights with a sum > 0" });
  return { same, opposite };
}

/** A Range element, its limits in order. */
export function readRange(r: Reading, e: XmlElement, limits: { readonly min?: number } = {}): { readonly min: number; readonly max: number } {
  const min = number(r, e, "lowerLimit", limits);
  const max = number(r, e, "upperLimit", limits);
  if (max < min) r.problems.error(r.file, e, `the range runs from ${min} to ${max}`, { attribute: "upperLimit", expected: "lowerLimit <= upperLimit" });
  return { min, max };
}

/** The TrafficDistribution (1.3) or TrafficDefinition of a traffic action. */
function readMix(r: Reading, e: XmlElement): TrafficMix | undefined {
  const distribution = child(e, "TrafficDistribution");
  const definition = child(e, "TrafficDefinition");
  if (distribution !== undefined && definition !== undefined) r.problems.error(r.file, definition, `${e.name} has a TrafficDefinition and a TrafficDistribution`, { expected: "one of them" });
  if (distribution !== undefined) {
    const entries = children(distribution, "TrafficDistributionEntry").flatMap((entry) => {
      const list = needed(r, entry, "EntityDistribution");
      const entities = list === undefined ? [] : weighted(r, list, children(list, "EntityDistributionEntry"), (c) => {
        const template = child(c, "ScenarioObjectTemplate");
        return template === undefined ? undefined : readTemplate(r, template);
      });
      return [{ weight: number(r, entry, "weight", { min: 0 }), value: { entities, properties: readProperties(r, entry), attachments: readAttachments(r, entry) } }];
    });
    checkWeights(r, distribution, entries);
    return { kind: "distribution", entries };
  }
  if (definition === undefined) {
    r.problems.error(r.file, e, `${e.name} does not say who drives`, { expected: "a TrafficDistribution (since 1.3) or a TrafficDefinition" });
    return undefined;
  }
  const categories = needed(r, definition, "VehicleCategoryDistribution");
  const roles = child(definition, "VehicleRoleDistribution");
  const controllers = needed(r, definition, "ControllerDistribution");
  return {
    kind: "definition",
    name: text(r, definition, "name"),
    categories: categories === undefined ? [] : weighted(r, categories, children(categories, "VehicleCategoryDistributionEntry"), (c) => text(r, c, "category")),
    roles: roles === undefined ? [] : weighted(r, roles, children(roles, "VehicleRoleDistributionEntry"), (c) => text(r, c, "role")),
    controllers: controllers === undefined ? [] : weighted(r, controllers, children(controllers, "ControllerDistributionEntry"), (c) => readAssignedController(r, c)),
  };
}

function weighted<T>(r: Reading, parent: XmlElement, entries: readonly XmlElement[], read: (e: XmlElement) => T | undefined): readonly Weighted<T>[] {
  const values: Weighted<T>[] = [];
  for (const entry of entries) {
    const weight = number(r, entry, "weight", { min: 0 });
    const value = read(entry);
    if (value !== undefined) values.push({ weight, value });
  }
  checkWeights(r, parent, values);
  return values;
}

function checkWeights(r: Reading, e: XmlElement, values: readonly Weighted<unknown>[]): void {
  if (!values.some((v) => v.weight > 0)) r.problems.error(r.file, e, `no entry of ${e.name} has a weight above 0`, { expected: "weights with a sum > 0" });
}

function readArea(r: Reading, e: XmlElement): TrafficArea {
  const polygon = child(e, "Polygon");
  if (polygon !== undefined) return { kind: "polygon", corners: children(polygon, "Position").map((p) => readPosition(r, p)) };
  return { kind: "roads", ranges: children(e, "RoadRange").map((range) => readRoadRange(r, range)) };
}

function readRoadRange(r: Reading, e: XmlElement): RoadRange {
  const cursors = children(e, "RoadCursor").map((c) => ({ road: text(r, c, "roadId"), s: optionalNumber(r, c, "s", { min: 0 }), lanes: children(c, "Lane").map((l) => integer(r, l, "id")) }));
  return { lengthM: optionalNumber(r, e, "length", { min: 0 }), cursors };
}
