/** Entities with their controllers and trailers, environments, traffic signal controllers: from elements to the model. */
import type { XmlElement } from "../../fleet-core/contract/xml.ts";
import { readParameters } from "./declarations.ts";
import type { BoundingBox, Controller, Entity, Environment, SignalController } from "./model.ts";
import { epochMsOf } from "./parameters.ts";
import { boolean, child, children, needed, number, optionalNumber, optionalText, optionalWord, reference, text, unsupported, word, type Reading } from "./reading.ts";

const objectKinds = ["Vehicle", "Pedestrian", "MiscObject", "ExternalObjectReference"] as const;

export function readProperties(r: Reading, e: XmlElement): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  const list = child(e, "Properties");
  for (const p of list === undefined ? [] : children(list, "Property")) properties.set(text(r, p, "name"), text(r, p, "value"));
  return properties;
}

function readBox(r: Reading, e: XmlElement): BoundingBox {
  const box = needed(r, e, "BoundingBox");
  const centre = box === undefined ? undefined : child(box, "Center");
  const size = box === undefined ? undefined : child(box, "Dimensions");
  const c = (name: string): number => (centre === undefined ? 0 : number(r, centre, name));
  const d = (name: string): number => (size === undefined ? 0 : number(r, size, name, { min: 0 }));
  return { length: d("length"), width: d("width"), height: d("height"), cx: c("x"), cy: c("y"), cz: c("z") };
}

/** All entities of the file; trailers described inside a vehicle follow their vehicle. */
export function readEntities(r: Reading, e: XmlElement | undefined): readonly Entity[] {
  const entities: Entity[] = [];
  for (const object of e === undefined ? [] : children(e, "ScenarioObject")) readObject(r, object, entities);
  for (const selection of e === undefined ? [] : children(e, "EntitySelection")) unsupported(r, selection, "EntitySelection");
  const seen = new Set<string>();
  for (const entity of entities) {
    if (seen.has(entity.name)) r.problems.error(r.file, e, `entity ${entity.name} is declared twice`, { expected: "unique names", rule: "unique_element_names_on_same_level" });
    seen.add(entity.name);
  }
  return entities;
}

function readObject(r: Reading, e: XmlElement, into: Entity[], ownName?: string): string | undefined {
  const name = ownName ?? text(r, e, "name");
  const controllers = children(e, "ObjectController").flatMap((c) => readObjectController(r, c) ?? []);
  const own = e.children.find((c) => (objectKinds as readonly string[]).includes(c.name));
  const link = child(e, "CatalogReference");
  const found = own !== undefined ? { reading: { ...r, scope: readParameters(r, child(own, "ParameterDeclarations")) }, element: own } : link === undefined ? undefined : r.catalogs.find(r, link, objectKinds);
  if (found === undefined) return undefined;
  const entity = describe(found.reading, found.element, name, controllers);
  if (entity === undefined) return undefined;
  const trailerElement = child(found.element, "Trailer");
  const trailers: Entity[] = [];
  let trailer: string | undefined;
  if (trailerElement !== undefined) {
    const inside = child(trailerElement, "Trailer");
    const ref = child(trailerElement, "TrailerRef");
    // The same description serves many vehicles, so its trailer is named after the one that pulls it: `NAME+`.
    if (inside !== undefined) trailer = readObject(found.reading, inside, trailers, `${name}+`);
    // A parameter without value means: no trailer.
    else if (ref !== undefined && optionalText(found.reading, ref, "entityRef") !== "") trailer = reference(found.reading, ref, "entityRef", "entity");
  }
  into.push({ ...entity, trailer });
  into.push(...trailers);
  return name;
}

function describe(r: Reading, e: XmlElement, name: string, controllers: readonly Controller[]): Entity | undefined {
  const common = { name, model: text(r, e, "name"), controllers, hitchX: undefined, couplerX: undefined, trailer: undefined };
  switch (e.name) {
    case "Vehicle": {
      const axles = needed(r, e, "Axles");
      const front = axles === undefined ? undefined : child(axles, "FrontAxle");
      const rear = axles === undefined ? undefined : child(axles, "RearAxle");
      const performance = needed(r, e, "Performance");
      const hitch = child(e, "TrailerHitch");
      const coupler = child(e, "TrailerCoupler");
      return {
        ...common,
        kind: "vehicle",
        category: word(r, e, "vehicleCategory", ["car", "bicycle", "bus", "motorbike", "semitrailer", "trailer", "train", "tram", "truck", "van"]),
        box: readBox(r, e),
        wheelbase: front === undefined ? 0 : number(r, front, "positionX") - (rear === undefined ? 0 : (optionalNumber(r, rear, "positionX") ?? 0)),
        performance: performance === undefined ? undefined : { maxSpeed: number(r, performance, "maxSpeed", { min: 0, infinite: true }), maxAcceleration: number(r, performance, "maxAcceleration", { min: 0, infinite: true }), maxDeceleration: number(r, performance, "maxDeceleration", { min: 0, infinite: true }) },
        properties: readProperties(r, e),
        hitchX: hitch === undefined ? undefined : number(r, hitch, "dx"),
        couplerX: coupler === undefined ? undefined : number(r, coupler, "dx"),
      };
    }
    case "Pedestrian":
      return { ...common, kind: "pedestrian", category: word(r, e, "pedestrianCategory", ["pedestrian", "animal", "wheelchair"]), box: readBox(r, e), wheelbase: 0, performance: undefined, properties: readProperties(r, e) };
    case "MiscObject":
      return { ...common, kind: "object", category: text(r, e, "miscObjectCategory"), box: readBox(r, e), wheelbase: 0, performance: undefined, properties: readProperties(r, e) };
    default:
      return unsupported(r, e, e.name);
  }
}

