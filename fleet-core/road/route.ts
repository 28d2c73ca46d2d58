/**
 * Shortest way over the lane graph (Dijkstra) and the straight continuation, both as sampled paths. Ties are broken by
 * node order, so equal maps give equal routes. Must never leave the lanes made for the vehicle's kind of traffic.
 */
import { invariant } from "../kernel/invariant.ts";
import type { LaneGraph, LaneNode } from "./graph.ts";
import type { PathSpan } from "./lane-path.ts";
import { samplePath } from "./lane-path.ts";
import { isDrivable } from "./lanes.ts";
import type { LanePath, LanePosition } from "./types.ts";

/** What a lane change costs compared with driving on, and what one across a solid line adds [m]. */
const CHANGE_COST_M = 25;
const MARKED_COST_M = 2000;
/** A change takes this much road if there is that much, and is not tried on less than the second figure. */
const CHANGE_M = 50;
const CHANGE_M_MIN = 10;
/** The straight continuation of a ring road ends somewhere. */
const NODES_MAX = 20_000;

/** One lane as the search sees it: entered at its begin, or (for the start's section) where the journey starts. */
interface State {
  readonly node: LaneNode;
  readonly startM: number;
  costM: number;
  came: State | undefined;
  done: boolean;
  readonly order: number;
}

const remaining = (node: LaneNode, fromM: number): number => {
  const whole = Math.abs(node.exitM - node.entryM);
  return whole <= 0 ? 0 : (node.lengthM * Math.abs(node.exitM - fromM)) / whole;
};
const clampTo = (node: LaneNode, sM: number): number => Math.min(node.section.sEndM, Math.max(node.section.sStartM, sM));

export function route(graph: LaneGraph, from: LanePosition, to: LanePosition): LanePath | undefined {
  const start = graph.nodeAt(from.road, from.lane, from.sM);
  const goal = graph.nodeAt(to.road, to.lane, to.sM);
  if (start === undefined || goal === undefined) return undefined;
  const allowed = (node: LaneNode): boolean => (isDrivable(start.lane.type) ? isDrivable(node.lane.type) : node.lane.type === start.lane.type);
  if (!allowed(goal)) return undefined;
  const startM = clampTo(start, from.sM);
  const goalM = clampTo(goal, to.sM);

  const states = new Map<number, State>();
  const heap: State[] = [];
  const before = (a: State, b: State): boolean => a.costM < b.costM || (a.costM === b.costM && a.order < b.order);
  /** Nodes of the start's section get a state of their own, because a loop may come back to them from the begin. */
  const offer = (node: LaneNode, fresh: boolean, costM: number, came: State | undefined): void => {
    const key = fresh ? node.index : node.index + graph.nodes.length;
    const known = states.get(key);
    if (known !== undefined && (known.done || known.costM <= costM)) return;
    // A cheaper way leaves the old heap entry behind; it is skipped because its state is replaced.
    if (known !== undefined) known.done = true;
    const state: State = { node, startM: fresh ? node.entryM : startM, costM, came, done: false, order: key };
    states.set(key, state);
    heap.push(state);
    let i = heap.length - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(state, heap[parent] as State)) break;
      heap[i] = heap[parent] as State;
      i = parent;
    }
    heap[i] = state;
  };
  const pop = (): State | undefined => {
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as State, heap[child] as State)) child += 1;
      if (!before(heap[child] as State, last)) break;
      heap[i] = heap[child] as State;
      i = child;
    }
    heap[i] = last;
    return top;
  };

  let best: State | undefined;
  let bestCostM = Infinity;
  offer(start, false, 0, undefined);
  for (let state = pop(); state !== undefined; state = pop()) {
    if (state.done) continue;
    state.done = true;
    if (state.costM >= bestCostM) break;
    const { node } = state;
    const fresh = state.order < graph.nodes.length;
    if (node === goal) {
      const leftM = remaining(node, state.startM) - remaining(node, goalM);
      const changes = changesBehind(state);
      if (leftM >= changes * CHANGE_M_MIN && state.costM + leftM < bestCostM) {
        best = state;
        bestCostM = state.costM + leftM;
      }
    }
    const onM = remaining(node, state.startM);
    for (const next of node.successors) if (allowed(next)) offer(next, true, state.costM + onM, state);
    if (onM >= CHANGE_M_MIN * (changesBehind(state) + 1)) {
      for (const side of node.beside) if (allowed(side.node)) offer(side.node, fresh, state.costM + CHANGE_COST_M + (side.marked ? MARKED_COST_M : 0), state);
    }
  }
  if (best === undefined) return undefined;

  const chain: State[] = [];
  for (let state: State | undefined = best; state !== undefined; state = state.came) chain.push(state);
  return samplePath(spansOf(chain.reverse(), goalM));
}

