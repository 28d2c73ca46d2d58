/** Level lanes on a bank, structures, what stands along a road, virtual junctions, and heights where roads cross. */
import { describe, expect, test } from "vitest";
import { parseOpenDrive } from "./open-drive.ts";
import { area, triangulate } from "./object-mesh.ts";
import { objectShapes, objectStrokes } from "./objects.ts";
import { mapGeoJson } from "./geojson.ts";
import { fixture, fixtureText } from "./test-fixtures.ts";
import type { LaneRef, RoadMap, RoadPoint } from "./types.ts";

const map = fixture("furniture");
const at = (s: number, t: number): RoadPoint => map.pointAt("1", s, t) as RoadPoint;
const BANK = 0.1;
const RISE = Math.atan(0.02);

describe("lanes kept level on a banked road", () => {
  test("lie horizontally from their inner edge, and the next lane goes on banked from their outer edge", () => {
    const inner = at(100, 4);
    for (const t of [4.5, 5.2, 6]) {
      expect(at(100, t).zM).toBeCloseTo(inner.zM, 12);
      expect(at(100, t).yM - inner.yM).toBeCloseTo(t - 4, 12);
      expect(at(100, t).rollRad).toBeCloseTo(0, 12);
    }
    // Right: driving to -4, level to -6, banked shoulder to -7.
    expect(at(100, -5).zM).toBeCloseTo(at(100, -4).zM, 12);
    expect(at(100, -7).zM - at(100, -6).zM).toBeCloseTo(-Math.sin(BANK) * Math.cos(RISE), 12);
    expect(at(100, -6).yM - at(100, -7).yM).toBeCloseTo(Math.cos(BANK), 12);
    expect(at(100, -6.5).rollRad).toBeCloseTo(at(100, -1).rollRad, 12);
  });

  test("come back from x, y at the same s and t on both sides", () => {
    for (const t of [-6.9, -6.1, -5.9, -4.1, -3.9, -0.5, 0.5, 3.9, 4.1, 5.9]) {
      const p = at(77, t);
      const back = map.project("1", p.xM, p.yM, 70);
      expect(Math.abs((back?.sM ?? NaN) - 77), `t ${t}`).toBeLessThan(1e-9);
      expect(Math.abs((back?.tM ?? NaN) - t), `t ${t}`).toBeLessThan(1e-9);
    }
  });

  test("pitch and roll stand upright on the surface, also where widths and bank change", () => {
    const text = fixtureText("furniture").replace('<superelevation s="0" a="0.1" b="0"', '<superelevation s="0" a="0.1" b="0.001"').replaceAll('<width sOffset="0" a="4" b="0" c="0"', '<width sOffset="0" a="4" b="0.01" c="0.0001"');
    const bent = parseOpenDrive(text, "f.xodr").network as RoadMap;
    const h = 1e-4;
    for (const t of [-8, -6, -5, 2, 5, 6]) {
      const p = (ds: number, dt: number): number[] => {
        const q = bent.pointAt("1", 60 + ds, t + dt) as RoadPoint;
        return [q.xM, q.yM, q.zM];
      };
      const q = bent.pointAt("1", 60, t) as RoadPoint;
      const up = [Math.sin(q.pitchRad) * Math.cos(q.rollRad), -Math.sin(q.rollRad), Math.cos(q.pitchRad) * Math.cos(q.rollRad)];
      for (const [a, b] of [[p(-h, 0), p(h, 0)], [p(0, -h), p(0, h)]] as const) {
        const tangent = b.map((v, i) => (v - (a[i] as number)) / (2 * h));
        expect(Math.abs(tangent.reduce((sum, v, i) => sum + v * (up[i] as number), 0)), `t ${t}`).toBeLessThan(1e-6);
      }
    }
    const path = bent.straightOn({ road: "1", lane: -3, sM: 10, offsetM: 0 }, 150);
    for (let i = 1; i < path.sM.length; i += 1) {
      const [dx, dy] = [(path.xM[i] as number) - (path.xM[i - 1] as number), (path.yM[i] as number) - (path.yM[i - 1] as number)];
      const mean = 0.5 * ((path.headingRad[i] as number) + (path.headingRad[i - 1] as number));
      expect(Math.abs(Math.atan2(dy, dx) - mean)).toBeLessThan(1e-4);
    }
  });
});

