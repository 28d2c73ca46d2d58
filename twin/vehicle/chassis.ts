/**
 * Figures both vehicle models derive from a profile once: how axles share weight, drive and steering. Pure data; must
 * not hold anything that changes during a run.
 */
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import { invariant } from "../../fleet-core/kernel/invariant.ts";

export const AIR_KGPM3 = 1.225;

export interface Chassis {
  /** Number of axles; the arrays below have one entry each, in the profile's order. */
  readonly axles: number;
  /** Ahead of the centre of gravity. */
  readonly aheadOfCgM: Float64Array;
  /** Share of the weight at rest on level ground; sums to 1. */
  readonly loadShare: Float64Array;
  /** Share of the drive force; sums to 1. */
  readonly driveShare: Float64Array;
  /** tan(axle angle) / tan(steering angle of the single-track model). */
  readonly steerRatio: Float64Array;
  /** Load that moves to this axle per newton of forward tyre force (negative in front): height over base, shared out. */
  readonly transfer: Float64Array;
  /** Turn at walking pace without tyre slip forces left over: yaw rate / speed and sideways / speed at the origin, per tan(steering angle). */
  readonly curvaturePerTan: number;
  readonly sidewaysPerTan: number;
}

/**
 * Axles ahead of the centre of gravity carry it together with those behind by the law of the lever; within each of the
 * two groups all tyres carry the same (equalised suspension). Steered axles point at one turning centre abreast of the
 * origin (Ackermann). The slow turn solves force and moment balance of all axles with tyre stiffness proportional to
 * load; with two axles that is curvature = tan(angle) / wheelbase.
 */
export function chassisOf(profile: VehicleProfile): Chassis {
  const n = profile.axles.length;
  const cgM = profile.geometry.cgToRearAxleM;
  const aheadOfCgM = Float64Array.from(profile.axles, (a) => a.xM - cgM);
  const group = (front: boolean): { tyres: number; atM: number } => {
    let tyres = 0;
    let moment = 0;
    for (const axle of profile.axles) {
      if (axle.xM > cgM !== front) continue;
      tyres += axle.tyres;
      moment += axle.tyres * (axle.xM - cgM);
    }
    invariant(tyres > 0, `${profile.id}: axles must lie on both sides of the centre of gravity`);
    return { tyres, atM: moment / tyres };
  };
  const front = group(true);
  const rear = group(false);
  const baseM = front.atM - rear.atM;
  const tyreShare = profile.axles.map((a) => a.tyres / (a.xM > cgM ? front.tyres : rear.tyres));
  const loadShare = Float64Array.from(profile.axles, (a, i) => ((a.xM > cgM ? -rear.atM : front.atM) / baseM) * (tyreShare[i] as number));
  const transfer = Float64Array.from(profile.axles, (a, i) => ((a.xM > cgM ? -1 : 1) * profile.geometry.cgHeightM * (tyreShare[i] as number)) / baseM);
  const driven = profile.axles.reduce((sum, a, i) => sum + (a.driven ? (loadShare[i] as number) : 0), 0);
  invariant(driven > 0, `${profile.id}: at least one axle must be driven`);
  const driveShare = Float64Array.from(profile.axles, (a, i) => (a.driven ? (loadShare[i] as number) / driven : 0));
  const steerRatio = Float64Array.from(profile.axles, (a) => (a.steered ? a.xM / profile.geometry.wheelbaseM : 0));

  let s0 = 0, s1 = 0, s2 = 0, t0 = 0, t1 = 0;
  for (let i = 0; i < n; i += 1) {
    const c = loadShare[i] as number;
    const x = (aheadOfCgM[i] as number) + cgM;
    const t = steerRatio[i] as number;
    s0 += c;
    s1 += c * x;
    s2 += c * x * x;
    t0 += c * t;
    t1 += c * x * t;
  }
  const det = s0 * s2 - s1 * s1;
  invariant(det > 0, `${profile.id}: axles must not all lie at the same place`);
  return {
    axles: n, aheadOfCgM, loadShare, driveShare, steerRatio, transfer,
    curvaturePerTan: (s0 * t1 - s1 * t0) / det,
    sidewaysPerTan: (s2 * t0 - s1 * t1) / det,
  };
}
