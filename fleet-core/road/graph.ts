/**
 * The lane graph: one node per lane and lane section, joined through lane links, road links and junction connections, in
 * driving direction only. Built once from the parsed data. Must never join lanes the map does not link.
 */
import { wrapAngle } from "../kernel/math/index.ts";
import { createCurvePoint } from "./geometry/curve.ts";
import { createLaneEdges, evaluateEdges, isDrivable, laneIn, sectionIndex } from "./lanes.ts";
import type { LaneModel, NetworkModel, RoadModel, SideSection } from "./model.ts";
import { evaluateReference } from "./reference-line.ts";

export interface LaneNode {
  readonly index: number;
  readonly road: RoadModel;
  readonly section: SideSection;
  readonly lane: LaneModel;
  /** s where one drives in and out. */
  readonly entryM: number;
  readonly exitM: number;
  /** Of the centre line, measured coarsely: good for comparing ways. */
  readonly lengthM: number;
  /** How far the reference line turns over the node [rad, driving direction, (-π, π]]. */
  readonly turnRad: number;
  readonly successors: readonly LaneNode[];
  /** Neighbours in the section one may change to: they drive the same way and both are for motor vehicles. */
  readonly beside: readonly { readonly node: LaneNode; readonly marked: boolean }[];
}

export interface LaneGraph {
  readonly nodes: readonly LaneNode[];
  nodeAt(road: string, lane: number, sM: number): LaneNode | undefined;
  /** The node where one drives off this lane's road. */
  lastNode(road: string, lane: number): LaneNode | undefined;
}

interface OpenNode extends LaneNode {
  readonly successors: LaneNode[];
  readonly beside: { node: LaneNode; marked: boolean }[];
}

export function createLaneGraph(model: NetworkModel): LaneGraph {
  const nodes: OpenNode[] = [];
  const nodesOf = new Map<SideSection, OpenNode[]>();
  const placeOf = new Map<SideSection, number>();
  for (const road of model.roads) {
    for (const side of [road.right, road.left]) {
      for (const [place, section] of side.entries()) {
        placeOf.set(section, place);
        const own = section.lanes.map((lane): OpenNode => {
          const forward = lane.direction > 0;
          const node = {
            index: nodes.length, road, section, lane, entryM: forward ? section.sStartM : section.sEndM, exitM: forward ? section.sEndM : section.sStartM, ...measure(road, section, lane), successors: [], beside: [],
          };
          nodes.push(node);
          return node;
        });
        nodesOf.set(section, own);
        own.forEach((node, i) => {
          const inner = own[i - 1];
          if (inner === undefined || node.lane.direction !== inner.lane.direction || !isDrivable(node.lane.type) || !isDrivable(inner.lane.type)) return;
          node.beside.push({ node: inner, marked: forbids(inner.lane, node.lane, section, node.lane.id < 0 ? "increase" : "decrease") });
          inner.beside.push({ node, marked: forbids(inner.lane, node.lane, section, node.lane.id < 0 ? "decrease" : "increase") });
        });
      }
    }
  }
  const nodeIn = (section: SideSection | undefined, lane: number): OpenNode | undefined => {
    if (section === undefined) return undefined;
    const found = laneIn(section, lane);
    return found === undefined ? undefined : nodesOf.get(section)?.[section.lanes.indexOf(found)];
  };
  /** Node of `lane` at one end of `road`, if it drives away from that end. */
  const away = (road: RoadModel | undefined, end: "start" | "end", lane: number): OpenNode | undefined => {
    if (road === undefined || lane === 0) return undefined;
    const side = lane > 0 ? road.left : road.right;
    const node = nodeIn(end === "start" ? side[0] : side[side.length - 1], lane);
    return node !== undefined && (node.lane.direction > 0) === (end === "start") ? node : undefined;
  };

  /** Node of `lane` that begins, or ends, where `road` is touched in its middle: the sections are cut there. */
  const from = (road: RoadModel | undefined, lane: number, sM: number, ends = false): OpenNode | undefined => {
    if (road === undefined || lane === 0) return undefined;
    for (const section of lane > 0 ? road.left : road.right) {
      const node = nodeIn(section, lane);
      if (node !== undefined && Math.abs((ends ? node.exitM : node.entryM) - sM) <= 1e-5) return node;
    }
    return undefined;
  };
  const join = (node: OpenNode | undefined, target: OpenNode | undefined): void => {
    if (node !== undefined && target !== undefined && !node.successors.includes(target)) node.successors.push(target);
  };

  for (const node of nodes) {
    const { road, lane } = node;
    const side = lane.id > 0 ? road.left : road.right;
    const forward = lane.direction > 0;
    const linked = forward ? lane.successors : lane.predecessors;
    const next = side[(placeOf.get(node.section) as number) + (forward ? 1 : -1)];
    const add = (target: OpenNode | undefined): void => join(node, target);
    if (next !== undefined) {
      for (const id of linked) {
        const target = nodeIn(next, id);
        if (target !== undefined && target.lane.direction === lane.direction) add(target);
      }
      continue;
    }
    const link = forward ? road.successor : road.predecessor;
    if (link === undefined) continue;
    if (link.kind === "road") {
      for (const id of linked) {
        if (link.middle !== undefined) add(from(model.roadById.get(link.id), id, link.middle.sM));
        else if (link.contact !== undefined) add(away(model.roadById.get(link.id), link.contact, id));
      }
      continue;
    }
    const junction = model.junctions.get(link.id);
    for (const c of junction?.connections ?? []) {
      if (c.incomingRoad === road.id) {
        const other = model.roadById.get(c.connectingRoad);
        for (const l of c.laneLinks) if (l.from === lane.id) add(away(other, c.contact, l.to));
        if (c.laneLinks.length === 0 && other !== undefined) for (const l of linkedTo(other, c.contact, lane.id)) add(away(other, c.contact, l));
      }
      // A direct junction has no connecting roads: opposite traffic takes the same lane links backwards.
      if (junction?.type === "direct" && c.connectingRoad === road.id) {
        const other = model.roadById.get(c.incomingRoad);
        const end = other?.predecessor?.kind === "junction" && other.predecessor.id === junction.id ? "start" : "end";
        for (const l of c.laneLinks) if (l.to === lane.id) add(away(other, end, l.from));
      }
    }
  }

  // Off a road in its middle: onto a road whose end is linked there, or across a connection without a road.
  for (const road of model.roads) {
    for (const end of ["start", "end"] as const) {
      const link = end === "start" ? road.predecessor : road.successor;
      if (link?.middle === undefined) continue;
      const main = model.roadById.get(link.id);
      const { sM } = link.middle;
      for (const side of [road.right, road.left]) {
        for (const { id, predecessors, successors } of (end === "start" ? side[0] : side[side.length - 1])?.lanes ?? []) {
          for (const there of end === "start" ? predecessors : successors) join(from(main, there, sM, true), away(road, end, id));
        }
      }
      for (const junction of model.junctions.values()) {
        for (const c of junction.connections) {
          if (c.virtual === undefined && c.incomingRoad === link.id && c.connectingRoad === road.id && c.contact === end) for (const l of c.laneLinks) join(from(main, l.from, sM, true), away(road, end, l.to));
        }
      }
    }
  }
  for (const junction of model.junctions.values()) {
    for (const { virtual, laneLinks } of junction.connections) {
      if (virtual === undefined) continue;
      for (const l of laneLinks) join(from(model.roadById.get(virtual.from.road), l.from, virtual.from.sM, true), from(model.roadById.get(virtual.to.road), l.to, virtual.to.sM));
    }
  }

  return {
    nodes,
    nodeAt(roadId, lane, sM) {
      const road = model.roadById.get(roadId);
      if (road === undefined || lane === 0) return undefined;
      const side = lane > 0 ? road.left : road.right;
      return nodeIn(side[sectionIndex(side, sM)], lane);
    },
    lastNode(roadId, lane) {
      const road = model.roadById.get(roadId);
      if (road === undefined || lane === 0) return undefined;
      const side = lane > 0 ? road.left : road.right;
      const ahead = nodeIn(side[side.length - 1], lane);
      return ahead !== undefined && ahead.lane.direction > 0 ? ahead : nodeIn(side[0], lane);
    },
  };
}

