import { describe, expect, test } from "vitest";
import { car, createTestWorld, person, PROFILE_IDS, profileOf, type ProfileId, type VehicleSpec } from "./test-harness.ts";
import { createTestMap } from "./test-map.ts";

/** Two roads that cross at the origin, each with a lane per direction. */
const crossroads = (laneWidthM = 3.5) => createTestMap([
  { id: "EW", xM: -200, yM: 0, headingRad: 0, pieces: [{ lengthM: 400, curvature: 0 }], lanes: [-1, 1], laneWidthM },
  { id: "NS", xM: 0, yM: -200, headingRad: Math.PI / 2, pieces: [{ lengthM: 400, curvature: 0 }], lanes: [-1, 1], laneWidthM },
]);

const ARMS: readonly Pick<VehicleSpec, "road" | "lane">[] = [{ road: "EW", lane: -1 }, { road: "NS", lane: -1 }, { road: "EW", lane: 1 }, { road: "NS", lane: 1 }];
/** A vehicle on arm `i` so far before the crossing. */
const onArm = (i: number, id: ProfileId, beforeM: number, cruiseMps: number, speedMps = cruiseMps): VehicleSpec => {
  const arm = ARMS[i]!;
  return { ...arm, id: `arm${i}`, profile: profileOf(id), sM: arm.lane! < 0 ? 200 - beforeM : 200 + beforeM, cruiseMps, speedMps };
};

function play(specs: readonly VehicleSpec[], seconds: number, laneWidthM = 3.5) {
  const world = createTestWorld({ map: crossroads(laneWidthM), vehicles: specs });
  let least = Infinity;
  world.run(seconds, () => {
    for (const [i, a] of world.vehicles.entries()) for (const b of world.vehicles.slice(i + 1)) least = Math.min(least, world.clearance(a, b));
  });
  const past = world.vehicles.map((v) => {
    const toGo = v.xM * Math.cos(v.yawRad) + v.yM * Math.sin(v.yawRad);
    return toGo > 10;
  });
  return { world, least, past, log: world.vehicles.map((v) => `${v.id} ${v.xM.toFixed(1)},${v.yM.toFixed(1)}\n${v.log.join("\n")}`).join("\n") };
}

describe("where paths cross", () => {
  for (const id of PROFILE_IDS) {
    test(`two ${id} that would arrive together do not touch, and both get through`, () => {
      const speed = Math.min(8, profileOf(id).limits.speedMps);
      const { least, past, log } = play([onArm(0, id, 60, speed), onArm(1, id, 60, speed)], 80, id === "mine-haul-truck" ? 12 : 3.5);
      expect(least, log).toBeGreaterThan(0.3);
      expect(past, log).toEqual([true, true]);
    });
  }

  test("who comes from the right goes first", () => {
    // Arm 0 drives east; arm 1 drives north and comes from its right.
    const { world, log } = play([onArm(0, "ride-hail-sedan", 60, 8), onArm(1, "ride-hail-sedan", 60, 8)], 9);
    expect(world.vehicles[1]!.yM, log).toBeGreaterThan(3);
    expect(world.vehicles[0]!.xM, log).toBeLessThan(-2);
  });

  test.each([30, 45, 60])("four that arrive together from %d m do not touch and all get through", (beforeM) => {
    const { least, past, log } = play([0, 1, 2, 3].map((i) => onArm(i, "ride-hail-sedan", beforeM, 7)), 120);
    expect(least, log).toBeGreaterThan(0.3);
    expect(past, log).toEqual([true, true, true, true]);
  });

  test.each([8, 12, 20])("four that start from rest %d m before do not block each other", (beforeM) => {
    const { least, past, log } = play([0, 1, 2, 3].map((i) => onArm(i, "light-industrial-utv", beforeM, 6, 0)), 120);
    expect(least, log).toBeGreaterThan(0.3);
    expect(past, log).toEqual([true, true, true, true]);
  });

  test("six classes over one crossing, in a stream", () => {
    const specs: VehicleSpec[] = [];
    const ids: ProfileId[] = ["ride-hail-sedan", "public-transit-bus", "terminal-tractor", "defense-vehicle", "light-industrial-utv", "ride-hail-sedan"];
    for (const [n, id] of ids.entries()) specs.push({ ...onArm(n % 4, id, 40 + 45 * Math.floor(n / 4) + 7 * (n % 4), 7), id: `v${n}` });
    const { least, past, log } = play(specs, 150);
    // Passing close by is allowed, touching is not.
    expect(least, log).toBeGreaterThan(0.1);
    expect(past, log).toEqual(specs.map(() => true));
  });

  test("a vehicle that does not give way is braked for", () => {
    const world = createTestWorld({ map: crossroads(), vehicles: [onArm(0, "ride-hail-sedan", 70, 10)] });
    const v = world.vehicles[0]!;
    // From the left, where it should wait, at the same time.
    const rude = car({ xM: -1.75, yM: 70, yawRad: -Math.PI / 2, vyMps: -10 });
    world.objects.push(rude);
    let least = Infinity;
    world.run(20, () => { least = Math.min(least, world.clearance(v, rude)); });
    expect(least, v.log.join("\n")).toBeGreaterThan(0.3);
  });

  test("nobody brakes for a crossing vehicle that is long past", () => {
    const world = createTestWorld({ map: crossroads(), vehicles: [onArm(0, "ride-hail-sedan", 90, 10)] });
    const v = world.vehicles[0]!;
    world.objects.push(car({ xM: 1.75, yM: -20, yawRad: Math.PI / 2, vyMps: 10 }));
    let slowest = Infinity;
    world.run(14, () => { slowest = Math.min(slowest, v.speedMps); });
    expect(slowest, v.log.join("\n")).toBeGreaterThan(9.3);
  });
});

