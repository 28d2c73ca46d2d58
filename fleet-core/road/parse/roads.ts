/** One road: its attributes, links, profiles and what lies along it. */
import type { XmlElement, XmlReader } from "../../contract/xml.ts";
import type { CrgSurface, RoadLink, RoadModel, RoadType, ShapeStation } from "../model.ts";
import type { CubicRecord, Profile } from "../profile.ts";
import { createProfile, emptyProfile } from "../profile.ts";
import { readPlanView } from "./geometry.ts";
import { readLanes } from "./lanes.ts";
import { readObjects } from "./objects.ts";
import { readSignals } from "./signals.ts";
import { ascending, BANK_RAD_MAX, checkReach, HEIGHT_M_MAX, idOrNone, readCubic, readSpeed, ROAD_M_MAX } from "./units.ts";

const contacts = ["start", "end"] as const;

function readLink(r: XmlReader, link: XmlElement, name: "predecessor" | "successor"): RoadLink | undefined {
  const e = r.child(link, name);
  if (e === undefined) return undefined;
  const kind = r.enumOf(e, "elementType", ["road", "junction"]);
  const id = r.requiredString(e, "elementId");
  if (kind === "road" && (r.has(e, "elementS") || r.has(e, "elementDir"))) {
    r.allow(e, { attributes: ["contactPoint"] });
    return { kind, id, contact: undefined, middle: { sM: r.requiredNumber(e, "elementS", { min: 0 }), direction: r.enumOf(e, "elementDir", ["+", "-"]) } };
  }
  const contact = kind === "road" ? r.enumOf(e, "contactPoint", contacts) : (r.optionalString(e, "contactPoint"), undefined);
  return { kind, id, contact };
}

/** A profile that is 0 everywhere is no profile: exporters write them and every query would pay for them. */
const unlessFlat = (profile: Profile): Profile => (profile.some((v, i) => i % 5 !== 0 && v !== 0) ? profile : emptyProfile);

function profileOf(r: XmlReader, elements: readonly XmlElement[], endM: number, limit: number, unit: string): Profile {
  const records = ascending(r, elements, elements.map((e) => readCubic(r, e, "s")));
  checkReach(r, elements, records, endM, limit, unit);
  return unlessFlat(createProfile(records));
}

/** Records of one s form a cubic over t. */
function readShape(r: XmlReader, lateral: XmlElement | undefined): ShapeStation[] {
  const byS = new Map<number, { record: CubicRecord; e: XmlElement }[]>();
  for (const e of lateral === undefined ? [] : r.children(lateral, "shape")) {
    const sM = r.requiredNumber(e, "s");
    const list = byS.get(sM) ?? [];
    list.push({ record: readCubic(r, e, "t"), e });
    byS.set(sM, list);
  }
  return [...byS]
    .sort((a, b) => a[0] - b[0])
    .map(([sM, list]) => ({ sM, overT: createProfile(ascending(r, list.map((x) => x.e), list.map((x) => x.record))) }));
}

function readTypes(r: XmlReader, road: XmlElement): RoadType[] {
  const elements = r.children(road, "type");
  const types = elements.map((e): RoadType => {
    r.allow(e, { attributes: ["country"] });
    const speed = r.child(e, "speed");
    return { sM: r.requiredNumber(e, "s", { min: 0 }), type: r.requiredString(e, "type"), speedMps: speed === undefined ? undefined : readSpeed(r, speed) };
  });
  return [...ascending(r, elements, types)];
}

function crossfall(r: XmlReader, lateral: XmlElement | undefined, side: "left" | "right"): XmlElement[] {
  const elements = lateral === undefined ? [] : r.children(lateral, "crossfall");
  return elements.filter((e) => {
    const of = r.optionalEnum(e, "side", ["left", "right", "both"]) ?? "both";
    return of === side || of === "both";
  });
}

