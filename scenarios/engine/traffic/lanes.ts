/**
 * The road network as background traffic drives it: driving lanes joined in driving direction, with speeds, stop lines,
 * what they cross in junctions, and who is on them now. Made once per play from the lane graph. Lengths along a lane are
 * metres of its centre line from where one drives in. Never decides who may go: that is `junctions.ts`.
 */
import { createCurvePoint } from "../../../fleet-core/road/geometry/curve.ts";
import { createLaneGraph, type LaneGraph, type LaneNode } from "../../../fleet-core/road/graph.ts";
import { createLaneEdges, evaluateEdges, speedLimitAt, type LaneEdges } from "../../../fleet-core/road/lanes.ts";
import type { NetworkModel, RoadModel } from "../../../fleet-core/road/model.ts";
import { profileValue } from "../../../fleet-core/road/profile.ts";
import { evaluateReference } from "../../../fleet-core/road/reference-line.ts";
import type { Actor } from "../actor.ts";
import type { Vehicle } from "./vehicle.ts";

/** Somebody on a lane: front and rear along it; beyond its ends when only a part is on it. Objects are used again. */
export interface Occupant {
  actor: Actor;
  frontM: number;
  rearM: number;
  mps: number;
  accelMps2: number;
  /** Undefined: not of the background traffic, an obstacle to it. */
  vehicle: Vehicle | undefined;
}

export interface TrafficLane {
  readonly index: number;
  readonly road: RoadModel;
  readonly lane: number;
  /** s where one drives in and out; metres of lane per metre of s. */
  readonly entryM: number;
  readonly exitM: number;
  readonly lengthM: number;
  readonly forward: boolean;
  readonly next: TrafficLane[];
  readonly previous: TrafficLane[];
  /** Lanes one may change to, over the whole length of this one. */
  readonly beside: { readonly lane: TrafficLane; readonly keepSide: boolean }[];
  /** Legal limit; undefined when the map states none: then what is usual on such a road. */
  readonly limitMps: number | undefined;
  readonly usualMps: number;
  /** What its bends allow comfortably. */
  readonly curveMps: number;
  /** The same for the rest of its road: what whoever enters here must be able to turn. */
  wayMps: number;
  /** Where nothing follows: it leads off the map, or it ends beside others. */
  readonly end: "goes-on" | "map-end" | "drops";
  readonly junction: string | undefined;
  /** Lanes of the same junction that come too near to be driven at the same time. */
  readonly crosses: TrafficLane[];
  /** Lanes beside it in a bend where long vehicles need both. */
  readonly tight: TrafficLane[];
  /** It may only be entered with the right to it: it crosses others or is tight. */
  guarded: boolean;
  /** Ascending. */
  readonly stops: readonly { readonly atM: number; readonly signal: string }[];
  readonly narrowestM: number;
  /** How far one can go from its begin before having to change lanes; Infinity beyond RUN_MAX_M. */
  runM: number;
  /** Ascending by front. Renewed at every decision. */
  readonly occupants: Occupant[];
  /** Who has been let into this lane of a junction. */
  readonly holders: Vehicle[];
  /** Somebody who is not ours is on it or about to be: number of the decision. */
  claimed: number;
}

export interface TrafficNet {
  readonly lanes: readonly TrafficLane[];
  /** A point every few metres of all lanes where a vehicle may be put. */
  readonly spots: readonly Spot[];
  laneAt(road: string, lane: number, sM: number): TrafficLane | undefined;
  sOf(lane: TrafficLane, atM: number): number;
  atOf(lane: TrafficLane, sM: number): number;
}

export interface Spot {
  readonly lane: TrafficLane;
  readonly atM: number;
  readonly xM: number;
  readonly yM: number;
  /** Driving direction as a unit vector. */
  readonly cos: number;
  readonly sin: number;
}

const SPOT_M = 5;
const RUN_MAX_M = 1000;
export const LATERAL_ACCEL_MPS2 = 2;
/** A lane that narrows below this ends there for vehicles. */
const NARROW_M = 2;
/** Centre lines nearer than this cannot be driven at once: crossing ones and ones side by side. */
const CROSS_M = 4;
const PARALLEL_M = 2.9;
const PARALLEL_COS = 0.94;
/** Long vehicles swing this far in tight bends. */
const SWING_M = 6.5;

