/** Bounding boxes seen from above: overlap and free space between two actors, or an actor and a point. */
import { cos, sin } from "../../fleet-core/kernel/math/index.ts";
import type { Actor } from "./actor.ts";
import { LARGE, SMALL } from "./angles.ts";

/** Two actors further apart in height than this do not touch: one is on a bridge. */
const STOREY_M = 2.5;

/** Free space; longitudinal and lateral as seen along the first box's axes, signed, 0 when they overlap there. */
export interface Gap {
  overlap: boolean;
  /** Shortest distance between the outlines. */
  distanceM: number;
  longM: number;
  latM: number;
}

export const createGap = (): Gap => ({ overlap: false, distanceM: 0, longM: 0, latM: 0 });

export interface Boxes {
  gap(a: Actor, b: Actor, out: Gap): void;
  /** As `gap`, without the distance between the outlines: most of the work. */
  spread(a: Actor, b: Actor, out: Gap): void;
  /** Free space along and across a heading that is neither's own; nothing else of `out` is set but `overlap`, to false. */
  along(a: Actor, b: Actor, heading: number, out: Gap): void;
  alongToPoint(a: Actor, x: number, y: number, heading: number): number;
  gapToPoint(a: Actor, x: number, y: number, out: Gap): void;
  overlap(a: Actor, b: Actor): boolean;
}

export function createBoxes(): Boxes {
  const first = new Float64Array(8);
  const second = new Float64Array(8);
  const axes = new Float64Array(8);
  const gapScratch = createGap();

  function corners(actor: Actor, into: Float64Array): void {
    const { box } = actor.model;
    const c = cos(actor.pose.h);
    const s = sin(actor.pose.h);
    for (let i = 0; i < 4; i += 1) {
      const lx = box.cx + (i === 0 || i === 3 ? 0.5 : -0.5) * box.length;
      const ly = box.cy + (i < 2 ? 0.5 : -0.5) * box.width;
      into[2 * i] = actor.pose.xM + lx * c - ly * s;
      into[2 * i + 1] = actor.pose.yM + lx * s + ly * c;
    }
  }

  function setAxes(a: Actor, b: Actor): void {
    for (let k = 0; k < 2; k += 1) {
      const h = (k === 0 ? a : b).pose.h;
      axes[4 * k] = -sin(h);
      axes[4 * k + 1] = cos(h);
      axes[4 * k + 2] = cos(h);
      axes[4 * k + 3] = sin(h);
    }
  }

  /** Signed gap between two point sets along an axis; 0 when their shadows overlap. */
  function shadowGap(p: Float64Array, q: Float64Array, qCount: number, ax: number, ay: number): number {
    let pMin = Infinity;
    let pMax = -Infinity;
    let qMin = Infinity;
    let qMax = -Infinity;
    for (let i = 0; i < 4; i += 1) {
      const d = (p[2 * i] as number) * ax + (p[2 * i + 1] as number) * ay;
      if (d < pMin) pMin = d;
      if (d > pMax) pMax = d;
    }
    for (let i = 0; i < qCount; i += 1) {
      const d = (q[2 * i] as number) * ax + (q[2 * i + 1] as number) * ay;
      if (d < qMin) qMin = d;
      if (d > qMax) qMax = d;
    }
    if (pMax < qMin - SMALL) return qMin - pMax;
    if (pMin > qMax + SMALL) return qMax - pMin;
    return 0;
  }

  function edgeDistance(p: Float64Array, q: Float64Array, pCount: number): number {
    let best = LARGE;
    for (let i = 0; i < pCount; i += 1) {
      const x = p[2 * i] as number;
      const y = p[2 * i + 1] as number;
      for (let k = 0; k < 4; k += 1) {
        const x0 = q[2 * k] as number;
        const y0 = q[2 * k + 1] as number;
        const ex = (q[2 * ((k + 1) % 4)] as number) - x0;
        const ey = (q[2 * ((k + 1) % 4) + 1] as number) - y0;
        const l2 = ex * ex + ey * ey;
        const u = l2 > 0 ? Math.min(1, Math.max(0, ((x - x0) * ex + (y - y0) * ey) / l2)) : 0;
        const dx = x - x0 - u * ex;
        const dy = y - y0 - u * ey;
        const d = Math.sqrt(dx * dx + dy * dy);
        if (d < best) best = d;
      }
    }
    return best;
  }

  return {
    gap(a, b, out) {
      this.spread(a, b, out);
      out.distanceM = out.overlap ? 0 : Math.min(edgeDistance(first, second, 4), edgeDistance(second, first, 4));
    },
    spread(a, b, out) {
      corners(a, first);
      corners(b, second);
      setAxes(a, b);
      out.latM = shadowGap(first, second, 4, axes[0] as number, axes[1] as number);
      out.longM = shadowGap(first, second, 4, axes[2] as number, axes[3] as number);
      const other = shadowGap(first, second, 4, axes[4] as number, axes[5] as number) !== 0 || shadowGap(first, second, 4, axes[6] as number, axes[7] as number) !== 0;
      out.overlap = out.latM === 0 && out.longM === 0 && !other;
    },
    along(a, b, heading, out) {
      corners(a, first);
      corners(b, second);
      out.overlap = false;
      out.longM = shadowGap(first, second, 4, cos(heading), sin(heading));
      out.latM = shadowGap(first, second, 4, -sin(heading), cos(heading));
    },
    alongToPoint(a, x, y, heading) {
      corners(a, first);
      second[0] = x;
      second[1] = y;
      return shadowGap(first, second, 1, cos(heading), sin(heading));
    },
    gapToPoint(a, x, y, out) {
      corners(a, first);
      second[0] = x;
      second[1] = y;
      setAxes(a, a);
      out.latM = shadowGap(first, second, 1, axes[0] as number, axes[1] as number);
      out.longM = shadowGap(first, second, 1, axes[2] as number, axes[3] as number);
      out.overlap = out.latM === 0 && out.longM === 0;
      out.distanceM = out.overlap ? 0 : edgeDistance(second, first, 1);
    },
    overlap(a, b) {
      const dx = a.pose.xM - b.pose.xM;
      const dy = a.pose.yM - b.pose.yM;
      const length = a.model.box.length + b.model.box.length;
      const width = a.model.box.width + b.model.box.width;
      if (dx * dx + dy * dy > length * length + width * width) return false;
      if (Math.abs(a.pose.zM - b.pose.zM) > STOREY_M) return false;
      this.spread(a, b, gapScratch);
      return gapScratch.overlap;
    },
  };
}
