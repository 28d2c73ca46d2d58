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
  let begun = false;
  /** What changes in each tick, in one object: a number kept in a variable of its own is allocated anew at each change. */
  const kept = { expectedSteer: 0, expectedAccel: 0, lastSteer: 0, stuckS: 0, steerError: 0, steerMotion: 0, accelError: 0, accelMotion: 0, steerLag: 0, accelLag: 0 };
  /**
   * Late by τ means an error of τ times the rate of change: τ² = error energy over motion energy. Moves towards that while
   * there is motion to judge by, and keeps what was learned otherwise.
   */
  const learn = (known: number, error: number, motion: number, enough: number, dt: number): number => (motion > enough ? known + (Math.sqrt(error / motion) - known) * Math.min(1, dt / LEARN_S) : known);

  return {
    update(dtS, steerRad, accelMps2, feedback, speedMps) {
      if (!begun) {
        begun = true;
        kept.expectedSteer = kept.lastSteer = feedback.steerRad;
        kept.expectedAccel = feedback.accelMps2;
        return;
      }
      const dt = clamp(dtS, 0.001, 0.1);
      const steerRate = clamp((steerRad - kept.expectedSteer) / Math.max(steerLagS, dt), -rateRadpsMax, rateRadpsMax);
      kept.expectedSteer += steerRate * dt;
      const accelRate = (accelMps2 - kept.expectedAccel) / Math.max(accelMps2 < kept.expectedAccel && accelMps2 < 0 ? brakeLagS : profile.drive.lagS, dt);
      kept.expectedAccel += accelRate * dt;

      const steerError = feedback.steerRad - kept.expectedSteer;
      const moved = Math.abs(feedback.steerRad - kept.lastSteer) / dt;
      kept.lastSteer = feedback.steerRad;
      kept.stuckS = Math.abs(steerRad - feedback.steerRad) > 0.04 && moved < 0.05 * rateRadpsMax ? kept.stuckS + dt : 0;

      const keep = 1 - dt / MEMORY_S;
      kept.steerError = kept.steerError * keep + steerError * steerError * dt;
      kept.steerMotion = kept.steerMotion * keep + steerRate * steerRate * dt;
      // At a standstill the brakes answer with force, not with deceleration; weak brakes answer less, not later.
      const telling = speedMps > 1 && feedback.brakeHealthRatio > 0.95;
      const accelError = telling ? feedback.accelMps2 - kept.expectedAccel : 0;
      kept.accelError = kept.accelError * keep + accelError * accelError * dt;
      kept.accelMotion = kept.accelMotion * keep + (telling ? accelRate * accelRate * dt : 0);
      kept.steerLag = learn(kept.steerLag, kept.steerError, kept.steerMotion, 0.006, dt);
      kept.accelLag = learn(kept.accelLag, kept.accelError, kept.accelMotion, 2, dt);
    },
    forget() {
      kept.steerError = kept.steerMotion = kept.accelError = kept.accelMotion = 0;
      kept.steerLag = kept.accelLag = 0;
    },
    stuckS: () => kept.stuckS,
    // Drive and brakes are less like the simple model than the steering is, so they are judged with a margin.
    lagS: () => Math.max(kept.steerLag, kept.accelLag - 0.3),
    hashInto(hash) {
      for (const value of [kept.expectedSteer, kept.expectedAccel, begun ? 1 : 0, kept.lastSteer, kept.stuckS, kept.steerError, kept.steerMotion, kept.accelError, kept.accelMotion, kept.steerLag, kept.accelLag]) hash.number(value);
    },
  };
}
