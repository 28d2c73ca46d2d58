/**
 * Bounding-box tree over short stretches of all reference lines, each box wide enough for the road's lanes. Built once,
 * flat arrays, searched without allocation. Boxes bound from outside: what is not in a box is not on its stretch.
 */
import { invariant } from "../kernel/invariant.ts";
import { cos, sin } from "../kernel/math/index.ts";
import { createCurvePoint } from "./geometry/curve.ts";
import { sectionIndex, widthAt } from "./lanes.ts";
import type { RoadModel, SideSection } from "./model.ts";
import { profileValue } from "./profile.ts";
import { evaluateReference, pieceEndM } from "./reference-line.ts";

/** A stretch is at most this long and turns by at most this much. */
const STRETCH_M = 24;
const STRETCH_RAD = 0.3;
export const STRETCHES_MAX = 1_000_000;
const PARTS_MAX = 65_536;

export interface SpatialIndex {
  /** Road, piece and s range of each stretch. */
  readonly road: Int32Array;
  readonly piece: Int32Array;
  readonly fromM: Float64Array;
  readonly toM: Float64Array;
  /** First stretch of each road by its index, and behind the last road the number of all. */
  readonly stretchOf: Int32Array;
  /** Calls `visit` for stretches whose box is nearer than the bound, nearest boxes first; `visit` returns the new bound. */
  search(xM: number, yM: number, boundM: number, visit: (stretch: number) => number): void;
  readonly bounds: { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number };
}

/**
 * Box about a stretch turned along its chord: start point, direction, and its reach along u and across v. Lanes stand out
 * to the side, and along by as much as the line turns against its chord.
 */
function turnedBox(xs: readonly number[], ys: readonly number[], headings: readonly number[], left: number, right: number, slack: number): number[] {
  const [x, y] = [xs[0] as number, ys[0] as number];
  const [dx, dy] = [(xs[xs.length - 1] as number) - x, (ys[ys.length - 1] as number) - y];
  const length = Math.sqrt(dx * dx + dy * dy);
  const [c, s] = length > 0 ? [dx / length, dy / length] : [1, 0];
  let lean = 0;
  let [low, high, back, front] = [0, 0, 0, length];
  xs.forEach((px, i) => {
    const py = ys[i] as number;
    const u = (px - x) * c + (py - y) * s;
    const v = (py - y) * c - (px - x) * s;
    low = Math.min(low, v);
    high = Math.max(high, v);
    back = Math.min(back, u);
    front = Math.max(front, u);
    const h = headings[i] as number;
    lean = Math.max(lean, Math.abs(sin(h) * c - cos(h) * s), cos(h) * c + sin(h) * s < 0 ? 1 : 0);
  });
  const along = Math.max(left, -right) * Math.min(1, lean + 0.05) + slack;
  return [x, y, c, s, back - along, front + along, low + right - slack, high + left + slack];
}

/** Outermost t of the lanes of one side at s. */
function edgeAt(road: RoadModel, side: readonly SideSection[], sM: number): number {
  let d = 0;
  for (const lane of side[sectionIndex(side, sM)]?.lanes ?? []) d += widthAt(lane, sM, d);
  return profileValue(road.laneOffset, sM) + (side === road.left ? d : -d);
}

function partsOf(road: RoadModel, startM: number, endM: number): number {
  const point = createCurvePoint();
  const lengthM = endM - startM;
  let steepest = 0;
  for (let i = 0; i <= 8; i += 1) {
    evaluateReference(road, startM + (lengthM * i) / 8.0001, point);
    steepest = Math.max(steepest, Math.abs(point.curvature));
  }
  return Math.min(PARTS_MAX, Math.max(1, Math.ceil(lengthM / STRETCH_M), Math.ceil((lengthM * steepest) / STRETCH_RAD)));
}

/** How many stretches the index of this road will have: the parser refuses maps with more than `STRETCHES_MAX`. */
export function stretchesOf(road: RoadModel): number {
  let count = 0;
  for (let piece = 0; piece < road.geometry.length; piece += 1) {
    const start = piece === 0 ? 0 : (road.geometryStartM[piece] as number);
    const end = pieceEndM(road, piece);
    if (end > start) count += partsOf(road, start, end);
  }
  return count;
}

