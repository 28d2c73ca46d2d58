/** Entities with their controllers and trailers, environments, traffic signal controllers: from elements to the model. */
import type { XmlElement } from "../../fleet-core/contract/xml.ts";
import { readParameters } from "./declarations.ts";
import type { Attachments, Axle, BoundingBox, Controller, Entity, EntityDetails, EntityTemplate, Environment, SignalController } from "./model.ts";
import { epochMsOf } from "./parameters.ts";
import { readAttachments, readBox, readControllerType, readProperties, readSky } from "./read-details.ts";
import { boolean, child, children, needed, number, optionalNumber, optionalText, optionalWord, reference, text, unsupported, word, type Reading } from "./reading.ts";

const objectKinds = ["Vehicle", "Pedestrian", "MiscObject", "ExternalObjectReference"] as const;

const noBox: BoundingBox = { length: 0, width: 0, height: 0, cx: 0, cy: 0, cz: 0 };
const noAttachments: Attachments = { files: [], contents: [] };
const noDetails: EntityDetails = { role: undefined, mass: undefined, model3d: undefined, axles: [], maxAccelerationRate: undefined, maxDecelerationRate: undefined, hitchZ: undefined, couplerZ: undefined, attachments: noAttachments };

function boxOf(r: Reading, e: XmlElement): BoundingBox {
  const box = needed(r, e, "BoundingBox");
  return box === undefined ? noBox : readBox(r, box);
}

/** All entities of the file; trailers described inside a vehicle follow their vehicle. */
export function readEntities(r: Reading, e: XmlElement | undefined): readonly Entity[] {
  const entities: Entity[] = [];
  for (const object of e === undefined ? [] : children(e, "ScenarioObject")) readObject(r, object, entities);
  const seen = new Set<string>();
  for (const entity of entities) {
    if (seen.has(entity.name)) r.problems.error(r.file, e, `entity ${entity.name} is declared twice`, { expected: "unique names", rule: "unique_element_names_on_same_level" });
    seen.add(entity.name);
  }
  return entities;
}

/** A ScenarioObjectTemplate: an entity without a name of its own, and what it tows; undefined after saying why not. */
export function readTemplate(r: Reading, e: XmlElement): EntityTemplate | undefined {
  const entities: Entity[] = [];
  readObject(r, e, entities, "");
  const [first, ...towed] = entities;
  if (first?.trailer !== undefined && towed.length === 0) r.problems.error(r.file, e, "a template cannot tow an entity that exists once", { expected: "a Trailer described in place, or none" });
  return first === undefined ? undefined : [first, ...towed];
}

/**
 * Groups of entities by name: members named one by one (entities or other groups), or all entities of some kinds. Members
 * stand in the order of the entities, each once.
 */
export function readSelections(r: Reading, e: XmlElement | undefined, entities: readonly Entity[]): ReadonlyMap<string, readonly string[]> {
  const known = new Set(entities.map((entity) => entity.name));
  const wanted = new Map<string, { readonly element: XmlElement; readonly names: readonly string[]; readonly kinds: readonly Entity["kind"][] }>();
  for (const s of e === undefined ? [] : children(e, "EntitySelection")) {
    const name = text(r, s, "name");
    if (known.has(name) || wanted.has(name)) {
      r.problems.error(r.file, s, `${known.has(name) ? "an entity" : "another group"} is named ${name} too`, { attribute: "name", expected: "unique names", rule: "unique_element_names_on_same_level" });
      continue;
    }
    const members = needed(r, s, "Members");
    const names = members === undefined ? [] : children(members, "EntityRef").map((c) => text(r, c, "entityRef").replace(/^\$/, ""));
    const kinds = members === undefined ? [] : children(members, "ByType").map((c) => kindOf(word(r, c, "objectType", ["vehicle", "pedestrian", "miscellaneous", "external"])));
    wanted.set(name, { element: s, names, kinds });
  }
  const groups = new Map<string, readonly string[]>();
  for (const [name, { element, kinds }] of wanted) {
    const members = new Set<string>();
    const visited = new Set<string>();
    const stack = [name];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (visited.has(at)) continue;
      visited.add(at);
      const group = wanted.get(at);
      if (group !== undefined) stack.push(...group.names);
      else if (known.has(at)) members.add(at);
      else r.problems.error(r.file, element, `group ${name} names ${at}, which is neither an entity nor a group`, { expected: known.size === 0 ? "a declared entity" : `one of ${[...known].slice(0, 20).join(", ")}`, rule: "resolvable_entity_references" });
      for (const entity of entities) if (group?.kinds.includes(entity.kind) ?? false) members.add(entity.name);
    }
    const list = entities.map((entity) => entity.name).filter((n) => members.has(n));
    if (list.length === 0) r.problems.warning(r.file, element, `group ${name} has no members${kinds.length === 0 ? "" : ` (no ${kinds.join(" or ")} is declared)`}`);
    groups.set(name, list);
  }
  return groups;
}

