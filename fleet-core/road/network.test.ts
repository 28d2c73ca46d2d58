import { describe, expect, test } from "vitest";
import { InvariantError } from "../kernel/invariant.ts";
import { parseOpenDrive } from "./open-drive.ts";
import { fixture, fixtureText } from "./test-fixtures.ts";
import type { LanePath, RoadMap } from "./types.ts";

const tee = fixture("t-junction");
const exit = fixture("motorway-exit");
const shapes = fixture("shapes");
const left = fixture("left-hand");

/** What must hold for every path: ascending sM, true distances, continuous heading, curvature that explains it. */
function expectSmooth(path: LanePath, kinkRad = 1e-6): void {
  const n = path.sM.length;
  expect(path.sM[0]).toBe(0);
  expect(path.sM[n - 1]).toBe(path.lengthM);
  for (let i = 1; i < n; i += 1) {
    const at = (column: Float64Array, k: number): number => column[k] as number;
    const ds = at(path.sM, i) - at(path.sM, i - 1);
    const dx = at(path.xM, i) - at(path.xM, i - 1);
    const dy = at(path.yM, i) - at(path.yM, i - 1);
    const turn = at(path.headingRad, i) - at(path.headingRad, i - 1);
    const chord = Math.sqrt(dx * dx + dy * dy);
    expect(ds).toBeGreaterThan(1e-4);
    expect(ds).toBeLessThanOrEqual(5.000001);
    const [k0, k1] = [at(path.curvature, i - 1), at(path.curvature, i)];
    if (Math.abs(k0) > 1e-6 && Math.abs(k1) > 1e-6) expect(ds).toBeLessThanOrEqual(1.05);
    expect(Math.abs(chord - ds)).toBeLessThan(1e-3 * ds);
    // Chord direction is the mean heading, up to the change of curvature.
    const mean = 0.5 * (at(path.headingRad, i) + at(path.headingRad, i - 1));
    expect(Math.cos(mean) * dx + Math.sin(mean) * dy).toBeGreaterThan(chord * (1 - 1e-4));
    // Where a straight meets an arc the curvature jumps, and the turn lies between what the two would give.
    expect(Math.abs(turn - 0.5 * ds * (k0 + k1))).toBeLessThan(0.5 * ds * Math.abs(k1 - k0) + 0.001 * ds + kinkRad);
  }
}

/** Pitch and roll at (s, t) must make the body's z axis stand upright on the surface. */
function expectTangent(map: RoadMap, road: string, s: number, t: number): void {
  const h = 1e-4;
  const p = (ds: number, dt: number): number[] => {
    const q = map.pointAt(road, s + ds, t + dt);
    return [q?.xM ?? NaN, q?.yM ?? NaN, q?.zM ?? NaN];
  };
  const along = p(h, 0).map((v, i) => v - (p(-h, 0)[i] as number));
  const across = p(0, h).map((v, i) => v - (p(0, -h)[i] as number));
  const { headingRad = 0, pitchRad = 0, rollRad = 0 } = map.pointAt(road, s, t) ?? {};
  // Body z axis of Rz(heading) Ry(pitch) Rx(roll).
  const [x, y, z] = [Math.sin(pitchRad) * Math.cos(rollRad), -Math.sin(rollRad), Math.cos(pitchRad) * Math.cos(rollRad)];
  const up = [x * Math.cos(headingRad) - y * Math.sin(headingRad), x * Math.sin(headingRad) + y * Math.cos(headingRad), z];
  for (const tangent of [along, across]) {
    const length = Math.sqrt(tangent.reduce((sum, v) => sum + v * v, 0));
    expect(Math.abs(tangent.reduce((sum, v, i) => sum + v * (up[i] as number), 0)) / length).toBeLessThan(1e-6);
  }
}

const roadsOf = (path: LanePath): string => path.lanes.map((l) => `${l.road}/${l.lane}`).join(" ");

