/** Objects, object references, tunnels and bridges along a road, as data; shapes are made of them in `objects.ts`. */
import type { XmlElement, XmlReader } from "../../contract/xml.ts";
import type { ObjectBorder, ObjectMarking, ObjectOutline, ObjectReference, ObjectRepeat, RoadObject, Structure } from "../model.ts";
import { instancesOf, SHAPES_MAX } from "../objects.ts";
import { readOrientation, readValidity, SANE } from "./units.ts";

export interface AlongRoad {
  readonly objects: readonly RoadObject[];
  readonly objectReferences: readonly ObjectReference[];
  readonly tunnels: readonly Structure[];
  readonly bridges: readonly Structure[];
}

function readRepeat(r: XmlReader, e: XmlElement): ObjectRepeat {
  const repeat = repeatOf(r, e);
  const count = instancesOf(repeat);
  if (count <= SHAPES_MAX) return repeat;
  r.error(e, `the repeat makes ${count} objects`, { attribute: "distance", expected: `at most ${SHAPES_MAX}`, rule: "object-count" });
  return { ...repeat, lengthM: 0 };
}

function repeatOf(r: XmlReader, e: XmlElement): ObjectRepeat {
  return {
    sM: r.requiredNumber(e, "s", SANE),
    lengthM: r.requiredNumber(e, "length", { min: 0, max: SANE.max }),
    distanceM: r.requiredNumber(e, "distance", { min: 0, max: SANE.max }),
    tStartM: r.optionalNumber(e, "tStart", SANE),
    tEndM: r.optionalNumber(e, "tEnd", SANE),
    widthStartM: r.optionalNumber(e, "widthStart", SANE),
    widthEndM: r.optionalNumber(e, "widthEnd", SANE),
    heightStartM: r.optionalNumber(e, "heightStart", SANE),
    heightEndM: r.optionalNumber(e, "heightEnd", SANE),
    zOffsetStartM: r.optionalNumber(e, "zOffsetStart", SANE),
    zOffsetEndM: r.optionalNumber(e, "zOffsetEnd", SANE),
    lengthStartM: r.optionalNumber(e, "lengthStart", SANE),
    lengthEndM: r.optionalNumber(e, "lengthEnd", SANE),
    radiusStartM: r.optionalNumber(e, "radiusStart", SANE),
    radiusEndM: r.optionalNumber(e, "radiusEnd", SANE),
    detached: r.optionalBoolean(e, "detachFromReferenceLine") ?? false,
  };
}

function readOutline(r: XmlReader, e: XmlElement): ObjectOutline {
  r.allow(e, { attributes: ["laneType"] });
  const inRoad = r.children(e, "cornerRoad").map((c) => ({ id: r.optionalString(c, "id"), a: r.requiredNumber(c, "s", SANE), b: r.requiredNumber(c, "t", SANE), zM: r.optionalNumber(c, "dz", SANE) ?? 0, heightM: r.optionalNumber(c, "height", SANE) ?? 0 }));
  const local = r.children(e, "cornerLocal").map((c) => ({ id: r.optionalString(c, "id"), a: r.requiredNumber(c, "u", SANE), b: r.requiredNumber(c, "v", SANE), zM: r.optionalNumber(c, "z", SANE) ?? 0, heightM: r.optionalNumber(c, "height", SANE) ?? 0 }));
  if (inRoad.length > 0 && local.length > 0) r.error(e, "outline mixes cornerRoad and cornerLocal", { expected: "one kind" });
  return {
    id: r.optionalString(e, "id"),
    fill: r.optionalString(e, "fillType"),
    outer: r.optionalBoolean(e, "outer") ?? true,
    closed: r.optionalBoolean(e, "closed") ?? true,
    frame: local.length > 0 ? "local" : "road",
    corners: local.length > 0 ? local : inRoad,
  };
}

const cornersOf = (r: XmlReader, e: XmlElement): string[] => r.children(e, "cornerReference").map((c) => r.requiredString(c, "id"));

function readMarking(r: XmlReader, e: XmlElement): ObjectMarking {
  const corners = cornersOf(r, e);
  const side = r.optionalEnum(e, "side", ["front", "rear", "left", "right"]);
  if (side === undefined && corners.length < 2) r.complain(e, "the marking names neither a side nor two corners", { attribute: "side", expected: "front, rear, left or right, or cornerReference elements" });
  const bold = r.optionalEnum(e, "weight", ["standard", "bold"]) === "bold";
  return {
    side,
    corners,
    colour: r.optionalString(e, "color") ?? "white",
    widthM: r.optionalNumber(e, "width", { min: 0, max: SANE.max }) ?? (bold ? 0.25 : 0.12),
    bold,
    startOffsetM: r.optionalNumber(e, "startOffset", SANE) ?? 0,
    stopOffsetM: r.optionalNumber(e, "stopOffset", SANE) ?? 0,
    zOffsetM: r.optionalNumber(e, "zOffset", SANE) ?? 0,
    lineLengthM: r.optionalNumber(e, "lineLength", { min: 0, max: SANE.max }) ?? 0,
    spaceLengthM: r.optionalNumber(e, "spaceLength", { min: 0, max: SANE.max }) ?? 0,
  };
}

