/**
 * Weather of a scenario as the twin feels it, and the state of the surface it makes. Pure functions of the scenario's
 * numbers. The thresholds are engineering choices, stated here once; a scenario that wants a certain grip sets
 * `frictionScale`. Must never let an infinity into the state.
 */
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import { invariant } from "../../fleet-core/kernel/invariant.ts";
import { clamp } from "../../fleet-core/kernel/units.ts";
import type { ScenarioWeather } from "../../scenarios/types.ts";
import { CLEAR, type Weather } from "./types.ts";

export const FREEZING_K = 273.15;
/** Up to 2 K above freezing snow still settles. */
export const SETTLING_K = 275.15;
/** Precipitation below this leaves the surface as it is [mm/h]. */
export const TRACE_MMPH = 0.1;
/** From this wetness on the surface counts as wet (0 dry, 1 flooded). */
export const WET_RATIO = 0.1;
/** Darker than this is night: civil twilight ends at about 3 lx, street lighting reaches about 10 lx. */
export const NIGHT_LUX = 10;
/** Without an illuminance the clock decides: night from 20:00 to 06:00 local time. */
export const NIGHT_STARTS_S = 20 * 3600;
export const NIGHT_ENDS_S = 6 * 3600;

/**
 * Weather of the twin from a scenario's. Not stated temperature counts as mild, except that falling snow settles.
 * Fog visibility is kept within 1 m to 10 km, precipitation and friction scale at or above 0.
 */
export function weatherFromScenario(scenario: ScenarioWeather): Weather {
  return {
    rainMmph: Math.max(0, scenario.rainMmph),
    snowMmph: Math.max(0, scenario.snowMmph),
    fogVisibilityM: clamp(scenario.fogVisibilityM, 1, CLEAR.fogVisibilityM),
    night: isNight(scenario),
    condition: surfaceCondition(scenario),
    frictionScale: Math.max(0, scenario.frictionScale),
  };
}

/**
 * What lies on the road, worst first: ice when water meets frost (rain or a wet road at or below freezing), snow when snow
 * falls and settles, wet when it rains, snow melts or the road is wet already, else dry.
 */
export function surfaceCondition(scenario: Pick<ScenarioWeather, "rainMmph" | "snowMmph" | "wetnessRatio" | "temperatureK">): Weather["condition"] {
  const { temperatureK } = scenario;
  const raining = scenario.rainMmph >= TRACE_MMPH;
  const snowing = scenario.snowMmph >= TRACE_MMPH;
  const moist = raining || scenario.wetnessRatio >= WET_RATIO;
  if (temperatureK !== undefined && temperatureK <= FREEZING_K && moist) return "ice";
  if (snowing && (temperatureK === undefined || temperatureK <= SETTLING_K)) return "snow";
  if (moist || snowing) return "wet";
  return "dry";
}

/** An illuminance decides when stated, else the time of day, else it is day. */
export function isNight(scenario: Pick<ScenarioWeather, "timeOfDayS" | "sunIlluminanceLux">): boolean {
  if (scenario.sunIlluminanceLux !== undefined) return scenario.sunIlluminanceLux < NIGHT_LUX;
  if (scenario.timeOfDayS === undefined) return false;
  return scenario.timeOfDayS >= NIGHT_STARTS_S || scenario.timeOfDayS < NIGHT_ENDS_S;
}

/**
 * Peak tyre-road friction coefficient of a vehicle on a surface in this weather. Fails on a surface its profile does not
 * know; ask `tyre.friction` first.
 */
export function peakFriction(profile: Pick<VehicleProfile, "id" | "tyre">, surface: string, weather: Weather): number {
  const row = profile.tyre.friction[surface];
  invariant(row !== undefined, `profile "${profile.id}" has no friction on surface "${surface}"`);
  return row[weather.condition] * weather.frictionScale;
}

export function sameWeather(a: Weather, b: Weather): boolean {
  return a === b || (a.rainMmph === b.rainMmph && a.snowMmph === b.snowMmph && a.fogVisibilityM === b.fogVisibilityM && a.night === b.night && a.condition === b.condition && a.frictionScale === b.frictionScale);
}