describe("lanes across a road", () => {
  test("are listed from right to left with type, range, direction and limit", () => {
    expect(tee.lanesAt("1", 10).map((l) => [l.lane, l.type, l.direction, l.sStartM, l.sEndM])).toEqual([[-2, "sidewalk", 1, 0, 90], [-1, "driving", 1, 0, 90], [1, "driving", -1, 0, 90], [2, "sidewalk", -1, 0, 90]]);
    expect(tee.lanesAt("1", 10)[1]?.speedLimitMps).toBeCloseTo(50 / 3.6, 12);
    expect(tee.lanesAt("3", 10).map((l) => l.speedLimitMps?.toFixed(3))).toEqual(["8.333", "13.889"]);
    expect(exit.lanesAt("1", 10)[0]?.speedLimitMps).toBe(Infinity);
    expect(tee.lanesAt("2", 29.9).map((l) => l.lane)).toEqual([-1, 1]);
    expect(tee.lanesAt("2", 30).map((l) => l.lane)).toEqual([-2, -1, 1]);
    expect(tee.lanesAt("9", 0)).toEqual([]);
    expect(tee.lanesAt("1", 91)).toEqual([]);
  });

  test("widths and centres follow cubics, borders and the lane offset", () => {
    expect(tee.laneWidthM("2", -2, 40)).toBeCloseTo(0.02625 * 100 - 0.000875 * 1000, 12);
    expect(tee.laneWidthM("2", -2, 60)).toBe(3.5);
    expect(tee.laneCentreT("2", -2, 60)).toBe(-5.25);
    // Lane offset 1.4 from s = 80 on; borders at 4.75 and -7.5 from lane 0.
    expect(shapes.laneCentreT("1", 0, 100)).toBeCloseTo(1.4, 12);
    expect(shapes.laneCentreT("1", -1, 100)).toBeCloseTo(1.4 - 1.75, 12);
    expect([shapes.laneWidthM("1", 2, 10), shapes.laneWidthM("1", -3, 10)]).toEqual([1.25, 1]);
    expect(shapes.laneCentreT("1", -3, 10)).toBe(-7);
    expect([shapes.laneWidthM("1", 3, 10), shapes.laneCentreT("1", 3, 10), shapes.laneWidthM("1", 1, 191), tee.laneWidthM("x", 1, 0)]).toEqual([undefined, undefined, undefined, undefined]);
  });

  test("left-hand traffic turns the directions round, a single-sided section leaves the other side alone", () => {
    expect(left.leftHandTraffic).toBe(true);
    expect(left.lanesAt("1", 10).map((l) => [l.lane, l.direction, l.sStartM, l.sEndM])).toEqual([[-1, -1, 0, 100], [1, 1, 0, 50]]);
    expect(left.lanesAt("1", 70).map((l) => [l.lane, l.direction, l.sStartM, l.sEndM])).toEqual([[-1, -1, 0, 100], [1, 1, 50, 100], [2, 1, 50, 100]]);
    expect(left.lanesAt("1", 70)[0]?.speedLimitMps).toBeCloseTo(60 * 0.44704, 12);
    expect(left.straightOn({ road: "1", lane: -1, sM: 60, offsetM: 0 }, 20).headingRad[0]).toBeCloseTo(Math.PI, 12);
  });
});