/** Lanes of a connecting road that say themselves that they continue lane `id` of the incoming road. */
function linkedTo(road: RoadModel, end: "start" | "end", id: number): number[] {
  const found: number[] = [];
  for (const side of [road.right, road.left]) {
    const section = end === "start" ? side[0] : side[side.length - 1];
    for (const lane of section?.lanes ?? []) if ((end === "start" ? lane.predecessors : lane.successors).includes(id)) found.push(lane.id);
  }
  return found;
}

/** Whether the mark between two lanes, which is the inner one's, forbids the change towards higher or lower ids. */
function forbids(inner: LaneModel, outer: LaneModel, section: SideSection, towards: "increase" | "decrease"): boolean {
  // A lane for both directions in the middle is for turning, not for driving along.
  if ((inner.type === "bidirectional") !== (outer.type === "bidirectional")) return true;
  const middle = 0.5 * (section.sStartM + section.sEndM);
  const mark = inner.marks.find((m) => m.sM <= middle && middle < m.sEndM);
  if (mark === undefined) return false;
  if (mark.laneChange !== undefined) return mark.laneChange !== "both" && mark.laneChange !== towards;
  return mark.type === "solid" || mark.type === "solid solid" || mark.type === "curb";
}

function measure(road: RoadModel, section: SideSection, lane: LaneModel): { lengthM: number; turnRad: number } {
  const point = createCurvePoint();
  const edges = createLaneEdges();
  const parts = 4;
  const { sStartM, sEndM } = section;
  let stretch = 0;
  for (let i = 0; i < parts; i += 1) {
    const s = sStartM + ((sEndM - sStartM) * (i + 0.5)) / parts;
    evaluateReference(road, s, point);
    evaluateEdges(road, section, lane.id, s, edges);
    stretch += Math.max(0.1, 1 - point.curvature * 0.5 * (edges.innerT + edges.outerT)) / parts;
  }
  evaluateReference(road, sStartM, point);
  const before = point.headingRad;
  // Just inside, so that the section's own last piece answers.
  evaluateReference(road, sEndM - 1e-9, point);
  const turn = wrapAngle(point.headingRad - before);
  return { lengthM: stretch * (sEndM - sStartM), turnRad: lane.direction > 0 ? turn : -turn };
}
