/**
 * Lateral control: the road-wheel angle that keeps the rear axle on the path. The bend ahead is fed forward, averaged over
 * the distance the steering needs to turn, so that a bend without transition is cut evenly; position and heading
 * errors are fed back with a critically damped law in distance. Uses the estimate only.
 *
 * Source: kinematic single-track model at the rear axle, e'' = κ_command - κ_path (e across, primes by distance).
 */
import type { VehicleProfile } from "../fleet-core/contract/profile.ts";
import { atan, wrapAngle } from "../fleet-core/kernel/math/index.ts";
import { clamp, G_MPS2 } from "../fleet-core/kernel/units.ts";
import { segmentAt, valueAt, type DrivePath, type Projection } from "./drive-path.ts";
import type { Estimate } from "./localisation.ts";

/** Steering angle [rad, left positive, inside the profile's limit]; `lastRad` is the last one commanded. */
export function steerFor(path: DrivePath, at: Projection, estimate: Readonly<Estimate>, profile: VehicleProfile, lastRad: number): number {
  const { wheelbaseM } = profile.geometry;
  const { angleRadMax, rateRadpsMax, lagS } = profile.steering;
  const speed = Math.max(0, estimate.speedMps);

  // Centre of the averaging window: where the vehicle is when the wheels have turned.
  const previewM = speed * lagS + 0.05;
  const nextI = segmentAt(path, at.sM + previewM, at.index);
  const farI = segmentAt(path, at.sM + previewM + 3, nextI);
  const reachRad = Math.abs(atan(wheelbaseM * bendBetween(path, at.sM + previewM, nextI, at.sM + previewM + 3, farI)) - lastRad);
  const windowM = clamp((speed * reachRad) / rateRadpsMax, 0.4, 12);
  const fromM = at.sM + previewM - windowM / 2;
  const toM = at.sM + previewM + windowM / 2;
  const fromI = segmentAt(path, fromM, at.index);
  const bend = bendBetween(path, fromM, fromI, toM, segmentAt(path, toM, fromI));

  // The rear tyres need a slip angle in a bend, so the body points a little into it.
  const slipRad = (speed * speed * bend) / (G_MPS2 * profile.tyre.corneringPerRad);
  const headingRad = wrapAngle(estimate.yawRad - valueAt(path, path.headingRad, at.index, at.sM) - slipRad);
  const reachM = clamp(0.9 * speed, Math.max(3.5, 0.75 * wheelbaseM), 25);
  const acrossM = clamp(at.dM, -2, 2);
  const command = bend - acrossM / (reachM * reachM) - (2 * clamp(headingRad, -1, 1)) / reachM;
  return clamp(atan(wheelbaseM * command), -angleRadMax, angleRadMax);
}

/** Mean curvature between two places, from the change of heading. */
function bendBetween(path: DrivePath, fromM: number, fromI: number, toM: number, toI: number): number {
  const from = Math.max(0, fromM);
  const to = Math.min(path.lengthM, toM);
  if (to - from < 0.01) return 0;
  return (valueAt(path, path.headingRad, toI, to) - valueAt(path, path.headingRad, fromI, from)) / (to - from);
}