export function createSpatialIndex(roads: readonly RoadModel[]): SpatialIndex {
  const stretches: { road: number; piece: number; fromM: number; toM: number; box: [number, number, number, number]; turned: readonly number[] }[] = [];
  const stretchOf = new Int32Array(roads.length + 1);
  const point = createCurvePoint();
  for (const road of roads) {
    stretchOf[road.index] = stretches.length;
    for (let piece = 0; piece < road.geometry.length; piece += 1) {
      const start = piece === 0 ? 0 : (road.geometryStartM[piece] as number);
      const end = pieceEndM(road, piece);
      if (!(end > start)) continue;
      const parts = partsOf(road, start, end);
      invariant(stretches.length + parts <= STRETCHES_MAX, `at most ${STRETCHES_MAX} stretches of road fit the index`);
      for (let k = 0; k < parts; k += 1) {
        const fromM = start + ((end - start) * k) / parts;
        const toM = k + 1 === parts ? end : start + ((end - start) * (k + 1)) / parts;
        const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
        let left = 0;
        let right = 0;
        const xs: number[] = [];
        const ys: number[] = [];
        const headings: number[] = [];
        for (let i = 0; i <= 4; i += 1) {
          const s = fromM + ((toM - fromM) * i) / 4;
          // The piece's own curve, also at its end, where evaluating by s would take the next piece.
          (road.geometry[piece] as (typeof road.geometry)[number]).evaluate(s - (road.geometryStartM[piece] as number), point);
          xs.push(point.xM);
          ys.push(point.yM);
          headings.push(point.headingRad);
          box[0] = Math.min(box[0], point.xM);
          box[1] = Math.min(box[1], point.yM);
          box[2] = Math.max(box[2], point.xM);
          box[3] = Math.max(box[3], point.yM);
          left = Math.max(left, edgeAt(road, road.left, s));
          right = Math.min(right, edgeAt(road, road.right, s));
        }
        // Between samples the line bulges by at most step * turn / 8; lanes may be a little wider than at the samples.
        const slack = 0.5 + ((toM - fromM) / 4) * (STRETCH_RAD / 8);
        const margin = Math.max(left, -right) + slack;
        stretches.push({ road: road.index, piece, fromM, toM, turned: turnedBox(xs, ys, headings, left, right, slack), box: [box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin] });
      }
    }
  }

  stretchOf[roads.length] = stretches.length;
  const n = stretches.length;
  const order = stretches.map((_, i) => i);
  // Node k of the tree covers order[first[k] .. last[k]); children of an inner node are 2k+1 and 2k+2 in build order.
  const boxes: number[] = [];
  const first: number[] = [];
  const last: number[] = [];
  const right: number[] = [];
  function build(from: number, to: number): number {
    const node = first.length;
    first.push(from);
    last.push(to);
    right.push(-1);
    let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = from; i < to; i += 1) {
      const b = (stretches[order[i] as number] as (typeof stretches)[number]).box;
      minX = Math.min(minX, b[0]);
      minY = Math.min(minY, b[1]);
      maxX = Math.max(maxX, b[2]);
      maxY = Math.max(maxY, b[3]);
    }
    boxes.push(minX, minY, maxX, maxY);
    if (to - from > 1) {
      const axis = maxX - minX >= maxY - minY ? 0 : 1;
      const centre = (i: number): number => {
        const b = (stretches[i] as (typeof stretches)[number]).box;
        return axis === 0 ? b[0] + b[2] : b[1] + b[3];
      };
      const part = order.slice(from, to).sort((a, b) => centre(a) - centre(b) || a - b);
      for (let i = 0; i < part.length; i += 1) order[from + i] = part[i] as number;
      const middle = (from + to) >> 1;
      build(from, middle);
      right[node] = build(middle, to);
    }
    return node;
  }
  if (n > 0) build(0, n);

  const box = Float64Array.from(boxes);
  const firstOf = Int32Array.from(first);
  const rightOf = Int32Array.from(right);
  const orderOf = Int32Array.from(order);
  const stack = new Int32Array(128);
  const turned = new Float64Array(n * 8);
  stretches.forEach((s, i) => turned.set(s.turned, 8 * i));

  /** Distance to the stretch's box along its chord: no part of its lanes is nearer. */
  function turnedDistance(stretch: number, x: number, y: number): number {
    const i = stretch * 8;
    const dx = x - (turned[i] as number);
    const dy = y - (turned[i + 1] as number);
    const c = turned[i + 2] as number;
    const s = turned[i + 3] as number;
    const u = dx * c + dy * s;
    const v = dy * c - dx * s;
    const ahead = Math.max((turned[i + 4] as number) - u, 0, u - (turned[i + 5] as number));
    const aside = Math.max((turned[i + 6] as number) - v, 0, v - (turned[i + 7] as number));
    return Math.sqrt(ahead * ahead + aside * aside);
  }

  function boxDistance(node: number, x: number, y: number): number {
    const i = node * 4;
    const dx = Math.max((box[i] as number) - x, 0, x - (box[i + 2] as number));
    const dy = Math.max((box[i + 1] as number) - y, 0, y - (box[i + 3] as number));
    return Math.sqrt(dx * dx + dy * dy);
  }

  return {
    road: Int32Array.from(stretches, (s) => s.road),
    piece: Int32Array.from(stretches, (s) => s.piece),
    fromM: Float64Array.from(stretches, (s) => s.fromM),
    toM: Float64Array.from(stretches, (s) => s.toM),
    stretchOf,
    bounds: n === 0 ? { minX: 0, minY: 0, maxX: 0, maxY: 0 } : { minX: boxes[0] as number, minY: boxes[1] as number, maxX: boxes[2] as number, maxY: boxes[3] as number },
    search(xM, yM, boundM, visit) {
      if (n === 0) return;
      let bound = boundM;
      let depth = 0;
      stack[depth++] = 0;
      while (depth > 0) {
        const node = stack[--depth] as number;
        if (boxDistance(node, xM, yM) > bound) continue;
        const far = rightOf[node] as number;
        if (far < 0) {
          const stretch = orderOf[firstOf[node] as number] as number;
          if (turnedDistance(stretch, xM, yM) <= bound) bound = visit(stretch);
          continue;
        }
        const near = node + 1;
        const nearFirst = boxDistance(near, xM, yM) <= boxDistance(far, xM, yM);
        stack[depth++] = nearFirst ? far : near;
        stack[depth++] = nearFirst ? near : far;
      }
    },
  };
}
