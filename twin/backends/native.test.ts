import { describe, expect, it } from "vitest";
import { createStateHash } from "../../fleet-core/kernel/hash.ts";
import { parseOpenDrive } from "../../fleet-core/road/open-drive.ts";
import type { RoadNetwork } from "../../fleet-core/road/types.ts";
import { readProfile } from "../physics/test-profiles.ts";
import type { DriveDemand, SolidBox } from "../physics/types.ts";
import { CLEAR } from "../weather/types.ts";
import { createNativeBackend } from "./native.ts";
import type { SpawnSpec } from "./types.ts";

const sedan = readProfile("ride-hail-sedan");
const truck = readProfile("mine-haul-truck");
const healthy = { brakeLoss: 0, steerLoss: 0, lagS: 0 };
const go = (accelMps2: number, steerRad = 0): DriveDemand => ({ accelMps2, steerRad, gear: "drive" });

/** One endless road along +x, level up to x = 50 m, then rising by `grade`; nothing farther than 100 m from it. */
function fakeMap(grade: number): RoadNetwork & { readonly lookUps: () => number } {
  let lookUps = 0;
  const refuse = (): never => {
    throw new Error("the backend has no business with this call");
  };
  return {
    name: "fake", roads: ["r"], geoReference: undefined, originLatDeg: 0, originLonDeg: 0, leftHandTraffic: false,
    roadLengthM: refuse, lanesAt: refuse, laneWidthM: refuse, laneCentreT: refuse, pointOfLane: refuse, successors: refuse, route: refuse, straightOn: refuse, mesh: refuse,
    pointAt: (_, sM, tM) => ({ xM: sM, yM: tM, zM: Math.max(0, sM - 50) * grade, headingRad: 0, pitchRad: sM > 50 ? -Math.atan(grade) : 0, rollRad: 0, curvature: 0 }),
    locate(xM, yM) {
      lookUps += 1;
      return Math.abs(yM) > 100 ? undefined : { road: "r", lane: -1, sM: xM, offsetM: yM, tM: yM, distanceM: 0 };
    },
    lookUps: () => lookUps,
  };
}

const spawnOf = (id: string, over: Partial<SpawnSpec> = {}): SpawnSpec => ({ id, profile: sedan, dynamics: "raycast", xM: 0, yM: 0, zM: 0, yawRad: 0, speedMps: 0, ...over });

function backendOn(map: RoadNetwork): ReturnType<typeof createNativeBackend> {
  const backend = createNativeBackend();
  backend.load(map, CLEAR);
  return backend;
}
const hashOf = (backend: ReturnType<typeof createNativeBackend>): string => {
  const h = createStateHash();
  backend.hashInto(h);
  return h.digest();
};

function stoppingM(dynamics: SpawnSpec["dynamics"], map: RoadNetwork, weather = CLEAR, at: Partial<SpawnSpec> = {}): number {
  const backend = backendOn(map);
  backend.setWeather(weather);
  backend.spawn(spawnOf("a", { dynamics, speedMps: 10, ...at }));
  const from = { ...backend.read("a") };
  for (let i = 0; i < 3000 && backend.read("a").speedMps > 0.01; i += 1) {
    backend.apply("a", go(-8), healthy);
    backend.step();
  }
  const to = backend.read("a");
  return Math.hypot(to.xM - from.xM, to.yM - from.yM);
}

