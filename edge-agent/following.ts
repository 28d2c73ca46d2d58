/**
 * Longitudinal laws as pure functions: what acceleration is allowed behind a lead, before a stop and at a wanted speed.
 * They never answer more than the profile's brakes, and they do not know why they are asked.
 */
import type { VehicleProfile } from "../fleet-core/contract/profile.ts";
import { clamp } from "../fleet-core/kernel/units.ts";

export interface LongitudinalLimits {
  readonly accelMps2: number;
  /** Comfortable deceleration, positive. */
  readonly decelMps2: number;
  /** Hardest deceleration the brakes still give, positive. */
  readonly brakeMps2: number;
  /** From command to full deceleration, as an equivalent dead time. */
  readonly brakeLagS: number;
  readonly timeGapS: number;
  readonly standstillGapM: number;
}

export function limitsOf(profile: VehicleProfile, brakeHealthRatio: number): LongitudinalLimits {
  const brakeMps2 = Math.max(0.3, profile.brake.decelMps2Max * brakeHealthRatio);
  return {
    accelMps2: profile.limits.accelMps2,
    decelMps2: Math.min(profile.limits.decelMps2, brakeMps2),
    brakeMps2,
    brakeLagS: profile.brake.deadTimeS + profile.brake.buildUpS / 2,
    timeGapS: profile.following.timeGapS,
    standstillGapM: profile.following.standstillGapM,
  };
}

/**
 * Highest acceleration [m/s²] that keeps the gap to a lead. `gapM` from own front to the lead's rear; speeds along the
 * path, own >= 0. Comfortable part: Intelligent Driver Model (Treiber, Hennecke and Helbing, Phys. Rev. E 62, 2000)
 * without its free-road term, never harder than 1.3 x comfortable, so a cut-in is answered gently. Hard part: the constant
 * deceleration that just avoids touching, once that is more than comfortable; a braking lead is taken to brake on to a stop.
 */
export function followAccel(gapM: number, ownMps: number, leadMps: number, leadAccelMps2: number, limits: LongitudinalLimits): number {
  const { accelMps2, decelMps2, brakeMps2, brakeLagS, standstillGapM } = limits;
  if (gapM <= 0.05) return -brakeMps2;
  const closing = ownMps - leadMps;
  if (ownMps < 0.15 && leadMps < 0.3 && gapM < standstillGapM + 0.6) return -0.5;
  const wantedM = standstillGapM + Math.max(0, ownMps * limits.timeGapS + (ownMps * closing) / (2 * Math.sqrt(accelMps2 * decelMps2)));
  const ratio = wantedM / gapM;
  const gentle = Math.max(accelMps2 * (1 - ratio * ratio), -1.3 * decelMps2);

  const marginM = Math.min(Math.max(1, 0.5 * standstillGapM), 3);
  let needed = 0;
  if (closing > 0) needed = requiredDecel(gapM - marginM - closing * brakeLagS, closing, brakeMps2);
  if (leadAccelMps2 < -0.7 && leadMps > 0.3) {
    const leadStopM = (leadMps * leadMps) / (2 * Math.min(-leadAccelMps2, 9));
    needed = Math.max(needed, requiredDecel(gapM - marginM + leadStopM - ownMps * brakeLagS, ownMps, brakeMps2));
  }
  return needed > 1.1 * decelMps2 ? Math.min(gentle, -Math.min(1.15 * needed, brakeMps2)) : gentle;
}

/** Constant deceleration [m/s²] that takes away `speedMps` within `distanceM`, at most `brakeMps2`. */
export function requiredDecel(distanceM: number, speedMps: number, brakeMps2: number): number {
  if (distanceM <= 0.1) return brakeMps2;
  return Math.min(brakeMps2, (speedMps * speedMps) / (2 * distanceM));
}

/**
 * Highest acceleration [m/s²] that still ends at rest `distanceM` ahead with the deceleration `decelMps2`; harder, up to
 * `hardestMps2`, when the place comes up late. Negative distance: already past it.
 */
export function stopAccel(distanceM: number, speedMps: number, decelMps2: number, hardestMps2: number, lagS: number): number {
  if (speedMps < 0.05 && distanceM < 0.2) return -0.5;
  const leftM = distanceM - speedMps * lagS;
  if (leftM <= 0.02) return distanceM < -0.1 || speedMps > 1 ? -Math.min(hardestMps2, Math.max(decelMps2, (speedMps * speedMps) / (2 * Math.max(distanceM, 0.3)))) : -decelMps2;
  const needed = (speedMps * speedMps) / (2 * leftM);
  const begin = 0.85 * decelMps2;
  return needed < begin ? 3 * (begin - needed) : -Math.min(needed, hardestMps2);
}

/** Acceleration [m/s²] towards a wanted speed that itself changes along the path by `plannedMps2`. */
export function speedAccel(wantedMps: number, ownMps: number, plannedMps2: number, limits: LongitudinalLimits): number {
  const planned = plannedMps2 < 0 ? plannedMps2 * clamp((ownMps - wantedMps + 0.5) / 0.5, 0, 1) : 0;
  return clamp(planned + 0.9 * (wantedMps - ownMps), -1.25 * limits.decelMps2, limits.accelMps2);
}

/** Time [s] to cover a distance when speeding up steadily from `speedMps`; 0 when it is covered already. */
export function timeToCover(distanceM: number, speedMps: number, accelMps2: number): number {
  if (distanceM <= 0) return 0;
  return (Math.sqrt(speedMps * speedMps + 2 * accelMps2 * distanceM) - speedMps) / accelMps2;
}
