import { describe, expect, test } from "vitest";
import { createTestWorld, profileOf, PROFILE_IDS, type ProfileId, type TestVehicle, type TestWorld } from "./test-harness.ts";
import { createTestMap } from "./test-map.ts";

function onTheRoad(id: ProfileId, speedShare = 0.8): { world: TestWorld; v: TestVehicle } {
  const profile = profileOf(id);
  const laneWidthM = id === "mine-haul-truck" ? 14 : 3.5;
  const map = createTestMap([{ id: "1", pieces: [{ lengthM: 3000, curvature: 0 }], lanes: [-1], laneWidthM }]);
  const world = createTestWorld({ map, vehicles: [{ profile, cruiseMps: profile.limits.speedMps * speedShare, speedMps: profile.limits.speedMps * speedShare }] });
  const v = world.vehicles[0]!;
  world.heartbeat(true);
  world.run(5);
  expect(v.status().mrm.kind, v.log.join("\n")).toBe("none");
  return { world, v };
}

type Cause = (v: TestVehicle, world: TestWorld) => void;
/** Cause, code of the manoeuvre, its kind, and seconds within which it must have begun. */
const CAUSES: readonly (readonly [name: string, cause: Cause, code: string, behaviour: string, withinS: number])[] = [
  ["GNSS is lost for long", (v) => { v.faults.gnssSilent = true; }, "localisation-bound", "comfortable-stop", 40],
  ["GNSS jumps by 6 m", (v) => { v.faults.gnssJumpM = 6; }, "gnss-jump", "comfortable-stop", 1.5],
  ["every lidar is silent", (v) => { v.faults.lidarSilent = true; }, "lidar-silent", "comfortable-stop", 2],
  ["every forward sensor is silent", (v) => { v.faults.lidarSilent = v.faults.cameraSilent = v.faults.radarSilent = true; }, "lidar-silent", "emergency-stop", 1.5],
  ["wheel speed is silent", (v) => { v.faults.odometrySilent = true; }, "odometry-silent", "comfortable-stop", 1],
  ["the inertial unit is silent", (v) => { v.faults.imuSilent = true; }, "imu-silent", "comfortable-stop", 1],
  ["wheel speed reads 60 % too much", (v) => { v.faults.wheelScale = 1.6; }, "wheel-speed-disagrees", "comfortable-stop", 4],
  ["the brakes lose half their force", (v) => { v.faults.brakeHealth = 0.5; }, "brake-weak", "comfortable-stop", 0.1],
  ["the steering unit reports itself unfit", (v) => { v.faults.steeringHealth = 0.2; }, "steering-not-following", "emergency-stop", 0.1],
  ["the computer stalls for a second", (v, world) => { v.faults.computeStalled = true; world.run(1); v.faults.computeStalled = false; }, "compute-stall", "comfortable-stop", 1.2],
  ["the link is down", (v) => { v.faults.linkDown = true; }, "link-silent", "comfortable-stop", 9],
  ["the energy is at a third of the reserve", (v) => { v.faults.socRatio = v.profile.energy.socReserve / 3; }, "energy-low", "comfortable-stop", 0.1],
  ["rain beyond the domain", (v) => { v.faults.rainMmph = v.profile.odd.rainMmphMax + 1; }, "odd-rain", "comfortable-stop", 1],
  ["fog beyond the domain", (v) => { v.faults.fogVisibilityM = v.profile.odd.fogVisibilityMMin - 1; }, "odd-fog", "comfortable-stop", 1],
  ["an impact is felt", (v) => { v.faults.impactMps2 = 60; }, "collision", "emergency-stop", 0.1],
  ["sensors deliver nonsense", (v) => { v.faults.badReadings = true; }, "readings-refused", "comfortable-stop", 4],
  ["a safe stop is commanded", (v) => { v.order("SAFE_STOP"); }, "command-safe-stop", "comfortable-stop", 0.1],
  ["an emergency stop is commanded", (v) => { v.order("EMERGENCY_STOP"); }, "command-emergency-stop", "emergency-stop", 0.1],
];

