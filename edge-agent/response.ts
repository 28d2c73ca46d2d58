/**
 * Do the actuators do what they are told? Compares what the drive-by-wire unit reports with what the profile says it should
 * do, and names two things: steering that does not move, and answers that come late. Judges only when there was something
 * to answer.
 */
import type { VehicleProfile } from "../fleet-core/contract/profile.ts";
import type { StateHash } from "../fleet-core/kernel/hash.ts";
import { clamp } from "../fleet-core/kernel/units.ts";
import type { VehicleFeedback } from "./hal/types.ts";

export interface Response {
  /** `steerRad` and `accelMps2`: the last command given; `dtS` since then. */
  update(dtS: number, steerRad: number, accelMps2: number, feedback: VehicleFeedback, speedMps: number): void;
  /** For how long the steering has stood still although told to move [s]. */
  stuckS(): number;
  /** Lag beyond the profile's [s]; 0 until there was enough to see, then kept until there is again. */
  lagS(): number;
  /** Trusts the actuators afresh: after a release somebody has looked at them. */
  forget(): void;
  hashInto(hash: StateHash): void;
}

/** Memory of the comparison [s]. */
const MEMORY_S = 4;
const LEARN_S = 0.5;

export function createResponse(profile: VehicleProfile): Response {
  const { rateRadpsMax, lagS: steerLagS } = profile.steering;
  const brakeLagS = profile.brake.deadTimeS + profile.brake.buildUpS / 2;
  let expectedSteer = 0;
  let expectedAccel = 0;
  let begun = false;
  let lastSteer = 0;
  let stuckS = 0;
  const energy = { steerError: 0, steerMotion: 0, accelError: 0, accelMotion: 0 };

  let steerLag = 0;
  let accelLag = 0;
  /**
   * Late by τ means an error of τ times the rate of change: τ² = error energy over motion energy. Moves towards that while
   * there is motion to judge by, and keeps what was learned otherwise.
   */
  const learn = (known: number, error: number, motion: number, enough: number, dt: number): number => (motion > enough ? known + (Math.sqrt(error / motion) - known) * Math.min(1, dt / LEARN_S) : known);

  return {
    update(dtS, steerRad, accelMps2, feedback, speedMps) {
      if (!begun) {
        begun = true;
        expectedSteer = lastSteer = feedback.steerRad;
        expectedAccel = feedback.accelMps2;
        return;
      }
      const dt = clamp(dtS, 0.001, 0.1);
      const steerRate = clamp((steerRad - expectedSteer) / Math.max(steerLagS, dt), -rateRadpsMax, rateRadpsMax);
      expectedSteer += steerRate * dt;
      const accelRate = (accelMps2 - expectedAccel) / Math.max(accelMps2 < expectedAccel && accelMps2 < 0 ? brakeLagS : profile.drive.lagS, dt);
      expectedAccel += accelRate * dt;

      const steerError = feedback.steerRad - expectedSteer;
      const moved = Math.abs(feedback.steerRad - lastSteer) / dt;
      lastSteer = feedback.steerRad;
      stuckS = Math.abs(steerRad - feedback.steerRad) > 0.04 && moved < 0.05 * rateRadpsMax ? stuckS + dt : 0;

      const keep = 1 - dt / MEMORY_S;
      energy.steerError = energy.steerError * keep + steerError * steerError * dt;
      energy.steerMotion = energy.steerMotion * keep + steerRate * steerRate * dt;
      // At a standstill the brakes answer with force, not with deceleration; weak brakes answer less, not later.
      const telling = speedMps > 1 && feedback.brakeHealthRatio > 0.95;
      const accelError = telling ? feedback.accelMps2 - expectedAccel : 0;
      energy.accelError = energy.accelError * keep + accelError * accelError * dt;
      energy.accelMotion = energy.accelMotion * keep + (telling ? accelRate * accelRate * dt : 0);
      steerLag = learn(steerLag, energy.steerError, energy.steerMotion, 0.006, dt);
      accelLag = learn(accelLag, energy.accelError, energy.accelMotion, 2, dt);
    },
    forget() {
      energy.steerError = energy.steerMotion = energy.accelError = energy.accelMotion = 0;
      steerLag = accelLag = 0;
    },
    stuckS: () => stuckS,
    // Drive and brakes are less like the simple model than the steering is, so they are judged with a margin.
    lagS: () => Math.max(steerLag, accelLag - 0.3),
    hashInto(hash) {
      for (const value of [expectedSteer, expectedAccel, begun ? 1 : 0, lastSteer, stuckS, energy.steerError, energy.steerMotion, energy.accelError, energy.accelMotion, steerLag, accelLag]) hash.number(value);
    },
  };
}
