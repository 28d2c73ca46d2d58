import { describe, expect, test } from "vitest";
import { car, createTestWorld, person, PROFILE_IDS, profileOf } from "./test-harness.ts";
import { createTestMap } from "./test-map.ts";

const wide = (id: string): number => (id === "mine-haul-truck" ? 14 : 3.5);
const straight = (id: string) => createTestMap([{ id: "1", pieces: [{ lengthM: 2000, curvature: 0 }], lanes: [-2, -1, 1], laneWidthM: wide(id) }]);

describe.each(PROFILE_IDS)("%s", (id) => {
  const profile = profileOf(id);
  const laneY = -wide(id) / 2;

  test("cruises in its lane at the wanted speed, and stays within 0.3 m of its centre", () => {
    const cruiseMps = profile.limits.speedMps * 0.9;
    const world = createTestWorld({ map: straight(id), vehicles: [{ profile, cruiseMps, offsetM: 0.5 }] });
    const v = world.vehicles[0]!;
    world.run(50);
    expect(Math.abs(v.speedMps - cruiseMps)).toBeLessThan(0.3);
    let worst = 0;
    world.run(20, () => { worst = Math.max(worst, Math.abs(v.yM - laneY)); });
    expect(worst).toBeLessThan(0.3);
    expect(v.status().mrm.kind, v.log.join("\n")).toBe("none");
  });

  // Tyres that slip as the profile says, hardly, and half again as much.
  test.each([1, 0.5, 1.5])("follows bends as tight as 1.4 times its turning radius within 0.3 m, tyre slip x %d", (slipShare) => {
    const radius = Math.max(12, (1.4 * profile.geometry.wheelbaseM) / Math.tan(profile.steering.angleRadMax)) + wide(id) / 2;
    const quarter = (Math.PI / 2) * radius;
    const map = createTestMap([{ id: "1", pieces: [{ lengthM: 60, curvature: 0 }, { lengthM: quarter, curvature: 1 / radius }, { lengthM: 40, curvature: 0 }, { lengthM: quarter, curvature: -1 / radius }, { lengthM: 200, curvature: 0 }], lanes: [-1], laneWidthM: wide(id) }]);
    const world = createTestWorld({ map, slipShare, vehicles: [{ profile, cruiseMps: profile.limits.speedMps }] });
    const v = world.vehicles[0]!;
    let worst = 0;
    let lateral = 0;
    world.run(70, () => {
      const lane = map.locate(v.xM, v.yM);
      if (lane === undefined || lane.sM > map.roadLengthM("1")! - 30) return;
      worst = Math.max(worst, Math.abs(lane.offsetM));
      lateral = Math.max(lateral, (v.speedMps * v.speedMps * Math.tan(Math.abs(v.steerRad))) / profile.geometry.wheelbaseM);
    });
    expect(worst).toBeLessThan(0.3);
    expect(lateral).toBeLessThan(profile.limits.lateralMps2 * 1.25);
    expect(v.status().mrm.kind, v.log.join("\n")).toBe("none");
  });

  test("stops at its stop within 0.5 m and waits there", () => {
    const world = createTestWorld({ map: straight(id), vehicles: [{ profile }] });
    const v = world.vehicles[0]!;
    world.heartbeat(true);
    world.run(1);
    const c = v.order("ASSIGN_MISSION", { mission: { mission_id: "m1", vehicle_class: profile.class, requested_at_s: 0, repeat: false, stops: [{ name: "gate", road: "1", lane: -1, sM: 250, dwellS: 2 }] } });
    let stoodAt = NaN;
    world.run(90, () => { if (Number.isNaN(stoodAt) && v.status().behaviour === "dwell") stoodAt = v.xM; });
    expect(Math.abs(stoodAt - 250), v.log.join("\n")).toBeLessThan(0.5);
    expect(v.lastAck(c)).toMatchObject({ outcome: "EXECUTED" });
  });

  test("keeps its time gap behind a slower vehicle", () => {
    const lead = profile.limits.speedMps * 0.6;
    const world = createTestWorld({ map: straight(id), vehicles: [{ profile, cruiseMps: profile.limits.speedMps, sM: 20 }] });
    const v = world.vehicles[0]!;
    const other = car({ xM: 170, yM: laneY, vxMps: lead });
    world.objects.push(other);
    world.run(80);
    const gap = world.clearance(v, other);
    const wanted = profile.following.standstillGapM + lead * profile.following.timeGapS;
    expect(gap).toBeGreaterThan(wanted * 0.93);
    expect(gap).toBeLessThan(wanted * 1.2);
    expect(v.status().behaviour).toBe("follow");
  });

  test("stops before a standing vehicle seen at the edge of its range, without contact and without a manoeuvre", () => {
    const world = createTestWorld({ map: straight(id), vehicles: [{ profile, cruiseMps: profile.limits.speedMps }] });
    const v = world.vehicles[0]!;
    world.objects.push(car({ xM: 10 + profile.limits.speedMps * 30 + 200, yM: laneY }));
    let least = Infinity;
    let hardest = 0;
    world.run(110, () => { least = Math.min(least, world.clearance(v, world.objects[0]!)); hardest = Math.min(hardest, v.accelMps2); });
    expect(v.speedMps).toBeLessThan(0.1);
    expect(least).toBeGreaterThan(0.5);
    expect(least).toBeLessThan(profile.following.standstillGapM + 3);
    expect(hardest).toBeGreaterThan(-1.6 * profile.limits.decelMps2);
  });

  test("brakes for a lead that brakes fully, without contact", () => {
    const speed = profile.limits.speedMps * 0.8;
    const world = createTestWorld({ map: straight(id), vehicles: [{ profile, cruiseMps: profile.limits.speedMps, sM: 20, speedMps: speed }] });
    const v = world.vehicles[0]!;
    const other = car({ xM: 20 + profile.geometry.lengthM + profile.following.standstillGapM + speed * profile.following.timeGapS + 4, yM: laneY, vxMps: speed });
    world.objects.push(other);
    world.run(15);
    let least = Infinity;
    world.run(30, () => { other.vxMps = Math.max(0, other.vxMps - 0.06); least = Math.min(least, world.clearance(v, other)); });
    expect(least).toBeGreaterThan(0.5);
    expect(v.speedMps).toBeLessThan(0.1);
  });

  test("answers a cut-in gently when there is time, and opens the gap again", () => {
    const speed = profile.limits.speedMps * 0.8;
    const world = createTestWorld({ map: straight(id), vehicles: [{ profile, cruiseMps: speed, sM: 20, speedMps: speed }] });
    const v = world.vehicles[0]!;
    world.run(8);
    const front = v.xM + profile.geometry.lengthM - profile.geometry.rearOverhangM;
    const other = car({ xM: front + 0.8 * speed * profile.following.timeGapS * 0.6 + 6, yM: laneY - wide(id), vxMps: speed * 0.95, vyMps: wide(id) / 4 });
    world.objects.push(other);
    let least = Infinity;
    let hardest = 0;
    world.run(45, () => { if (other.yM >= laneY) other.vyMps = 0; least = Math.min(least, world.clearance(v, other)); hardest = Math.min(hardest, v.accelMps2); });
    expect(least).toBeGreaterThan(0.5);
    expect(hardest).toBeGreaterThan(-2 * profile.limits.decelMps2);
    expect(world.clearance(v, other)).toBeGreaterThan(0.85 * (profile.following.standstillGapM + speed * 0.95 * profile.following.timeGapS));
  });

  test("stops for a person who walks across and goes on afterwards", () => {
    const speed = Math.min(profile.limits.speedMps, 8);
    const world = createTestWorld({ map: straight(id), vehicles: [{ profile, cruiseMps: speed, sM: 20, speedMps: speed }] });
    const v = world.vehicles[0]!;
    world.run(5);
    // Seen walking 3.5 s ahead of the vehicle's front.
    const walker = person({ xM: v.xM + profile.geometry.lengthM + speed * 3.5 + 4, yM: laneY - profile.geometry.widthM / 2 - 3, vyMps: 1.2 });
    world.objects.push(walker);
    let least = Infinity;
    world.run(40, () => { least = Math.min(least, world.clearance(v, walker)); });
    expect(least).toBeGreaterThan(0.4);
    expect(v.speedMps).toBeGreaterThan(speed - 0.5);
  });
});