describe("points", () => {
  test("height and attitude come from elevation and superelevation", () => {
    // s = 30: straight, rising by 0.02, not banked.
    const plain = shapes.pointAt("1", 30, 2);
    expect([plain?.zM, plain?.pitchRad, plain?.rollRad].map((v) => v?.toFixed(9))).toEqual(["10.600000000", (-Math.atan(0.02)).toFixed(9), "0.000000000"]);
    // s = 100: banked by 0.04, the left side up.
    const [low, high] = [shapes.pointAt("1", 100, -3), shapes.pointAt("1", 100, 3)];
    expect((high?.zM ?? 0) - (low?.zM ?? 0)).toBeCloseTo(6 * Math.sin(0.04), 4);
    expect(high?.rollRad).toBeCloseTo(0.04, 3);
    expect(low?.curvature).toBeCloseTo(0.02, 12);
  });

  test("pitch and roll are those of the surface's tangent plane", () => {
    for (const [s, t] of [[70, 3], [85, -4], [100, 2], [120, -6]] as const) expectTangent(shapes, "1", s, t);
  });

  test("crossfall falls outwards, lateral shape adds its cubic, and the attitude follows both", () => {
    const lateral = '<lateralProfile><superelevation s="0" a="0.02" b="0.0004" c="0" d="0"/><crossfall side="both" s="0" a="0.03" b="0.0002" c="0" d="0"/><shape s="0" t="-10" a="0" b="0" c="0.001" d="0"/><shape s="80" t="-10" a="0.5" b="0.01" c="0" d="0"/></lateralProfile>';
    const text = fixtureText("left-hand").replace("<lanes>", `<elevationProfile><elevation s="0" a="1" b="0.05" c="0.0001" d="0"/></elevationProfile>${lateral}<lanes>`);
    const map = parseOpenDrive(text, "l.xodr").network;
    if (map === undefined) throw new Error("does not parse");
    const roof = parseOpenDrive(fixtureText("left-hand").replace("<lanes>", '<lateralProfile><crossfall side="left" s="0" a="0.1" b="0" c="0" d="0"/></lateralProfile><lanes>'), "l.xodr").network;
    expect([roof?.pointAt("1", 5, 2)?.zM, roof?.pointAt("1", 5, -2)?.zM].map((z) => z?.toFixed(9))).toEqual([(-2 * Math.tan(0.1)).toFixed(9), "0.000000000"]);
    // At s = 0 only the first shape counts: 0.001 * (t + 10)².
    expect(map.pointAt("1", 0, 3)?.zM).toBeCloseTo(1 + (3 * Math.sin(0.02)) / Math.sqrt(1 + 0.05 * 0.05) - 3 * Math.tan(0.03) + 0.001 * 169, 12);
    for (const [s, t] of [[10, 3], [40, -2], [90, 5]] as const) expectTangent(map, "1", s, t);
  });

  test("raised lanes raise the point", () => {
    expect(tee.pointOfLane({ road: "1", lane: -2, sM: 10, offsetM: 0 })?.zM).toBe(0.12);
    expect(tee.pointOfLane({ road: "1", lane: -1, sM: 10, offsetM: 0 })?.zM).toBe(0);
  });

  test("off the road there is no point", () => {
    expect([tee.pointAt("1", -0.1, 0), tee.pointAt("1", 90.1, 0), tee.pointAt("x", 0, 0), tee.pointOfLane({ road: "1", lane: 5, sM: 0, offsetM: 0 })]).toEqual([undefined, undefined, undefined, undefined]);
    expect(tee.roadLengthM("x")).toBeUndefined();
  });
});

describe("locate", () => {
  test("finds the lane a point lies in, or the nearest one with its distance", () => {
    expect(tee.locate(-50, -1)).toEqual({ road: "1", lane: -1, sM: 50, offsetM: 0.75, tM: -1, distanceM: 0 });
    expect(tee.locate(-50, -5)).toMatchObject({ road: "1", lane: -2 });
    expect(tee.locate(-50, -5, { drivableOnly: true })).toMatchObject({ road: "1", lane: -1, distanceM: 1.5 });
    expect(tee.locate(-50, 25)).toMatchObject({ road: "1", lane: 2, distanceM: 19.5 });
    expect(tee.locate(-50, 25, { withinM: 19 })).toBeUndefined();
    expect(tee.locate(-103, 1)).toMatchObject({ road: "1", lane: 1, sM: 0, distanceM: 3 });
  });

  test("where connecting roads overlap the heading decides, then the better centred lane", () => {
    const at = (headingRad: number): string | undefined => tee.locate(-9.5, -1.75, { headingRad })?.road;
    expect([at(0), at(-0.5)]).toEqual(["10", "12"]);
    // A point on the right-turning lane's centre, well into the turn.
    const p = tee.pointOfLane({ road: "12", lane: -1, sM: 6, offsetM: 0 });
    expect(tee.locate(p?.xM ?? 0, p?.yM ?? 0)).toMatchObject({ road: "12", lane: -1 });
  });

  test("the hint keeps its road while it can, and gives way when it cannot", () => {
    const hint = { road: "1", lane: -1, sM: 89, offsetM: 0 };
    expect(tee.locate(-10.2, -1.75, { hint })).toMatchObject({ road: "1", lane: -1 });
    expect(tee.locate(-5, -1.75, { hint, headingRad: 0 })).toMatchObject({ road: "10", lane: -1 });
    expect(tee.locate(60, 1, { hint })).toMatchObject({ road: "2", lane: 1 });
    expect(tee.locate(60, 1, { hint: { road: "gone", lane: 1, sM: 0, offsetM: 0 } })).toMatchObject({ road: "2", lane: 1 });
  });

  test("driving along a route, the hint path and the full search name the same place", () => {
    const path = tee.route({ road: "1", lane: -1, sM: 5, offsetM: 0 }, { road: "3", lane: -1, sM: 80, offsetM: 0 });
    let hint = tee.locate(path?.xM[0] ?? 0, path?.yM[0] ?? 0);
    for (let i = 0; i < (path?.sM.length ?? 0); i += 1) {
      const [x, y, headingRad] = [path?.xM[i] ?? 0, path?.yM[i] ?? 0, path?.headingRad[i] ?? 0];
      hint = tee.locate(x, y, { ...(hint === undefined ? {} : { hint }), headingRad, drivableOnly: true });
      const p = hint === undefined ? undefined : tee.pointAt(hint.road, hint.sM, hint.tM);
      expect(Math.abs((p?.xM ?? 0) - x) + Math.abs((p?.yM ?? 0) - y)).toBeLessThan(1e-8);
      expect(Math.abs(hint?.offsetM ?? 9)).toBeLessThan(0.8);
    }
  });
});

