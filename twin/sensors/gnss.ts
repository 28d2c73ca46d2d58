/**
 * Dual-antenna GNSS with the driver's lever-arm correction: noise falls on the antenna, then the driver moves the fix to
 * the vehicle origin by the yaw it measured. White noise. A jump moves every fix by one drawn direction; like a real
 * receiver under multipath or spoofing, it does not know and reports its usual sigma. Map frame ENU.
 */
import type { GnssFix } from "../../edge-agent/hal/types.ts";
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import type { EnuFrame } from "../../fleet-core/kernel/frames.ts";
import type { StateHash } from "../../fleet-core/kernel/hash.ts";
import { cos, sin, sincos, wrapAngle } from "../../fleet-core/kernel/math/index.ts";
import type { Rng } from "../../fleet-core/kernel/rng.ts";
import { type TimeUs, US_PER_MS, US_PER_S } from "../../fleet-core/kernel/time.ts";
import type { VehicleState } from "../physics/types.ts";
import { NormalDraws } from "./draws.ts";
import { MeasuringTimes, ReadingQueue } from "./readings.ts";
import { chanceOf } from "./share.ts";
import type { SensorFaults } from "./types.ts";

const NONE: readonly GnssFix[] = Object.freeze([]);

export interface Gnss {
  /** Next time it measures. */
  readonly times: MeasuringTimes;
  readonly queue: ReadingQueue<GnssFix>;
  measure(nowUs: TimeUs, state: VehicleState, faults: SensorFaults): void;
  hashInto(hash: StateHash): void;
}

/** Position noise is `sigmaM` per axis; altitude noise twice that, as satellite geometry usually gives. */
export function createGnss(profile: VehicleProfile["sensors"]["gnss"], frame: EnuFrame, rng: Rng, startUs: number): Gnss {
  const faultRng = rng.fork("fault");
  const jumpRad = (2 * Math.PI * faultRng.below(3600)) / 3600;
  const jumpEast = cos(jumpRad);
  const jumpNorth = sin(jumpRad);
  const times = new MeasuringTimes(profile.rateHz, startUs, rng.fork("phase").below(Math.ceil(US_PER_S / profile.rateHz)));
  const queue = new ReadingQueue<GnssFix>(NONE);
  const latencyUs = profile.latencyMs * US_PER_MS;
  const noise = new NormalDraws(rng);
  const geodetic = new Float64Array(3);
  const trueYaw = new Float64Array(2);
  const seenYaw = new Float64Array(2);

  return {
    times,
    queue,
    measure(nowUs, state, faults) {
      times.measured(nowUs);
      // All noise is drawn before the fault decides, so that a fault does not shift the noise of later fixes.
      const eastNoiseM = noise.next() * profile.sigmaM;
      const northNoiseM = noise.next() * profile.sigmaM;
      const upNoiseM = noise.next() * profile.sigmaM * 2;
      const yawRad = wrapAngle(state.yawRad + noise.next() * profile.headingSigmaRad);
      const speedNoiseMps = noise.next() * profile.speedSigmaMps;
      if (faults.gnssLoss > 0 && chanceOf(faultRng, faults.gnssLoss)) return;
      sincos(state.yawRad, trueYaw);
      sincos(yawRad, seenYaw);
      const dCos = (trueYaw[1] as number) - (seenYaw[1] as number);
      const dSin = (trueYaw[0] as number) - (seenYaw[0] as number);
      frame.toGeodetic(
        state.xM + dCos * profile.xM - dSin * profile.yM + eastNoiseM + faults.gnssJumpM * jumpEast,
        state.yM + dSin * profile.xM + dCos * profile.yM + northNoiseM + faults.gnssJumpM * jumpNorth,
        state.zM + upNoiseM,
        geodetic,
      );
      const overGroundMps = Math.sqrt(state.speedMps * state.speedMps + state.lateralMps * state.lateralMps);
      queue.push({
        measuredUs: nowUs,
        latitudeDeg: geodetic[0] as number,
        longitudeDeg: geodetic[1] as number,
        altitudeM: geodetic[2] as number,
        yawRad,
        speedMps: Math.max(0, overGroundMps + speedNoiseMps),
        sigmaM: profile.sigmaM,
      }, nowUs + latencyUs);
    },
    hashInto(hash) {
      hash.number(times.dueUs);
      noise.hashInto(hash);
      queue.hashInto(hash);
    },
  };
}
