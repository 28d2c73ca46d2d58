/** The weather a scenario asks for, and its time of day. Values the file leaves out stay as they were. */
import type { Environment } from "../schema/model.ts";
import type { ScenarioWeather } from "../types.ts";

/** Dry, clear, grip 1; no time of day. */
export const CLEAR: ScenarioWeather = { rainMmph: 0, snowMmph: 0, fogVisibilityM: 100_000, frictionScale: 1, wetnessRatio: 0, timeOfDayS: undefined, sunIlluminanceLux: undefined, temperatureK: undefined };

const FOG_NONE_M = 100_000;

const wetness: Readonly<Record<NonNullable<Environment["wetness"]>, number>> = { dry: 0, moist: 0.25, wetWithPuddles: 0.6, lowFlooded: 0.85, highFlooded: 1 };

/** `timeOfDayS` follows the simulated clock when the environment animates it, else it stands. */
export function applyEnvironment(before: ScenarioWeather, e: Environment, timeOfDayS: number | undefined): ScenarioWeather {
  const p = e.precipitation;
  return {
    rainMmph: p === undefined ? before.rainMmph : p.type === "rain" ? p.mmph : 0,
    snowMmph: p === undefined ? before.snowMmph : p.type === "snow" ? p.mmph : 0,
    fogVisibilityM: e.fogRangeM === undefined ? before.fogVisibilityM : Math.min(FOG_NONE_M, e.fogRangeM),
    frictionScale: e.frictionScale ?? before.frictionScale,
    wetnessRatio: e.wetness === undefined ? (p?.type === "rain" && p.mmph > 0 ? Math.max(before.wetnessRatio, 0.5) : before.wetnessRatio) : wetness[e.wetness],
    timeOfDayS: timeOfDayS ?? before.timeOfDayS,
    sunIlluminanceLux: e.sunIlluminanceLux ?? before.sunIlluminanceLux,
    temperatureK: e.temperatureK ?? before.temperatureK,
  };
}