/** A trailer hangs on one vehicle, and no vehicle in the end on itself. */
export function checkTrailers(r: Reading, e: XmlElement | undefined, entities: readonly Entity[]): void {
  const towedBy = new Map<string, string>();
  for (const { name, trailer } of entities) {
    if (trailer === undefined) continue;
    const other = towedBy.get(trailer);
    if (other !== undefined) r.problems.error(r.file, e, `${trailer} is the trailer of ${other} and of ${name}`, { expected: "one vehicle for each trailer" });
    towedBy.set(trailer, name);
  }
  for (const { name } of entities) {
    const passed = new Set<string>();
    let at = towedBy.get(name);
    while (at !== undefined && at !== name && !passed.has(at)) {
      passed.add(at);
      at = towedBy.get(at);
    }
    if (at === name) r.problems.error(r.file, e, `${name} is in the end its own trailer`, { expected: "a train with a first vehicle" });
  }
}

const kindOf = (type: "vehicle" | "pedestrian" | "miscellaneous" | "external"): Entity["kind"] => (type === "miscellaneous" ? "object" : type);

function readObject(r: Reading, e: XmlElement, into: Entity[], ownName?: string): string | undefined {
  const name = ownName ?? text(r, e, "name");
  const controllers = children(e, "ObjectController").flatMap((c) => readObjectController(r, c) ?? []);
  const own = objectKinds.map((kind) => child(e, kind)).find((c) => c !== undefined);
  const link = child(e, "CatalogReference");
  const found = own !== undefined ? { reading: { ...r, scope: readParameters(r, child(own, "ParameterDeclarations")) }, element: own } : link === undefined ? undefined : r.catalogs.find(r, link, objectKinds);
  if (found === undefined) return undefined;
  const entity = describe(found.reading, found.element, name, controllers);
  if (entity === undefined) return undefined;
  const trailers: Entity[] = [];
  const trailer = readTrailer(found.reading, found.element, name, trailers);
  into.push({ ...entity, trailer, details: { ...entity.details, ...(ownName === undefined || !e.attributes.has("name") ? {} : { writtenName: text(r, e, "name") }) } });
  into.push(...trailers);
  return name;
}

/** A vehicle, pedestrian or object of a catalog, by itself. */
export function readObjectEntry(r: Reading, e: XmlElement): Entity | undefined {
  const entity = describe(r, e, text(r, e, "name"), []);
  return entity === undefined ? undefined : { ...entity, trailer: readTrailer(r, e, entity.name, []) };
}

/** Name of what `e` tows; a trailer described in place is added to `into`. */
function readTrailer(r: Reading, e: XmlElement, name: string, into: Entity[]): string | undefined {
  const element = child(e, "Trailer");
  const inside = element === undefined ? undefined : child(element, "Trailer");
  const ref = element === undefined ? undefined : child(element, "TrailerRef");
  // The same description serves many vehicles, so its trailer is named after the one that pulls it: `NAME+`.
  if (inside !== undefined) return readObject(r, inside, into, `${name}+`);
  // A parameter without value means: no trailer.
  return ref !== undefined && optionalText(r, ref, "entityRef") !== "" ? reference(r, ref, "entityRef", "entity") : undefined;
}

