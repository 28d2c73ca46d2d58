/**
 * Rules a map may break and still be read: what one would want to know before driving on it. Only `map check` asks for
 * them (`thorough`); each finding is a warning with its rule's name and place. Must never change the map.
 */
import type { XmlElement, XmlReader } from "../../contract/xml.ts";
import { wrapAngle } from "../../kernel/math/index.ts";
import { createCurvePoint } from "../geometry/curve.ts";
import { createLaneEdges, evaluateEdges } from "../lanes.ts";
import type { JunctionModel, LaneModel, RoadLink, RoadModel, SideSection } from "../model.ts";
import type { Profile } from "../profile.ts";
import { profileValue } from "../profile.ts";
import { evaluateReference } from "../reference-line.ts";
import { childOf, laneElement, type LinkInput } from "./links.ts";

/** Ends that are linked may lie this far apart [m], turn this much [rad]; profiles may jump this much. */
const GAP_M = 0.1;
const LANE_GAP_M = 0.15;
const KINK_RAD = 0.1;
const JUMP_M = 0.02;
const JUMP_RAD = 0.01;
const NARROWEST_M = -1e-3;
/** Just inside an end, so that its own records answer. */
const INSIDE_M = 1e-7;

type End = "start" | "end";
type Which = "predecessor" | "successor";

export const qualityRules: readonly string[] = [
  "geometry-kink", "elevation-jump", "superelevation-jump", "lane-offset-jump", "lane-width-negative", "lane-section-no-lanes", "road-link-not-answered", "road-ends-gap", "road-ends-kink", "lane-link-not-answered", "lane-ends-gap", "lane-link-against-traffic",
  "junction-incoming-unlinked", "junction-foreign-road", "junction-connection-not-answered", "junction-against-traffic", "junction-without-connection", "connecting-road-unused", "priority-road-missing", "id-twice", "signal-off-road", "object-off-road", "structure-off-road", "signal-dependency-missing",
];

export function checkQuality(r: XmlReader, input: LinkInput): void {
  const used = new Set<string>();
  for (const junction of input.junctions.values()) for (const c of junction.connections) used.add(c.connectingRoad);
  for (const road of input.roads) {
    const e = input.roadElement.get(road) as XmlElement;
    checkProfiles(r, road, e);
    checkWidths(r, road, e);
    for (const which of ["predecessor", "successor"] as const) checkLink(r, input, road, e, which);
    checkSections(r, road, e);
    checkAlong(r, road, e);
    const junction = road.junction === undefined ? undefined : input.junctions.get(road.junction);
    if (junction !== undefined && junction.type !== "virtual" && !used.has(road.id)) r.warning(e, `road ${road.id} belongs to junction ${junction.id}, which does not connect it`, { attribute: "junction", expected: "a connection with this connectingRoad", rule: "connecting-road-unused" });
  }
  for (const junction of input.junctions.values()) checkJunction(r, input, junction, input.junctionElement.get(junction) as XmlElement);
  checkIds(r, input);
}

/** Calls `jump` where a piecewise cubic does not meet its next record. */
function jumps(profile: Profile, endM: number, most: number, jump: (sM: number, by: number) => void): void {
  for (let i = 5; i < profile.length; i += 5) {
    const at = profile[i] as number;
    if (at >= endM) return;
    const u = at - (profile[i - 5] as number);
    const before = (profile[i - 4] as number) + u * ((profile[i - 3] as number) + u * ((profile[i - 2] as number) + u * (profile[i - 1] as number)));
    const by = (profile[i + 1] as number) - before;
    if (Math.abs(by) > most) jump(at, by);
  }
}

function recordElement(road: XmlElement, parent: string, name: string, sM: number): XmlElement {
  const holder = childOf(road, parent);
  return holder?.children.find((c) => c.name === name && Math.abs(Number(c.attributes.get("s")?.value) - sM) < 1e-9) ?? holder ?? road;
}

