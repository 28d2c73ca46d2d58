/** Junctions, their groups, and signal controllers. References are checked when all roads are known (see `links.ts`). */
import type { XmlElement, XmlReader } from "../../contract/xml.ts";
import type { JunctionConnection, JunctionGroup, JunctionModel, RoadPlace, SignalController } from "../model.ts";
import { readOrientation } from "./units.ts";

export function readJunction(r: XmlReader, e: XmlElement): JunctionModel {
  const id = r.requiredString(e, "id");
  const type = r.optionalEnum(e, "type", ["default", "direct", "virtual", "crossing"]) ?? "default";
  r.allow(e, { children: ["planView", "boundary", "elevationGrid", "roadSection", "objects", "crossPath"] });
  const virtual = type === "virtual";
  if (!virtual) r.allow(e, { attributes: ["mainRoad", "sStart", "sEnd", "orientation"] });
  const controllerUses = r.children(e, "controller").map((c) => ({ id: r.requiredString(c, "id"), type: r.optionalString(c, "type"), sequence: r.optionalInteger(c, "sequence") }));
  const surface = r.child(e, "surface");
  if (surface !== undefined) {
    r.allow(surface, { children: ["CRG"] });
    for (const c of surface.children) if (c.name === "CRG") r.warning(c, `OpenCRG surface ${c.attributes.get("file")?.value ?? ""} is not applied`, { rule: "not-applied" });
  }
  return {
    id,
    name: r.optionalString(e, "name") ?? "",
    type,
    connections: r.children(e, "connection").flatMap((c) => readConnection(r, c, type) ?? []),
    controllers: controllerUses.map((c) => c.id),
    controllerUses,
    priorities: r.children(e, "priority").map((c) => ({ high: r.optionalString(c, "high") ?? "", low: r.optionalString(c, "low") ?? "" })),
    main: virtual ? { road: r.requiredString(e, "mainRoad"), sStartM: r.requiredNumber(e, "sStart", { min: 0 }), sEndM: r.requiredNumber(e, "sEnd", { min: 0 }), orientation: readOrientation(r, e) } : undefined,
  };
}

function readConnection(r: XmlReader, c: XmlElement, type: JunctionModel["type"]): JunctionConnection | undefined {
  const kind = r.optionalEnum(c, "type", ["default", "virtual"]) ?? "default";
  const target = type === "direct" ? (r.has(c, "linkedRoad") ? "linkedRoad" : "connectingRoad") : "connectingRoad";
  const id = r.requiredString(c, "id");
  const laneLinks = r.children(c, "laneLink").map((l) => {
    r.allow(l, { attributes: ["overlapZone"] });
    return { from: r.requiredInteger(l, "from"), to: r.requiredInteger(l, "to") };
  });
  if (kind === "virtual" && !r.has(c, target)) {
    const from = r.requiredChild(c, "predecessor");
    const to = r.requiredChild(c, "successor");
    r.allow(c, { attributes: ["incomingRoad", "contactPoint"] });
    if (from === undefined || to === undefined) return undefined;
    const [start, end] = [readPlace(r, from), readPlace(r, to)];
    return { id, incomingRoad: start.road, connectingRoad: end.road, contact: end.direction === "+" ? "start" : "end", laneLinks, virtual: { from: start, to: end } };
  }
  r.allow(c, { attributes: type === "direct" ? [] : ["linkedRoad"], children: ["predecessor", "successor"] });
  return { id, incomingRoad: r.requiredString(c, "incomingRoad"), connectingRoad: r.requiredString(c, target), contact: r.enumOf(c, "contactPoint", ["start", "end"]), laneLinks };
}

function readPlace(r: XmlReader, e: XmlElement): RoadPlace {
  r.allow(e, { attributes: ["elementType"] });
  return { road: r.requiredString(e, "elementId"), sM: r.requiredNumber(e, "elementS", { min: 0 }), direction: r.enumOf(e, "elementDir", ["+", "-"]) };
}

export function readJunctionGroup(r: XmlReader, e: XmlElement): JunctionGroup {
  return { id: r.requiredString(e, "id"), name: r.optionalString(e, "name") ?? "", type: r.optionalString(e, "type") ?? "", junctions: r.children(e, "junctionReference").map((c) => r.requiredString(c, "junction")) };
}

export function readController(r: XmlReader, e: XmlElement): SignalController {
  const controls = r.children(e, "control").map((c) => ({ signal: r.requiredString(c, "signalId"), type: r.optionalString(c, "type") }));
  return { id: r.requiredString(e, "id"), name: r.optionalString(e, "name") ?? "", sequence: r.optionalInteger(e, "sequence"), signals: controls.map((c) => c.signal), controls };
}
