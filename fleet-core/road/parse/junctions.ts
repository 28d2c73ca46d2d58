/** Junctions and signal controllers. References are checked when all roads are known (see `links.ts`). */
import type { XmlElement, XmlReader } from "../../contract/xml.ts";
import type { JunctionConnection, JunctionModel, SignalController } from "../model.ts";

export function readJunction(r: XmlReader, e: XmlElement): JunctionModel {
  const id = r.requiredString(e, "id");
  const type = r.optionalEnum(e, "type", ["default", "direct", "virtual", "crossing"]) ?? "default";
  r.allow(e, { attributes: ["mainRoad", "sStart", "sEnd", "orientation"], children: ["priority", "surface", "planView", "boundary", "elevationGrid", "roadSection", "objects", "crossPath"] });
  if (type === "virtual") r.unsupported(e, `junction ${id}: type virtual`);
  const connections: JunctionConnection[] = [];
  for (const c of type === "virtual" ? [] : r.children(e, "connection")) {
    if (r.optionalEnum(c, "type", ["default", "virtual"]) === "virtual") {
      r.unsupported(c, "a virtual connection");
      continue;
    }
    const target = type === "direct" ? (r.has(c, "linkedRoad") ? "linkedRoad" : "connectingRoad") : "connectingRoad";
    r.allow(c, { attributes: type === "direct" ? [] : ["linkedRoad"], children: ["predecessor", "successor"] });
    connections.push({
      id: r.requiredString(c, "id"),
      incomingRoad: r.requiredString(c, "incomingRoad"),
      connectingRoad: r.requiredString(c, target),
      contact: r.enumOf(c, "contactPoint", ["start", "end"]),
      laneLinks: r.children(c, "laneLink").map((l) => {
        r.allow(l, { attributes: ["overlapZone"] });
        return { from: r.requiredInteger(l, "from"), to: r.requiredInteger(l, "to") };
      }),
    });
  }
  const controllers = type === "virtual" ? [] : r.children(e, "controller").map((c) => {
    r.allow(c, { attributes: ["type", "sequence"] });
    return r.requiredString(c, "id");
  });
  return { id, name: r.optionalString(e, "name") ?? "", type, connections, controllers };
}

export function readController(r: XmlReader, e: XmlElement): SignalController {
  r.allow(e, { attributes: ["sequence"] });
  return {
    id: r.requiredString(e, "id"),
    name: r.optionalString(e, "name") ?? "",
    signals: r.children(e, "control").map((c) => {
      r.allow(c, { attributes: ["type"] });
      return r.requiredString(c, "signalId");
    }),
  };
}
