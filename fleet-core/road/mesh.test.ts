import { describe, expect, test } from "vitest";
import { mapGeoJson } from "./geojson.ts";
import { markLines } from "./mark-lines.ts";
import type { RoadMark } from "./model.ts";
import { parseOpenDrive } from "./open-drive.ts";
import { fixture, fixtureNames, fixtureText } from "./test-fixtures.ts";
import type { RoadMesh } from "./types.ts";

type Part = RoadMesh["surfaces"][number];

/** Plan area, with its sign: counter-clockwise from above counts positive. */
function planArea(part: Part): { total: number; smallest: number } {
  let total = 0;
  let smallest = Infinity;
  const at = (i: number, d: number): number => part.positions[(part.indices[i] as number) * 3 + d] as number;
  for (let i = 0; i < part.indices.length; i += 3) {
    const area = 0.5 * ((at(i + 1, 0) - at(i, 0)) * (at(i + 2, 1) - at(i, 1)) - (at(i + 2, 0) - at(i, 0)) * (at(i + 1, 1) - at(i, 1)));
    total += area;
    smallest = Math.min(smallest, area);
  }
  return { total, smallest };
}

const part = (mesh: RoadMesh, kind: string): Part => {
  const found = mesh.surfaces.find((s) => s.kind === kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found;
};

describe("mesh", () => {
  test("every surface faces up and indices stay inside", () => {
    for (const name of fixtureNames) {
      const mesh = fixture(name).mesh();
      for (const s of mesh.surfaces) {
        expect(Math.max(...s.indices)).toBeLessThan(s.positions.length / 3);
        if (s.kind !== "curb") expect(planArea(s).smallest, `${name} ${s.kind}`).toBeGreaterThan(-1e-3);
        expect(s.positions.every((v) => Number.isFinite(v))).toBe(true);
      }
    }
  });

  test("the area of the lanes is their length times their width", () => {
    const map = fixture("t-junction");
    const mesh = map.mesh();
    // Two sidewalks of 90 m by 2 m.
    expect(planArea(part(mesh, "sidewalk")).total).toBeCloseTo(360, 3);
    // Arms 2 * (90 + 100 + 90) * 3.5; the extra lane opens over 20 m; connecting roads: straights, and turns about radii 8.25 and 11.75.
    const opening = 10 * 3.5 + 50 * 3.5;
    const turns = 3.5 * (Math.PI / 2) * (8.25 * 2 + 11.75 * 2);
    expect(Math.abs(planArea(part(mesh, "driving")).total - (2 * 280 * 3.5 + opening + 2 * 20 * 3.5 + turns))).toBeLessThan(2);
  });

  test("vertices lie on the surface the queries give", () => {
    const map = fixture("shapes");
    const { positions } = part(map.mesh(), "driving");
    for (let i = 0; i < positions.length; i += 3) {
      const found = map.locate(positions[i] as number, positions[i + 1] as number);
      const p = found === undefined ? undefined : map.pointAt(found.road, found.sM, found.tM);
      expect(Math.abs((p?.zM ?? NaN) - (positions[i + 2] as number))).toBeLessThan(1e-3);
    }
  });

  test("edges stay within 5 cm of the true curve", () => {
    const map = fixture("shapes");
    const { positions, indices } = part(map.mesh(), "driving");
    for (let i = 0; i < indices.length; i += 3) {
      const at = (k: number, d: number): number => positions[(indices[i + k] as number) * 3 + d] as number;
      const [x, y, z] = [0, 1, 2].map((d) => (at(0, d) + at(1, d) + at(2, d)) / 3) as [number, number, number];
      const found = map.locate(x, y);
      const p = found === undefined ? undefined : map.pointAt(found.road, found.sM, found.tM);
      expect(found?.distanceM).toBeLessThan(0.05);
      expect(Math.abs((p?.zM ?? NaN) - z)).toBeLessThan(0.05);
    }
  });

  test("raised sidewalks have upright faces", () => {
    const curb = part(fixture("t-junction").mesh(), "curb");
    const heights = new Set([...curb.positions].filter((_, i) => i % 3 === 2).map((z) => z.toFixed(2)));
    expect([...heights].sort()).toEqual(["0.00", "0.12"]);
    expect(Math.abs(planArea(curb).total)).toBeLessThan(1e-3);
  });

  test("marks come by kind and colour; dashes cover their share", () => {
    const mesh = fixture("motorway-exit").mesh();
    expect(mesh.marks.map((m) => [m.kind, m.colour])).toEqual([["broken", "white"], ["solid", "white"]]);
    // Broken: 3 m of 9: 2 * 23 dashes (22 of 3 m and one cut at 200 m) on road 1, 23 on road 2.
    const dashes = 3 * (22 * 3 + 2);
    const broken = mesh.marks[0] as Part;
    expect(planArea(broken).total).toBeCloseTo(dashes * 0.12, 2);
    expect(planArea(broken).smallest).toBeGreaterThan(0);
  });

  test("a map far out is given relative to an origin", () => {
    const text = fixtureText("left-hand").replace('x="0" y="0"', 'x="500000.25" y="5800000.5"');
    const mesh = parseOpenDrive(text, "far.xodr").network?.mesh();
    expect(mesh?.origin).toEqual({ xM: 500050, yM: 5800002, zM: 0 });
    expect(mesh?.bounds.minX).toBeCloseTo(500000.25, 6);
    expect(Math.abs(mesh?.surfaces[0]?.positions[0] ?? 999)).toBeLessThan(51);
    expect(fixture("left-hand").mesh().origin).toBeUndefined();
  });
});

describe("road marks become strokes", () => {
  const mark = (type: string, more: Partial<RoadMark> = {}): RoadMark => ({ sM: 10, sEndM: 20, type, bold: false, colour: "white", widthM: 0.1, laneChange: undefined, lines: [], sway: new Float64Array(0), ...more });
  const spans = (m: RoadMark, lane: number): number[][] => markLines(m, lane).map((s) => [s.fromM, s.toM, s.tOffsetM]);

  test("by type, when the map gives no pattern", () => {
    expect(spans(mark("solid"), -1)).toEqual([[10, 20, 0]]);
    expect(spans(mark("broken"), -1)).toEqual([[10, 13, 0], [19, 20, 0]]);
    expect(spans(mark("none"), -1)).toEqual([]);
    expect(spans(mark("solid broken"), -1)).toEqual([[10, 20, 0.1], [10, 13, -0.1], [19, 20, -0.1]]);
    expect(spans(mark("solid broken"), 2)).toEqual([[10, 20, -0.1], [10, 13, 0.1], [19, 20, 0.1]]);
  });

  test("by its lines, when it does; a pattern finer than a decimetre is a continuous line", () => {
    const line = { lengthM: 2, spaceM: 2, tOffsetM: 0.5, sOffsetM: 1, widthM: 0.2, colour: "yellow", once: false };
    expect(spans(mark("broken", { lines: [line] }), 0)).toEqual([[11, 13, 0.5], [15, 17, 0.5], [19, 20, 0.5]]);
    expect(spans(mark("broken", { lines: [{ ...line, once: true }] }), 0)).toEqual([[11, 13, 0.5]]);
    expect(spans(mark("broken", { lines: [{ ...line, lengthM: 1e-9, spaceM: 1e-9 }] }), 0)).toEqual([[11, 20, 0.5]]);
  });
});

describe("GeoJSON", () => {
  test("lanes are closed rings about the origin, with centre lines in driving direction", () => {
    const collection = mapGeoJson(fixture("t-junction"));
    const area = collection.features.find((f) => f.id === "1/-1/0");
    const centre = collection.features.find((f) => f.id === "1/1/0/centre");
    if (area?.geometry.type !== "Polygon" || centre?.geometry.type !== "LineString") throw new Error("lanes are missing");
    const ring = area.geometry.coordinates[0] ?? [];
    expect(ring[0]).toEqual(ring[ring.length - 1]);
    for (const [lon, lat] of ring) {
      expect(Math.abs(lon - 13.25)).toBeLessThan(0.0016);
      expect(Math.abs(lat - 52.5)).toBeLessThan(0.0001);
    }
    // Lane 1 drives west.
    const line = centre.geometry.coordinates;
    expect((line[0] as readonly number[])[0]).toBeGreaterThan((line[line.length - 1] as readonly number[])[0] as number);
    expect(area.properties).toMatchObject({ road: "1", lane: -1, laneType: "driving", direction: 1, part: "area", lengthM: 90 });
    expect(collection.features.length).toBe(2 * (4 + 2 + 3 + 2 + 6) + 2);
  });
});
