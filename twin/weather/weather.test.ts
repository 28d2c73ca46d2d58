import { describe, expect, it } from "vitest";
import type { ScenarioWeather } from "../../scenarios/types.ts";
import { exp } from "../../fleet-core/kernel/math/index.ts";
import { cameraRangeM, extinctionPerM, lidarRangeM, NIGHT_CAMERA_SHARE, sensorRangeM } from "./sight.ts";
import { CLEAR, type Weather } from "./types.ts";
import { isNight, peakFriction, surfaceCondition, weatherFromScenario } from "./weather.ts";

const fine: ScenarioWeather = { rainMmph: 0, snowMmph: 0, fogVisibilityM: 1e6, frictionScale: 1, wetnessRatio: 0, timeOfDayS: undefined, sunIlluminanceLux: undefined, temperatureK: undefined };

describe("weather", () => {
  it("a scenario that says nothing is clear", () => {
    expect(weatherFromScenario(fine)).toEqual(CLEAR);
  });

  it.each([
    ["rain", { rainMmph: 2 }, "wet"],
    ["a trace of rain", { rainMmph: 0.05 }, "dry"],
    ["a wet road", { wetnessRatio: 0.3 }, "wet"],
    ["snow in frost", { snowMmph: 3, temperatureK: 268 }, "snow"],
    ["snow without a temperature", { snowMmph: 3 }, "snow"],
    ["snow that melts", { snowMmph: 3, temperatureK: 280 }, "wet"],
    ["freezing rain", { rainMmph: 1, temperatureK: 271 }, "ice"],
    ["a wet road that froze", { wetnessRatio: 0.5, temperatureK: 270 }, "ice"],
    ["dry frost", { temperatureK: 260 }, "dry"],
  ] as const)("%s makes the right surface", (_name, over, condition) => {
    expect(surfaceCondition({ ...fine, ...over })).toBe(condition);
  });

  it("night follows the light, else the clock", () => {
    expect(isNight({ timeOfDayS: 12 * 3600, sunIlluminanceLux: 1 })).toBe(true);
    expect(isNight({ timeOfDayS: 0, sunIlluminanceLux: 20_000 })).toBe(false);
    expect([5.99, 6, 19.99, 20].map((h) => isNight({ timeOfDayS: h * 3600, sunIlluminanceLux: undefined }))).toEqual([true, false, false, true]);
    expect(isNight({ timeOfDayS: undefined, sunIlluminanceLux: undefined })).toBe(false);
  });

  it("keeps visibility finite and above zero", () => {
    expect(weatherFromScenario({ ...fine, fogVisibilityM: Infinity }).fogVisibilityM).toBe(10_000);
    expect(weatherFromScenario({ ...fine, fogVisibilityM: 0 }).fogVisibilityM).toBe(1);
  });

  it("friction is the profile's for surface and condition, scaled; an unknown surface is a broken assumption", () => {
    const profile = { id: "p", tyre: { friction: { asphalt: { dry: 0.9, wet: 0.6, snow: 0.3, ice: 0.1 } }, corneringPerRad: 10, rollingCoefficient: 0.01 } };
    expect(peakFriction(profile, "asphalt", CLEAR)).toBe(0.9);
    expect(peakFriction(profile, "asphalt", { ...CLEAR, condition: "ice", frictionScale: 0.5 })).toBe(0.05);
    expect(() => peakFriction(profile, "moon", CLEAR)).toThrow('no friction on surface "moon"');
  });
});

describe("sight", () => {
  const fog = (visibilityM: number): Weather => ({ ...CLEAR, fogVisibilityM: visibilityM });

  it("in clear weather every sensor has the range of its profile", () => {
    for (const kind of ["lidar", "camera", "radar"] as const) expect(sensorRangeM(kind, 120, CLEAR)).toBe(120);
  });

  it("a lidar's range solves the echo equation R = R0 exp(-k R)", () => {
    for (const weather of [fog(1000), fog(200), fog(50), fog(1), { ...CLEAR, rainMmph: 50 }, { ...CLEAR, snowMmph: 10 }]) {
      const r = lidarRangeM(150, weather);
      expect(Math.abs(r - 150 * exp(-extinctionPerM(weather) * r))).toBeLessThan(1e-9);
    }
  });

  it("worse weather never shows more; radar does not care", () => {
    const worse = [CLEAR, fog(2000), fog(500), fog(150), fog(50), fog(10)];
    for (const range of [lidarRangeM, cameraRangeM]) {
      const ranges = worse.map((w) => range(100, w));
      for (let i = 1; i < ranges.length; i += 1) expect(ranges[i]).toBeLessThanOrEqual(ranges[i - 1] as number);
      expect(ranges[5]).toBeLessThan(30);
      expect(range(100, { ...CLEAR, rainMmph: 30 })).toBeLessThan(100);
    }
    expect(sensorRangeM("radar", 180, fog(20))).toBe(180);
  });

  it("a camera sees half as far at night and about half the visibility in thick fog", () => {
    expect(cameraRangeM(100, { ...CLEAR, night: true })).toBe(100 * NIGHT_CAMERA_SHARE);
    expect(lidarRangeM(100, { ...CLEAR, night: true })).toBe(100);
    expect(cameraRangeM(200, fog(100))).toBeCloseTo(54.3, 0);
  });
});