/** Bends of a radius below 18 m; longer lanes are not closed for one bend. */
const TIGHT_MPS = Math.sqrt(LATERAL_ACCEL_MPS2 * 18);
const TIGHT_LENGTH_M = 120;

const TRAFFIC_TYPES: ReadonlySet<string> = new Set(["driving", "entry", "exit", "onRamp", "offRamp", "connectingRamp", "mwyEntry", "mwyExit", "slipLane"]);
/** Where the map states no limit, by type of road [m/s]. */
const USUAL_MPS: ReadonlyMap<string, number> = new Map([["motorway", 120 / 3.6], ["rural", 80 / 3.6], ["lowSpeed", 30 / 3.6]]);
const USUAL_OTHER_MPS = 50 / 3.6;

interface Point {
  readonly xM: number;
  readonly yM: number;
  readonly zM: number;
  readonly cos: number;
  readonly sin: number;
}

export function createTrafficNet(model: NetworkModel): TrafficNet {
  const graph = createLaneGraph(model);
  const of = new Map<LaneNode, TrafficLane>();
  const point = createCurvePoint();
  const edges = createLaneEdges();
  const leftHand = model.roads.some((road) => road.rule === "LHT");
  const signalled = signalsByRoad(model);
  const lanes: TrafficLane[] = [];
  for (const node of graph.nodes) {
    if (!TRAFFIC_TYPES.has(node.lane.type) || node.lengthM <= 0) continue;
    const lane = create(node, lanes.length);
    of.set(node, lane);
    lanes.push(lane);
  }
  for (const [node, lane] of of) {
    for (const s of node.successors) {
      const next = of.get(s);
      if (next === undefined) continue;
      lane.next.push(next);
      next.previous.push(lane);
    }
    for (const b of node.beside) {
      const other = of.get(b.node);
      if (other === undefined || b.marked) continue;
      const toRight = Math.abs(other.lane) > Math.abs(lane.lane) ? !leftHand : leftHand;
      lane.beside.push({ lane: other, keepSide: leftHand ? !toRight : toRight });
    }
    Object.assign(lane, { end: lane.next.length > 0 ? "goes-on" : endsAtMapEdge(lane) ? "map-end" : "drops" });
  }
  crossings(lanes);
  tightBends(lanes);
  for (const lane of lanes) lane.guarded = lane.crosses.length > 0 || lane.tight.length > 0;
  runs(lanes);
  ways(lanes);

  function create(node: LaneNode, index: number): TrafficLane {
    const { road } = node;
    const forward = node.lane.direction > 0;
    let curveMps = Infinity;
    let narrowestM = Infinity;
    const parts = Math.max(4, Math.min(40, Math.ceil(node.lengthM / 5)));
    for (let i = 0; i <= parts; i += 1) {
      const s = node.section.sStartM + ((node.section.sEndM - node.section.sStartM) * i) / parts;
      evaluateReference(road, Math.min(s, road.lengthM), point);
      if (!evaluateEdges(road, node.section, node.lane.id, s, edges)) continue;
      const t = 0.5 * (edges.innerT + edges.outerT);
      const bend = Math.abs(point.curvature / Math.max(0.2, 1 - point.curvature * t));
      if (bend > 1e-6) curveMps = Math.min(curveMps, Math.sqrt(LATERAL_ACCEL_MPS2 / bend));
      if (i > 0 && i < parts) narrowestM = Math.min(narrowestM, Math.abs(edges.outerT - edges.innerT));
    }
    const middle = 0.5 * (node.section.sStartM + node.section.sEndM);
    const limit = speedLimitAt(road, node.lane, middle);
    const stated = limit !== undefined && limit > 0 && limit < Infinity ? limit : undefined;
    const whole = Math.abs(node.exitM - node.entryM);
    const stops = (signalled.get(road.id) ?? [])
      .filter((s) => (s.orientation === "none" || (s.orientation === "+") === forward) && (s.validity.length === 0 || s.validity.some((v) => node.lane.id >= Math.min(v.fromLane, v.toLane) && node.lane.id <= Math.max(v.fromLane, v.toLane))))
      .filter((s) => road.junction !== undefined || (s.sM >= node.section.sStartM && (s.sM < node.section.sEndM || node.section.sEndM >= road.lengthM)))
      // On a connecting road the signal is for entering it.
      .map((s) => ({ atM: road.junction !== undefined ? 0 : (Math.abs(s.sM - node.entryM) * node.lengthM) / whole, signal: s.refersTo ?? s.id }))
      .sort((a, b) => a.atM - b.atM || (a.signal < b.signal ? -1 : a.signal > b.signal ? 1 : 0));
    return {
      index, road, lane: node.lane.id, entryM: node.entryM, exitM: node.exitM, lengthM: node.lengthM, forward,
      next: [], previous: [], beside: [], limitMps: stated, usualMps: usual(road, middle), curveMps, wayMps: curveMps, end: "goes-on", junction: road.junction, crosses: [], tight: [], guarded: false, stops, narrowestM, runM: 0, occupants: [], holders: [], claimed: -1,
    };
  }

  const sOf = (lane: TrafficLane, atM: number): number => lane.entryM + ((lane.exitM - lane.entryM) * atM) / lane.lengthM;
  const spots: Spot[] = [];
  for (const lane of lanes) {
    if (lane.junction !== undefined || lane.narrowestM < NARROW_M) continue;
    const n = Math.floor(lane.lengthM / SPOT_M);
    for (let i = 0; i < n; i += 1) {
      const atM = (i + 0.5) * SPOT_M;
      const p = placeOf(lane, sOf(lane, atM), point, edges);
      if (p !== undefined) spots.push({ lane, atM, xM: p.xM, yM: p.yM, cos: p.cos, sin: p.sin });
    }
  }
  return {
    lanes,
    spots,
    laneAt: (road, lane, sM) => laneOf(graph, of, road, lane, sM),
    sOf,
    atOf: (lane, sM) => (Math.abs(sM - lane.entryM) * lane.lengthM) / Math.max(1e-9, Math.abs(lane.exitM - lane.entryM)),
  };
}

