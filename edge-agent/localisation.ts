/**
 * Where the vehicle is: wheel speed and gyro carry the pose forward, GNSS corrects it. Each fix is compared with the
 * pose of the moment it was measured, so latency costs nothing. Must never see the truth, and never accept a fix that
 * jumps: it then drives on dead reckoning, and its own error bound grows until health calls for a stop.
 *
 * Map frame ENU, origin mid rear axle. One scalar Kalman gain for each of along, across and yaw.
 */
import type { VehicleProfile } from "../fleet-core/contract/profile.ts";
import type { EnuFrame } from "../fleet-core/kernel/frames.ts";
import type { StateHash } from "../fleet-core/kernel/hash.ts";
import { sincos, wrapAngle } from "../fleet-core/kernel/math/index.ts";
import { secondsOf, US_PER_S, type TimeUs } from "../fleet-core/kernel/time.ts";
import { clamp, G_MPS2 } from "../fleet-core/kernel/units.ts";
import type { GnssFix, HalInputs } from "./hal/types.ts";

export interface Estimate {
  xM: number;
  yM: number;
  zM: number;
  yawRad: number;
  cosYaw: number;
  sinYaw: number;
  /** Signed, along x. */
  speedMps: number;
  yawRateRadps: number;
  /** 1-sigma bounds along and across the vehicle. */
  sigmaLonM: number;
  sigmaLatM: number;
}

export interface Localisation {
  readonly estimate: Readonly<Estimate>;
  /** False until the first fix. */
  ready(): boolean;
  update(nowUs: TimeUs, inputs: HalInputs): void;
  /** x, y, cos yaw, sin yaw of the pose at `timeUs` (at most about a second ago). */
  poseAt(timeUs: number, out: Float64Array): void;
  /** Time the last accepted fix was measured; the start until there is one. */
  fixUs(): number;
  /** Fixes refused in a row, and how far the last one was off [m]. */
  refused(): number;
  refusedByM(): number;
  /** Ground speed by GNSS over speed by wheels, smoothed; 1 when they agree. */
  wheelRatio(): number;
  /** Trusts the wheels afresh: after a release somebody has looked at them. */
  trustWheels(): void;
  /** Forgets where the vehicle is; the next fix begins anew. Only at rest, and only when somebody has asked for it. */
  startAfresh(): void;
  odometryUs(): number;
  imuUs(): number;
  hashInto(hash: StateHash): void;
}

const RING = 64;
/** Columns of the ring: time, place, yaw, wheel speed. */
const COLUMNS = 5;
const [US, X, Y, YAW, WHEEL] = [0, 1, 2, 3, 4];
/** After this the speed is carried by acceleration and GNSS instead of the wheels. */
const WHEEL_SILENT_US = 100_000;
/** A fix this far from the estimate is refused, however unsure the estimate is. */
const GATE_M_MAX = 3;
const GATE_M_MIN = 1;
/** After so long without a tick of its own the agent starts afresh from the next fix: what it drove meanwhile it did not see. */
const BLIND_US = 200_000;
/** Share of the distance driven that dead reckoning may be off: along (wheel scale after calibration) and across (slip). */
const LON_DRIFT = 0.004;
const LAT_DRIFT = 0.001;