function checkProfiles(r: XmlReader, road: RoadModel, e: XmlElement): void {
  const a = createCurvePoint();
  const b = createCurvePoint();
  for (let i = 1; i < road.geometry.length; i += 1) {
    const before = road.geometry[i - 1] as RoadModel["geometry"][number];
    before.evaluate(before.lengthM, a);
    (road.geometry[i] as RoadModel["geometry"][number]).evaluate(0, b);
    const turn = Math.abs(wrapAngle(b.headingRad - a.headingRad));
    const sM = road.geometryStartM[i] as number;
    if (turn > KINK_RAD) r.warning(recordElement(e, "planView", "geometry", sM), `the reference line turns by ${turn.toFixed(3)} rad at s = ${sM}`, { attribute: "hdg", expected: `at most ${KINK_RAD} rad`, rule: "geometry-kink" });
  }
  jumps(road.elevation, road.lengthM, JUMP_M, (sM, by) => r.warning(recordElement(e, "elevationProfile", "elevation", sM), `the elevation jumps by ${by.toFixed(3)} m at s = ${sM}`, { expected: `at most ${JUMP_M} m`, rule: "elevation-jump" }));
  jumps(road.superelevation, road.lengthM, JUMP_RAD, (sM, by) => r.warning(recordElement(e, "lateralProfile", "superelevation", sM), `the superelevation jumps by ${by.toFixed(4)} rad at s = ${sM}`, { expected: `at most ${JUMP_RAD} rad`, rule: "superelevation-jump" }));
  // Where a lane section begins the offset may jump: lanes are counted anew.
  const starts = new Set([...road.left, ...road.right].map((s) => s.sStartM));
  jumps(road.laneOffset, road.lengthM, JUMP_M, (sM, by) => {
    if (!starts.has(sM)) r.warning(recordElement(e, "lanes", "laneOffset", sM), `the lane offset jumps by ${by.toFixed(3)} m at s = ${sM}`, { expected: `at most ${JUMP_M} m inside a lane section`, rule: "lane-offset-jump" });
  });
}

function checkWidths(r: XmlReader, road: RoadModel, e: XmlElement): void {
  for (const side of [road.left, road.right]) {
    for (const section of side) {
      for (const lane of section.lanes) {
        let innerless = 0;
        let worst = 0;
        for (let i = 0; i <= 32; i += 1) {
          const sM = section.sStartM + ((section.sEndM - INSIDE_M - section.sStartM) * i) / 32;
          const value = lane.width.length > 0 ? profileValue(lane.width, sM) : 0;
          if (value < worst) [worst, innerless] = [value, sM];
        }
        if (worst < NARROWEST_M) r.warning(laneElement(e, section.sStartM, lane.id) ?? e, `lane ${lane.id} is ${worst.toFixed(3)} m wide at s = ${innerless.toFixed(3)}`, { expected: "a width >= 0", rule: "lane-width-negative" });
      }
    }
  }
  for (let i = 0; i < Math.max(road.left.length, road.right.length); i += 1) {
    const [left, right] = [road.left[i], road.right[i]];
    if (left !== undefined && right !== undefined && left.lanes.length + right.lanes.length === 0) r.warning(e, `the lane section at s = ${left.sStartM} has no lanes but the centre`, { expected: "a lane", rule: "lane-section-no-lanes" });
  }
}

interface Line {
  x: number;
  y: number;
  z: number;
  heading: number;
}

/** Reference point and heading at a road's end, looking out of the road. */
function outward(road: RoadModel, end: End): Line {
  const p = createCurvePoint();
  const sM = end === "start" ? 0 : road.lengthM;
  if (end === "end") evaluateReference(road, Math.max(0, road.lengthM - INSIDE_M), p);
  const piece = road.geometry[road.geometry.length - 1] as RoadModel["geometry"][number];
  if (end === "start") evaluateReference(road, 0, p);
  else piece.evaluate(road.lengthM - (road.geometryStartM[road.geometry.length - 1] as number), p);
  return { x: p.xM, y: p.yM, z: profileValue(road.elevation, sM), heading: end === "start" ? p.headingRad + Math.PI : p.headingRad };
}

/** Edge points of a lane at an end, inner then outer. */
function edgesAt(road: RoadModel, section: SideSection | undefined, lane: number, sM: number): readonly (readonly [number, number])[] | undefined {
  const edges = createLaneEdges();
  const p = createCurvePoint();
  if (!evaluateEdges(road, section, lane, sM, edges)) return undefined;
  evaluateReference(road, sM, p);
  return [edges.innerT, edges.outerT].map((t) => [p.xM - t * p.sinHeading, p.yM + t * p.cosHeading] as const);
}

