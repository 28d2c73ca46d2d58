/**
 * Neighbourhood of the run: who is near whom, who touches whom, what is ahead. Answers come in body order, so nothing
 * downstream depends on cells.
 *
 * Who could be near is looked up in a grid with a margin and kept until some body has moved half of it (Verlet lists), so
 * most ticks cost one distance check per body. Every answer is checked against the present places: the lists decide
 * nothing but time.
 */
import { createBodyGrid } from "../traffic/grid.ts";
import { boxesOverlap, gapAheadM } from "../traffic/overlap.ts";
import { cos, sin } from "../../fleet-core/kernel/math/index.ts";
import type { Body } from "./body.ts";
import type { Judge, Watched } from "./judge.ts";

const CELL_M = 25;
/** How far ahead gaps are judged. */
const AHEAD_M = 80;
/** Lists hold bodies this much farther than asked for; half of it is what bodies may move before they are made anew. */
const MARGIN_M = 20;
const NOBODY = new Int32Array(0);

export interface Contacts {
  /** Takes the bodies as they stand now. `roster` changes whenever a body was added or removed. */
  update(bodies: readonly Body[], roster: number): void;
  /** Bodies whose centres are within `radiusM` of body number `index`, itself left out. The array is reused by the next call. */
  near(index: number, radiusM: number): readonly Body[];
  /** Calls `meet` for each pair of boxes that touch now and have an agent in them. */
  touching(meet: (a: Body, b: Body) => void): void;
  /** Shows the judge what is ahead of body number `index` in its own corridor. */
  ahead(index: number, judge: Judge, watched: Watched): void;
}

export function createContacts(): Contacts {
  const grid = createBodyGrid(CELL_M);
  const found: Body[] = [];
  let bodies: readonly Body[] = [];
  let rosterNow = -1;
  /** Box centres now, and when the lists were made. */
  let xM = new Float64Array(64);
  let yM = new Float64Array(64);
  let listedXM = new Float64Array(64);
  let listedYM = new Float64Array(64);
  let out = new Int32Array(64);
  /** By body: who could be within `listRadiusM` of it; empty and 0 until somebody asks. */
  let lists: Int32Array[] = [];
  let listRadiusM = new Float64Array(64);
  /** Pairs that could touch before the lists are made anew, as indices two by two. */
  let pairs: number[] = [];

  function relist(): void {
    const n = bodies.length;
    let longestM = 0;
    for (let i = 0; i < n; i += 1) {
      const body = bodies[i] as Body;
      listedXM[i] = xM[i] as number;
      listedYM[i] = yM[i] as number;
      listRadiusM[i] = 0;
      lists[i] = NOBODY;
      longestM = Math.max(longestM, body.lengthM + body.widthM);
    }
    grid.rebuild(n, xM, yM);
    pairs = [];
    for (let i = 0; i < n; i += 1) {
      const a = bodies[i] as Body;
      if (a.driven !== "agent") continue;
      const count = grid.near(xM[i] as number, yM[i] as number, (a.lengthM + a.widthM + longestM) / 2 + MARGIN_M, out);
      for (let k = 0; k < count; k += 1) {
        const j = out[k] as number;
        // A pair of two agents is met twice; it counts when the first is the lower.
        if (j !== i && ((bodies[j] as Body).driven !== "agent" || j > i)) pairs.push(i, j);
      }
    }
  }

  /** Who could be within `radiusM` of body `i`, in body order. */
  function candidates(i: number, radiusM: number): Int32Array {
    if (radiusM > (listRadiusM[i] as number)) {
      const n = grid.near(listedXM[i] as number, listedYM[i] as number, radiusM + MARGIN_M, out);
      let kept = 0;
      for (let k = 0; k < n; k += 1) if (out[k] !== i) out[kept++] = out[k] as number;
      lists[i] = out.slice(0, kept);
      listRadiusM[i] = radiusM;
    }
    return lists[i] as Int32Array;
  }

  return {
    update(next, roster) {
      const n = next.length;
      let stale = roster !== rosterNow || next !== bodies;
      bodies = next;
      rosterNow = roster;
      if (xM.length < n) {
        [xM, yM, listedXM, listedYM, listRadiusM] = [new Float64Array(2 * n), new Float64Array(2 * n), new Float64Array(2 * n), new Float64Array(2 * n), new Float64Array(2 * n)];
        out = new Int32Array(2 * n);
      }
      if (lists.length > n) lists = [];
      for (let i = 0; i < n; i += 1) {
        const body = next[i] as Body;
        const x = body.xM;
        const y = body.yM;
        xM[i] = x;
        yM[i] = y;
        const dx = x - (listedXM[i] as number);
        const dy = y - (listedYM[i] as number);
        // Written so that a place that is not a number counts as moved and meets the grid's own check.
        if (!(dx * dx + dy * dy <= (MARGIN_M * MARGIN_M) / 4)) stale = true;
      }
      if (stale) relist();
    },
    near(index, radiusM) {
      found.length = 0;
      const list = candidates(index, radiusM);
      const x = xM[index] as number;
      const y = yM[index] as number;
      for (let k = 0; k < list.length; k += 1) {
        const j = list[k] as number;
        const dx = (xM[j] as number) - x;
        const dy = (yM[j] as number) - y;
        if (dx * dx + dy * dy <= radiusM * radiusM) found.push(bodies[j] as Body);
      }
      return found;
    },
    touching(meet) {
      for (let k = 0; k < pairs.length; k += 2) {
        const a = bodies[pairs[k] as number] as Body;
        const b = bodies[pairs[k + 1] as number] as Body;
        if (boxesOverlap(a, b)) meet(a, b);
      }
    },
    ahead(index, judge, watched) {
      const ego = bodies[index] as Body;
      const list = candidates(index, AHEAD_M);
      if (list.length === 0) return;
      const x = xM[index] as number;
      const y = yM[index] as number;
      const c = cos(ego.yawRad);
      const s = sin(ego.yawRad);
      for (let k = 0; k < list.length; k += 1) {
        const j = list[k] as number;
        const dx = (xM[j] as number) - x;
        const dy = (yM[j] as number) - y;
        if (dx * c + dy * s <= 0 || dx * dx + dy * dy > AHEAD_M * AHEAD_M) continue;
        const other = bodies[j] as Body;
        // Wherever it points, it does not reach into the corridor: most of what is around, told without a sine.
        if (Math.abs(dy * c - dx * s) > (ego.widthM + other.lengthM + other.widthM) / 2) continue;
        const gapM = gapAheadM(ego, other);
        if (gapM !== undefined) judge.ahead(watched, gapM, (ego.vxMps - other.vxMps) * c + (ego.vyMps - other.vyMps) * s);
      }
    },
  };
}