/** Names of surface files, each with a warning: the road stays as smooth as its profiles. */
function readCrg(r: XmlReader, surface: XmlElement): CrgSurface[] {
  return r.children(surface, "CRG").map((c) => {
    r.allow(c, { attributes: ["orientation", "sOffset", "tOffset", "zOffset", "zScale", "hOffset", "purpose"] });
    const crg = { file: r.requiredString(c, "file"), sStartM: r.optionalNumber(c, "sStart") ?? 0, sEndM: r.optionalNumber(c, "sEnd") ?? 0, mode: r.optionalString(c, "mode") ?? "" };
    r.warning(c, `OpenCRG surface ${crg.file} is not applied`, { rule: "not-applied" });
    return crg;
  });
}

/** undefined when the road cannot be used at all; the reason is among the diagnostics then. */
export function readRoad(r: XmlReader, e: XmlElement, index: number): RoadModel | undefined {
  const id = r.requiredString(e, "id");
  const lengthM = r.requiredNumber(e, "length", { min: 0, max: ROAD_M_MAX, unit: "m" });
  const rule = r.optionalEnum(e, "rule", ["RHT", "LHT"]) ?? "RHT";
  const link = r.child(e, "link");
  if (link !== undefined) r.allow(link, { children: ["neighbor"] });
  const elevation = r.child(e, "elevationProfile");
  const lateral = r.child(e, "lateralProfile");
  const surface = r.child(e, "surface");
  const crg = surface === undefined ? [] : readCrg(r, surface);
  const railroad = r.child(e, "railroad");
  if (railroad !== undefined) {
    r.allow(railroad, { children: ["switch"] });
    for (const c of railroad.children) if (c.name === "switch") r.warning(c, `railroad switch ${c.attributes.get("id")?.value ?? ""} is not used: tracks do not branch there`, { rule: "not-applied" });
  }
  const crossSection = lateral === undefined ? undefined : r.child(lateral, "crossSectionSurface");
  if (crossSection !== undefined) r.unsupported(crossSection, "crossSectionSurface");

  const planView = readPlanView(r, e, lengthM);
  const lanes = readLanes(r, e, lengthM, rule);
  const types = readTypes(r, e);
  const along = readObjects(r, e, id);
  const signals = readSignals(r, e, id);
  const model = {
    id,
    name: r.optionalString(e, "name") ?? "",
    index,
    lengthM,
    junction: idOrNone(r.requiredString(e, "junction")),
    rule,
    predecessor: link === undefined ? undefined : readLink(r, link, "predecessor"),
    successor: link === undefined ? undefined : readLink(r, link, "successor"),
    elevation: profileOf(r, elevation === undefined ? [] : r.children(elevation, "elevation"), lengthM, HEIGHT_M_MAX, "m"),
    superelevation: profileOf(r, lateral === undefined ? [] : r.children(lateral, "superelevation"), lengthM, BANK_RAD_MAX, "rad"),
    crossfallLeft: profileOf(r, crossfall(r, lateral, "left"), lengthM, BANK_RAD_MAX, "rad"),
    crossfallRight: profileOf(r, crossfall(r, lateral, "right"), lengthM, BANK_RAD_MAX, "rad"),
    shape: readShape(r, lateral),
    types,
    ...along,
    signals,
    crg,
  };
  if (planView === undefined || lanes === undefined) return undefined;
  const { superelevation, crossfallLeft, crossfallRight, shape } = model;
  const banked = superelevation.length + crossfallLeft.length + crossfallRight.length + shape.length > 0;
  const hasHeights = [...lanes.left, ...lanes.right].some((section) => section.lanes.some((lane) => lane.heights.some((h) => h.innerM !== 0 || h.outerM !== 0)));
  const hasLevel = banked && [...lanes.left, ...lanes.right].some((section) => section.lanes.some((lane) => lane.level));
  return { ...model, banked, hasHeights, hasLevel, geometryStartM: planView.startM, geometry: planView.curves, ...lanes };
}