function describe(r: Reading, e: XmlElement, name: string, controllers: readonly Controller[]): Entity | undefined {
  const common = { name, model: text(r, e, "name"), controllers, hitchX: undefined, couplerX: undefined, trailer: undefined, details: noDetails };
  switch (e.name) {
    case "Vehicle": {
      const axles = needed(r, e, "Axles");
      const list = axles === undefined ? [] : readAxles(r, axles);
      const front = list.find((a) => a.place === "front");
      const rear = list.find((a) => a.place === "rear");
      const performance = needed(r, e, "Performance");
      const hitch = child(e, "TrailerHitch");
      const coupler = child(e, "TrailerCoupler");
      return {
        ...common,
        kind: "vehicle",
        category: word(r, e, "vehicleCategory", ["car", "bicycle", "bus", "motorbike", "semitrailer", "trailer", "train", "tram", "truck", "van"]),
        box: boxOf(r, e),
        wheelbase: front === undefined ? 0 : front.positionX - (rear?.positionX ?? 0),
        performance: performance === undefined ? undefined : { maxSpeed: number(r, performance, "maxSpeed", { min: 0, infinite: true }), maxAcceleration: number(r, performance, "maxAcceleration", { min: 0, infinite: true }), maxDeceleration: number(r, performance, "maxDeceleration", { min: 0, infinite: true }) },
        properties: readProperties(r, e),
        hitchX: hitch === undefined ? undefined : number(r, hitch, "dx"),
        couplerX: coupler === undefined ? undefined : number(r, coupler, "dx"),
        details: {
          ...readDetails(r, e),
          axles: list,
          maxAccelerationRate: performance === undefined ? undefined : optionalNumber(r, performance, "maxAccelerationRate", { min: 0, infinite: true }),
          maxDecelerationRate: performance === undefined ? undefined : optionalNumber(r, performance, "maxDecelerationRate", { min: 0, infinite: true }),
          hitchZ: hitch === undefined ? undefined : optionalNumber(r, hitch, "dz"),
          couplerZ: coupler === undefined ? undefined : optionalNumber(r, coupler, "dz"),
        },
      };
    }
    case "Pedestrian":
      return { ...common, kind: "pedestrian", category: word(r, e, "pedestrianCategory", ["pedestrian", "animal", "wheelchair"]), box: boxOf(r, e), wheelbase: 0, performance: undefined, properties: readProperties(r, e), details: readDetails(r, e) };
    case "MiscObject":
      return { ...common, kind: "object", category: text(r, e, "miscObjectCategory"), box: boxOf(r, e), wheelbase: 0, performance: undefined, properties: readProperties(r, e), details: readDetails(r, e) };
    case "ExternalObjectReference":
      // Its description lies outside the file, in a catalogue of the user's that the standard says nothing about.
      r.problems.warning(r.file, e, `nothing is known of the external object ${common.model}; it has no extent`);
      return { ...common, kind: "external", category: "external", box: noBox, wheelbase: 0, performance: undefined, properties: new Map() };
    default:
      return unsupported(r, e, e.name);
  }
}

function readDetails(r: Reading, e: XmlElement): EntityDetails {
  // 1.0 calls a pedestrian's 3D model `model`.
  const old = optionalText(r, e, "model");
  return { ...noDetails, role: optionalText(r, e, "role"), mass: optionalNumber(r, e, "mass", { min: 0 }), model3d: optionalText(r, e, "model3d") ?? old, attachments: readAttachments(r, e) };
}

function readAxles(r: Reading, e: XmlElement): readonly Axle[] {
  const axle = (place: Axle["place"]) => (a: XmlElement): Axle => ({
    place,
    maxSteering: number(r, a, "maxSteering"),
    wheelDiameter: number(r, a, "wheelDiameter", { min: 0 }),
    trackWidth: number(r, a, "trackWidth", { min: 0 }),
    positionX: number(r, a, "positionX"),
    positionZ: number(r, a, "positionZ"),
  });
  return [...children(e, "FrontAxle").map(axle("front")), ...children(e, "RearAxle").map(axle("rear")), ...children(e, "AdditionalAxle").map(axle("additional"))];
}

function readObjectController(r: Reading, e: XmlElement): Controller | undefined {
  const own = child(e, "Controller");
  if (own !== undefined && child(e, "CatalogReference") !== undefined) r.problems.strict(r.file, e, "ObjectController has a Controller and a CatalogReference; the Controller counts, the other is left aside", { expected: "one of them" });
  const controller = own !== undefined ? readController(r, own) : readControllerLink(r, e);
  const name = optionalText(r, e, "name");
  return controller === undefined || name === undefined ? controller : { ...controller, name };
}

function readControllerLink(r: Reading, e: XmlElement): Controller | undefined {
  const link = child(e, "CatalogReference");
  const found = link === undefined ? undefined : r.catalogs.find(r, link, ["Controller"]);
  return found === undefined ? undefined : describeController(found.reading, found.element);
}