function readBorder(r: XmlReader, e: XmlElement): ObjectBorder {
  return { outline: r.requiredString(e, "outlineId"), type: r.optionalString(e, "type") ?? "", widthM: r.optionalNumber(e, "width", SANE) ?? 0, complete: r.optionalBoolean(e, "useCompleteOutline") ?? true, corners: cornersOf(r, e) };
}

function readObject(r: XmlReader, e: XmlElement, road: string): RoadObject {
  r.allow(e, { attributes: ["temporary", "invalidated"], children: ["surface", "skeleton"] });
  const wrapper = r.child(e, "outlines");
  const outlines = [...r.children(e, "outline"), ...(wrapper === undefined ? [] : r.children(wrapper, "outline"))];
  const markings = r.child(e, "markings");
  const borders = r.child(e, "borders");
  const parking = r.child(e, "parkingSpace");
  if (parking !== undefined) r.allow(parking, { children: ["marking"] });
  const dynamic = r.optionalEnum(e, "dynamic", ["yes", "no"]) === "yes";
  return {
    id: r.requiredString(e, "id"),
    name: r.optionalString(e, "name") ?? "",
    road,
    type: r.optionalString(e, "type") ?? "none",
    subtype: r.optionalString(e, "subtype") ?? "",
    sM: r.requiredNumber(e, "s", SANE),
    tM: r.requiredNumber(e, "t", SANE),
    zOffsetM: r.optionalNumber(e, "zOffset", SANE) ?? 0,
    headingRad: r.optionalNumber(e, "hdg", SANE) ?? 0,
    pitchRad: r.optionalNumber(e, "pitch", SANE) ?? 0,
    rollRad: r.optionalNumber(e, "roll", SANE) ?? 0,
    orientation: readOrientation(r, e),
    lengthM: r.optionalNumber(e, "length", SANE),
    widthM: r.optionalNumber(e, "width", SANE),
    heightM: r.optionalNumber(e, "height", SANE),
    radiusM: r.optionalNumber(e, "radius", SANE),
    dynamic,
    perpendicular: r.optionalBoolean(e, "perpToRoad") ?? false,
    validLengthM: r.optionalNumber(e, "validLength", SANE),
    repeats: r.children(e, "repeat").map((c) => readRepeat(r, c)),
    outlines: outlines.map((c) => readOutline(r, c)),
    markings: markings === undefined ? [] : r.children(markings, "marking").map((c) => readMarking(r, c)),
    borders: borders === undefined ? [] : r.children(borders, "border").map((c) => readBorder(r, c)),
    materials: r.children(e, "material").map((c) => ({ surface: r.optionalString(c, "surface"), friction: r.optionalNumber(c, "friction"), roughness: r.optionalNumber(c, "roughness") })),
    parking: parking === undefined ? undefined : { access: r.optionalString(parking, "access") ?? "all", restrictions: r.optionalString(parking, "restrictions") ?? "" },
    validity: readValidity(r, e),
  };
}

function readStructure(r: XmlReader, e: XmlElement): Structure {
  return {
    id: r.requiredString(e, "id"),
    name: r.optionalString(e, "name") ?? "",
    type: r.optionalString(e, "type") ?? "standard",
    sM: r.requiredNumber(e, "s", { min: 0 }),
    lengthM: r.requiredNumber(e, "length", { min: 0 }),
    daylight: r.optionalNumber(e, "daylight", { min: 0, max: 1 }),
    lighting: r.optionalNumber(e, "lighting", { min: 0, max: 1 }),
    validity: readValidity(r, e),
  };
}

export function readObjects(r: XmlReader, road: XmlElement, roadId: string): AlongRoad {
  const objects = r.child(road, "objects");
  if (objects === undefined) return { objects: [], objectReferences: [], tunnels: [], bridges: [] };
  return {
    objects: r.children(objects, "object").map((e) => readObject(r, e, roadId)),
    objectReferences: r.children(objects, "objectReference").map((e) => ({
      id: r.requiredString(e, "id"),
      road: roadId,
      sM: r.requiredNumber(e, "s", SANE),
      tM: r.requiredNumber(e, "t", SANE),
      zOffsetM: r.optionalNumber(e, "zOffset", SANE) ?? 0,
      validLengthM: r.optionalNumber(e, "validLength", SANE),
      orientation: readOrientation(r, e),
      validity: readValidity(r, e),
    })),
    tunnels: r.children(objects, "tunnel").map((e) => readStructure(r, e)),
    bridges: r.children(objects, "bridge").map((e) => readStructure(r, e)),
  };
}
