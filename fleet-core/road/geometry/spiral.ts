/**
 * A clothoid: curvature changes linearly from `curvStart` to `curvEnd`. The Fresnel integrals
 *   x = x0 + ∫ cos(h0 + k0 u + c u²/2) du,  y likewise with sin,
 * are taken piecewise by 7-point Gauss-Legendre quadrature; the start of each piece is stored. In a piece the heading
 * turns by at most 0.25 rad and c L² stays below 0.25, so the quadrature error, (7!)⁴ / (15 (14!)³) times the 14th derivative, is
 * far below the rounding error: results are good to 1e-12 of the length for any curvature, without the cancellation that
 * the standard form C(t), S(t) shows when curvature changes very slowly. Must never evaluate more than one piece a call.
 */
import { sincos } from "../../kernel/math/index.ts";
import type { Curve, CurveStart } from "./curve.ts";
import { GAUSS_7 } from "./gauss.ts";

/** More pieces than this is more than 1000 rad of turning: not a road. */
export const SPIRAL_PIECES_MAX = 8192;

/** Number of pieces a clothoid of this length and curvatures needs. */
export function spiralPieces(lengthM: number, curvStart: number, curvEnd: number): number {
  const steepest = Math.max(Math.abs(curvStart), Math.abs(curvEnd));
  const rate = Math.abs(curvEnd - curvStart) / lengthM;
  return Math.max(1, Math.ceil((steepest * lengthM) / 0.25), Math.ceil(Math.sqrt(rate / 0.25) * lengthM));
}

/** `lengthM` > 0 and `spiralPieces(…) <= SPIRAL_PIECES_MAX`; the parser checks both. */
export function createSpiral(start: CurveStart, curvStart: number, curvEnd: number): Curve {
  const { lengthM } = start;
  const rate = (curvEnd - curvStart) / lengthM;
  const pieces = spiralPieces(lengthM, curvStart, curvEnd);
  const pieceM = lengthM / pieces;
  const knotX = new Float64Array(pieces);
  const knotY = new Float64Array(pieces);
  const sc = new Float64Array(2);
  const sum = new Float64Array(2);

  /** Adds ∫ (cos, sin) of the heading over [a, a + h] to `sum`. */
  function integrate(a: number, h: number): void {
    let x = 0;
    let y = 0;
    for (let i = 0; i < 7; i += 1) {
      const u = a + h * (GAUSS_7[i] as number);
      sincos(start.headingRad + u * (curvStart + 0.5 * rate * u), sc);
      const w = GAUSS_7[7 + i] as number;
      x += w * (sc[1] as number);
      y += w * (sc[0] as number);
    }
    sum[0] = (sum[0] as number) + h * x;
    sum[1] = (sum[1] as number) + h * y;
  }

  sum[0] = start.xM;
  sum[1] = start.yM;
  for (let i = 0; i < pieces; i += 1) {
    knotX[i] = sum[0] as number;
    knotY[i] = sum[1] as number;
    integrate(i * pieceM, pieceM);
  }

  return {
    kind: "spiral",
    lengthM,
    evaluate(sM, out) {
      let piece = Math.floor(sM / pieceM);
      if (piece < 0) piece = 0;
      else if (piece >= pieces) piece = pieces - 1;
      const a = piece * pieceM;
      sum[0] = knotX[piece] as number;
      sum[1] = knotY[piece] as number;
      integrate(a, sM - a);
      out.xM = sum[0] as number;
      out.yM = sum[1] as number;
      out.headingRad = start.headingRad + sM * (curvStart + 0.5 * rate * sM);
      sincos(out.headingRad, sc);
      out.cosHeading = sc[1] as number;
      out.sinHeading = sc[0] as number;
      out.curvature = curvStart + rate * sM;
      out.curvatureRate = rate;
      out.metresPerS = 1;
    },
  };
}