describe("what is not a conflict", () => {
  const bend = createTestMap([{ id: "1", pieces: [{ lengthM: 80, curvature: 0 }, { lengthM: 90, curvature: 1 / 60 }, { lengthM: 90, curvature: -1 / 60 }, { lengthM: 300, curvature: 0 }], lanes: [-1, 1] }]);
  test.each(["ride-hail-sedan", "public-transit-bus"] as const)("oncoming traffic in bends does not slow a %s", (id) => {
    const alone = createTestWorld({ map: bend, vehicles: [{ profile: profileOf(id), cruiseMps: 7, speedMps: 7 }] });
    alone.run(45);
    const world = createTestWorld({ map: bend, vehicles: [
      { profile: profileOf(id), cruiseMps: 7, speedMps: 7 },
      ...[120, 170, 220, 300, 400].map((sM) => ({ profile: profileOf("ride-hail-sedan"), lane: 1, sM, cruiseMps: 7, speedMps: 7 })),
    ] });
    const v = world.vehicles[0]!;
    let least = Infinity;
    world.run(45, () => { for (const o of world.vehicles.slice(1)) least = Math.min(least, world.clearance(v, o)); });
    const behind = Math.hypot(v.xM - alone.vehicles[0]!.xM, v.yM - alone.vehicles[0]!.yM);
    expect(least).toBeGreaterThan(0.3);
    expect(behind, v.log.join("\n")).toBeLessThan(6);
  });

  test("parked vehicles, people and posts beside the lane do not stop it", () => {
    const world = createTestWorld({ map: createTestMap([{ id: "1", pieces: [{ lengthM: 800, curvature: 0 }], lanes: [-1, 1] }]), vehicles: [{ profile: profileOf("ride-hail-sedan"), cruiseMps: 10, speedMps: 10 }] });
    const v = world.vehicles[0]!;
    for (let x = 60; x < 400; x += 40) world.objects.push(car({ xM: x, yM: -4.9 }), person({ xM: x + 20, yM: -4.6 }), car({ xM: x + 10, yM: 1.75, yawRad: Math.PI, vxMps: -8 }));
    let slowest = Infinity;
    world.run(35, () => { slowest = Math.min(slowest, v.speedMps); });
    expect(slowest, v.log.join("\n")).toBeGreaterThan(9.3);
  });

  test("a faster vehicle overtaking in the next lane does not slow it", () => {
    const world = createTestWorld({ map: createTestMap([{ id: "1", pieces: [{ lengthM: 900, curvature: 0 }], lanes: [-2, -1] }]), vehicles: [{ profile: profileOf("ride-hail-sedan"), lane: -2, cruiseMps: 10, speedMps: 10 }] });
    const v = world.vehicles[0]!;
    world.objects.push(car({ xM: -30, yM: -1.75, vxMps: 15 }));
    let slowest = Infinity;
    world.run(25, () => { slowest = Math.min(slowest, v.speedMps); });
    expect(slowest, v.log.join("\n")).toBeGreaterThan(9.3);
  });
});

describe("somebody steps out late", () => {
  test.each(PROFILE_IDS)("%s brakes as hard as it can, and hits at most slower than it drove", (id) => {
    const profile = profileOf(id);
    const speed = Math.min(8, profile.limits.speedMps);
    const laneWidthM = id === "mine-haul-truck" ? 14 : 3.5;
    const world = createTestWorld({ map: createTestMap([{ id: "1", pieces: [{ lengthM: 600, curvature: 0 }], lanes: [-1], laneWidthM }]), vehicles: [{ profile, cruiseMps: speed, speedMps: speed }] });
    const v = world.vehicles[0]!;
    world.run(6);
    const front = v.xM + profile.geometry.lengthM - profile.geometry.rearOverhangM;
    const stopM = speed * (profile.brake.deadTimeS + profile.brake.buildUpS / 2) + (speed * speed) / (2 * profile.brake.decelMps2Max);
    // Steps from the side straight into the lane, just beyond what physics needs plus half a second of noticing.
    const walker = person({ xM: front + stopM + speed * 0.5 + 1.5, yM: -laneWidthM / 2 - profile.geometry.widthM / 2 - 0.9, vyMps: 1.5 });
    world.objects.push(walker);
    let least = Infinity;
    let hardest = 0;
    world.run(12, () => { least = Math.min(least, world.clearance(v, walker)); hardest = Math.min(hardest, v.accelMps2); if (walker.yM > -laneWidthM / 2) walker.vyMps = 0; });
    expect(least, v.log.join("\n")).toBeGreaterThan(0);
    expect(hardest).toBeLessThan(-0.5 * profile.brake.decelMps2Max);
  });
});