function laneOf(graph: LaneGraph, of: ReadonlyMap<LaneNode, TrafficLane>, road: string, lane: number, sM: number): TrafficLane | undefined {
  const node = graph.nodeAt(road, lane, sM);
  return node === undefined ? undefined : of.get(node);
}

function usual(road: RoadModel, sM: number): number {
  let type = "";
  for (const record of road.types) if (record.sM <= sM) type = record.type;
  return USUAL_MPS.get(type) ?? USUAL_OTHER_MPS;
}

function signalsByRoad(model: NetworkModel): ReadonlyMap<string, readonly RoadModel["signals"][0][]> {
  const dynamic = new Set(model.roads.flatMap((road) => road.signals.filter((s) => s.dynamic && s.refersTo === undefined).map((s) => s.id)));
  return new Map(model.roads.map((road) => [road.id, road.signals.filter((s) => dynamic.has(s.refersTo ?? s.id))]));
}

/** Leads off the map: the road has no link at that end, or one to something that is not there. */
function endsAtMapEdge(lane: TrafficLane): boolean {
  const { road, forward } = lane;
  const atRoadEnd = forward ? lane.exitM >= road.lengthM - 1e-6 : lane.exitM <= 1e-6;
  return atRoadEnd && (forward ? road.successor : road.predecessor) === undefined;
}

function placeOf(lane: TrafficLane, sM: number, point: ReturnType<typeof createCurvePoint>, edges: LaneEdges): Point | undefined {
  const { road } = lane;
  const s = Math.max(0, Math.min(sM, road.lengthM));
  const side = lane.lane > 0 ? road.left : road.right;
  const middle = 0.5 * (lane.entryM + lane.exitM);
  const section = side.find((x) => x.sStartM <= middle && middle <= x.sEndM);
  if (!evaluateEdges(road, section, lane.lane, s, edges)) return undefined;
  evaluateReference(road, s, point);
  const t = 0.5 * (edges.innerT + edges.outerT);
  const sign = lane.forward ? 1 : -1;
  return { xM: point.xM - t * point.sinHeading, yM: point.yM + t * point.cosHeading, zM: profileValue(road.elevation, s), cos: sign * point.cosHeading, sin: sign * point.sinHeading };
}