export function readController(r: Reading, e: XmlElement): Controller {
  const inner: Reading = { ...r, scope: readParameters(r, child(e, "ParameterDeclarations")) };
  return describeController(inner, e);
}

const describeController = (r: Reading, e: XmlElement): Controller => ({ name: text(r, e, "name"), type: readControllerType(r, e), properties: readProperties(r, e), attachments: readAttachments(r, e) });

/** The controller an AssignControllerAction gives: in place, in a catalog, or as ObjectController. */
export function readAssignedController(r: Reading, e: XmlElement): Controller | undefined {
  const given = ["ObjectController", "Controller", "CatalogReference"].filter((name) => child(e, name) !== undefined);
  if (given.length !== 1) r.problems.strict(r.file, e, given.length === 0 ? `${e.name} names no controller and is left out` : `${e.name} has ${given.join(" and ")}; the first is taken, the rest is left aside`, { expected: "one of Controller, CatalogReference, ObjectController" });
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

export function readEnvironment(r: Reading, e: XmlElement): Environment {
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
    sunIlluminanceLux: sun === undefined ? undefined : newer(r, sun, "illuminance", "intensity"),
    temperatureK: weather === undefined ? undefined : optionalNumber(r, weather, "temperature", { min: 0 }),
    frictionScale: road === undefined ? undefined : number(r, road, "frictionScaleFactor", { min: 0 }),
    wetness: road === undefined ? undefined : optionalWord(r, road, "wetness", ["dry", "moist", "wetWithPuddles", "lowFlooded", "highFlooded"]),
    sky: readSky(r, weather, road),
  };
}

/** Of two names for one thing the newer counts. */
function newer(r: Reading, e: XmlElement, name: string, older: string): number | undefined {
  const old = optionalNumber(r, e, older, { min: 0 });
  const now = optionalNumber(r, e, name, { min: 0 });
  if (old !== undefined && now !== undefined) r.problems.warning(r.file, e, `${older} is left aside; ${name} counts`, { attribute: older });
  return now ?? old;
}

function readPrecipitation(r: Reading, e: XmlElement): NonNullable<Environment["precipitation"]> {
  // 1.0 states intensity as a share of 1; from 1.1 on precipitationIntensity is in mm/h. 1.0 here means 50 mm/h.
  const old = optionalNumber(r, e, "intensity", { min: 0 });
  const mmph = optionalNumber(r, e, "precipitationIntensity", { min: 0 }) ?? (old ?? 0) * 50;
  if (old !== undefined && e.attributes.has("precipitationIntensity")) r.problems.warning(r.file, e, "intensity is left aside; precipitationIntensity counts", { attribute: "intensity" });
  return { type: word(r, e, "precipitationType", ["dry", "rain", "snow"]), mmph };
}

function readDuration(r: Reading, e: XmlElement): number {
  const duration = number(r, e, "duration");
  if (duration < 0) r.problems.error(r.file, e, `duration is ${duration}`, { attribute: "duration", expected: "a time >= 0", rule: "positive_duration_in_phase" });
  return duration;
}

/** 1.2 misspells the element's name; both spellings are in use. */
function readGroupState(r: Reading, phase: XmlElement): string | undefined {
  const spelt = [child(phase, "TrafficSignalGroupState"), child(phase, "TrafficeSignalGroupState")].filter((e) => e !== undefined);
  if (spelt.length > 1) r.problems.error(r.file, spelt[1] as XmlElement, "Phase has its TrafficSignalGroupState twice, in both spellings", { expected: "one of them" });
  const [found] = spelt;
  return found === undefined ? undefined : text(r, found, "state");
}

export function readSignalControllers(r: Reading, e: XmlElement | undefined): readonly SignalController[] {
  return (e === undefined ? [] : children(e, "TrafficSignalController")).map((c) => ({
    name: text(r, c, "name"),
    delayS: optionalNumber(r, c, "delay", { min: 0 }) ?? 0,
    reference: optionalText(r, c, "reference"),
    phases: children(c, "Phase").map((p) => ({
      name: text(r, p, "name"),
      durationS: readDuration(r, p),
      states: new Map(children(p, "TrafficSignalState").map((s): [string, string] => [reference(r, s, "trafficSignalId", "signal"), text(r, s, "state")])),
      groupState: readGroupState(r, p),
    })),
  }));
}
