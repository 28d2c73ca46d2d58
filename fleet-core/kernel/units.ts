/** Conversions at the door; inside, SI. */
import { wrapAngle } from "./math/index.ts";

export const G_MPS2 = 9.80665;
export const mpsFromKph = (kph: number): number => kph / 3.6;
export const kphFromMps = (mps: number): number => mps * 3.6;
export const radFromDeg = (deg: number): number => (deg * Math.PI) / 180;
export const degFromRad = (rad: number): number => (rad * 180) / Math.PI;

/** Compass heading [deg, 0 north, clockwise, 0 <= h < 360] of a yaw [rad, 0 east, counter-clockwise]. */
export function headingDegFromYaw(yawRad: number): number {
  const deg = 90 - degFromRad(wrapAngle(yawRad));
  const heading = deg < 0 ? deg + 360 : deg;
  // A hair below north, adding 360 rounds up to it.
  return heading < 360 ? heading : 0;
}

/** Yaw [rad, 0 east, counter-clockwise, (-π, π]] of a compass heading [deg, 0 north, clockwise]. */
export const yawFromHeadingDeg = (deg: number): number => wrapAngle(radFromDeg(90 - deg));
export const clamp = (x: number, low: number, high: number): number => (x < low ? low : x > high ? high : x);
