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
import { Draws } from "./draws.ts";
import type { HalFrame } from "./frame.ts";
import { RowQueue } from "./readings.ts";
import type { SensorFaults } from "./types.ts";

/** Slower than this a wheel encoder gives no pulse within its measuring window. */
export const STANDSTILL_MPS = 0.02;
/** Acceleration along and across and yaw rate behind the measuring time; speed behind the measuring time. */
const IMU_COLUMNS = 4;
const ODOMETRY_COLUMNS = 2;

export class Imu {
  private readonly profile: VehicleProfile["sensors"]["imu"];
  private readonly biasRadps: number;
  private readonly noise: Draws;
  private readonly queue = new RowQueue(IMU_COLUMNS);

  constructor(profile: VehicleProfile["sensors"]["imu"], rng: Rng) {
    this.profile = profile;
    this.biasRadps = rng.fork("bias").normal() * profile.gyroBiasSigmaRadps;
    this.noise = new Draws(rng);
  }

  measure(nowUs: TimeUs, state: VehicleState): void {
    const { profile, noise } = this;
    const at = this.queue.push(nowUs);
    const { cells } = this.queue;
    cells[at + 1] = state.accelMps2 + noise.normal() * profile.accelSigmaMps2;
    cells[at + 2] = state.lateralAccelMps2 + noise.normal() * profile.accelSigmaMps2;
    cells[at + 3] = state.yawRateRadps + this.biasRadps + noise.normal() * profile.gyroSigmaRadps;
  }

  /** Samples that wait, as objects of the frame. */
  take(nowUs: TimeUs, { imu }: HalFrame): readonly ImuSample[] {
    const { queue } = this;
    const { cells } = queue;
    const count = queue.until(nowUs);
    for (let k = 0; k < count; k += 1) {
      const sample = imu.item(k);
      const at = queue.at(k);
      sample.measuredUs = cells[at] as TimeUs;
      sample.accelXMps2 = cells[at + 1] as number;
      sample.accelYMps2 = cells[at + 2] as number;
      sample.yawRateRadps = cells[at + 3] as number;
    }
    queue.drop(count);
    return imu.first(count);
  }

  hashInto(hash: StateHash): void {
    hash.number(this.biasRadps);
    this.noise.hashInto(hash);
    this.queue.hashInto(hash);
  }
}

export class Odometry {
  private readonly profile: VehicleProfile["sensors"]["odometry"];
  private readonly scale: number;
  private readonly noise: Draws;
  private readonly queue = new RowQueue(ODOMETRY_COLUMNS);

  constructor(profile: VehicleProfile["sensors"]["odometry"], rng: Rng) {
    this.profile = profile;
    this.scale = 1 + rng.fork("scale").normal() * profile.scaleSigma;
    this.noise = new Draws(rng);
  }

  measure(nowUs: TimeUs, { speedMps }: VehicleState, faults: SensorFaults): void {
    const noiseMps = this.noise.normal() * this.profile.sigmaMps;
    const at = this.queue.push(nowUs);
    this.queue.cells[at + 1] = Math.abs(speedMps) < STANDSTILL_MPS ? 0 : speedMps * this.scale * (1 + faults.wheelSpeedBias) + noiseMps;
  }

  /** Samples that wait, as objects of the frame. */
  take(nowUs: TimeUs, { odometry }: HalFrame): readonly OdometrySample[] {
    const { queue } = this;
    const count = queue.until(nowUs);
    for (let k = 0; k < count; k += 1) {
      const sample = odometry.item(k);
      const at = queue.at(k);
      sample.measuredUs = queue.cells[at] as TimeUs;
      sample.speedMps = queue.cells[at + 1] as number;
    }
    queue.drop(count);
    return odometry.first(count);
  }

  hashInto(hash: StateHash): void {
    hash.number(this.scale);
    this.noise.hashInto(hash);
    this.queue.hashInto(hash);
  }
}