const firstOrLast = (side: readonly SideSection[], end: End): SideSection | undefined => (end === "start" ? side[0] : side[side.length - 1]);
const sideOf = (road: RoadModel, lane: number): readonly SideSection[] => (lane > 0 ? road.left : road.right);
const linksOf = (lane: LaneModel, end: End): readonly number[] => (end === "start" ? lane.predecessors : lane.successors);

function checkLink(r: XmlReader, input: LinkInput, road: RoadModel, e: XmlElement, which: Which): void {
  const link: RoadLink | undefined = which === "predecessor" ? road.predecessor : road.successor;
  const own: End = which === "predecessor" ? "start" : "end";
  if (link?.kind !== "road" || link.contact === undefined) return;
  const other = input.roadById.get(link.id);
  const linkElement = childOf(e, "link");
  const at = (linkElement === undefined ? undefined : childOf(linkElement, which)) ?? e;
  if (other === undefined) return;
  const back = link.contact === "start" ? other.predecessor : other.successor;
  const throughJunction = back?.kind === "junction" && (road.junction === back.id || input.junctions.get(back.id)?.type === "virtual");
  const answered = back !== undefined && (throughJunction || (back.kind === "road" && back.id === road.id && back.contact === own));
  if (!answered) r.warning(at, `road ${road.id} links to the ${link.contact} of road ${other.id}, which does not link back`, { expected: `${link.contact === "start" ? "predecessor" : "successor"} of road ${other.id}: the ${own} of road ${road.id}`, rule: "road-link-not-answered" });

  const a = outward(road, own);
  const b = outward(other, link.contact);
  const gap = Math.sqrt((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y) + (a.z - b.z) * (a.z - b.z));
  const ownM = own === "start" ? 0 : road.lengthM - INSIDE_M;
  const otherM = link.contact === "start" ? 0 : other.lengthM - INSIDE_M;
  let lanes = 0;
  let apart = 0;
  let worst: { readonly lane: number; readonly to: number; readonly gapM: number } | undefined;
  for (const side of [road.right, road.left]) {
    const section = firstOrLast(side, own);
    for (const lane of section?.lanes ?? []) {
      for (const id of linksOf(lane, own)) {
        const there = firstOrLast(sideOf(other, id), link.contact);
        const target = there?.lanes.find((l) => l.id === id);
        if (target === undefined) continue;
        const spot = laneElement(e, section?.sStartM ?? 0, lane.id) ?? at;
        if (answered && !throughJunction && !linksOf(target, link.contact).includes(lane.id)) r.warning(spot, `lane ${lane.id} of road ${road.id} has ${which} ${id} of road ${other.id}, which does not link back`, { expected: `a link from lane ${id} to lane ${lane.id}`, rule: "lane-link-not-answered" });
        // Driving out here one must drive in there.
        const out = (lane.direction > 0) === (own === "end");
        const into = (target.direction > 0) === (link.contact === "start");
        if (out !== into) r.warning(spot, `lane ${lane.id} of road ${road.id} and its ${which} ${id} of road ${other.id} drive against each other`, { expected: "one direction", rule: "lane-link-against-traffic" });
        const mine = edgesAt(road, section, lane.id, ownM);
        const theirs = edgesAt(other, there, id, otherM);
        if (mine === undefined || theirs === undefined) continue;
        lanes += 1;
        const gapM = edgeGap(mine, theirs);
        if (gapM > LANE_GAP_M) apart += 1;
        if (gapM > LANE_GAP_M && gapM > (worst?.gapM ?? 0)) worst = { lane: lane.id, to: id, gapM };
      }
    }
  }
  // Reference lines may be shifted against each other when their lanes meet.
  if (gap > GAP_M && (lanes === 0 || apart > 0)) r.warning(at, `road ${road.id} ends ${gap.toFixed(3)} m away from road ${other.id}`, { expected: `at most ${GAP_M} m`, rule: "road-ends-gap" });
  else if (worst !== undefined) r.warning(at, `lane ${worst.lane} of road ${road.id} ends ${worst.gapM.toFixed(3)} m beside lane ${worst.to} of road ${other.id}`, { expected: `at most ${LANE_GAP_M} m`, rule: "lane-ends-gap" });
  const turn = Math.abs(wrapAngle(a.heading - b.heading - Math.PI));
  if (turn > KINK_RAD) r.warning(at, `road ${road.id} and road ${other.id} meet at an angle of ${turn.toFixed(3)} rad`, { expected: `at most ${KINK_RAD} rad`, rule: "road-ends-kink" });
}