describe("structures and crossing roads", () => {
  test("points say whether they are in a tunnel or on a bridge, by lane where the map does", () => {
    expect([at(10, 0), at(30, 3), at(51, 0)].map((p) => p.inTunnel)).toEqual([false, true, false]);
    expect([at(120, -2), at(120, 2), at(160, -2)].map((p) => p.onBridge)).toEqual([true, false, false]);
    expect(map.pointAt("2", 10, 0)?.inTunnel).toBeUndefined();
    expect(map.model.roadById.get("1")?.tunnels).toEqual([{ id: "t", name: "hill", type: "standard", sM: 20, lengthM: 30, daylight: 0.2, lighting: 0.5, validity: [] }]);
  });

  test("where one road passes above another the height decides, hint or not", () => {
    const [low, high] = [map.locate(100, -1.7, { zM: 2 }), map.locate(100, -1.7, { zM: 10 })];
    expect([low?.road, high?.road]).toEqual(["1", "2"]);
    expect(map.locate(100, -1.7, { zM: 10, hint: { road: "1", lane: -1, sM: 99, offsetM: 0 } })?.road).toBe("2");
    expect(map.locate(100, -1.7, { zM: 2, hint: { road: "1", lane: -1, sM: 99, offsetM: 0 } })?.road).toBe("1");
    expect(map.locate(100, -1.7, { hint: { road: "1", lane: -1, sM: 99, offsetM: 0 } })?.road).toBe("1");
  });
});

