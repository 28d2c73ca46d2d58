import { describe, expect, it } from "vitest";
import type { HalInputs, ObjectList } from "../../edge-agent/hal/types.ts";
import { createEnuFrame } from "../../fleet-core/kernel/frames.ts";
import { createStateHash } from "../../fleet-core/kernel/hash.ts";
import { wrapAngle } from "../../fleet-core/kernel/math/index.ts";
import { createRng } from "../../fleet-core/kernel/rng.ts";
import { CLEAR } from "../weather/types.ts";
import { COAST_US } from "./objects.ts";
import { QUEUE_LIMIT } from "./readings.ts";
import { createSensorSuite, type SensorSuiteOptions } from "./suite.ts";
import { at, body, copyOf, egoAt, HEALTHY_SENSORS, lidar, sensorsOf } from "./test-sensors.ts";
import type { EgoTruth, SensorFaults, SensorSuite, VisibleBody } from "./types.ts";

const frame = createEnuFrame(48.1, 11.6, 520);
const suiteOf = (profile: SensorSuiteOptions["profile"] = sensorsOf(), seed = "s"): SensorSuite => createSensorSuite({ profile, frame, rng: createRng(seed), startUs: at(0) });

const digest = (suite: SensorSuite): string => {
  const hash = createStateHash();
  suite.hashInto(hash);
  return hash.digest();
};

/** Samples each 10 ms from `fromMs` to `toMs`, takes each 20 ms, and gives all that came. */
function drive(suite: SensorSuite, fromMs: number, toMs: number, world: { ego?: (ms: number) => EgoTruth; near?: (ms: number) => readonly VisibleBody[]; faults?: Partial<SensorFaults>; weather?: typeof CLEAR } = {}): { takenMs: number; inputs: HalInputs }[] {
  const all: { takenMs: number; inputs: HalInputs }[] = [];
  for (let ms = fromMs; ms <= toMs; ms += 10) {
    suite.sample(at(ms), world.ego?.(ms) ?? egoAt(), world.near?.(ms) ?? [], world.weather ?? CLEAR, { ...HEALTHY_SENSORS, ...world.faults });
    if (ms % 20 === 0) all.push({ takenMs: ms, inputs: copyOf(suite.take(at(ms))) });
  }
  return all;
}
const lists = (all: readonly { inputs: HalInputs }[]): readonly ObjectList[] => all.flatMap((t) => t.inputs.objects);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const sigma = (values: readonly number[]): number => {
  const m = mean(values);
  return Math.sqrt(mean(values.map((v) => (v - m) * (v - m))));
};