describe.each(["raycast", "bicycle"] as const)("native backend, %s", (dynamics) => {
  it("carries a vehicle from the level up a ramp", () => {
    const backend = backendOn(fakeMap(0.08));
    backend.spawn(spawnOf("a", { dynamics, speedMps: 8 }));
    for (let i = 0; i < 1200; i += 1) {
      backend.apply("a", go(0), healthy);
      backend.step();
    }
    const s = backend.read("a");
    expect(s.speedMps).toBeCloseTo(8, 0);
    expect(s.zM).toBeCloseTo((s.xM - 50) * 0.08, 1);
    expect(s.pitchRad).toBeCloseTo(-Math.atan(0.08), 2);
  });

  it("meets a kink in the road without a jolt", () => {
    const backend = backendOn(fakeMap(0.08));
    backend.spawn(spawnOf("a", { dynamics, xM: 30, speedMps: 8 }));
    let jolt = 0;
    for (let i = 0; i < 500; i += 1) {
      backend.apply("a", go(0), healthy);
      backend.step();
      jolt = Math.max(jolt, Math.abs(backend.read("a").accelMps2));
    }
    expect(backend.read("a").xM).toBeGreaterThan(65);
    expect(jolt).toBeLessThan(2.5);
  });

  it("puts a vehicle on the road's height and slope at once, whatever z it was given", () => {
    const backend = backendOn(fakeMap(0.08));
    backend.spawn(spawnOf("a", { dynamics, xM: 100, zM: 77 }));
    expect(backend.read("a").zM).toBeCloseTo(4, 1);
    expect(backend.read("a").pitchRad).toBeCloseTo(-Math.atan(0.08), 2);
  });

  it("keeps the height it was given where there is no road", () => {
    const backend = backendOn(fakeMap(0.08));
    backend.spawn(spawnOf("a", { dynamics, yM: 500, zM: 7 }));
    for (let i = 0; i < 100; i += 1) backend.step();
    expect(backend.read("a").zM).toBeCloseTo(7, 3);
  });

  it("asks the map only as it moves", () => {
    const map = fakeMap(0);
    const backend = backendOn(map);
    backend.spawn(spawnOf("parked", { dynamics }));
    for (let i = 0; i < 500; i += 1) backend.step();
    expect(map.lookUps()).toBe(dynamics === "raycast" ? 2 : 1);
  });

  it("brakes longer on a road of half the grip, and longer still on ice", () => {
    const stop = (weather: typeof CLEAR): number => stoppingM(dynamics, fakeMap(0), weather);
    const dry = stop(CLEAR);
    const scaled = stop({ ...CLEAR, frictionScale: 0.5 });
    expect(dry).toBeLessThan(scaled);
    expect(scaled).toBeLessThan(stop({ ...CLEAR, condition: "ice" }));
  });

  it("same calls, same hash; one other demand, another hash", () => {
    const play = (steerRad: number): string => {
      const backend = backendOn(fakeMap(0.05));
      backend.spawn(spawnOf("a", { dynamics, speedMps: 8 }));
      backend.spawn(spawnOf("b", { dynamics, xM: 30, speedMps: 5 }));
      for (let i = 0; i < 400; i += 1) {
        backend.apply("a", go(0.3, 0.01), healthy);
        backend.apply("b", go(0.1, i === 399 ? steerRad : 0), healthy);
        backend.step();
      }
      return hashOf(backend);
    };
    expect(play(0)).toBe(play(0));
    expect(play(0)).not.toBe(play(0.001));
  });

  it("a vehicle far away does not change another's way", () => {
    const way = (company: boolean): string => {
      const backend = backendOn(fakeMap(0));
      backend.spawn(spawnOf("a", { dynamics, speedMps: 8 }));
      if (company) backend.spawn(spawnOf("b", { dynamics, yM: 40 }));
      for (let i = 0; i < 300; i += 1) {
        backend.apply("a", go(0.3, 0.01), healthy);
        backend.step();
      }
      return JSON.stringify(backend.read("a"));
    };
    expect(way(true)).toBe(way(false));
  });
});

describe("contact in the native backend", () => {
  function crash(order: readonly ("a" | "b")[]): { a: number; b: number; bFurthest: number } {
    const backend = backendOn(fakeMap(0));
    const specs = { a: spawnOf("a", { speedMps: 6 }), b: spawnOf("b", { xM: 12, speedMps: 0.5 }) };
    for (const id of order) backend.spawn(specs[id]);
    for (let i = 0; i < 400; i += 1) {
      backend.apply("a", go(0), healthy);
      backend.apply("b", go(0), healthy);
      backend.step();
      const gap = backend.read("b").xM - backend.read("a").xM - sedan.geometry.lengthM;
      expect(gap).toBeGreaterThan(-0.3);
    }
    return { a: backend.read("a").speedMps, b: backend.read("b").speedMps, bFurthest: backend.read("b").xM };
  }

  it("a vehicle that runs into another pushes it", () => {
    const { a, b } = crash(["a", "b"]);
    expect(b).toBeGreaterThan(1.5);
    expect(a).toBeLessThan(4);
  });

  it("the order of spawning does not decide who gives way", () => {
    expect(crash(["a", "b"])).toEqual(crash(["b", "a"]));
  });

  it("solids set from outside stop a vehicle, and only the last set counts", () => {
    const wall: SolidBox = { id: "wall", xM: 20, yM: 0, zM: 1, yawRad: 0, vxMps: 0, vyMps: 0, lengthM: 1, widthM: 20, heightM: 3 };
    const drive = (lift: boolean): number => {
      const backend = backendOn(fakeMap(0));
      backend.spawn(spawnOf("a", { speedMps: 8 }));
      for (let i = 0; i < 400; i += 1) {
        backend.apply("a", go(0), healthy);
        backend.setSolids(lift && i > 100 ? [] : [wall]);
        backend.step();
      }
      return backend.read("a").xM;
    };
    expect(drive(false)).toBeLessThan(17);
    expect(drive(true)).toBeGreaterThan(25);
  });

  it("a removed vehicle is gone", () => {
    const backend = backendOn(fakeMap(0));
    backend.spawn(spawnOf("a", { speedMps: 8 }));
    backend.spawn(spawnOf("b", { xM: 12, profile: truck }));
    backend.remove("b");
    for (let i = 0; i < 300; i += 1) {
      backend.apply("a", go(0), healthy);
      backend.step();
    }
    expect(backend.read("a").xM).toBeGreaterThan(20);
    expect(() => backend.read("b")).toThrow(/no vehicle "b"/);
  });
});