describe.each(CAUSES)("when %s", (_name, cause, code, behaviour, withinS) => {
  test.each(["ride-hail-sedan", "public-transit-bus", "mine-haul-truck"] as const)("%s stops, stays, and goes on only when released", (id) => {
    const { world, v } = onTheRoad(id);
    const startS = world.nowS();
    cause(v, world);
    let begunS = Infinity;
    let hardest = 0;
    const before = v.log.length;
    world.run(withinS + 0.1, () => { if (v.status().mrm.kind !== "none") begunS = Math.min(begunS, world.nowS()); });
    const log = v.log.slice(before).join("\n");
    const mrm = v.status().mrm;
    expect(mrm.kind, log).not.toBe("none");
    if (mrm.kind === "none") return;
    expect(begunS - startS, log).toBeLessThanOrEqual(withinS + 0.05);
    expect(mrm.reason.code).toBe(code);
    expect(mrm.behaviour).toBe(behaviour);
    expect(mrm.reason.text.length).toBeGreaterThan(10);
    expect(v.command.hazard).toBe(true);

    world.run(60, () => { hardest = Math.min(hardest, v.accelMps2); });
    expect(v.status().mrm.kind, v.log.join("\n")).toBe("succeeded");
    expect(v.speedMps).toBe(0);
    expect(v.status().behaviour).toBe("held");
    expect(v.status().operationalState).toBe("ERROR");
    const limit = behaviour === "emergency-stop" ? v.profile.mrm.emergencyMps2 : v.profile.mrm.comfortableMps2;
    expect(-hardest).toBeLessThan(Math.max(limit, v.profile.limits.decelMps2) * 1.35);

    // Healed, it still waits; a plain RESUME is not enough.
    Object.assign(v.faults, { gnssSilent: false, gnssJumpM: 0, lidarSilent: false, cameraSilent: false, radarSilent: false, odometrySilent: false, imuSilent: false, wheelScale: 1, brakeHealth: 1, steeringHealth: 1, linkDown: false, socRatio: undefined, rainMmph: 0, fogVisibilityM: 10_000, badReadings: false });
    const at = v.xM;
    world.run(20);
    expect(v.xM).toBe(at);
    const plain = v.order("RESUME");
    world.run(5);
    expect(v.lastAck(plain)).toMatchObject({ outcome: "REJECTED", reason_code: "release-required" });
    expect(v.xM).toBe(at);

    const release = v.order("RESUME", { release: true });
    world.run(30);
    expect(v.lastAck(release)).toMatchObject({ outcome: "EXECUTED" });
    expect(v.status().mrm.kind, v.log.join("\n")).toBe("none");
    expect(v.speedMps).toBeGreaterThan(2);
  });
});

describe("degraded, but driving on", () => {
  const cases: readonly (readonly [string, Cause, string])[] = [
    ["the camera is silent", (v) => { v.faults.cameraSilent = true; }, "camera-silent"],
    ["the radar is silent", (v) => { v.faults.radarSilent = true; }, "radar-silent"],
    ["wheel speed reads 20 % too much", (v) => { v.faults.wheelScale = 1.2; }, "wheel-speed-disagrees"],
    ["the brakes have lost a fifth", (v) => { v.faults.brakeHealth = 0.8; }, "brake-weak"],
    ["rain comes close to the limit", (v) => { v.faults.rainMmph = v.profile.odd.rainMmphMax * 0.9; }, "odd-rain"],
  ];
  test.each(cases)("%s: slower, with the reason said, and full speed when it heals", (_name, cause, code) => {
    const { world, v } = onTheRoad("ride-hail-sedan");
    cause(v, world);
    world.run(20);
    expect(v.status().mrm.kind, v.log.join("\n")).toBe("none");
    expect(v.speedMps).toBeLessThan(12.6);
    expect(v.status().reason).toMatchObject({ code });
    expect(v.status().reason.text).toMatch(/^speed capped at \d+\.\d m\/s because /);
    expect(v.status().degraded.map((d) => d.code)).toContain(code);
    Object.assign(v.faults, { cameraSilent: false, radarSilent: false, wheelScale: 1, brakeHealth: 1, rainMmph: 0 });
    world.run(30);
    expect(v.speedMps).toBeGreaterThan(13);
    expect(v.status().degraded).toEqual([]);
  });

  test("a wrong wheel-speed scale does not spoil speed or position", () => {
    const { world, v } = onTheRoad("ride-hail-sedan");
    v.faults.wheelScale = 1.2;
    world.run(10);
    let worst = 0;
    world.run(10, () => { worst = Math.max(worst, Math.hypot(v.status().estimate.xM - v.xM, v.status().estimate.yM - v.yM)); });
    expect(Math.abs(v.status().estimate.speedMps - v.speedMps)).toBeLessThan(0.3);
    expect(worst).toBeLessThan(0.6);
  });

  test("reserve energy: the mission goes on, help is asked for, a new mission is refused", () => {
    const { world, v } = onTheRoad("ride-hail-sedan");
    v.faults.socRatio = 0.1;
    world.run(3);
    expect(v.status().mrm.kind).toBe("none");
    expect(v.telemetry.at(-1)).toMatchObject({ status: { assist_state: "REQUESTED", energy_level: 10 } });
    const c = v.order("ASSIGN_MISSION", { mission: { mission_id: "m", vehicle_class: "ride-hail-sedan", requested_at_s: 0, repeat: false, stops: [{ name: "a", road: "1", lane: -1, sM: 900, dwellS: 0 }] } });
    world.run(0.1);
    expect(v.lastAck(c)).toMatchObject({ outcome: "REJECTED", reason_code: "energy-low" });
  });

  test("a short loss of GNSS is bridged within 0.5 m", () => {
    const { world, v } = onTheRoad("ride-hail-sedan");
    v.faults.gnssSilent = true;
    let worst = 0;
    world.run(2.5, () => { worst = Math.max(worst, Math.abs(v.status().estimate.yM - v.yM)); });
    expect(v.status().mrm.kind).toBe("none");
    expect(v.status().degraded.map((d) => d.code)).toContain("gnss-lost");
    expect(worst).toBeLessThan(0.5);
    v.faults.gnssSilent = false;
    world.run(5);
    expect(v.status().degraded).toEqual([]);
  });
});