export function createLocalisation(profile: VehicleProfile, frame: EnuFrame, start: TimeUs): Localisation {
  const { gnss, imu } = profile.sensors;
  const slipPerMps2 = 1 / (G_MPS2 * profile.tyre.corneringPerRad);
  const estimate: Estimate = { xM: 0, yM: 0, zM: 0, yawRad: 0, cosYaw: 1, sinYaw: 0, speedMps: 0, yawRateRadps: 0, sigmaLonM: 100, sigmaLatM: 100 };
  let lastUs: number = start;
  let fixUs: number = start;
  let lastFixMeasuredUs = -1;
  let odometryUs: number = start;
  let imuUs: number = start;
  /** What changes in each tick, in one object: a number kept in a variable of its own is allocated anew at each change. */
  const kept = { sigmaYawRad: 1, biasRadps: 0, wheelMps: 0, wheelRatio: 1, refusedByM: 0 };
  let oddRatios = 0;
  let wheelSilent = false;
  let refused = 0;
  let ready = false;

  // The last 64 poses, newest at `head`: where the vehicle was when something was measured. They are kept as wheels and
  // gyro alone would have it; `moved` is the sum of all corrections, so that a correction need not move every one of them.
  const ring = new Float64Array(RING * COLUMNS);
  let head = 0;
  let remembered = 0;
  /** x, y, yaw. */
  const moved = new Float64Array(3);
  const trig = new Float64Array(2);
  const enu = new Float64Array(3);
  const past = new Float64Array(4);

  function turnTo(yawRad: number): void {
    estimate.yawRad = wrapAngle(yawRad);
    sincos(estimate.yawRad, trig);
    estimate.sinYaw = trig[0] as number;
    estimate.cosYaw = trig[1] as number;
  }

  function predict(nowUs: number): void {
    const dtS = clamp(secondsOf(nowUs - lastUs), 0, 2);
    lastUs = nowUs;
    estimate.speedMps = kept.wheelMps * kept.wheelRatio;
    if (kept.wheelMps === 0) {
      estimate.yawRateRadps = 0;
      return;
    }
    const dsM = estimate.speedMps * dtS;
    const turnRad = estimate.yawRateRadps * dtS;
    // The rear axle slips outwards in a bend: its course lags the heading by lateral acceleration over stiffness.
    const halfRad = turnRad / 2 - estimate.speedMps * estimate.yawRateRadps * slipPerMps2;
    estimate.xM += dsM * (estimate.cosYaw - estimate.sinYaw * halfRad);
    estimate.yM += dsM * (estimate.sinYaw + estimate.cosYaw * halfRad);
    turnTo(estimate.yawRad + turnRad);
    const drivenM = Math.abs(dsM);
    estimate.sigmaLonM = Math.min(1000, estimate.sigmaLonM + LON_DRIFT * drivenM);
    estimate.sigmaLatM = Math.min(1000, estimate.sigmaLatM + (kept.sigmaYawRad + LAT_DRIFT) * drivenM);
    kept.sigmaYawRad = Math.min(1, kept.sigmaYawRad + (imu.gyroBiasSigmaRadps + 0.0002) * dtS);
  }

  function remember(nowUs: number): void {
    head = (head + 1) % RING;
    if (remembered < RING) remembered += 1;
    const at = head * COLUMNS;
    ring[at + US] = nowUs;
    ring[at + X] = estimate.xM - (moved[0] as number);
    ring[at + Y] = estimate.yM - (moved[1] as number);
    ring[at + YAW] = estimate.yawRad - (moved[2] as number);
    ring[at + WHEEL] = kept.wheelMps;
  }

  function forgetPast(): void {
    remembered = 0;
    moved.fill(0);
  }

  /** Place in the ring of the newest pose not newer than `timeUs`; of the oldest known otherwise. */
  function placeAt(timeUs: number): number {
    let i = head;
    for (let n = 1; n < remembered && (ring[i * COLUMNS + US] as number) > timeUs; n += 1) i = (i + RING - 1) % RING;
    return i;
  }

  /** Fills x, y, yaw, wheel speed at `timeUs` into `past`. */
  function lookBack(timeUs: number): void {
    const i = placeAt(timeUs);
    const a = i * COLUMNS;
    const b = i === head ? a : ((i + 1) % RING) * COLUMNS;
    const spanUs = (ring[b + US] as number) - (ring[a + US] as number);
    const share = spanUs > 0 ? clamp((timeUs - (ring[a + US] as number)) / spanUs, 0, 1) : 0;
    const yaw = ring[a + YAW] as number;
    past[0] = (moved[0] as number) + (ring[a + X] as number) + share * ((ring[b + X] as number) - (ring[a + X] as number));
    past[1] = (moved[1] as number) + (ring[a + Y] as number) + share * ((ring[b + Y] as number) - (ring[a + Y] as number));
    past[2] = (moved[2] as number) + yaw + share * wrapAngle((ring[b + YAW] as number) - yaw);
    past[3] = (ring[a + WHEEL] as number) + share * ((ring[b + WHEEL] as number) - (ring[a + WHEEL] as number));
  }

  function begin(fix: GnssFix, nowUs: number): void {
    estimate.xM = enu[0] as number;
    estimate.yM = enu[1] as number;
    estimate.zM = enu[2] as number;
    turnTo(fix.yawRad);
    // What was driven since the fix was measured.
    const ageS = secondsOf(nowUs - fix.measuredUs);
    estimate.xM += estimate.cosYaw * fix.speedMps * ageS;
    estimate.yM += estimate.sinYaw * fix.speedMps * ageS;
    estimate.sigmaLonM = fix.sigmaM + 0.1 * ageS * fix.speedMps;
    estimate.sigmaLatM = fix.sigmaM;
    kept.sigmaYawRad = gnss.headingSigmaRad;
    ready = true;
    fixUs = fix.measuredUs;
    forgetPast();
    remember(nowUs);
  }

  function correct(fix: GnssFix): void {
    lookBack(fix.measuredUs);
    // Doppler speed does not depend on position, so it helps even when the position is refused.
    if (wheelSilent) speedFromGnss(fix.speedMps);
    else calibrateWheels(fix.speedMps, Math.abs(past[3] as number));
    const dx = (enu[0] as number) - (past[0] as number);
    const dy = (enu[1] as number) - (past[1] as number);
    const offM = Math.sqrt(dx * dx + dy * dy);
    const spreadM = Math.sqrt(estimate.sigmaLonM * estimate.sigmaLonM + estimate.sigmaLatM * estimate.sigmaLatM + fix.sigmaM * fix.sigmaM);
    if (offM > clamp(5 * spreadM, GATE_M_MIN, GATE_M_MAX)) {
      // While the wheels are in doubt the estimate is, not the fix.
      if (oddRatios > 0) return;
      refused += 1;
      kept.refusedByM = offM;
      return;
    }
    refused = 0;
    fixUs = fix.measuredUs;

    const lonM = dx * estimate.cosYaw + dy * estimate.sinYaw;
    const latM = dy * estimate.cosYaw - dx * estimate.sinYaw;
    const r2 = Math.max(fix.sigmaM * fix.sigmaM, 1e-4);
    const lonGain = (estimate.sigmaLonM * estimate.sigmaLonM) / (estimate.sigmaLonM * estimate.sigmaLonM + r2);
    const latGain = (estimate.sigmaLatM * estimate.sigmaLatM) / (estimate.sigmaLatM * estimate.sigmaLatM + r2);
    const yawGain = (kept.sigmaYawRad * kept.sigmaYawRad) / (kept.sigmaYawRad * kept.sigmaYawRad + gnss.headingSigmaRad * gnss.headingSigmaRad + 1e-8);
    const yawOffRad = wrapAngle(fix.yawRad - (past[2] as number));
    const moveX = lonGain * lonM * estimate.cosYaw - latGain * latM * estimate.sinYaw;
    const moveY = lonGain * lonM * estimate.sinYaw + latGain * latM * estimate.cosYaw;
    const turn = yawGain * yawOffRad;
    estimate.sigmaLonM *= Math.sqrt(1 - lonGain);
    estimate.sigmaLatM *= Math.sqrt(1 - latGain);
    kept.sigmaYawRad *= Math.sqrt(1 - yawGain);
    if (kept.wheelMps !== 0) kept.biasRadps = clamp(kept.biasRadps - 0.02 * turn, -0.02, 0.02);
    estimate.xM += moveX;
    estimate.yM += moveY;
    estimate.zM += 0.1 * ((enu[2] as number) - estimate.zM);
    turnTo(estimate.yawRad + turn);
    moved[0] = (moved[0] as number) + moveX;
    moved[1] = (moved[1] as number) + moveY;
    moved[2] = (moved[2] as number) + turn;
  }

  /** Without wheel speed: acceleration carries the speed, GNSS corrects it. Forward only, as the agent drives. */
  function speedFromGnss(groundMps: number): void {
    kept.wheelMps = Math.max(0, kept.wheelMps + (0.4 * (groundMps - (past[3] as number) * kept.wheelRatio)) / kept.wheelRatio);
    if (groundMps < 0.15 && kept.wheelMps < 0.5) kept.wheelMps = 0;
  }

  function calibrateWheels(groundMps: number, wheelThenMps: number): void {
    if (wheelThenMps < 2) return;
    const ratio = clamp(groundMps / wheelThenMps, 0.5, 2);
    // Two readings in a row farther off than noise explains: the wheels changed. What was driven meanwhile is unsure.
    oddRatios = Math.abs(ratio - kept.wheelRatio) > Math.max(0.05, 0.3 / wheelThenMps) ? oddRatios + 1 : 0;
    if (oddRatios < 2) {
      kept.wheelRatio += 0.1 * (ratio - kept.wheelRatio);
      return;
    }
    estimate.sigmaLonM += 0.5 * Math.abs(ratio - kept.wheelRatio) * groundMps;
    kept.wheelRatio = ratio;
  }

  return {
    estimate,
    ready: () => ready,
    update(nowUs, inputs) {
      const samples = inputs.imu;
      if (samples.length > 0) {
        let sum = 0;
        for (const sample of samples) sum += sample.yawRateRadps;
        estimate.yawRateRadps = sum / samples.length - kept.biasRadps;
        imuUs = (samples[samples.length - 1] as { measuredUs: number }).measuredUs;
      }
      const wheel = inputs.odometry[inputs.odometry.length - 1];
      if (wheel !== undefined) {
        kept.wheelMps = wheel.speedMps;
        odometryUs = wheel.measuredUs;
      }
      wheelSilent = nowUs - odometryUs > WHEEL_SILENT_US;
      if (wheelSilent && kept.wheelMps > 0 && samples.length > 0) {
        let accel = 0;
        for (const sample of samples) accel += sample.accelXMps2;
        kept.wheelMps = Math.max(0, kept.wheelMps + ((accel / samples.length) * clamp(secondsOf(nowUs - lastUs), 0, 0.5)) / kept.wheelRatio);
      }
      const blindUs = ready ? nowUs - lastUs : 0;
      predict(nowUs);
      if (blindUs > BLIND_US) {
        ready = false;
        refused = 0;
      }
      if (ready) remember(nowUs);
      for (const fix of inputs.gnss) {
        if (fix.measuredUs <= lastFixMeasuredUs || fix.measuredUs > nowUs) continue;
        lastFixMeasuredUs = fix.measuredUs;
        frame.toEnu(fix.latitudeDeg, fix.longitudeDeg, fix.altitudeM, enu);
        if (ready && nowUs - fix.measuredUs < US_PER_S) correct(fix);
        else if (!ready && fix === inputs.gnss[inputs.gnss.length - 1]) begin(fix, nowUs);
      }
    },
    poseAt(timeUs, out) {
      lookBack(timeUs);
      out[0] = past[0] as number;
      out[1] = past[1] as number;
      sincos(past[2] as number, trig);
      out[2] = trig[1] as number;
      out[3] = trig[0] as number;
    },
    fixUs: () => fixUs,
    refused: () => refused,
    refusedByM: () => kept.refusedByM,
    wheelRatio: () => kept.wheelRatio,
    trustWheels() {
      kept.wheelRatio = 1;
      oddRatios = 0;
    },
    startAfresh() {
      ready = false;
      refused = 0;
    },
    odometryUs: () => odometryUs,
    imuUs: () => imuUs,
    hashInto(hash) {
      for (const value of [estimate.xM, estimate.yM, estimate.zM, estimate.yawRad, estimate.speedMps, estimate.yawRateRadps, estimate.sigmaLonM, estimate.sigmaLatM]) hash.number(value);
      for (const value of [kept.sigmaYawRad, kept.biasRadps, lastUs, fixUs, lastFixMeasuredUs, odometryUs, imuUs, kept.wheelMps, kept.wheelRatio, oddRatios, wheelSilent ? 1 : 0, refused, kept.refusedByM, ready ? 1 : 0]) hash.number(value);
    },
  };
}