describe("objects", () => {
  const shapes = objectShapes(map.model);
  const of = (id: string): typeof shapes => shapes.filter((s) => s.object.id === id);

  test("a box stands where it stands, turned, with its height", () => {
    const [box] = of("box");
    const centre = [0, 1].map((d) => (box?.base.reduce((sum, c) => sum + (c[d] as number), 0) ?? NaN) / 4);
    expect(centre[0]).toBeCloseTo(at(10, 20).xM, 9);
    expect(centre[1]).toBeCloseTo(at(10, 20).yM, 9);
    expect(area(box?.base ?? [])).toBeCloseTo(60, 9);
    expect((box?.top[0]?.[2] ?? 0) - (box?.base[0]?.[2] ?? 0)).toBe(4);
  });

  test("a repeat stands at each of its places, sizes between first and last", () => {
    const posts = of("posts");
    expect(posts.length).toBe(5);
    posts.forEach((post, k) => {
      const x = post.base.reduce((sum, c) => sum + c[0], 0) / post.base.length;
      expect(x).toBeCloseTo(at(20 + 10 * k, -8 - 0.25 * k).xM, 6);
      expect((post.top[0]?.[2] ?? 0) - (post.base[0]?.[2] ?? 0)).toBeCloseTo(1 + 0.25 * k, 9);
    });
  });

  test("a repeat without distance is one strip along the road", () => {
    const [rail, ...more] = of("rail");
    expect(more).toEqual([]);
    expect(rail?.strip).toBe(true);
    expect(Math.abs(area(rail?.base ?? []))).toBeCloseTo(60 * 0.3, 6);
  });

  test("outlines lie in road or local coordinates; paint runs from corner to corner in dashes", () => {
    const zebra = of("crossing")[0];
    expect(zebra?.base[2]?.[0]).toBeCloseTo(at(152, 4).xM, 9);
    expect(zebra?.base[2]?.[2]).toBeCloseTo(at(152, 4).zM, 9);
    const strokes = objectStrokes(map.model).filter((s) => s.object.id === "crossing");
    expect(strokes.length).toBe(4);
    expect(strokes.every((s) => s.colour === "white" && s.widthM === 0.2)).toBe(true);
    const side = objectStrokes(map.model).filter((s) => s.object.id === "bay");
    const [a, b] = [side[0]?.points[0], side[0]?.points[1]];
    expect(Math.abs((b?.[0] ?? 0) - (a?.[0] ?? 0))).toBeCloseTo(4, 9);
  });

  test("an L keeps its corner: triangles cover its area and nothing else", () => {
    const base = of("ell")[0]?.base ?? [];
    expect(area(base)).toBeCloseTo(20, 6);
    const total = triangulate(base).reduce((sum, [a, b, c]) => sum + area([base[a], base[b], base[c]] as [number, number, number][]), 0);
    expect(total).toBeCloseTo(20, 6);
  });

  test("the mesh has them by type; roofs face up and walls stand outside", () => {
    const mesh = map.mesh();
    expect(mesh.objects?.map((o) => o.kind)).toEqual(["barrier", "building", "crosswalk", "parkingSpace", "pole"]);
    expect(mesh.marks.filter((m) => m.kind === "object").map((m) => m.colour)).toEqual(["white", "yellow"]);
    const volume = (kind: string): number => {
      const part = mesh.objects?.find((o) => o.kind === kind);
      let sum = 0;
      for (let i = 0; i < (part?.indices.length ?? 0); i += 3) {
        const [a, b, c] = [0, 1, 2].map((k) => [0, 1, 2].map((d) => part?.positions[(part.indices[i + k] as number) * 3 + d] as number)) as [number[], number[], number[]];
        const n = [(b[1] as number) * (c[2] as number) - (b[2] as number) * (c[1] as number), (b[2] as number) * (c[0] as number) - (b[0] as number) * (c[2] as number), (b[0] as number) * (c[1] as number) - (b[1] as number) * (c[0] as number)];
        sum += ((a[0] as number) * (n[0] as number) + (a[1] as number) * (n[1] as number) + (a[2] as number) * (n[2] as number)) / 6;
      }
      return sum;
    };
    // Open below, so the sum misses the floor: volume by height above each house's own floor.
    const floors = of("box").concat(of("ell")).reduce((sum, s) => sum + (area(s.base) * (s.base[0]?.[2] ?? 0)) / 3, 0);
    expect(Math.abs(volume("building") - floors - (240 + 60))).toBeLessThan(0.5);
  });

  test("objects and signals are in the GeoJSON, georeferenced through projection and offset", () => {
    const { features, georeferenced } = mapGeoJson(map);
    expect(georeferenced).toBe(true);
    const lamp = features.find((f) => f.id === "signal/1/S1");
    const pose = map.signalPose(map.signals[0] as (typeof map.signals)[number]);
    const place = map.geo?.toGeodetic(pose?.xM ?? 0, pose?.yM ?? 0, pose?.zM ?? 0);
    expect(lamp?.geometry.type).toBe("Point");
    expect((lamp?.geometry.coordinates as readonly number[])[0]).toBeCloseTo(place?.[1] ?? NaN, 8);
    expect((lamp?.geometry.coordinates as readonly number[])[1]).toBeCloseTo(place?.[0] ?? NaN, 8);
    expect(place?.[0]).toBeGreaterThan(48.1);
    expect(place?.[0]).toBeLessThan(48.2);
    expect(features.filter((f) => f.properties.part === "object").length).toBe(shapes.length);
  });
});