test("steering that stands still in a bend is noticed from commanded against reported angle", () => {
  const profile = profileOf("ride-hail-sedan");
  const map = createTestMap([{ id: "1", pieces: [{ lengthM: 80, curvature: 0 }, { lengthM: 300, curvature: 0.02 }], lanes: [-1] }]);
  const world = createTestWorld({ map, vehicles: [{ profile, cruiseMps: 7 }] });
  const v = world.vehicles[0]!;
  world.run(8);
  v.faults.steeringStuck = true;
  world.run(12);
  expect(v.status().mrm, v.log.join("\n")).toMatchObject({ behaviour: "emergency-stop" });
  expect(["steering-not-following", "lane-departure"]).toContain((v.status().mrm as { reason: { code: string } }).reason.code);
  world.run(10);
  expect(v.status().mrm.kind).toBe("succeeded");
});

test("actuators that answer 0.5 s late slow the vehicle down", () => {
  const profile = profileOf("ride-hail-sedan");
  const map = createTestMap([{ id: "1", pieces: [{ lengthM: 60, curvature: 0 }, { lengthM: 40, curvature: 0.05 }, { lengthM: 40, curvature: -0.05 }, { lengthM: 40, curvature: 0.05 }, { lengthM: 400, curvature: 0 }], lanes: [-1] }]);
  const world = createTestWorld({ map, vehicles: [{ profile, cruiseMps: 8 }] });
  const v = world.vehicles[0]!;
  const codes = new Set<string>();
  v.faults.lagS = 0.5;
  world.run(30, () => { for (const d of v.status().degraded) codes.add(d.code); });
  expect([...codes], v.log.join("\n")).toContain("actuator-lag");
});

test.each(PROFILE_IDS)("%s never takes healthy actuators for late ones while it starts, turns and stops", (id) => {
  const profile = profileOf(id);
  const map = createTestMap([{ id: "1", pieces: [{ lengthM: 60, curvature: 0 }, { lengthM: 40, curvature: 0.03 }, { lengthM: 60, curvature: -0.02 }, { lengthM: 400, curvature: 0 }], lanes: [-1], laneWidthM: 10 }]);
  const world = createTestWorld({ map, vehicles: [{ profile }] });
  const v = world.vehicles[0]!;
  world.heartbeat(true);
  world.run(1);
  v.order("ASSIGN_MISSION", { mission: { mission_id: "m", vehicle_class: profile.class, requested_at_s: 0, repeat: false, stops: [{ name: "a", road: "1", lane: -1, sM: 120, dwellS: 1 }, { name: "b", road: "1", lane: -1, sM: 300, dwellS: 1 }] } });
  const codes = new Set<string>();
  world.run(120, () => { for (const d of v.status().degraded) codes.add(d.code); });
  v.order("EMERGENCY_STOP");
  world.run(20, () => { for (const d of v.status().degraded) codes.add(d.code); });
  expect([...codes], v.log.join("\n")).toEqual([]);
});

test("a release is refused while the cause is still there, and while the vehicle still moves", () => {
  const { world, v } = onTheRoad("ride-hail-sedan");
  v.faults.lidarSilent = true;
  world.run(2);
  const early = v.order("RESUME", { release: true });
  world.run(0.1);
  expect(v.lastAck(early)).toMatchObject({ outcome: "REJECTED", reason_code: "not-at-rest" });
  world.run(30);
  const late = v.order("RESUME", { release: true });
  world.run(0.1);
  expect(v.lastAck(late)).toMatchObject({ outcome: "REJECTED", reason_code: "condition-persists" });
  expect(v.status().mrm.kind).toBe("succeeded");
});

test("a comfortable stop becomes an emergency stop when something worse happens, never the reverse", () => {
  const { world, v } = onTheRoad("ride-hail-sedan");
  v.order("SAFE_STOP");
  world.run(0.5);
  expect(v.status().mrm).toMatchObject({ kind: "operating", behaviour: "comfortable-stop" });
  v.order("EMERGENCY_STOP");
  world.run(0.1);
  expect(v.status().mrm).toMatchObject({ kind: "operating", behaviour: "emergency-stop" });
  v.order("SAFE_STOP");
  world.run(0.1);
  expect(v.status().mrm).toMatchObject({ kind: "operating", behaviour: "emergency-stop" });
});

test("brakes that do nothing make the manoeuvre fail, and it says so", () => {
  const { world, v } = onTheRoad("ride-hail-sedan");
  v.faults.brakeHealth = 0;
  world.run(60);
  expect(v.status().mrm.kind).toBe("failed");
  expect(v.log.join("\n")).toContain("mrm.failed");
});