function edgeGap(a: readonly (readonly [number, number])[], b: readonly (readonly [number, number])[]): number {
  const far = (p: readonly [number, number] | undefined, q: readonly [number, number] | undefined): number => (p === undefined || q === undefined ? 0 : Math.sqrt((p[0] - q[0]) * (p[0] - q[0]) + (p[1] - q[1]) * (p[1] - q[1])));
  // Where the roads run against each other inner and outer may change places on lanes of the other side.
  return Math.min(Math.max(far(a[0], b[0]), far(a[1], b[1])), Math.max(far(a[0], b[1]), far(a[1], b[0])));
}

/** Links between the sections of one road answer each other, and their lanes meet. */
function checkSections(r: XmlReader, road: RoadModel, e: XmlElement): void {
  for (const side of [road.left, road.right]) {
    for (let i = 0; i + 1 < side.length; i += 1) {
      const [here, next] = [side[i] as SideSection, side[i + 1] as SideSection];
      for (const lane of here.lanes) {
        for (const id of lane.successors) {
          const target = next.lanes.find((l) => l.id === id);
          if (target === undefined) continue;
          const spot = laneElement(e, here.sStartM, lane.id) ?? e;
          if (!target.predecessors.includes(lane.id)) r.warning(spot, `lane ${lane.id} has successor ${id} in the next section, which does not link back`, { expected: `predecessor ${lane.id} of lane ${id}`, rule: "lane-link-not-answered" });
          const a = edgesAt(road, here, lane.id, here.sEndM - INSIDE_M);
          const b = edgesAt(road, next, id, next.sStartM);
          const gapM = a === undefined || b === undefined ? 0 : edgeGap(a, b);
          if (gapM > LANE_GAP_M) r.warning(spot, `lane ${lane.id} ends ${gapM.toFixed(3)} m beside its successor ${id} at s = ${next.sStartM}`, { expected: `at most ${LANE_GAP_M} m`, rule: "lane-ends-gap" });
        }
      }
    }
  }
}

function checkAlong(r: XmlReader, road: RoadModel, e: XmlElement): void {
  const off = (sM: number): boolean => sM < -GAP_M || sM > road.lengthM + GAP_M;
  const spot = (holder: string, name: string, id: string): XmlElement => childOf(e, holder)?.children.find((c) => c.name === name && c.attributes.get("id")?.value === id) ?? e;
  const expected = `0 to ${road.lengthM}`;
  for (const s of road.signals) if (off(s.sM)) r.warning(spot("signals", s.refersTo === undefined ? "signal" : "signalReference", s.id), `signal ${s.id} stands at s = ${s.sM}, off road ${road.id}`, { attribute: "s", expected, rule: "signal-off-road" });
  for (const o of road.objects) if (off(o.sM)) r.warning(spot("objects", "object", o.id), `object ${o.id} stands at s = ${o.sM}, off road ${road.id}`, { attribute: "s", expected, rule: "object-off-road" });
  for (const [kind, list] of [["tunnel", road.tunnels], ["bridge", road.bridges]] as const) {
    for (const o of list) if (off(o.sM) || off(o.sM + o.lengthM)) r.warning(spot("objects", kind, o.id), `${kind} ${o.id} reaches from s = ${o.sM} to ${o.sM + o.lengthM}, off road ${road.id}`, { attribute: "length", expected, rule: "structure-off-road" });
  }
}