function readObjectController(r: Reading, e: XmlElement): Controller | undefined {
  const own = child(e, "Controller");
  const controller = own !== undefined ? readController(r, own) : readControllerLink(r, e);
  const name = optionalText(r, e, "name");
  return controller === undefined || name === undefined ? controller : { ...controller, name };
}

function readControllerLink(r: Reading, e: XmlElement): Controller | undefined {
  const link = child(e, "CatalogReference");
  const found = link === undefined ? undefined : r.catalogs.find(r, link, ["Controller"]);
  return found === undefined ? undefined : { name: text(found.reading, found.element, "name"), properties: readProperties(found.reading, found.element) };
}

export function readController(r: Reading, e: XmlElement): Controller {
  const inner: Reading = { ...r, scope: readParameters(r, child(e, "ParameterDeclarations")) };
  return { name: text(inner, e, "name"), properties: readProperties(inner, e) };
}

/** The controller an AssignControllerAction gives: in place, in a catalog, or as ObjectController. */
export function readAssignedController(r: Reading, e: XmlElement): Controller | undefined {
  const object = child(e, "ObjectController");
  if (object !== undefined) return readObjectController(r, object);
  const own = child(e, "Controller");
  return own === undefined ? readControllerLink(r, e) : readController(r, own);
}

/** An Environment, or a CatalogReference to one, as child of `e`. */
export function readEnvironmentRef(r: Reading, e: XmlElement): Environment | undefined {
  const own = child(e, "Environment");
  if (own !== undefined) return readEnvironment({ ...r, scope: readParameters(r, child(own, "ParameterDeclarations")) }, own);
  const link = child(e, "CatalogReference");
  const found = link === undefined ? undefined : r.catalogs.find(r, link, ["Environment"]);
  return found === undefined ? undefined : readEnvironment(found.reading, found.element);
}

function readEnvironment(r: Reading, e: XmlElement): Environment {
  const time = child(e, "TimeOfDay");
  const weather = child(e, "Weather");
  const inWeather = (name: string): XmlElement | undefined => (weather === undefined ? undefined : child(weather, name));
  const sun = inWeather("Sun");
  const fog = inWeather("Fog");
  const rain = inWeather("Precipitation");
  const road = child(e, "RoadCondition");
  let timeOfDay: Environment["timeOfDay"];
  if (time !== undefined) {
    const stamp = text(r, time, "dateTime");
    const epochMs = epochMsOf(stamp);
    if (epochMs === undefined) r.problems.error(r.file, time, `dateTime is ${JSON.stringify(stamp)}`, { attribute: "dateTime", expected: "a date and time such as 2026-01-31T08:00:00" });
    else timeOfDay = { epochMs, animation: boolean(r, time, "animation") };
  }
  return {
    name: optionalText(r, e, "name") ?? "",
    timeOfDay,
    precipitation: rain === undefined ? undefined : readPrecipitation(r, rain),
    fogRangeM: fog === undefined ? undefined : number(r, fog, "visualRange", { min: 0, infinite: true }),
    sunIlluminanceLux: sun === undefined ? undefined : (optionalNumber(r, sun, "illuminance", { min: 0 }) ?? optionalNumber(r, sun, "intensity", { min: 0 })),
    temperatureK: weather === undefined ? undefined : optionalNumber(r, weather, "temperature", { min: 0 }),
    frictionScale: road === undefined ? undefined : number(r, road, "frictionScaleFactor", { min: 0 }),
    wetness: road === undefined ? undefined : optionalWord(r, road, "wetness", ["dry", "moist", "wetWithPuddles", "lowFlooded", "highFlooded"]),
  };
}

function readPrecipitation(r: Reading, e: XmlElement): NonNullable<Environment["precipitation"]> {
  // 1.0 states intensity as a share of 1; from 1.1 on precipitationIntensity is in mm/h. 1.0 here means 50 mm/h.
  const mmph = optionalNumber(r, e, "precipitationIntensity", { min: 0 }) ?? (optionalNumber(r, e, "intensity", { min: 0 }) ?? 0) * 50;
  return { type: word(r, e, "precipitationType", ["dry", "rain", "snow"]), mmph };
}

export function readSignalControllers(r: Reading, e: XmlElement | undefined): readonly SignalController[] {
  return (e === undefined ? [] : children(e, "TrafficSignalController")).map((c) => ({
    name: text(r, c, "name"),
    delayS: optionalNumber(r, c, "delay", { min: 0 }) ?? 0,
    reference: optionalText(r, c, "reference"),
    phases: children(c, "Phase").map((p) => ({
      name: text(r, p, "name"),
      durationS: number(r, p, "duration", { min: 0 }),
      states: new Map(children(p, "TrafficSignalState").map((s): [string, string] => [text(r, s, "trafficSignalId"), text(r, s, "state")])),
    })),
  }));
}