/** Lane changes already taken in the section of this state. */
function changesBehind(state: State): number {
  let count = 0;
  for (let s: State = state; s.came !== undefined && s.came.node.section === s.node.section && s.came.startM === s.startM; s = s.came) count += 1;
  return count;
}

function spansOf(chain: readonly State[], goalM: number): PathSpan[] {
  const spans: PathSpan[] = [];
  let i = 0;
  while (i < chain.length) {
    const first = chain[i] as State;
    let last = i;
    while (last + 1 < chain.length && (chain[last + 1] as State).node.section === first.node.section && (chain[last + 1] as State).startM === first.startM && isBeside((chain[last] as State).node, (chain[last + 1] as State).node)) last += 1;
    const endM = last + 1 === chain.length ? goalM : first.node.exitM;
    const sign = endM >= first.startM ? 1 : -1;
    const changes = last - i;
    const changeM = changes === 0 ? 0 : Math.min(CHANGE_M, Math.abs(endM - first.startM) / changes);
    let s = first.startM;
    for (let k = i; k < last; k += 1) {
      const to = k + 1 === last && changeM < CHANGE_M ? endM : s + sign * changeM;
      spans.push({ node: (chain[k] as State).node, into: (chain[k + 1] as State).node, fromM: s, toM: to });
      s = to;
    }
    if (s !== endM || changes === 0) spans.push({ node: (chain[last] as State).node, into: undefined, fromM: s, toM: endM });
    i = last + 1;
  }
  return spans;
}

const isBeside = (a: LaneNode, b: LaneNode): boolean => a.beside.some((x) => x.node === b);

/** The successor that turns least; of equal ones the first in the file. Motor lanes stay motor lanes where they can. */
export function straightest(node: LaneNode): LaneNode | undefined {
  const motor = isDrivable(node.lane.type);
  let best: LaneNode | undefined;
  for (const next of node.successors) {
    if (best === undefined) best = next;
    else {
      const worse = motor && !isDrivable(best.lane.type) ? 1 : 0;
      const nextWorse = motor && !isDrivable(next.lane.type) ? 1 : 0;
      if (nextWorse < worse || (nextWorse === worse && Math.abs(next.turnRad) < Math.abs(best.turnRad) - 1e-6)) best = next;
    }
  }
  return best;
}

export function straightOn(graph: LaneGraph, from: LanePosition, lengthM: number): LanePath {
  const start = graph.nodeAt(from.road, from.lane, from.sM);
  invariant(start !== undefined, `road ${from.road} has no lane ${from.lane} at s = ${from.sM}`);
  const spans: PathSpan[] = [];
  let leftM = lengthM;
  let s = clampTo(start, from.sM);
  let count = 0;
  for (let node: LaneNode | undefined = start; node !== undefined && count < NODES_MAX; node = straightest(node)) {
    const hereM = remaining(node, s);
    if (hereM >= leftM && hereM > 0) {
      spans.push({ node, into: undefined, fromM: s, toM: s + ((node.exitM - s) * leftM) / hereM });
      break;
    }
    spans.push({ node, into: undefined, fromM: s, toM: node.exitM });
    leftM -= hereM;
    const next: LaneNode | undefined = straightest(node);
    if (next !== undefined) s = next.entryM;
    count += 1;
  }
  const path = samplePath(spans);
  const last = spans[spans.length - 1] as PathSpan;
  const excessM = path.lengthM - lengthM;
  const spanM = Math.abs(last.toM - last.fromM);
  // Lane lengths are coarse until sampled: move the end once by what the samples say.
  if (Math.abs(excessM) < 1e-6 || spanM === 0 || (excessM < 0 && last.toM === last.node.exitM)) return path;
  const n = path.sM.length;
  const speed = n < 2 ? 1 : last.node.lengthM / Math.max(1e-9, Math.abs(last.node.exitM - last.node.entryM));
  const change = (Math.sign(last.node.exitM - last.node.entryM) * excessM) / Math.max(0.1, speed);
  const toM = clampTo(last.node, last.toM - change);
  if ((toM - last.fromM) * (last.node.exitM - last.node.entryM) <= 0) return path;
  return samplePath([...spans.slice(0, -1), { ...last, toM }]);
}
