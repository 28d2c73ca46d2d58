/** Signals, signal references and objects along a road, as data. Must never interpret what a sign means. */
import type { XmlElement, XmlReader } from "../../contract/xml.ts";
import type { ObjectOutline, ObjectRepeat, RoadObject, RoadSignal, Validity } from "../model.ts";
import { readOrientation } from "./units.ts";

function readValidity(r: XmlReader, e: XmlElement): Validity[] {
  return r.children(e, "validity").map((v) => ({ fromLane: r.requiredInteger(v, "fromLane"), toLane: r.requiredInteger(v, "toLane") }));
}

const yesNo = ["yes", "no"] as const;

export function readSignals(r: XmlReader, road: XmlElement, roadId: string): RoadSignal[] {
  const signals = r.child(road, "signals");
  if (signals === undefined) return [];
  const place = (e: XmlElement): { id: string; road: string; sM: number; tM: number; orientation: "+" | "-" | "none"; validity: Validity[] } => ({
    id: r.requiredString(e, "id"),
    road: roadId,
    sM: r.requiredNumber(e, "s", { min: 0 }),
    tM: r.requiredNumber(e, "t"),
    orientation: readOrientation(r, e),
    validity: readValidity(r, e),
  });
  const own = r.children(signals, "signal").map((e): RoadSignal => {
    r.allow(e, {
      attributes: ["pitch", "roll", "countryRevision", "length", "temporary", "invalidated"],
      children: ["dependency", "reference", "positionRoad", "positionInertial", "semantics", "staticBoard", "vmsBoard", "vmsGroup", "displayArea"],
    });
    return {
      ...place(e),
      name: r.optionalString(e, "name") ?? "",
      zOffsetM: r.optionalNumber(e, "zOffset") ?? 0,
      hOffsetRad: r.optionalNumber(e, "hOffset") ?? 0,
      dynamic: r.enumOf(e, "dynamic", yesNo) === "yes",
      country: r.optionalString(e, "country") ?? "",
      type: r.requiredString(e, "type"),
      subtype: r.requiredString(e, "subtype"),
      value: optionalValue(r, e),
      unit: r.optionalString(e, "unit"),
      text: r.optionalString(e, "text") ?? "",
      widthM: r.optionalNumber(e, "width"),
      heightM: r.optionalNumber(e, "height"),
      refersTo: undefined,
    };
  });
  const references = r.children(signals, "signalReference").map((e): RoadSignal => {
    const at = place(e);
    return {
      ...at, refersTo: at.id, name: "", zOffsetM: 0, hOffsetRad: 0, dynamic: false, country: "", type: "", subtype: "", value: undefined, unit: undefined, text: "", widthM: undefined, heightM: undefined,
    };
  });
  return [...own, ...references];
}

/** Older exporters write an empty value for "none". */
function optionalValue(r: XmlReader, e: XmlElement): number | undefined {
  return r.optionalString(e, "value")?.trim() ? r.optionalNumber(e, "value") : undefined;
}

function readRepeat(r: XmlReader, e: XmlElement): ObjectRepeat {
  r.allow(e, { attributes: ["lengthStart", "lengthEnd", "radiusStart", "radiusEnd", "detachFromReferenceLine"] });
  return {
    sM: r.requiredNumber(e, "s"),
    lengthM: r.requiredNumber(e, "length", { min: 0 }),
    distanceM: r.requiredNumber(e, "distance", { min: 0 }),
    tStartM: r.optionalNumber(e, "tStart"),
    tEndM: r.optionalNumber(e, "tEnd"),
    widthStartM: r.optionalNumber(e, "widthStart"),
    widthEndM: r.optionalNumber(e, "widthEnd"),
    heightStartM: r.optionalNumber(e, "heightStart"),
    heightEndM: r.optionalNumber(e, "heightEnd"),
    zOffsetStartM: r.optionalNumber(e, "zOffsetStart"),
    zOffsetEndM: r.optionalNumber(e, "zOffsetEnd"),
  };
}

function readOutline(r: XmlReader, e: XmlElement): ObjectOutline {
  r.allow(e, { attributes: ["id", "fillType", "laneType"] });
  const inRoad = r.children(e, "cornerRoad").map((c) => {
    r.allow(c, { attributes: ["id"] });
    return { a: r.requiredNumber(c, "s"), b: r.requiredNumber(c, "t"), zM: r.optionalNumber(c, "dz") ?? 0, heightM: r.optionalNumber(c, "height") ?? 0 };
  });
  const local = r.children(e, "cornerLocal").map((c) => {
    r.allow(c, { attributes: ["id"] });
    return { a: r.requiredNumber(c, "u"), b: r.requiredNumber(c, "v"), zM: r.optionalNumber(c, "z") ?? 0, heightM: r.optionalNumber(c, "height") ?? 0 };
  });
  if (inRoad.length > 0 && local.length > 0) r.error(e, "outline mixes cornerRoad and cornerLocal", { expected: "one kind" });
  return { outer: r.optionalBoolean(e, "outer") ?? true, closed: r.optionalBoolean(e, "closed") ?? true, frame: local.length > 0 ? "local" : "road", corners: local.length > 0 ? local : inRoad };
}

export function readObjects(r: XmlReader, road: XmlElement, roadId: string): RoadObject[] {
  const objects = r.child(road, "objects");
  if (objects === undefined) return [];
  r.allow(objects, { children: ["objectReference", "tunnel", "bridge"] });
  return r.children(objects, "object").map((e): RoadObject => {
    r.allow(e, { attributes: ["validLength", "dynamic", "perpToRoad", "temporary", "invalidated"], children: ["material", "parkingSpace", "markings", "borders", "surface", "skeleton"] });
    const wrapper = r.child(e, "outlines");
    const outlines = [...r.children(e, "outline"), ...(wrapper === undefined ? [] : r.children(wrapper, "outline"))];
    return {
      id: r.requiredString(e, "id"),
      name: r.optionalString(e, "name") ?? "",
      road: roadId,
      type: r.optionalString(e, "type") ?? "none",
      subtype: r.optionalString(e, "subtype") ?? "",
      sM: r.requiredNumber(e, "s"),
      tM: r.requiredNumber(e, "t"),
      zOffsetM: r.optionalNumber(e, "zOffset") ?? 0,
      headingRad: r.optionalNumber(e, "hdg") ?? 0,
      pitchRad: r.optionalNumber(e, "pitch") ?? 0,
      rollRad: r.optionalNumber(e, "roll") ?? 0,
      orientation: readOrientation(r, e),
      lengthM: r.optionalNumber(e, "length"),
      widthM: r.optionalNumber(e, "width"),
      heightM: r.optionalNumber(e, "height"),
      radiusM: r.optionalNumber(e, "radius"),
      repeats: r.children(e, "repeat").map((c) => readRepeat(r, c)),
      outlines: outlines.map((c) => readOutline(r, c)),
      validity: readValidity(r, e),
    };
  });
}