describe("signals", () => {
  test("look along or against the road, turned by their offset, at their height", () => {
    const [lamp, limit] = map.signals.map((s) => map.signalPose(s));
    expect(lamp?.headingRad).toBeCloseTo(0.1 - Math.PI, 12);
    expect(limit?.headingRad).toBeCloseTo(0, 12);
    expect((lamp?.zM ?? 0) - at(60, -7.5).zM).toBeCloseTo(3, 12);
  });

  test("dependencies, references, controllers and junction groups are data", () => {
    expect(map.signals[0]?.dependencies).toEqual([{ id: "S2", type: "limitline" }]);
    expect(map.signals[0]?.references).toEqual([{ element: "object", id: "box", type: "near" }]);
    expect(map.controllers[0]).toEqual({ id: "1", name: "lights", sequence: 2, signals: ["S1"], controls: [{ signal: "S1", type: "0" }] });
    expect(map.model.junctionGroups).toEqual([{ id: "g", name: "ring", type: "roundabout", junctions: [] }]);
    expect(map.materialAt("1", -1, 50)).toEqual({ surface: "asphalt", friction: 0.9, roughness: 0.01 });
    expect(map.model.roadById.get("1")?.right[0]?.lanes[0]?.rules).toEqual([{ sM: 0, value: "no stopping" }]);
  });
});

describe("virtual junctions", () => {
  const yard = fixture("virtual-junction");
  const place = (road: string, lane: number, sM: number): LaneRef & { sM: number; offsetM: number } => ({ road, lane, sM, offsetM: 0 });
  const way = (from: [string, number, number], to: [string, number, number]): string | undefined => yard.route(place(...from), place(...to))?.lanes.map((l) => `${l.road}/${l.lane}`).join(" ");

  test("a road leaves the main road in its middle, and the main road goes on", () => {
    expect(way(["1", -1, 10], ["2", -1, 10])).toBe("1/-1 2/-1");
    expect(way(["1", -1, 10], ["1", -1, 95])).toBe("1/-1");
    expect(yard.route(place("1", -1, 10), place("1", -1, 95))?.lengthM).toBeCloseTo(85, 6);
    expect(yard.successors({ road: "1", lane: -1 }, 40)).toEqual([{ road: "1", lane: -1 }, { road: "2", lane: -1 }]);
  });

  test("a road joins it, and a connection without a road turns back", () => {
    expect(way(["3", -1, 2], ["1", -1, 95])).toBe("3/-1 1/-1");
    expect(way(["1", -1, 55], ["1", 1, 40])).toBe("1/-1 1/1");
    expect(way(["2", -1, 2], ["1", -1, 95])).toBeUndefined();
    expect(yard.route(place("3", -1, 0), place("1", -1, 100))?.lengthM).toBeCloseTo(20 + 15.708 * (1 - 0.175), 2);
  });

  test("a lane may have several successors", () => {
    const text = fixtureText("left-hand").replace('<successor id="1"/>', '<successor id="1"/><successor id="2"/>').replace('<lane id="2" type="driving" level="false">', '<lane id="2" type="driving" level="false"><link><predecessor id="1"/></link>');
    const forked = parseOpenDrive(text, "l.xodr").network as RoadMap;
    expect(forked.successors({ road: "1", lane: 1 }, 10)).toEqual([{ road: "1", lane: 1 }, { road: "1", lane: 2 }]);
    expect(forked.model.roads[0]?.left[0]?.lanes[0]?.successors).toEqual([1, 2]);
  });
});

test("CRG surfaces and railroad switches are said and do not refuse the map", () => {
  const text = fixtureText("left-hand").replace("</road>", '<surface><CRG file="bumps.crg" sStart="0" sEnd="10" orientation="same" mode="attached"/></surface><railroad><switch name="w" id="7" position="dynamic"><mainTrack id="1" s="5" dir="+"/></switch></railroad></road>');
  const { network, diagnostics } = parseOpenDrive(text, "l.xodr");
  expect(network?.model.roads[0]?.crg).toEqual([{ file: "bumps.crg", sStartM: 0, sEndM: 10, mode: "attached" }]);
  expect(diagnostics.map((d) => [d.severity, d.rule, d.message])).toEqual([["warning", "not-applied", "OpenCRG surface bumps.crg is not applied"], ["warning", "not-applied", "railroad switch 7 is not used: tracks do not branch there"]]);
});
