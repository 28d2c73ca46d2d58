/** Checks that every reference between roads, lanes, junctions, signals and controllers leads somewhere. */
import type { XmlElement, XmlReader } from "../../contract/xml.ts";
import type { JunctionModel, RoadLink, RoadModel, SideSection, SignalController } from "../model.ts";

export interface LinkInput {
  readonly roads: readonly RoadModel[];
  readonly roadById: ReadonlyMap<string, RoadModel>;
  readonly junctions: ReadonlyMap<string, JunctionModel>;
  readonly controllers: readonly SignalController[];
  readonly roadElement: ReadonlyMap<RoadModel, XmlElement>;
  readonly junctionElement: ReadonlyMap<JunctionModel, XmlElement>;
  readonly controllerElement: ReadonlyMap<SignalController, XmlElement>;
}

const DIAGNOSTICS_MAX = 199;

export const childOf = (e: XmlElement, name: string): XmlElement | undefined => e.children.find((c) => c.name === name);

/** Lane ids present on the road where it touches its neighbour. */
export function lanesAtEnd(road: RoadModel, end: "start" | "end"): Set<number> {
  const ids = new Set<number>();
  for (const side of [road.left, road.right]) {
    const section: SideSection | undefined = end === "start" ? side[0] : side[side.length - 1];
    for (const lane of section?.lanes ?? []) ids.add(lane.id);
  }
  return ids;
}

/** Lane ids on either side of s. */
function lanesAt(road: RoadModel, sM: number): Set<number> {
  const ids = new Set<number>();
  for (const side of [road.left, road.right]) for (const section of side) if (section.sStartM <= sM + 1e-6 && sM - 1e-6 <= section.sEndM) for (const lane of section.lanes) ids.add(lane.id);
  return ids;
}

export function checkLinks(r: XmlReader, input: LinkInput): void {
  for (const road of input.roads) checkRoad(r, input, road, input.roadElement.get(road) as XmlElement);
  for (const junction of input.junctions.values()) checkJunction(r, input, junction, input.junctionElement.get(junction) as XmlElement);
  const signals = new Set<string>();
  for (const road of input.roads) for (const s of road.signals) if (s.refersTo === undefined) signals.add(s.id);
  for (const road of input.roads) {
    for (const s of road.signals) {
      if (s.refersTo === undefined || signals.has(s.refersTo)) continue;
      const e = childOf(input.roadElement.get(road) as XmlElement, "signals")?.children.find((c) => c.name === "signalReference" && c.attributes.get("id")?.value === s.id);
      r.complain(e ?? (input.roadElement.get(road) as XmlElement), `signal ${s.refersTo} does not exist`, { attribute: "id", expected: "the id of a signal", rule: "signal-missing" });
    }
  }
  for (const controller of input.controllers) {
    for (const id of controller.signals) {
      if (!signals.has(id)) r.complain(input.controllerElement.get(controller) as XmlElement, `controller ${controller.id} steers signal ${id}, which does not exist`, { expected: "the id of a signal", rule: "signal-missing" });
    }
  }
}

function checkRoad(r: XmlReader, input: LinkInput, road: RoadModel, e: XmlElement): void {
  const link = childOf(e, "link");
  const check = (target: RoadLink | undefined, name: "predecessor" | "successor"): void => {
    if (target === undefined || link === undefined) return;
    const known = target.kind === "road" ? input.roadById.has(target.id) : input.junctions.has(target.id);
    if (!known) r.complain(childOf(link, name) ?? link, `${target.kind} ${target.id} does not exist`, { attribute: "elementId", expected: `the id of a ${target.kind}`, rule: "link-target-missing" });
    const beyond = known && target.middle !== undefined && target.middle.sM > (input.roadById.get(target.id)?.lengthM ?? 0) + 1e-6;
    if (beyond) r.complain(childOf(link, name) ?? link, `road ${target.id} has no s = ${target.middle?.sM}`, { attribute: "elementS", expected: `0 to ${input.roadById.get(target.id)?.lengthM}`, rule: "link-off-road" });
  };
  check(road.predecessor, "predecessor");
  check(road.successor, "successor");
  if (road.junction !== undefined && !input.junctions.has(road.junction)) r.error(e, `junction ${road.junction} does not exist`, { attribute: "junction", expected: "the id of a junction, or -1", rule: "junction-missing" });

  for (const side of [road.left, road.right]) {
    side.forEach((section, i) => {
      for (const lane of section.lanes) {
        // Looking up the place of each of thousands of faults would take longer than reading the file.
        if (r.diagnostics.length > DIAGNOSTICS_MAX) return;
        const laneLink = (id: number, name: "predecessor" | "successor"): void => {
          const beside = side[i + (name === "successor" ? 1 : -1)];
          const outside = name === "successor" ? road.successor : road.predecessor;
          let there: ReadonlySet<number> | undefined;
          if (beside !== undefined) there = new Set(beside.lanes.map((l) => l.id));
          else if (outside?.kind === "road") {
            const other = input.roadById.get(outside.id);
            if (other !== undefined) there = outside.contact === undefined ? lanesAt(other, outside.middle?.sM ?? 0) : lanesAtEnd(other, outside.contact);
          }
          if (there === undefined || there.has(id)) return;
          const at = laneElement(e, section.sStartM, lane.id);
          const spot = at === undefined ? undefined : childOf(at, "link");
          r.complain((spot === undefined ? undefined : childOf(spot, name)) ?? at ?? e, `lane ${lane.id} of road ${road.id} has ${name} ${id}, which is not there`, { attribute: "id", expected: there.size === 0 ? "no link: there are no lanes" : `one of ${[...there].sort((a, b) => a - b).join(", ")}`, rule: "lane-link-missing" });
        };
        for (const id of lane.predecessors) laneLink(id, "predecessor");
        for (const id of lane.successors) laneLink(id, "successor");
      }
    });
  }
}