function checkJunction(r: XmlReader, input: LinkInput, junction: JunctionModel, e: XmlElement): void {
  if (junction.connections.length === 0 && junction.type !== "crossing") r.warning(e, `junction ${junction.id} connects nothing`, { expected: "a connection", rule: "junction-without-connection" });
  for (const { high, low } of junction.priorities) {
    for (const id of [high, low]) {
      if (id !== "" && !input.roadById.has(id)) r.warning(childOf(e, "priority") ?? e, `junction ${junction.id} gives priority to or over road ${id}, which does not exist`, { expected: "the id of a road", rule: "priority-road-missing" });
    }
  }
  for (const c of junction.connections) {
    const at = e.children.find((x) => x.name === "connection" && x.attributes.get("id")?.value === c.id) ?? e;
    const incoming = input.roadById.get(c.incomingRoad);
    const connecting = input.roadById.get(c.connectingRoad);
    if (incoming === undefined || connecting === undefined || c.virtual !== undefined) continue;
    const touches = (road: RoadModel): boolean => [road.predecessor, road.successor].some((l) => l?.kind === "junction" && l.id === junction.id);
    if (junction.type !== "virtual" && !touches(incoming)) r.warning(at, `road ${incoming.id} comes into junction ${junction.id} but does not link to it`, { attribute: "incomingRoad", expected: `a predecessor or successor junction ${junction.id}`, rule: "junction-incoming-unlinked" });
    if (junction.type === "default" && connecting.junction !== junction.id) r.warning(at, `road ${connecting.id} connects in junction ${junction.id} but belongs to ${connecting.junction ?? "none"}`, { attribute: "connectingRoad", expected: `junction="${junction.id}"`, rule: "junction-foreign-road" });
    if (junction.type === "default") {
      const back = c.contact === "start" ? connecting.predecessor : connecting.successor;
      if (back === undefined || back.id !== incoming.id) r.warning(at, `road ${connecting.id} does not link back to road ${incoming.id} at its ${c.contact}`, { attribute: "contactPoint", expected: `road ${incoming.id} there`, rule: "junction-connection-not-answered" });
    }
    const links = at.children.filter((x) => x.name === "laneLink");
    c.laneLinks.forEach((l, i) => {
      const target = firstOrLast(sideOf(connecting, l.to), c.contact)?.lanes.find((x) => x.id === l.to);
      if (junction.type === "default" && target !== undefined && (target.direction > 0) !== (c.contact === "start")) r.warning(links[i] ?? at, `lane ${l.to} of road ${connecting.id} drives towards its ${c.contact}, out of which the connection leads`, { attribute: "to", expected: "a lane that drives away from there", rule: "junction-against-traffic" });
    });
  }
}

function checkIds(r: XmlReader, input: LinkInput): void {
  const seen = new Map<string, Set<string>>();
  const first = (kind: string, id: string): boolean => {
    const set = seen.get(kind) ?? new Set<string>();
    seen.set(kind, set);
    if (set.has(id)) return false;
    set.add(id);
    return true;
  };
  const ids = new Set<string>();
  for (const road of input.roads) for (const s of road.signals) if (s.refersTo === undefined) ids.add(s.id);
  for (const road of input.roads) {
    const e = input.roadElement.get(road) as XmlElement;
    for (const [holder, name] of [["signals", "signal"], ["objects", "object"]] as const) {
      for (const c of childOf(e, holder)?.children ?? []) {
        const id = c.attributes.get("id")?.value;
        if (c.name === name && id !== undefined && !first(name, id)) r.warning(c, `${name} ${id} is given twice`, { attribute: "id", expected: `each ${name} id once`, rule: "id-twice" });
      }
    }
    for (const s of road.signals) {
      for (const d of s.dependencies) {
        if (!ids.has(d.id)) r.warning(childOf(e, "signals") ?? e, `signal ${s.id} depends on signal ${d.id}, which does not exist`, { expected: "the id of a signal", rule: "signal-dependency-missing" });
      }
    }
  }
  for (const junction of input.junctions.values()) {
    for (const c of (input.junctionElement.get(junction) as XmlElement).children) {
      const id = c.attributes.get("id")?.value;
      if (c.name === "connection" && id !== undefined && !first(`connection of ${junction.id}`, id)) r.warning(c, `connection ${id} of junction ${junction.id} is given twice`, { attribute: "id", expected: "each connection id once", rule: "id-twice" });
    }
  }
}
