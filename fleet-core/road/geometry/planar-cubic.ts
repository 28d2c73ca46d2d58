/**
 * A plane curve u(p), v(p) of two cubics in the local frame of its start, measured by arc length: what poly3 and
 * paramPoly3 share. A table of arc lengths over p brackets the parameter, Newton's method on the exact integral of the
 * speed finds it. Must never assume that p is proportional to s: that is off by metres on sharp curves.
 */
import { atan2, cos, sin } from "../../kernel/math/index.ts";
import type { Curve, CurveStart } from "./curve.ts";
import { GAUSS_7 } from "./gauss.ts";

export interface Cubic {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

export interface PlanarCubic extends Curve {
  /** Arc length over the whole parameter range; the file's `length` should agree with it. */
  readonly arcLengthM: number;
  /** Smallest speed |dr/dp| met; 0 would mean the curve has no heading there. */
  readonly slowest: number;
}

/**
 * `pEnd`: end of the parameter range. With `fit` the arc length over [0, pEnd] is scaled onto [0, lengthM], so that the
 * curve ends where its polynomials end although the file's length is rounded; without it s is the true arc length.
 */
export function createPlanarCubic(kind: "poly3" | "paramPoly3", start: CurveStart, u: Cubic, v: Cubic, pEnd: number, fit: boolean): PlanarCubic {
  const cosStart = cos(start.headingRad);
  const sinStart = sin(start.headingRad);
  const cells = Math.max(16, Math.min(1024, Math.ceil(start.lengthM)));
  const cell = pEnd / cells;
  const arc = new Float64Array(cells + 1);

  const speed = (p: number): number => {
    const du = u.b + p * (2 * u.c + p * 3 * u.d);
    const dv = v.b + p * (2 * v.c + p * 3 * v.d);
    return Math.sqrt(du * du + dv * dv);
  };
  const lengthOver = (from: number, h: number): number => {
    let sum = 0;
    for (let i = 0; i < 7; i += 1) sum += (GAUSS_7[7 + i] as number) * speed(from + h * (GAUSS_7[i] as number));
    return h * sum;
  };

  let slowest = speed(0);
  for (let i = 0; i < cells; i += 1) {
    arc[i + 1] = (arc[i] as number) + lengthOver(i * cell, cell);
    slowest = Math.min(slowest, speed((i + 0.5) * cell), speed((i + 1) * cell));
  }
  const arcLengthM = arc[cells] as number;
  const scale = fit && start.lengthM > 0 ? arcLengthM / start.lengthM : 1;

  function parameterAt(target: number): number {
    let low = 0;
    let high = cells;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((arc[middle] as number) <= target) low = middle;
      else high = middle;
    }
    const from = low * cell;
    const before = arc[low] as number;
    const span = (arc[low + 1] as number) - before;
    let p = from + (span > 0 ? (cell * (target - before)) / span : 0);
    for (let i = 0; i < 8; i += 1) {
      const slope = speed(p);
      if (!(slope > 0)) break;
      const change = (before + lengthOver(from, p - from) - target) / slope;
      p -= change;
      // Convergence is quadratic: after a change this small the rest is below rounding.
      if (Math.abs(change) <= 1e-10 * pEnd) break;
    }
    return p;
  }

  return {
    kind,
    lengthM: start.lengthM,
    arcLengthM,
    slowest,
    evaluate(sM, out) {
      const p = parameterAt(sM * scale);
      const pu = u.a + p * (u.b + p * (u.c + p * u.d));
      const pv = v.a + p * (v.b + p * (v.c + p * v.d));
      const du = u.b + p * (2 * u.c + p * 3 * u.d);
      const dv = v.b + p * (2 * v.c + p * 3 * v.d);
      const ddu = 2 * u.c + p * 6 * u.d;
      const ddv = 2 * v.c + p * 6 * v.d;
      const square = du * du + dv * dv;
      const w = Math.sqrt(square);
      const cross = du * ddv - dv * ddu;
      out.xM = start.xM + pu * cosStart - pv * sinStart;
      out.yM = start.yM + pu * sinStart + pv * cosStart;
      out.headingRad = start.headingRad + atan2(dv, du);
      out.cosHeading = (du * cosStart - dv * sinStart) / w;
      out.sinHeading = (du * sinStart + dv * cosStart) / w;
      out.curvature = cross / (square * w);
      out.curvatureRate = ((du * 6 * v.d - dv * 6 * u.d) / (square * w) - (3 * out.curvature * (du * ddu + dv * ddv)) / square) / w;
      out.metresPerS = scale;
    },
  };
}