describe("times", () => {
  it("each sensor keeps its rate, and readings keep the time they were measured", () => {
    const all = drive(suiteOf(sensorsOf([lidar({ rateHz: 15, latencyMs: 80 })])), 0, 10_000);
    expect(all.flatMap((t) => t.inputs.imu).length).toBe(1001);
    expect(all.flatMap((t) => t.inputs.odometry).length).toBe(501);
    expect(Math.abs(all.flatMap((t) => t.inputs.gnss).length - 101)).toBeLessThanOrEqual(1);
    expect(Math.abs(lists(all).length - 151)).toBeLessThanOrEqual(2);
    for (const { takenMs, inputs } of all) {
      for (const fix of inputs.gnss) {
        expect(takenMs * 1000 - fix.measuredUs).toBeGreaterThanOrEqual(50_000);
        expect(takenMs * 1000 - fix.measuredUs).toBeLessThan(70_000);
      }
      for (const list of inputs.objects) expect(takenMs * 1000 - list.measuredUs).toBeGreaterThanOrEqual(80_000);
    }
  });

  it("a reading is not there before its latency has passed, and only once after", () => {
    const suite = suiteOf(sensorsOf([lidar({ latencyMs: 30, rateHz: 1 })]));
    suite.sample(at(0), egoAt(), [body("a", 20, 0)], CLEAR, HEALTHY_SENSORS);
    expect(suite.take(at(29)).objects).toEqual([]);
    const late = suite.take(at(30)).objects;
    expect(late).toHaveLength(1);
    expect(late[0]?.measuredUs).toBe(0);
    expect(suite.take(at(31)).objects).toEqual([]);
  });

  it("lists of several sensors come in order of measuring", () => {
    const profile = sensorsOf([lidar({ latencyMs: 200 }), lidar({ id: "radar", kind: "radar", rateHz: 20, latencyMs: 10 }), lidar({ id: "camera", kind: "camera", rateHz: 30, latencyMs: 70 })]);
    const all = drive(suiteOf(profile), 0, 3000);
    for (const { inputs } of all) {
      const times = inputs.objects.map((o) => o.measuredUs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }
    expect(new Set(lists(all).map((l) => l.sensorId))).toEqual(new Set(["lidar", "radar", "camera"]));
  });

  it("when nobody takes readings the newest are kept, and nothing grows", () => {
    const suite = suiteOf();
    for (let ms = 0; ms <= 20_000; ms += 10) suite.sample(at(ms), egoAt(), [], CLEAR, HEALTHY_SENSORS);
    const inputs = suite.take(at(20_000));
    expect(inputs.imu).toHaveLength(QUEUE_LIMIT);
    expect(inputs.imu[QUEUE_LIMIT - 1]?.measuredUs).toBe(20_000_000);
    expect(inputs.objects.length).toBeLessThanOrEqual(QUEUE_LIMIT);
  });

  it("feedback and ambient are there with every take", () => {
    const suite = suiteOf();
    const foggy = { ...CLEAR, rainMmph: 3, fogVisibilityM: 80, night: true };
    suite.sample(at(0), { ...egoAt({ steerRad: 0.1, accelMps2: -2 }), brakeHealthRatio: 0.4, parked: true }, [], foggy, HEALTHY_SENSORS);
    for (let i = 0; i < 2; i += 1) {
      const { feedback, ambient } = suite.take(at(i));
      expect(feedback).toEqual({ measuredUs: 0, steerRad: 0.1, accelMps2: -2, socRatio: 0.8, brakeHealthRatio: 0.4, steeringHealthRatio: 1, parkingBrake: true });
      expect(ambient).toEqual({ measuredUs: 0, rainMmph: 3, fogVisibilityM: 80, night: true });
    }
  });
});

describe("GNSS", () => {
  const errors = (faults: Partial<SensorFaults> = {}, seed = "s") => {
    const ego = egoAt({ xM: 1200, yM: -800, zM: 3, yawRad: 2.5, speedMps: 8 });
    const fixes = drive(suiteOf(sensorsOf(), seed), 0, 200_000, { ego: () => ego, faults }).flatMap((t) => t.inputs.gnss);
    return fixes.map((f) => {
      const enu = frame.toEnu(f.latitudeDeg, f.longitudeDeg, f.altitudeM);
      return { e: (enu[0] as number) - 1200, n: (enu[1] as number) + 800, u: (enu[2] as number) - 3, yaw: wrapAngle(f.yawRad - 2.5), speed: f.speedMps - 8 };
    });
  };

  it("comes back through the geodetic frame with the profile's noise about the vehicle origin, and no bias", () => {
    const all = errors();
    expect(all.length).toBeGreaterThan(1990);
    for (const [axis, expected] of [["e", 0.5], ["n", 0.5], ["u", 1], ["yaw", 0.01], ["speed", 0.1]] as const) {
      const values = all.map((error) => error[axis]);
      expect(Math.abs(sigma(values) / expected - 1), axis).toBeLessThan(0.07);
      expect(Math.abs(mean(values)), axis).toBeLessThan((4 * expected) / Math.sqrt(values.length));
    }
  });

  it("a jump moves every fix by its distance in one direction, without shifting the noise", () => {
    const calm = errors();
    const jumped = errors({ gnssJumpM: 6 });
    const shifts = jumped.map((j, i) => ({ e: j.e - (calm[i]?.e ?? 0), n: j.n - (calm[i]?.n ?? 0) }));
    for (const s of shifts) {
      expect(Math.sqrt(s.e * s.e + s.n * s.n)).toBeCloseTo(6, 4);
      expect(s.e).toBeCloseTo(shifts[0]?.e ?? NaN, 4);
    }
  });

  it("loses its share of fixes; the others keep their noise", () => {
    const n = errors().length;
    expect(errors({ gnssLoss: 1 })).toEqual([]);
    const half = errors({ gnssLoss: 0.5 });
    expect(Math.abs(half.length - n / 2)).toBeLessThan(4 * Math.sqrt(n / 4));
    const calm = new Set(errors().map((e) => e.e));
    expect(half.every((e) => calm.has(e.e))).toBe(true);
  });
});

describe("IMU and odometry", () => {
  it("the gyro has its noise about a bias drawn once per vehicle", () => {
    const rates = (seed: string): readonly number[] => drive(suiteOf(sensorsOf(), seed), 0, 20_000, { ego: () => egoAt({ yawRateRadps: 0.2 }) }).flatMap((t) => t.inputs.imu.map((i) => i.yawRateRadps - 0.2));
    expect(sigma(rates("a"))).toBeCloseTo(0.002, 3);
    const biases = Array.from({ length: 60 }, (_, i) => mean(rates(`v${i}`).slice(0, 400)));
    expect(Math.abs(sigma(biases) / 0.01 - 1)).toBeLessThan(0.3);
  });

  it("odometry is signed, wrong by one scale, over-reads under its fault and is exactly 0 at a standstill", () => {
    const speeds = (speedMps: number, faults: Partial<SensorFaults> = {}): readonly number[] => drive(suiteOf(), 0, 20_000, { ego: () => egoAt({ speedMps }), faults }).flatMap((t) => t.inputs.odometry.map((o) => o.speedMps));
    expect(sigma(speeds(10))).toBeCloseTo(0.05, 2);
    expect(mean(speeds(-4))).toBeCloseTo((mean(speeds(10)) / 10) * -4, 1);
    expect(Math.abs(mean(speeds(10)) / 10 - 1)).toBeLessThan(0.04);
    expect(mean(speeds(10, { wheelSpeedBias: 0.2 })) / mean(speeds(10))).toBeCloseTo(1.2, 3);
    expect(speeds(0).every((v) => v === 0)).toBe(true);
  });
});

describe("object sensors", () => {
  it("gives position, velocity over ground and yaw in vehicle axes, from wherever it is mounted", () => {
    const profile = sensorsOf([lidar({ id: "rear", xM: -1, yM: 0.5, yawRad: Math.PI }), lidar({ id: "front", xM: 3, yawRad: 0.3 })]);
    const suite = suiteOf(profile);
    const ego = egoAt({ xM: 100, yM: 50, yawRad: Math.PI / 2, speedMps: 12 });
    suite.sample(at(0), ego, [body("a", 98, 70, { yawRad: Math.PI, vxMps: -3, vyMps: 7 })], CLEAR, HEALTHY_SENSORS);
    for (const list of suite.take(at(0)).objects) {
      const [o] = list.objects;
      expect(o?.xM).toBeCloseTo(20, 9);
      expect(o?.yM).toBeCloseTo(2, 9);
      expect(o?.vxMps).toBeCloseTo(7, 9);
      expect(o?.vyMps).toBeCloseTo(3, 9);
      expect(o?.yawRad).toBeCloseTo(Math.PI / 2, 9);
      expect([o?.lengthM, o?.widthM, o?.kind]).toEqual([4, 2, "vehicle"]);
    }
  });

  it("noise falls along and across the line of sight as the profile says", () => {
    const profile = sensorsOf([lidar({ rateHz: 50, rangeSigmaM: 0.4, bearingSigmaRad: 0.01, speedSigmaMps: 0.3 })]);
    const objects = lists(drive(suiteOf(profile), 0, 40_000, { near: () => [body("a", 0, 50)] })).flatMap((l) => l.objects);
    expect(objects.length).toBeGreaterThan(1990);
    expect(Math.abs(sigma(objects.map((o) => o.yM)) / 0.4 - 1)).toBeLessThan(0.07);
    expect(Math.abs(sigma(objects.map((o) => o.xM)) / 0.5 - 1)).toBeLessThan(0.07);
    expect(Math.abs(sigma(objects.map((o) => o.vxMps)) / 0.3 - 1)).toBeLessThan(0.07);
    expect(Math.abs(mean(objects.map((o) => o.yM)) - 50)).toBeLessThan(0.05);
  });

  it("two sensors of one kind have their own noise; a fleet's sensors do not fire all at once", () => {
    const profile = sensorsOf([lidar({ rangeSigmaM: 0.4 }), lidar({ id: "lidar-two", rangeSigmaM: 0.4 })]);
    const all = lists(drive(suiteOf(profile), 0, 5000, { near: () => [body("a", 0, 50)] }));
    const of = (id: string): readonly ObjectList[] => all.filter((l) => l.sensorId === id);
    const values = (id: string): readonly number[] => of(id).flatMap((l) => l.objects.map((o) => o.yM));
    expect(values("lidar-two").some((y) => values("lidar").includes(y))).toBe(false);
    const secondTimes = Array.from({ length: 12 }, (_, i) => lists(drive(suiteOf(sensorsOf(), `v${i}`), 0, 200))[1]?.measuredUs);
    expect(new Set(secondTimes).size).toBeGreaterThan(3);
  });

  it("misses its share of scans, and a missed scan does not end a track", () => {
    const profile = sensorsOf([lidar({ rateHz: 50, miss: { numerator: 1, denominator: 5 } })]);
    const all = lists(drive(suiteOf(profile), 0, 60_000, { near: () => [body("a", 20, 0)] }));
    const seen = all.filter((l) => l.objects.length === 1);
    expect(Math.abs(all.length - seen.length - all.length / 5)).toBeLessThan(4 * Math.sqrt(all.length * 0.16));
    expect(new Set(seen.flatMap((l) => l.objects.map((o) => o.trackId))).size).toBe(1);
  });

  it("an object that was out of view longer than a track is coasted comes back as a new one; each sensor has its own", () => {
    const profile = sensorsOf([lidar(), lidar({ id: "radar", kind: "radar" })]);
    const coastMs = COAST_US / 1000;
    const near = (ms: number): readonly VisibleBody[] => (ms < 1000 || (ms >= 1300 && ms < 2000) || ms >= 2200 + coastMs ? [body("a", 20, 0)] : []);
    const all = lists(drive(suiteOf(profile), 0, 5000, { near }));
    const ids = (sensorId: string): readonly number[] => [...new Set(all.filter((l) => l.sensorId === sensorId).flatMap((l) => l.objects.map((o) => o.trackId)))];
    expect(ids("lidar")).toHaveLength(2);
    expect(ids("radar")).toHaveLength(2);
    expect(new Set([...ids("lidar"), ...ids("radar")])).toEqual(new Set([1, 2, 3, 4]));
  });

  it("an empty scan is an empty list; a dead sensor is silence, and only the faulted kind", () => {
    const profile = sensorsOf([lidar(), lidar({ id: "camera", kind: "camera" }), lidar({ id: "radar", kind: "radar" })]);
    const count = (faults: Partial<SensorFaults>): Record<string, number> => {
      const all = lists(drive(suiteOf(profile), 0, 10_000, { faults }));
      return Object.fromEntries(["lidar", "camera", "radar"].map((id) => [id, all.filter((l) => l.sensorId === id && l.objects.length === 0).length]));
    };
    const healthy = count({});
    expect(Object.values(healthy).every((n) => n >= 100)).toBe(true);
    expect(count({ lidarLoss: 1 })).toEqual({ ...healthy, lidar: 0 });
    expect(count({ cameraLoss: 1 })).toEqual({ ...healthy, camera: 0 });
    const half = count({ lidarLoss: 0.5 })["lidar"] ?? 0;
    expect(Math.abs(half - 50)).toBeLessThan(21);
  });

  it("fog shortens what lidar and camera see, not radar", () => {
    const profile = sensorsOf([lidar(), lidar({ id: "camera", kind: "camera" }), lidar({ id: "radar", kind: "radar" })]);
    const near = (): readonly VisibleBody[] => [body("close", 12, 0), body("far", 80, 40)];
    const sees = (weather: typeof CLEAR): Record<string, number> => {
      const suite = suiteOf(profile);
      suite.sample(at(0), egoAt(), near(), weather, HEALTHY_SENSORS);
      return Object.fromEntries(suite.take(at(0)).objects.map((l) => [l.sensorId, l.objects.length]));
    };
    expect(sees(CLEAR)).toEqual({ lidar: 2, camera: 2, radar: 2 });
    expect(sees({ ...CLEAR, fogVisibilityM: 60 })).toEqual({ lidar: 1, camera: 1, radar: 2 });
  });
});

describe("same bits", () => {
  const profile = sensorsOf([lidar({ rangeSigmaM: 0.2, miss: { numerator: 1, denominator: 9 } }), lidar({ id: "radar", kind: "radar", rateHz: 17, latencyMs: 60, speedSigmaMps: 0.2 })]);
  const world = { ego: (ms: number) => egoAt({ xM: ms / 100, yawRad: ms / 5000, speedMps: 10 }), near: (ms: number) => [body("a", 20 + ms / 90, 3), body("b", 35, -2 + ms / 1000)] };

  it("two identical suites give identical readings and hashes; another seed does not", () => {
    const one = suiteOf(profile);
    const two = suiteOf(profile);
    const other = suiteOf(profile, "t");
    const first = drive(one, 0, 8000, world);
    expect(JSON.stringify(drive(two, 0, 8000, world))).toBe(JSON.stringify(first));
    expect(digest(two)).toBe(digest(one));
    expect(JSON.stringify(drive(other, 0, 8000, world))).not.toBe(JSON.stringify(first));
    expect(digest(other)).not.toBe(digest(one));
  });

  it("the hash notices a reading that waits, a track and a draw", () => {
    const digests = new Set<string>();
    const suite = suiteOf(profile);
    digests.add(digest(suite));
    for (let ms = 0; ms <= 200; ms += 10) {
      const { near } = world;
      suite.sample(at(ms), egoAt(), near(ms), CLEAR, HEALTHY_SENSORS);
      digests.add(digest(suite));
      const taken = suite.take(at(ms));
      expect(taken.imu).toHaveLength(1);
      digests.add(digest(suite));
    }
    expect(digests.size).toBe(1 + 2 * 21);
  });

  it("what one vehicle or sensor draws does not move another's noise", () => {
    const root = createRng("fleet");
    const run = (crowd: number): string => {
      const busy = createSensorSuite({ profile, frame, rng: root.fork("v01"), startUs: at(0) });
      const quiet = createSensorSuite({ profile, frame, rng: root.fork("v02"), startUs: at(0) });
      const out: unknown[] = [];
      for (let ms = 0; ms <= 3000; ms += 10) {
        busy.sample(at(ms), egoAt(), Array.from({ length: crowd }, (_, i) => body(`c${i}`, 10 + 5 * i, 10)), CLEAR, HEALTHY_SENSORS);
        busy.take(at(ms));
        quiet.sample(at(ms), world.ego(ms), world.near(ms), CLEAR, HEALTHY_SENSORS);
        out.push(copyOf(quiet.take(at(ms))));
      }
      return JSON.stringify(out);
    };
    expect(run(0)).toBe(run(12));
    const imuOnly = (p: typeof profile): string => JSON.stringify(drive(suiteOf(p), 0, 2000, world).map((t) => [t.inputs.imu, t.inputs.gnss, t.inputs.odometry]));
    expect(imuOnly(sensorsOf([lidar()]))).toBe(imuOnly(profile));
  });
});
