import { describe, expect, test } from "vitest";
import { timeUs } from "../fleet-core/kernel/time.ts";
import type { HalInputs } from "./hal/types.ts";
import { cleanReadings } from "./readings.ts";

const now = timeUs(1_000_000);
const at = timeUs(900_000);
const good: HalInputs = {
  gnss: [{ measuredUs: at, latitudeDeg: 48, longitudeDeg: 11, altitudeM: 500, yawRad: 1, speedMps: 5, sigmaM: 0.02 }],
  imu: [{ measuredUs: at, accelXMps2: 0, accelYMps2: 0, yawRateRadps: 0 }],
  odometry: [{ measuredUs: at, speedMps: 5 }],
  objects: [{ sensorId: "lidar", measuredUs: at, objects: [{ trackId: 1, kind: "vehicle", xM: 10, yM: 0, vxMps: 0, vyMps: 0, yawRad: 0, lengthM: 4, widthM: 2 }] }],
  feedback: { measuredUs: at, steerRad: 0, accelMps2: 0, socRatio: 0.5, brakeHealthRatio: 1, steeringHealthRatio: 1, parkingBrake: false },
  ambient: { measuredUs: at, rainMmph: 0, fogVisibilityM: 1000, night: false },
};

test("readings that are fine pass untouched", () => {
  expect(cleanReadings(good, now, undefined)).toEqual({ inputs: good, refused: 0 });
  expect(cleanReadings(good, now, undefined).inputs).toBe(good);
});

describe("what cannot be is taken out and counted", () => {
  const [fix, imu, wheel, list] = [good.gnss[0]!, good.imu[0]!, good.odometry[0]!, good.objects[0]!];
  const seen = list.objects[0]!;
  test.each<[string, Partial<HalInputs>]>([
    ["a latitude that is no number", { gnss: [{ ...fix, latitudeDeg: NaN }] }],
    ["a fix from the future", { gnss: [{ ...fix, measuredUs: timeUs(2_000_000) }] }],
    ["a fix with a negative sigma", { gnss: [{ ...fix, sigmaM: -1 }] }],
    ["an infinite yaw rate", { imu: [{ ...imu, yawRateRadps: Infinity }] }],
    ["a wheel speed of 1000 m/s", { odometry: [{ ...wheel, speedMps: 1000 }] }],
    ["an object without size", { objects: [{ ...list, objects: [{ ...seen, lengthM: 0 }] }] }],
    ["an object at no place", { objects: [{ ...list, objects: [{ ...seen, xM: NaN }] }] }],
    ["a list from the future", { objects: [{ ...list, measuredUs: timeUs(2_000_000) }] }],
    ["feedback with a brake health of two", { feedback: { ...good.feedback, brakeHealthRatio: 2 } }],
    ["weather that is no number", { ambient: { ...good.ambient, rainMmph: NaN } }],
  ])("%s", (_name, change) => {
    const { inputs, refused } = cleanReadings({ ...good, ...change }, now, good.feedback);
    expect(refused).toBe(1);
    expect(JSON.stringify(inputs)).not.toContain("null");
    expect(inputs.feedback).toBe(good.feedback);
  });

  test("one bad object does not cost the list its others", () => {
    const { inputs, refused } = cleanReadings({ ...good, objects: [{ ...list, objects: [{ ...seen, yM: NaN }, seen] }] }, now, undefined);
    expect(refused).toBe(1);
    expect(inputs.objects[0]?.objects).toEqual([seen]);
  });

  test("unreadable weather counts as fog, not as fair", () => {
    expect(cleanReadings({ ...good, ambient: { ...good.ambient, rainMmph: NaN } }, now, undefined).inputs.ambient.fogVisibilityM).toBe(0);
  });
});