describe("links", () => {
  const next = (map: RoadMap, road: string, lane: number, sM?: number): string => map.successors({ road, lane }, sM).map((l) => `${l.road}/${l.lane}`).join(" ");

  test("lead through junctions in driving direction only", () => {
    expect(next(tee, "1", -1)).toBe("10/-1 12/-1");
    expect(next(tee, "2", 1)).toBe("11/-1 14/-1");
    expect(next(tee, "10", -1)).toBe("2/-1");
    expect(next(tee, "14", -1)).toBe("3/-1");
    expect(next(tee, "1", 1)).toBe("");
    expect(next(tee, "2", -1, 10)).toBe("2/-1");
    expect(next(tee, "2", -1)).toBe("");
    expect(next(tee, "2", 7)).toBe("");
  });

  test("a direct junction links roads without connecting roads", () => {
    expect([next(exit, "1", -1), next(exit, "1", -2), next(exit, "1", -3)]).toEqual(["2/-1", "2/-2", "3/-1"]);
  });

  test("left-hand traffic follows the links backwards on right lanes", () => {
    expect([next(left, "1", 1, 10), next(left, "1", 1)]).toEqual(["1/1", ""]);
  });
});

describe("route", () => {
  test("through a junction is continuous, with the limits and widths of its lanes", () => {
    const path = tee.route({ road: "1", lane: -1, sM: 40, offsetM: 0.3 }, { road: "3", lane: -1, sM: 30, offsetM: 0 });
    if (path === undefined) throw new Error("no route");
    expect(roadsOf(path)).toBe("1/-1 12/-1 3/-1");
    // Straight 50 m, a right turn of radius 8.25, 30 m to the south.
    expect(path.lengthM).toBeCloseTo(50 + (8.25 * Math.PI) / 2 + 30, 6);
    expectSmooth(path);
    expect(path.curvature.some((k) => Math.abs(k + 1 / 8.25) < 1e-9)).toBe(true);
    expect(path.limitMps[0]).toBeCloseTo(50 / 3.6, 12);
    expect(path.limitMps[path.limitMps.length - 1]).toBeCloseTo(30 / 3.6, 12);
    expect([...new Set(path.widthM)]).toEqual([3.5]);
    expect(path.headingRad[path.headingRad.length - 1]).toBeCloseTo(-Math.PI / 2, 9);
    expect(path.laneIndex[path.laneIndex.length - 1]).toBe(2);
  });

  test("against s, over a left turn, headings go on without a jump of a full turn", () => {
    const path = tee.route({ road: "2", lane: 1, sM: 90, offsetM: 0 }, { road: "3", lane: -1, sM: 90, offsetM: 0 });
    if (path === undefined) throw new Error("no route");
    expect(roadsOf(path)).toBe("2/1 14/-1 3/-1");
    expectSmooth(path);
    expect((path.headingRad[path.headingRad.length - 1] as number) - (path.headingRad[0] as number)).toBeCloseTo(Math.PI / 2, 9);
    expect(path.lengthM).toBeCloseTo(90 + (11.75 * Math.PI) / 2 + 90, 6);
  });

  test("changes lane where it must, blended, and ends on the asked lane", () => {
    const path = tee.route({ road: "1", lane: -1, sM: 0, offsetM: 0 }, { road: "2", lane: -2, sM: 100, offsetM: 0 });
    if (path === undefined) throw new Error("no route");
    expect(roadsOf(path)).toBe("1/-1 10/-1 2/-1 2/-2");
    expectSmooth(path);
    expect(path.yM[path.yM.length - 1]).toBeCloseTo(-5.25, 9);
    const exitPath = exit.route({ road: "1", lane: -1, sM: 10, offsetM: 0 }, { road: "3", lane: -1, sM: 100, offsetM: 0 });
    if (exitPath === undefined) throw new Error("no route");
    expect(roadsOf(exitPath)).toBe("1/-1 1/-2 1/-3 3/-1");
    expectSmooth(exitPath);
  });

  test("there is none to what no link reaches, and none backwards on a lane", () => {
    expect(tee.route({ road: "3", lane: -1, sM: 10, offsetM: 0 }, { road: "1", lane: -1, sM: 10, offsetM: 0 })).toBeUndefined();
    expect(tee.route({ road: "1", lane: -1, sM: 50, offsetM: 0 }, { road: "1", lane: -1, sM: 40, offsetM: 0 })).toBeUndefined();
    expect(tee.route({ road: "1", lane: -1, sM: 50, offsetM: 0 }, { road: "1", lane: -2, sM: 60, offsetM: 0 })).toBeUndefined();
    expect(tee.route({ road: "1", lane: -9, sM: 50, offsetM: 0 }, { road: "1", lane: -1, sM: 60, offsetM: 0 })).toBeUndefined();
    // Three metres do not hold a lane change.
    expect(exit.route({ road: "1", lane: -1, sM: 10, offsetM: 0 }, { road: "1", lane: -2, sM: 13, offsetM: 0 })).toBeUndefined();
  });

  test("equal questions get equal answers, to the bit", () => {
    const ask = (): LanePath | undefined => fixture("t-junction").route({ road: "2", lane: 1, sM: 77, offsetM: 0 }, { road: "3", lane: -1, sM: 50, offsetM: 0 });
    expect(ask()).toEqual(ask());
  });
});