/** Finds lanes of a junction that come nearer to each other than vehicles may. */
function crossings(lanes: readonly TrafficLane[]): void {
  const byJunction = new Map<string, TrafficLane[]>();
  for (const lane of lanes) {
    if (lane.junction === undefined) continue;
    const list = byJunction.get(lane.junction) ?? [];
    list.push(lane);
    byJunction.set(lane.junction, list);
  }
  const point = createCurvePoint();
  const edges = createLaneEdges();
  for (const list of byJunction.values()) {
    const courses = list.map((lane) => {
      const n = Math.max(2, Math.ceil(lane.lengthM / 1.5));
      return Array.from({ length: n + 1 }, (_, i) => placeOf(lane, lane.entryM + ((lane.exitM - lane.entryM) * i) / n, point, edges)).filter((p) => p !== undefined);
    });
    list.forEach((a, i) => {
      for (let k = i + 1; k < list.length; k += 1) {
        const b = list[k] as TrafficLane;
        // Sections of one lane follow each other; side by side on one road they are lanes like any other.
        if (a.next.includes(b) || b.next.includes(a) || (a.road === b.road && a.lane === b.lane)) continue;
        const beside = a.road === b.road && a.forward === b.forward;
        if (!beside && tooNear(courses[i] ?? [], courses[k] ?? [], PARALLEL_M, CROSS_M)) {
          a.crosses.push(b);
          b.crosses.push(a);
        } else if (Math.min(a.curveMps, b.curveMps) < TIGHT_MPS && tooNear(courses[i] ?? [], courses[k] ?? [], SWING_M, SWING_M)) {
          a.tight.push(b);
          b.tight.push(a);
        }
      }
    });
  }
}

/** Pairs of oncoming lanes next to each other in bends too narrow for two long vehicles. */
function tightBends(lanes: readonly TrafficLane[]): void {
  const narrow = lanes.filter((lane) => lane.curveMps < TIGHT_MPS && lane.lengthM < TIGHT_LENGTH_M && lane.junction === undefined);
  for (const a of narrow) for (const b of narrow) if (a.road === b.road && a.forward !== b.forward && Math.min(a.entryM, a.exitM) === Math.min(b.entryM, b.exitM)) a.tight.push(b);
}

function tooNear(a: readonly Point[], b: readonly Point[], parallelM: number, crossM: number): boolean {
  for (const p of a) {
    for (const q of b) {
      const dx = p.xM - q.xM;
      const dy = p.yM - q.yM;
      const limit = p.cos * q.cos + p.sin * q.sin > PARALLEL_COS ? parallelM : crossM;
      if (dx * dx + dy * dy < limit * limit && Math.abs(p.zM - q.zM) < 4) return true;
    }
  }
  return false;
}

/** Bends of the whole way over a connecting road, which may be cut into many short pieces. */
function ways(lanes: readonly TrafficLane[]): void {
  for (let round = 0; round < 20; round += 1) {
    let changed = false;
    for (const lane of lanes) {
      let best = 0;
      for (const next of lane.next) if (next.road === lane.road) best = Math.max(best, next.wayMps);
      const way = best === 0 ? lane.curveMps : Math.min(lane.curveMps, best);
      if (way >= lane.wayMps) continue;
      lane.wayMps = way;
      changed = true;
    }
    if (!changed) return;
  }
}

/** How far each lane leads, by relaxing until nothing changes or everything is far enough. */
function runs(lanes: readonly TrafficLane[]): void {
  for (const lane of lanes) lane.runM = lane.narrowestM < NARROW_M ? 0 : lane.end === "map-end" ? Infinity : lane.lengthM;
  for (let round = 0; round < 200; round += 1) {
    let changed = false;
    for (const lane of lanes) {
      if (lane.end !== "goes-on" || lane.narrowestM < NARROW_M || lane.runM === Infinity) continue;
      const best = Math.max(...lane.next.map((n) => n.runM));
      const run = lane.lengthM + best > RUN_MAX_M ? Infinity : lane.lengthM + best;
      if (run > lane.runM) {
        lane.runM = run;
        changed = true;
      }
    }
    if (!changed) return;
  }
}
