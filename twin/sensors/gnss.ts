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
import { type TimeUs, US_PER_MS } from "../../fleet-core/kernel/time.ts";
import type { VehicleState } from "../physics/types.ts";
import { Draws } from "./draws.ts";
import type { HalFrame } from "./frame.ts";
import { RowQueue } from "./readings.ts";
import { chanceOf } from "./share.ts";
import type { SensorFaults } from "./types.ts";

/** Latitude, longitude, altitude, yaw and speed behind the measuring time. */
const COLUMNS = 6;

export class Gnss {
  private readonly profile: VehicleProfile["sensors"]["gnss"];
  private readonly frame: EnuFrame;
  private readonly latencyUs: number;
  private readonly noise: Draws;
  private readonly faultRng: Rng;
  private readonly jumpEast: number;
  private readonly jumpNorth: number;
  private readonly queue = new RowQueue(COLUMNS);
  private readonly geodetic = new Float64Array(3);
  private readonly trueYaw = new Float64Array(2);
  private readonly seenYaw = new Float64Array(2);

  constructor(profile: VehicleProfile["sensors"]["gnss"], frame: EnuFrame, rng: Rng) {
    this.profile = profile;
    this.frame = frame;
    this.latencyUs = profile.latencyMs * US_PER_MS;
    this.faultRng = rng.fork("fault");
    const jumpRad = (2 * Math.PI * this.faultRng.below(3600)) / 3600;
    this.jumpEast = cos(jumpRad);
    this.jumpNorth = sin(jumpRad);
    this.noise = new Draws(rng);
  }

  /** When the oldest fix that waits will arrive. */
  get readyUs(): number {
    return this.queue.oldestUs + this.latencyUs;
  }

  /** Position noise is `sigmaM` per axis; altitude noise twice that, as satellite geometry usually gives. */
  measure(nowUs: TimeUs, state: VehicleState, faults: SensorFaults): void {
    const { profile, noise, geodetic, trueYaw, seenYaw } = this;
    // All noise is drawn before the fault decides, so that a fault does not shift the noise of later fixes.
    const eastNoiseM = noise.normal() * profile.sigmaM;
    const northNoiseM = noise.normal() * profile.sigmaM;
    const upNoiseM = noise.normal() * profile.sigmaM * 2;
    const yawRad = wrapAngle(state.yawRad + noise.normal() * profile.headingSigmaRad);
    const speedNoiseMps = noise.normal() * profile.speedSigmaMps;
    if (faults.gnssLoss > 0 && chanceOf(this.faultRng, faults.gnssLoss)) return;
    sincos(state.yawRad, trueYaw);
    sincos(yawRad, seenYaw);
    const dCos = (trueYaw[1] as number) - (seenYaw[1] as number);
    const dSin = (trueYaw[0] as number) - (seenYaw[0] as number);
    this.frame.toGeodetic(
      state.xM + dCos * profile.xM - dSin * profile.yM + eastNoiseM + faults.gnssJumpM * this.jumpEast,
      state.yM + dSin * profile.xM + dCos * profile.yM + northNoiseM + faults.gnssJumpM * this.jumpNorth,
      state.zM + upNoiseM,
      geodetic,
    );
    const overGroundMps = Math.sqrt(state.speedMps * state.speedMps + state.lateralMps * state.lateralMps);
    const at = this.queue.push(nowUs);
    const { cells } = this.queue;
    cells[at + 1] = geodetic[0] as number;
    cells[at + 2] = geodetic[1] as number;
    cells[at + 3] = geodetic[2] as number;
    cells[at + 4] = yawRad;
    cells[at + 5] = Math.max(0, overGroundMps + speedNoiseMps);
  }

  /** Fixes that have arrived by `nowUs`, as objects of the frame. */
  take(nowUs: TimeUs, { gnss }: HalFrame): readonly GnssFix[] {
    const { queue } = this;
    const { cells } = queue;
    const count = queue.until(nowUs - this.latencyUs);
    for (let k = 0; k < count; k += 1) {
      const fix = gnss.item(k);
      const at = queue.at(k);
      fix.measuredUs = cells[at] as TimeUs;
      fix.latitudeDeg = cells[at + 1] as number;
      fix.longitudeDeg = cells[at + 2] as number;
      fix.altitudeM = cells[at + 3] as number;
      fix.yawRad = cells[at + 4] as number;
      fix.speedMps = cells[at + 5] as number;
      fix.sigmaM = this.profile.sigmaM;
    }
    queue.drop(count);
    return gnss.first(count);
  }

  hashInto(hash: StateHash): void {
    this.noise.hashInto(hash);
    this.queue.hashInto(hash);
  }
}
