/**
 * The road surface at (s, t). The t axis lies in the surface: the reference line's frame is turned by its heading, by
 * the pitch of the elevation and by the superelevation, in this order, so that a point is
 *   reference(s) + t (sin p sin r, cos r, cos p sin r)   along heading, to its left, up.
 * Lanes kept level run horizontally instead (`level.ts`). Crossfall (falls outwards on both sides) and lateral shape then raise it; lane height is the lanes' business
 * (`heightAt`). Must never allocate.
 */
import { atan, atan2, cos, sin, tan } from "../kernel/math/index.ts";
import { createLevelPart, levelPart } from "./level.ts";
import type { LevelPart } from "./level.ts";
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
  /** Scratch for roads with level lanes. */
  readonly level: LevelPart;
}

export const createSurface = (): Surface => ({ forwardM: 0, leftM: 0, zM: 0, pitchRad: 0, rollRad: 0, level: createLevelPart() });

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
  // The part of t that follows the bank, how it moves along s and with t; the rest runs level to the left.
  let banked = tM;
  let bankedByS = 0;
  let bankedByT = 1;
  if (road.hasLevel) {
    const { level } = out;
    levelPart(road, sM, tM, level);
    banked = level.bankedM;
    bankedByS = level.slope;
    bankedByT = level.inside ? 0 : 1;
  }
  // Position in the frame (heading, left, up) and its derivatives by s and by the banked part.
  const forward = banked * sinPitch * sinBank;
  const left = banked * cosBank + (tM - banked);
  z += banked * cosPitch * sinBank;
  let zBySM = rise + banked * (cosPitch * cosBank * bankSlope - sinPitch * sinBank * pitchSlope);
  let zByT = cosPitch * sinBank;
  const crossfall = banked > 0 ? road.crossfallLeft : road.crossfallRight;
  if (crossfall.length > 0) {
    const away = Math.abs(banked);
    const fall = tan(profileValue(crossfall, sM));
    z -= away * fall;
    zByT -= banked > 0 ? fall : -fall;
    zBySM -= away * (1 + fall * fall) * profileSlope(crossfall, sM);
  }
  if (road.shape.length > 0) {
    let i = 0;
    while (i + 1 < road.shape.length && (road.shape[i + 1] as ShapeStation).sM <= sM) i += 1;
    const here = road.shape[i] as ShapeStation;
    const next = road.shape[i + 1];
    const z0 = profileValue(here.overT, banked);
    const w = next === undefined || sM < here.sM ? 0 : (sM - here.sM) / (next.sM - here.sM);
    z += z0;
    zByT += profileSlope(here.overT, banked);
    if (next !== undefined && w > 0) {
      const z1 = profileValue(next.overT, banked);
      z += w * (z1 - z0);
      zByT += w * (profileSlope(next.overT, banked) - profileSlope(here.overT, banked));
      zBySM += (z1 - z0) / (next.sM - here.sM);
    }
  }
  zBySM += zByT * bankedByS;
  zByT *= bankedByT;
  const sx = 1 - curvature * left + banked * (cosPitch * pitchSlope * sinBank + sinPitch * cosBank * bankSlope) + bankedByS * sinPitch * sinBank;
  const sy = curvature * forward - banked * sinBank * bankSlope + bankedByS * (cosBank - 1);
  const tx = sinPitch * sinBank * bankedByT;
  const ty = cosBank * bankedByT + (1 - bankedByT);
  const nx = sy * zByT - zBySM * ty;
  const ny = zBySM * tx - sx * zByT;
  const nz = sx * ty - sy * tx;
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
  readonly level: LevelPart;
}

export const createPlanOffset = (): PlanOffset => ({ left: 0, left1: 0, left2: 0, forward: 0, forward1: 0, level: createLevelPart() });

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
  let [q, q1, q2] = [t, t1, t2];
  if (road.hasLevel) {
    const { level } = out;
    levelPart(road, sM, t, level);
    q = level.bankedM;
    q1 = level.slope + (level.inside ? 0 : t1);
    q2 = level.bend + (level.inside ? 0 : t2);
  }
  out.left = q * c + (t - q);
  out.left1 = q1 * c - q * s * b1 + (t1 - q1);
  out.left2 = q2 * c - 2 * q1 * s * b1 - q * (c * b1 * b1 + s * b2) + (t2 - q2);
  out.forward = q * s * sinPitch;
  out.forward1 = (q1 * s + q * c * b1) * sinPitch + q * s * sinPitch1;
}
