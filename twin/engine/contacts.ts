/**
 * Neighbourhood of the run: who is near whom, who touches whom, what is ahead. One grid over all bodies, rebuilt each tick;
 * pairs come in body order, so nothing downstream depends on cells.
 */
import { createBodyGrid } from "../traffic/grid.ts";
import { boxesOverlap, gapAheadM } from "../traffic/overlap.ts";
import { cos, sin } from "../../fleet-core/kernel/math/index.ts";
import type { Body } from "./body.ts";
import type { Judge } from "./judge.ts";

const CELL_M = 25;
/** How far ahead gaps are judged. */
const AHEAD_M = 80;

export interface Contacts {
  rebuild(bodies: readonly Body[]): void;
  /** Bodies whose centres are within `radiusM`, the body itself left out. The array is reused by the next call. */
  near(body: Body, radiusM: number): readonly Body[];
  /** Pairs of boxes that touch now and have an agent in them. */
  touching(): readonly (readonly [Body, Body])[];
  ahead(ego: Body, judge: Judge): void;
}

export function createContacts(): Contacts {
  const grid = createBodyGrid(CELL_M);
  const found: Body[] = [];
  let bodies: readonly Body[] = [];
  let xM = new Float64Array(64);
  let yM = new Float64Array(64);
  let out = new Int32Array(64);
  let longestM = 0;

  function query(x: number, y: number, radiusM: number): number {
    return grid.near(x, y, radiusM, out);
  }

  return {
    rebuild(next) {
      bodies = next;
      if (xM.length < next.length) {
        xM = new Float64Array(next.length * 2);
        yM = new Float64Array(next.length * 2);
        out = new Int32Array(next.length * 2);
      }
      longestM = 0;
      for (let i = 0; i < next.length; i += 1) {
        const body = next[i] as Body;
        xM[i] = body.xM;
        yM[i] = body.yM;
        const diagonal = body.lengthM + body.widthM;
        if (diagonal > longestM) longestM = diagonal;
      }
      grid.rebuild(next.length, xM, yM);
    },
    near(body, radiusM) {
      found.length = 0;
      const n = query(body.xM, body.yM, radiusM);
      for (let i = 0; i < n; i += 1) {
        const other = bodies[out[i] as number] as Body;
        if (other !== body) found.push(other);
      }
      return found;
    },
    touching() {
      const pairs: (readonly [Body, Body])[] = [];
      for (let i = 0; i < bodies.length; i += 1) {
        const a = bodies[i] as Body;
        if (a.driven !== "agent") continue;
        const n = query(a.xM, a.yM, (a.lengthM + a.widthM + longestM) / 2);
        for (let k = 0; k < n; k += 1) {
          const j = out[k] as number;
          const b = bodies[j] as Body;
          // A pair of two agents is met twice; it counts when the first is the lower.
          if (j === i || (b.driven === "agent" && j < i)) continue;
          if (boxesOverlap(a, b)) pairs.push([a, b]);
        }
      }
      return pairs;
    },
    ahead(ego, judge) {
      const n = query(ego.xM, ego.yM, AHEAD_M);
      const c = cos(ego.yawRad);
      const s = sin(ego.yawRad);
      for (let k = 0; k < n; k += 1) {
        const other = bodies[out[k] as number] as Body;
        if (other === ego) continue;
        if ((other.xM - ego.xM) * c + (other.yM - ego.yM) * s <= 0) continue;
        const gapM = gapAheadM(ego, other);
        if (gapM !== undefined) judge.ahead(ego.id, gapM, (ego.vxMps - other.vxMps) * c + (ego.vyMps - other.vyMps) * s);
      }
    },
  };
}