/** Only for messages: finds the lane's element again. */
export function laneElement(road: XmlElement, sStartM: number, id: number): XmlElement | undefined {
  let found: XmlElement | undefined;
  for (const section of childOf(road, "lanes")?.children ?? []) {
    if (section.name !== "laneSection" || Number(section.attributes.get("s")?.value) > sStartM + 1e-9) continue;
    const side = childOf(section, id > 0 ? "left" : "right");
    found = side?.children.find((c) => c.name === "lane" && Number(c.attributes.get("id")?.value) === id) ?? found;
  }
  return found;
}

function checkJunction(r: XmlReader, input: LinkInput, junction: JunctionModel, e: XmlElement): void {
  if (junction.main !== undefined) {
    const main = input.roadById.get(junction.main.road);
    if (main === undefined) r.complain(e, `road ${junction.main.road} does not exist`, { attribute: "mainRoad", expected: "the id of a road", rule: "link-target-missing" });
    else if (junction.main.sEndM > main.lengthM + 1e-6 || junction.main.sStartM > junction.main.sEndM) r.complain(e, `the virtual junction reaches from s = ${junction.main.sStartM} to ${junction.main.sEndM}`, { attribute: "sEnd", expected: `ascending, 0 to ${main.lengthM}`, rule: "link-off-road" });
  }
  const elements = e.children.filter((c) => c.name === "connection");
  for (const c of junction.connections) {
    const at = elements.find((x) => x.attributes.get("id")?.value === c.id) ?? e;
    const incoming = input.roadById.get(c.incomingRoad);
    const connecting = input.roadById.get(c.connectingRoad);
    if (incoming === undefined) r.error(at, `road ${c.incomingRoad} does not exist`, { attribute: "incomingRoad", expected: "the id of a road", rule: "connection-road-missing" });
    if (connecting === undefined) r.error(at, `road ${c.connectingRoad} does not exist`, { attribute: junction.type === "direct" ? "linkedRoad" : "connectingRoad", expected: "the id of a road", rule: "connection-road-missing" });
    if (incoming === undefined || connecting === undefined) continue;
    if (c.virtual !== undefined) {
      for (const [place, road, list] of [[c.virtual.from, incoming, c.laneLinks.map((l) => l.from)], [c.virtual.to, connecting, c.laneLinks.map((l) => l.to)]] as const) {
        if (place.sM > road.lengthM + 1e-6) r.complain(at, `road ${road.id} has no s = ${place.sM}`, { expected: `0 to ${road.lengthM}`, rule: "link-off-road" });
        const there = lanesAt(road, place.sM);
        for (const id of list) if (!there.has(id)) r.complain(at, `road ${road.id} has no lane ${id} at s = ${place.sM}`, { expected: `one of ${[...there].sort((a, b) => a - b).join(", ")}`, rule: "connection-lane-missing" });
      }
      continue;
    }
    const touches = { start: incoming.predecessor?.id === junction.id, end: incoming.successor?.id === junction.id };
    const from = new Set([...(touches.start ? lanesAtEnd(incoming, "start") : []), ...(touches.end ? lanesAtEnd(incoming, "end") : []), ...(touches.start || touches.end ? [] : [...lanesAtEnd(incoming, "start"), ...lanesAtEnd(incoming, "end")])]);
    const to = lanesAtEnd(connecting, c.contact);
    const links = at.children.filter((x) => x.name === "laneLink");
    c.laneLinks.forEach((l, i) => {
      const spot = links[i] ?? at;
      if (!from.has(l.from)) r.complain(spot, `road ${incoming.id} has no lane ${l.from} at junction ${junction.id}`, { attribute: "from", expected: `one of ${[...from].sort((a, b) => a - b).join(", ")}`, rule: "connection-lane-missing" });
      if (!to.has(l.to)) r.complain(spot, `road ${connecting.id} has no lane ${l.to} at its ${c.contact}`, { attribute: "to", expected: `one of ${[...to].sort((a, b) => a - b).join(", ")}`, rule: "connection-lane-missing" });
    });
  }
}
