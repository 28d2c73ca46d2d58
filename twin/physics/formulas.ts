/**
 * What a vehicle with this profile must do, from textbook mechanics alone: no stepping, no model code. The checks in
 * `closed-form.ts` hold the models against it. SI units; level ground unless a grade is named.
 */
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import { cbrt, exp, log, tan } from "../../fleet-core/kernel/math/index.ts";
import { G_MPS2 } from "../../fleet-core/kernel/units.ts";
import { AIR_KGPM3 } from "../vehicle/chassis.ts";

/** Air drag coefficient [kg/m]: force is this times speed squared. */
export const dragKgpm = (p: VehicleProfile): number => 0.5 * AIR_KGPM3 * p.dragAreaM2;
export const rollingN = (p: VehicleProfile): number => p.tyre.rollingCoefficient * p.mass.totalKg * G_MPS2;
export const resistanceN = (p: VehicleProfile, speedMps: number): number => rollingN(p) + dragKgpm(p) * speedMps * speedMps;

/** Peak friction on a surface; the profile's first surface when it does not know asphalt. */
export function frictionOf(p: VehicleProfile, condition: "dry" | "wet" | "snow" | "ice"): number {
  const row = p.tyre.friction["asphalt"] ?? p.tyre.friction[p.odd.surfaces[0] ?? ""];
  return row?.[condition] ?? 0;
}

/**
 * Distance from full braking's demand at steady `speedMps` to rest: dead time while the drive force fades with its lag,
 * linear build-up, then the smaller of brake and friction. `brakeLoss`: share of brake force lost; `lagS`: added delay.
 */
export function brakingDistanceM(p: VehicleProfile, speedMps: number, friction: number, fault: { readonly brakeLoss: number; readonly lagS: number } = { brakeLoss: 0, lagS: 0 }): number {
  const m = p.mass.totalKg;
  const keepMps2 = resistanceN(p, speedMps) / m;
  // Dead time: what held the speed fades away, so the vehicle begins to coast.
  const td = p.brake.deadTimeS;
  const lag = p.drive.lagS;
  const left = lag > 0 ? exp(-td / lag) : 0;
  const v1 = speedMps - keepMps2 * (td - lag * (1 - left));
  const dead = speedMps * (fault.lagS + td) - keepMps2 * (0.5 * td * td - lag * td + lag * lag * (1 - left));
  // Build-up: coasting resistance plus a linear ramp up to what is asked for or the road gives.
  const brakeMps2 = (p.brake.decelMps2Max - keepMps2) * (1 - fault.brakeLoss);
  const asked = brakeMps2 + keepMps2;
  const road = friction * G_MPS2 + (dragKgpm(p) * v1 * v1) / m;
  const jerk = p.brake.buildUpS > 0 ? (p.brake.decelMps2Max * (1 - fault.brakeLoss)) / p.brake.buildUpS : Infinity;
  const tb = (Math.min(asked, road) - keepMps2) / jerk;
  const v2 = v1 - keepMps2 * tb - (0.5 * tb * tb) * (jerk === Infinity ? 0 : jerk);
  const ramp = v1 * tb - 0.5 * keepMps2 * tb * tb - (tb * tb * tb * (jerk === Infinity ? 0 : jerk)) / 6;
  // Full braking. A faded brake is asked for a constant force; feed-forward then trades air drag for brake, faded in turn.
  return dead + ramp + stoppingM(p, v2, friction, fault.brakeLoss);
}

/**
 * ∫ v / a(v) dv from rest to `speedMps` in full braking: a = healthy ? the brake's own limit, shared with resistance, or
 * friction plus drag, whichever is less. Piecewise exact: with c + k v² as the force, m / 2k · ln((c + k v²) / c).
 */
function stoppingM(p: VehicleProfile, speedMps: number, friction: number, brakeLoss: number): number {
  const m = p.mass.totalKg;
  const k = dragKgpm(p);
  // Brake force is (m a - R) (1 - loss), so total force is m a (1 - loss) + R loss.
  const brakeC = m * p.brake.decelMps2Max * (1 - brakeLoss) + rollingN(p) * brakeLoss;
  const brakeK = k * brakeLoss;
  const roadC = friction * m * G_MPS2;
  const part = (c: number, drag: number, fromMps: number, toMps: number): number =>
    drag < 1e-12 ? (m * (toMps * toMps - fromMps * fromMps)) / (2 * c) : (m / (2 * drag)) * log((c + drag * toMps * toMps) / (c + drag * fromMps * fromMps));
  if (brakeC <= roadC) return part(brakeC, brakeK, 0, speedMps);
  const crossing = k > brakeK ? Math.sqrt((brakeC - roadC) / (k - brakeK)) : Infinity;
  if (crossing >= speedMps) return part(roadC, k, 0, speedMps);
  return part(roadC, k, 0, crossing) + part(brakeC, brakeK, crossing, speedMps);
}

