/**
 * IMU and wheel odometry. IMU readings are referred to the vehicle origin, as a driver that knows the mount does; its
 * gyro bias is drawn once. Odometry is signed, wrong by a scale drawn once, and exactly 0 at a standstill, because a
 * standing wheel gives no pulses. Neither has latency worth modelling: their readings are ready at once.
 */
import type { ImuSample, OdometrySample } from "../../edge-agent/hal/types.ts";
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import type { StateHash } from "../../fleet-core/kernel/hash.ts";
import type { Rng } from "../../fleet-core/kernel/rng.ts";
import type { TimeUs } from "../../fleet-core/kernel/time.ts";
import type { VehicleState } from "../physics/types.ts";
import { NormalDraws } from "./draws.ts";
import { MeasuringTimes, ReadingQueue } from "./readings.ts";
import type { SensorFaults } from "./types.ts";

/** Slower than this a wheel encoder gives no pulse within its measuring window. */
export const STANDSTILL_MPS = 0.02;
const NO_IMU: readonly ImuSample[] = Object.freeze([]);
const NO_ODOMETRY: readonly OdometrySample[] = Object.freeze([]);

export interface Imu {
  readonly times: MeasuringTimes;
  readonly queue: ReadingQueue<ImuSample>;
  measure(nowUs: TimeUs, state: VehicleState): void;
  hashInto(hash: StateHash): void;
}

export function createImu(profile: VehicleProfile["sensors"]["imu"], rng: Rng, startUs: number): Imu {
  const biasRadps = rng.fork("bias").normal() * profile.gyroBiasSigmaRadps;
  const times = new MeasuringTimes(profile.rateHz, startUs, 0);
  const queue = new ReadingQueue<ImuSample>(NO_IMU);
  const noise = new NormalDraws(rng);
  return {
    times,
    queue,
    measure(nowUs, state) {
      times.measured(nowUs);
      queue.push({
        measuredUs: nowUs,
        accelXMps2: state.accelMps2 + noise.next() * profile.accelSigmaMps2,
        accelYMps2: state.lateralAccelMps2 + noise.next() * profile.accelSigmaMps2,
        yawRateRadps: state.yawRateRadps + biasRadps + noise.next() * profile.gyroSigmaRadps,
      }, nowUs);
    },
    hashInto(hash) {
      hash.number(times.dueUs);
      hash.number(biasRadps);
      noise.hashInto(hash);
      queue.hashInto(hash);
    },
  };
}

export interface Odometry {
  readonly times: MeasuringTimes;
  readonly queue: ReadingQueue<OdometrySample>;
  measure(nowUs: TimeUs, state: VehicleState, faults: SensorFaults): void;
  hashInto(hash: StateHash): void;
}

export function createOdometry(profile: VehicleProfile["sensors"]["odometry"], rng: Rng, startUs: number): Odometry {
  const scale = 1 + rng.fork("scale").normal() * profile.scaleSigma;
  const times = new MeasuringTimes(profile.rateHz, startUs, 0);
  const queue = new ReadingQueue<OdometrySample>(NO_ODOMETRY);
  const noise = new NormalDraws(rng);
  return {
    times,
    queue,
    measure(nowUs, state, faults) {
      times.measured(nowUs);
      const noiseMps = noise.next() * profile.sigmaMps;
      const standing = Math.abs(state.speedMps) < STANDSTILL_MPS;
      queue.push({ measuredUs: nowUs, speedMps: standing ? 0 : state.speedMps * scale * (1 + faults.wheelSpeedBias) + noiseMps }, nowUs);
    },
    hashInto(hash) {
      hash.number(times.dueUs);
      hash.number(scale);
      noise.hashInto(hash);
      queue.hashInto(hash);
    },
  };
}
