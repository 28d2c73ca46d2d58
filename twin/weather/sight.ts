/**
 * How far sensors see in rain, snow, fog and at night. Formulas, not tables: each says where it comes from, and which of
 * its numbers are engineering choices. Pure; must never return more than the clear-weather range.
 */
import { exp, log, pow } from "../../fleet-core/kernel/math/index.ts";
import type { ObjectSensorProfile } from "../../fleet-core/contract/profile.ts";
import { CLEAR, type Weather } from "./types.ts";

/** ln(1 / 0.05): visibility (meteorological optical range) is where 5 % of the light is left. Source: its definition. */
const OPTICAL_DEPTH_AT_VISIBILITY = log(20);
/** A detector loses an object when a fifth of its clear contrast is left (engineering choice). */
const CONTRAST_LEFT = 0.2;
/** Share of the camera's range that headlamps and street lights leave at night (engineering choice). */
export const NIGHT_CAMERA_SHARE = 0.5;
/** Rain that halves a camera's range by drops on its window (engineering choice) [mm/h]. */
export const HALVING_RAIN_MMPH = 50;
const DB_PER_NEPER = 10 / log(10);

/**
 * Extinction of visible and near-infrared light [1/m] beyond that of clear air (visibility 10 km), in which a profile's
 * ranges hold. Fog: Koschmieder's law from the visibility. Rain: Carbonneau's fit
 * for optical links, 1.076 R^0.67 dB/km. Dry snow at 905 nm: 5.545 S^1.38 dB/km, the usual fit for optical links.
 */
export function extinctionPerM(weather: Weather): number {
  const fog = Math.max(0, OPTICAL_DEPTH_AT_VISIBILITY / weather.fogVisibilityM - OPTICAL_DEPTH_AT_VISIBILITY / CLEAR.fogVisibilityM);
  const rain = weather.rainMmph > 0 ? 1.076 * pow(weather.rainMmph, 0.67) : 0;
  const snow = weather.snowMmph > 0 ? 5.545 * pow(weather.snowMmph, 1.38) : 0;
  return fog + (rain + snow) / DB_PER_NEPER / 1000;
}

/**
 * Range [m] at which a lidar of clear-air range `rangeM` still gets its threshold echo: the echo falls with
 * exp(-2 k R) / R², so R = rangeM exp(-k R). Solved by Newton's method, which comes from
 * below, since the left side is concave, and is there within eight rounds.
 */
export function lidarRangeM(rangeM: number, weather: Weather): number {
  const k = extinctionPerM(weather);
  let r = rangeM / (1 + k * rangeM);
  for (let round = 0; round < 8; round += 1) {
    const e = rangeM * exp(-k * r);
    r -= (r - e) / (1 + k * e);
  }
  return Math.min(r, rangeM);
}

/**
 * Range [m] of a camera: never beyond where contrast falls to a fifth (Koschmieder: exp(-k R)), and shortened by drops on
 * the window and by night.
 */
export function cameraRangeM(rangeM: number, weather: Weather): number {
  const contrastM = -log(CONTRAST_LEFT) / extinctionPerM(weather);
  const dropsShare = 1 / (1 + weather.rainMmph / HALVING_RAIN_MMPH);
  const nightShare = weather.night ? NIGHT_CAMERA_SHARE : 1;
  return Math.min(rangeM * dropsShare * nightShare, contrastM);
}

/** Range [m] of an object sensor now. Radar at 77 GHz over these distances is taken as blind to weather. */
export function sensorRangeM(kind: ObjectSensorProfile["kind"], rangeM: number, weather: Weather): number {
  switch (kind) {
    case "lidar":
      return lidarRangeM(rangeM, weather);
    case "camera":
      return cameraRangeM(rangeM, weather);
    case "radar":
      return rangeM;
  }
}