/** Greatest forward force of drive and driven tyres; load moves to the rear by height over wheelbase. */
export function tractionN(p: VehicleProfile, speedMps: number, friction: number): number {
  const { wheelbaseM, cgHeightM, cgToRearAxleM } = p.geometry;
  const weight = p.mass.totalKg * G_MPS2;
  const front = p.axles.some((a) => a.driven && a.xM > cgToRearAxleM);
  const rear = p.axles.some((a) => a.driven && a.xM <= cgToRearAxleM);
  const lever = (friction * cgHeightM) / wheelbaseM;
  const grip = front && rear ? friction * weight
    : rear ? (friction * weight * (1 - cgToRearAxleM / wheelbaseM)) / (1 - lever)
    : (friction * weight * (cgToRearAxleM / wheelbaseM)) / (1 + lever);
  const power = speedMps > 0 ? p.drive.powerWMax / speedMps : Infinity;
  return Math.min(p.drive.forceNMax, power, grip);
}

/** Speed at which power meets resistance, or the drive's own top speed when that comes first. */
export function topSpeedMps(p: VehicleProfile): number {
  let low = 0;
  let high = p.drive.speedMpsMax;
  if (Math.min(p.drive.forceNMax, p.drive.powerWMax / high) >= resistanceN(p, high)) return high;
  for (let i = 0; i < 60; i += 1) {
    const mid = 0.5 * (low + high);
    if (Math.min(p.drive.forceNMax, p.drive.powerWMax / mid) > resistanceN(p, mid)) low = mid;
    else high = mid;
  }
  return low;
}

/** Time from rest to `speedMps` at full drive: ∫ m / (F - R) dv by Simpson's rule, plus the drive's lag (what a first-order lag costs a constant force). */
export function accelerationTimeS(p: VehicleProfile, speedMps: number, friction: number): number {
  const n = 2000;
  const h = speedMps / n;
  const f = (v: number): number => p.mass.totalKg / (tractionN(p, v, friction) - resistanceN(p, v));
  let sum = f(0) + f(speedMps);
  for (let i = 1; i < n; i += 1) sum += (i % 2 === 1 ? 4 : 2) * f(i * h);
  return (sum * h) / 3 + p.drive.lagS;
}

/** Radius of the origin's path (mid rear axle) when all wheels roll without slip. */
export const rollingRadiusM = (p: VehicleProfile, steerRad: number): number => p.geometry.wheelbaseM / tan(steerRad);

/**
 * Radius at speed: wheelbase / (tan(angle) - (slip in front - slip behind)). Profiles state cornering stiffness per load,
 * one figure for all axles, so a coasting vehicle steers neutrally; air drag, held by drive forces at road level, takes load
 * off the front and makes it understeer a little. With `twoTracks`, the rolling resistance of the heavier loaded outer
 * wheels adds its own moment against the turn.
 */
export function radiusAtSpeedM(p: VehicleProfile, steerRad: number, speedMps: number, lateralMps2: number, friction: number, twoTracks: boolean): number {
  const { wheelbaseM, cgHeightM, cgToRearAxleM } = p.geometry;
  const front = cgToRearAxleM / wheelbaseM;
  const shifted = (dragKgpm(p) * speedMps * speedMps * cgHeightM) / wheelbaseM / (p.mass.totalKg * G_MPS2);
  const drawn = twoTracks ? (p.tyre.rollingCoefficient * lateralMps2 * cgHeightM) / wheelbaseM : 0;
  const slipFront = slipAt(p, (lateralMps2 * front + drawn) / (front - shifted), friction);
  const slipRear = slipAt(p, (lateralMps2 * (1 - front) - drawn) / (1 - front + shifted), friction);
  return wheelbaseM / (tan(steerRad) - (slipFront - slipRear));
}

/** Slip |tan(slip angle)| of a brush tyre (Fiala) that gives this side acceleration: 3q - 3q² + q³ = a / (friction g). */
export function slipAt(p: VehicleProfile, lateralMps2: number, friction: number): number {
  const q = 1 - cbrt(1 - lateralMps2 / (friction * G_MPS2));
  return (3 * friction * q) / p.tyre.corneringPerRad;
}