describe("straight on", () => {
  test("takes the least turning successor and ends after the asked length or with the network", () => {
    const path = tee.straightOn({ road: "1", lane: -1, sM: 10, offsetM: 0 }, 120);
    expect(roadsOf(path)).toBe("1/-1 10/-1 2/-1");
    expect(path.lengthM).toBeCloseTo(120, 6);
    expectSmooth(path);
    expect(tee.straightOn({ road: "1", lane: -1, sM: 10, offsetM: 0 }, 5000).lengthM).toBeCloseTo(200, 6);
  });

  test("every kind of geometry is sampled smoothly, in both directions", () => {
    for (const road of shapes.roads) {
      const lengthM = shapes.roadLengthM(road) ?? 0;
      expectSmooth(shapes.straightOn({ road, lane: -1, sM: 0, offsetM: 0 }, 1000), 2e-3);
      expectSmooth(shapes.straightOn({ road, lane: 1, sM: lengthM, offsetM: 0 }, 1000), 2e-3);
    }
  });

  test("the asked length is met on curves too", () => {
    for (const lengthM of [33, 80, 150]) expect(Math.abs(shapes.straightOn({ road: "1", lane: -2, sM: 0, offsetM: 0 }, lengthM).lengthM - lengthM)).toBeLessThan(0.01 * lengthM);
  });

  test("an unknown lane is a broken assumption", () => {
    expect(() => tee.straightOn({ road: "1", lane: -7, sM: 0, offsetM: 0 }, 10)).toThrow(InvariantError);
  });
});