describe("misuse of the native backend", () => {
  it("is told plainly", () => {
    expect(() => createNativeBackend().spawn(spawnOf("a"))).toThrow(/load a map/);
    const backend = backendOn(fakeMap(0));
    backend.spawn(spawnOf("a"));
    expect(() => backend.spawn(spawnOf("a"))).toThrow(/already a vehicle "a"/);
    expect(() => backend.apply("a", go(Number.NaN), healthy)).toThrow(/a: acceleration demand must be finite/);
    expect(() => backend.load(fakeMap(0), CLEAR)).toThrow(/before the first vehicle/);
  });
});

function mapOf(text: string): RoadNetwork {
  const { network, diagnostics } = parseOpenDrive(text, "ramp.xodr");
  expect(diagnostics).toEqual([]);
  if (network === undefined) throw new Error("the map must load");
  return network;
}

describe("on a road from OpenDRIVE", () => {
  const xodr = `<?xml version="1.0"?><OpenDRIVE><header revMajor="1" revMinor="7" name="ramp"/>
<road name="" length="200" id="1" junction="-1"><planView><geometry s="0" x="0" y="0" hdg="0.5" length="200"><line/></geometry></planView>
<elevationProfile><elevation s="0" a="10" b="0.06" c="0" d="0"/></elevationProfile>
<lateralProfile><superelevation s="0" a="0.03" b="0" c="0" d="0"/></lateralProfile>
<lanes><laneSection s="0"><center><lane id="0" type="none" level="false"/></center><right><lane id="-1" type="driving" level="false"><width sOffset="0" a="4" b="0" c="0" d="0"/></lane></right></laneSection></lanes></road></OpenDRIVE>`;

  it.each(["raycast", "bicycle"] as const)("a vehicle follows slope and bank with the signs of the road: %s", (dynamics) => {
    const network = mapOf(xodr);
    const backend = backendOn(network);
    const at = network.pointAt("1", 20, -2);
    if (at === undefined) throw new Error("the point is on the map");
    backend.spawn(spawnOf("a", { dynamics, xM: at.xM, yM: at.yM, yawRad: 0.5, speedMps: 5 }));
    for (let i = 0; i < 1000; i += 1) {
      backend.apply("a", go(0), healthy);
      backend.step();
    }
    const s = backend.read("a");
    const there = network.locate(s.xM, s.yM);
    if (there === undefined) throw new Error("the vehicle is on the map");
    const road = network.pointAt("1", there.sM, there.tM);
    expect(there.sM).toBeGreaterThan(60);
    expect(s.zM).toBeCloseTo(road?.zM ?? Number.NaN, 1);
    expect(s.pitchRad).toBeCloseTo(road?.pitchRad ?? Number.NaN, 2);
    expect(s.rollRad).toBeCloseTo(road?.rollRad ?? Number.NaN, 1);
    expect(s.pitchRad).toBeLessThan(-0.05);
    expect(Math.sign(s.rollRad)).toBe(Math.sign(road?.rollRad ?? 0));
  });

  it("the lane's material decides the grip; a surface the profile does not know counts as its default", () => {
    const made = (surface: string): RoadNetwork => mapOf(xodr.replace('b="0.06"', 'b="0"').replace('b="0" c="0" d="0"/></lane>', `b="0" c="0" d="0"/><material sOffset="0" surface="${surface}" friction="0.9" roughness="0"/></lane>`));
    const at = { xM: 2, yM: -1, yawRad: 0.5 };
    const asphalt = stoppingM("bicycle", made("asphalt"), CLEAR, at);
    expect(stoppingM("bicycle", made("gravel"), CLEAR, at)).toBeGreaterThan(1.1 * asphalt);
    expect(stoppingM("bicycle", made("lava"), CLEAR, at)).toBe(asphalt);
    expect(stoppingM("bicycle", mapOf(xodr.replace('b="0.06"', 'b="0"')), CLEAR, at)).toBe(asphalt);
  });
});
