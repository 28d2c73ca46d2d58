/**
 * UN R157: the following distance of 5.2.3.3 (table with interpolation) and the cut-in to be avoided of 5.2.5.2; and
 * the cut-in law of (EU) 2022/1426 Annex III. Numbers of the texts as data; no driver lives here.
 */

export type VehicleGroup = "M1N1" | "M2M3N2N3";

/** Speed [m/s] and time gap [s] of the table, both groups. */
const FOLLOWING: readonly { readonly mps: number; readonly M1N1: number; readonly M2M3N2N3: number }[] = [7.2, 10, 20, 30, 40, 50, 60].map((kmh, i) => ({
  mps: kmh / 3.6,
  M1N1: [1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6][i] as number,
  M2M3N2N3: [1.2, 1.4, 1.6, 1.8, 2.0, 2.2, 2.4][i] as number,
}));

/** Time gap [s] at a speed [m/s]: interpolated; below the table its first value, above it the last slope goes on. */
export function followingTimeS(group: VehicleGroup, speedMps: number): number {
  const n = FOLLOWING.length;
  const at = (i: number): (typeof FOLLOWING)[0] => FOLLOWING[i] as (typeof FOLLOWING)[0];
  if (speedMps <= at(0).mps) return at(0)[group];
  let i = 1;
  while (i < n - 1 && at(i).mps < speedMps) i += 1;
  const [from, to] = [at(i - 1), at(i)];
  return from[group] + ((to[group] - from[group]) * (speedMps - from.mps)) / (to.mps - from.mps);
}

/** Minimum following distance [m]: speed times time gap, at least 2.0 m (2.4 m for the heavier group). */
export function followingDistanceM(group: VehicleGroup, speedMps: number): number {
  return Math.max(group === "M1N1" ? 2.0 : 2.4, speedMps * followingTimeS(group, speedMps));
}

/** Time to collision [s] at the lane intrusion from which on a cut-in must be avoided (R157 5.2.5.2). */
export function cutInLimitS(closingMps: number, brakeMps2: number, reactionS: number): number {
  return closingMps / (2 * brakeMps2) + reactionS;
}

/** The same of (EU) 2022/1426: half the brake's build-up time counts, and 0.1 s. */
export function cutInLimitEuS(closingMps: number, occupants: "standing" | "other"): number {
  const [brake, buildUpS] = occupants === "standing" ? [2.4, 0.12] : [6.0, 0.3];
  return closingMps / (2 * brake) + 0.1 + buildUpS / 2;
}
