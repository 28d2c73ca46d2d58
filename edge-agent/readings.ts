/**
 * The door for sensor readings: what is not a possible reading is taken out and counted, so that no broken number reaches
 * the filters. Returns the very same object when everything is fine. Must never repair a reading.
 */
import type { TimeUs } from "../fleet-core/kernel/time.ts";
import type { Ambient, GnssFix, HalInputs, ImuSample, ObjectList, OdometrySample, SensedObject, VehicleFeedback } from "./hal/types.ts";

export interface CleanReadings {
  readonly inputs: HalInputs;
  readonly refused: number;
}

/** Faster than any of our vehicles can be over ground, relative or absolute. */
const SPEED_MPS_MAX = 150;
const OBJECTS_MAX = 256;

const fits = (value: number, most: number): boolean => value >= -most && value <= most;

const timely = (us: number, nowUs: number): boolean => Number.isSafeInteger(us) && us <= nowUs;
const fixGood = (f: GnssFix, nowUs: number): boolean => timely(f.measuredUs, nowUs) && fits(f.latitudeDeg, 90) && fits(f.longitudeDeg, 180) && fits(f.altitudeM, 20_000) && fits(f.yawRad, 10) && fits(f.speedMps, SPEED_MPS_MAX) && f.sigmaM >= 0 && f.sigmaM <= 1000;
const imuGood = (s: ImuSample, nowUs: number): boolean => timely(s.measuredUs, nowUs) && fits(s.accelXMps2, 1e4) && fits(s.accelYMps2, 1e4) && fits(s.yawRateRadps, 50);
const odometryGood = (s: OdometrySample, nowUs: number): boolean => timely(s.measuredUs, nowUs) && fits(s.speedMps, SPEED_MPS_MAX);
const objectGood = (o: SensedObject): boolean =>
  Number.isSafeInteger(o.trackId) && fits(o.xM, 2000) && fits(o.yM, 2000) && fits(o.vxMps, SPEED_MPS_MAX) && fits(o.vyMps, SPEED_MPS_MAX) && fits(o.yawRad, 10) && o.lengthM > 0 && o.lengthM <= 100 && o.widthM > 0 && o.widthM <= 100;
const listGood = (l: ObjectList, nowUs: number): boolean => timely(l.measuredUs, nowUs) && l.objects.length <= OBJECTS_MAX && allGood(l.objects, objectGood, nowUs);
const feedbackGood = (f: VehicleFeedback): boolean =>
  fits(f.steerRad, 2) && fits(f.accelMps2, 1e4) && f.socRatio >= 0 && f.socRatio <= 1 && f.brakeHealthRatio >= 0 && f.brakeHealthRatio <= 1 && f.steeringHealthRatio >= 0 && f.steeringHealthRatio <= 1;
const ambientGood = (a: Ambient): boolean => a.rainMmph >= 0 && a.rainMmph <= 1e4 && a.fogVisibilityM >= 0 && a.fogVisibilityM <= 1e7;

/** A loop, because this is asked of every reading in every tick and closures would be made for each. */
function allGood<T>(all: readonly T[], good: (one: T, nowUs: number) => boolean, nowUs: number): boolean {
  for (let i = 0; i < all.length; i += 1) if (!good(all[i] as T, nowUs)) return false;
  return true;
}

/** Whether every reading is possible: asked first, because it nearly always is so. */
export const readingsGood = (inputs: HalInputs, nowUs: TimeUs): boolean =>
  feedbackGood(inputs.feedback) && ambientGood(inputs.ambient) && allGood(inputs.gnss, fixGood, nowUs) && allGood(inputs.imu, imuGood, nowUs) && allGood(inputs.odometry, odometryGood, nowUs) && allGood(inputs.objects, listGood, nowUs);

/** `before`: the last feedback that was fine; it stands in while the present one is not. */
export function cleanReadings(inputs: HalInputs, nowUs: TimeUs, before: VehicleFeedback | undefined): CleanReadings {
  if (readingsGood(inputs, nowUs)) return { inputs, refused: 0 };
  const { feedback: f, ambient: a } = inputs;
  let refused = 0;
  const keep = <T>(all: readonly T[], good: (one: T, nowUs: number) => boolean): T[] => {
    const kept = all.filter((one) => good(one, nowUs));
    refused += all.length - kept.length;
    return kept;
  };
  const lists: ObjectList[] = [];
  for (const list of inputs.objects) {
    if (!timely(list.measuredUs, nowUs)) refused += 1;
    else lists.push({ ...list, objects: keep(list.objects.slice(0, OBJECTS_MAX), objectGood) });
    refused += Math.max(0, list.objects.length - OBJECTS_MAX);
  }
  if (!feedbackGood(f)) refused += 1;
  if (!ambientGood(a)) refused += 1;
  // Nothing known of the actuators: assume them healthy but slow to judge; the counted refusal itself slows the vehicle.
  const unknown: VehicleFeedback = { measuredUs: nowUs, steerRad: 0, accelMps2: 0, socRatio: 1, brakeHealthRatio: 1, steeringHealthRatio: 1, parkingBrake: false };
  return {
    inputs: {
      gnss: keep(inputs.gnss, fixGood),
      imu: keep(inputs.imu, imuGood),
      odometry: keep(inputs.odometry, odometryGood),
      objects: lists,
      feedback: feedbackGood(f) ? f : (before ?? unknown),
      // Weather that cannot be read is taken for weather outside the domain.
      ambient: ambientGood(a) ? a : { measuredUs: nowUs, rainMmph: 0, fogVisibilityM: 0, night: false },
    },
    refused,
  };
}

/** Feedback is good for one tick only; whoever needs it later keeps a copy. */
export function copyFeedback(from: VehicleFeedback, to: { -readonly [K in keyof VehicleFeedback]: VehicleFeedback[K] }): void {
  to.measuredUs = from.measuredUs;
  to.steerRad = from.steerRad;
  to.accelMps2 = from.accelMps2;
  to.socRatio = from.socRatio;
  to.brakeHealthRatio = from.brakeHealthRatio;
  to.steeringHealthRatio = from.steeringHealthRatio;
  to.parkingBrake = from.parkingBrake;
}
