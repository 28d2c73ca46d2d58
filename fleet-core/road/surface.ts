/**
 * The road surface at (s, t). The t axis lies in the surface: the reference line's frame is turned by its heading, by
 * the pitch of the elevation and by the superelevation, in this order, so that a point is
 *   reference(s) + t (sin p sin r, cos r, cos p sin r)   along heading, to its left, up.
 * Crossfall (falls outwards on both sides) and lateral shape then raise it; lane height is the lanes' business
 * (`heightAt`). Must never allocate.
 */
import { atan, atan2, cos, sin, tan } from "../kernel/math/index.ts";
import type { RoadModel, ShapeStation } from "./model.ts";
import { profileBend, profileSlope, profileValue } from "./profile.ts";

export interface Surface {
  /** From the reference point, along its heading and to its left [m]. */
  forwardM: number;
  leftM: number;
  zM: number;
  /** Attitude of a body on the surface that looks along the reference line: nose down and left side up positive. */
  pitchRad: number;
  rollRad: number;
}

export const createSurface = (): Surface => ({ forwardM: 0, leftM: 0, zM: 0, pitchRad: 0, rollRad: 0 });

/** `curvature` is that of the reference line at s. */
export function evaluateSurface(road: RoadModel, sM: number, tM: number, curvature: number, out: Surface): void {
  const rise = profileSlope(road.elevation, sM);
  let z = profileValue(road.elevation, sM);
  if (!road.banked) {
    out.forwardM = 0;
    out.leftM = tM;
    out.zM = z;
    const stretch = 1 - curvature * tM;
    out.pitchRad = rise === 0 ? 0 : -atan(rise / (stretch > 0.05 ? stretch : 1));
    out.rollRad = 0;
    return;
  }
  const bank = profileValue(road.superelevation, sM);
  const bankSlope = profileSlope(road.superelevation, sM);
  const cosBank = cos(bank);
  const sinBank = sin(bank);
  const cosPitch = 1 / Math.sqrt(1 + rise * rise);
  const sinPitch = -rise * cosPitch;
  const pitchSlope = -profileBend(road.elevation, sM) * cosPitch * cosPitch;
  // Position in the frame (heading, left, up) and its derivatives by s and t.
  const forward = tM * sinPitch * sinBank;
  const left = tM * cosBank;
  z += tM * cosPitch * sinBank;
  let zBySM = rise + tM * (cosPitch * cosBank * bankSlope - sinPitch * sinBank * pitchSlope);
  let zByT = cosPitch * sinBank;
  const crossfall = tM > 0 ? road.crossfallLeft : road.crossfallRight;
  if (crossfall.length > 0) {
    const away = Math.abs(tM);
    const fall = tan(profileValue(crossfall, sM));
    z -= away * fall;
    zByT -= tM > 0 ? fall : -fall;
    zBySM -= away * (1 + fall * fall) * profileSlope(crossfall, sM);
  }
  if (road.shape.length > 0) {
    let i = 0;
    while (i + 1 < road.shape.length && (road.shape[i + 1] as ShapeStation).sM <= sM) i += 1;
    const here = road.shape[i] as ShapeStation;
    const next = road.shape[i + 1];
    const z0 = profileValue(here.overT, tM);
    const w = next === undefined || sM < here.sM ? 0 : (sM - here.sM) / (next.sM - here.sM);
    z += z0;
    zByT += profileSlope(here.overT, tM);
    if (next !== undefined && w > 0) {
      const z1 = profileValue(next.overT, tM);
      z += w * (z1 - z0);
      zByT += w * (profileSlope(next.overT, tM) - profileSlope(here.overT, tM));
      zBySM += (z1 - z0) / (next.sM - here.sM);
    }
  }
  const sx = 1 - curvature * left + tM * (cosPitch * pitchSlope * sinBank + sinPitch * cosBank * bankSlope);
  const sy = curvature * forward - tM * sinBank * bankSlope;
  const tx = sinPitch * sinBank;
  const nx = sy * zByT - zBySM * cosBank;
  const ny = zBySM * tx - sx * zByT;
  const nz = sx * cosBank - sy * tx;
  out.forwardM = forward;
  out.leftM = left;
  out.zM = z;
  out.pitchRad = nz > 0 ? atan2(nx, nz) : 0;
  out.rollRad = nz > 0 ? atan2(-ny, Math.sqrt(nx * nx + nz * nz)) : bank;
}

/**
 * A sideways distance t(s) seen from above on a banked road: how far it lies to the left and forward of the reference
 * point, with derivatives by s. Second derivatives of the forward part are left out: a product of two small angles.
 */
export interface PlanOffset {
  left: number;
  left1: number;
  left2: number;
  forward: number;
  forward1: number;
}

export function planOffset(road: RoadModel, sM: number, t: number, t1: number, t2: number, out: PlanOffset): void {
  out.left = t;
  out.left1 = t1;
  out.left2 = t2;
  out.forward = 0;
  out.forward1 = 0;
  if (!road.banked) return;
  const bank = profileValue(road.superelevation, sM);
  const b1 = profileSlope(road.superelevation, sM);
  const b2 = profileBend(road.superelevation, sM);
  const c = cos(bank);
  const s = sin(bank);
  const rise = profileSlope(road.elevation, sM);
  const cosPitch = 1 / Math.sqrt(1 + rise * rise);
  const sinPitch = -rise * cosPitch;
  const sinPitch1 = -profileBend(road.elevation, sM) * cosPitch * cosPitch * cosPitch;
  out.left = t * c;
  out.left1 = t1 * c - t * s * b1;
  out.left2 = t2 * c - 2 * t1 * s * b1 - t * (c * b1 * b1 + s * b2);
  out.forward = t * s * sinPitch;
  out.forward1 = (t1 * s + t * c * b1) * sinPitch + t * s * sinPitch1;
}
