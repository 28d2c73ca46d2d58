/**
 * Lateral control: the road-wheel angle that keeps the rear axle on the path. The bend ahead is fed forward, averaged over
 * the distance the steering needs to turn, so that a bend without transition is cut evenly; position and heading
 * errors are fed back with a critically damped law in distance. Uses the estimate only.
 *
 * Source: kinematic single-track model at the rear axle, e'' = κ_command - κ_path (e across, primes by distance).
 */
import type { VehicleProfile } from "../fleet-core/contract/profile.ts";
import type { StateHash } from "../fleet-core/kernel/hash.ts";
import { atan, wrapAngle } from "../fleet-core/kernel/math/index.ts";
import { clamp, G_MPS2 } from "../fleet-core/kernel/units.ts";
import { HEADING_RAD, segmentAt, valueAt, type DrivePath, type Projection } from "./drive-path.ts";
import type { Estimate } from "./localisation.ts";

/** How far before and behind the vehicle a change of curvature is looked for. */
const REACH_M = 5;

/** Learning time of the slip, and the share of a bend's slip below which there is nothing to learn from [rad]. */
const LEARN_S = 4;
const SLIP_RAD_MIN = 0.004;

export interface Steering {
  /** Steering angle [rad, left positive, inside the profile's limit]; once per tick. `lateS`: lag seen beyond the profile's. */
  steer(path: DrivePath, at: Projection, estimate: Readonly<Estimate>, dtS: number, lateS: number): number;
  hashInto(hash: StateHash): void;
}

export function createSteering(profile: VehicleProfile): Steering {
  const { wheelbaseM } = profile.geometry;
  const { angleRadMax, rateRadpsMax, lagS } = profile.steering;
  // Slow steering must not be asked for quick corrections.
  const reachS = 0.5 + 0.1 / rateRadpsMax + lagS;
  const reachMin = Math.max(3.5, 0.75 * wheelbaseM);
  /** How much the tyres really slip, against what the profile says. */
  let slipShare = 1;

  return {
    steer(path, at, estimate, dtS, lateS) {
      const speed = Math.max(0, estimate.speedMps);
      // Centre of the averaging window: where the vehicle is when the wheels have turned. Its width: how far the vehicle
      // gets while they turn from the bend behind to the bend ahead.
      const centreM = at.sM + speed * (lagS + lateS) + 0.05;
      const behind = bendBetween(path, centreM - REACH_M - 1, centreM - REACH_M, at.index);
      const ahead = bendBetween(path, centreM + REACH_M, centreM + REACH_M + 1, at.index);
      const turnRad = Math.abs(atan(wheelbaseM * ahead) - atan(wheelbaseM * behind));
      const windowM = clamp((speed * turnRad) / rateRadpsMax, 0.4, 2 * REACH_M);
      const bend = bendBetween(path, centreM - windowM / 2, centreM + windowM / 2, at.index);

      // The rear tyres need a slip angle in a bend, so the body points a little into it. A wrong share of it shows as a
      // steady offset of 2 x reach x error, from which the share is learned.
      const reachM = clamp((reachS + 2 * lateS) * speed, reachMin, 30);
      const fullRad = (speed * speed * bend) / (G_MPS2 * profile.tyre.corneringPerRad);
      if (Math.abs(fullRad) > SLIP_RAD_MIN && windowM < 1) slipShare = clamp(slipShare - ((dtS / LEARN_S) * clamp(at.dM, -0.5, 0.5)) / (2 * reachM * fullRad), 0, 2);
      const headingRad = wrapAngle(estimate.yawRad - valueAt(path, HEADING_RAD, at.index, at.sM) - slipShare * fullRad);
      const acrossM = clamp(at.dM, -2, 2);
      const command = bend - acrossM / (reachM * reachM) - (2 * clamp(headingRad, -1, 1)) / reachM;
      return clamp(atan(wheelbaseM * command), -angleRadMax, angleRadMax);
    },
    hashInto(hash) {
      hash.number(slipShare);
    },
  };
}

/** Mean curvature between two places, from the change of heading. */
function bendBetween(path: DrivePath, fromM: number, toM: number, hint: number): number {
  const from = Math.max(0, fromM);
  const to = Math.min(path.lengthM, toM);
  if (to - from < 0.01) return 0;
  const i = segmentAt(path, from, hint);
  return (valueAt(path, HEADING_RAD, segmentAt(path, to, i), to) - valueAt(path, HEADING_RAD, i, from)) / (to - from);
}
