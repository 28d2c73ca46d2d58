import { expect, test } from "vitest";
import type { RoadMesh } from "../../fleet-core/road/types.ts";
import { createRoadGrid } from "./road-grid.ts";

/** A strip 200 m long and 8 m wide along x, climbing to 10 m at its end. */
const strip: RoadMesh = {
  surfaces: [{ kind: "driving", positions: new Float32Array([0, -4, 0, 200, -4, 10, 200, 4, 10, 0, 4, 0]), indices: new Uint32Array([0, 1, 2, 0, 2, 3]) }],
  marks: [],
  bounds: { minX: 0, minY: -4, maxX: 200, maxY: 4 },
};

test("the distance from the road is right to about a cell, on it zero", () => {
  const grid = createRoadGrid(strip, 100);
  expect(grid.distanceM(100, 0)).toBe(0);
  for (const d of [20, 50, 80]) expect(Math.abs(grid.distanceM(100, 4 + d) - d)).toBeLessThan(grid.cellM * 1.5);
});

test("beside a climbing road the land knows the road's height", () => {
  const grid = createRoadGrid(strip, 100);
  expect(grid.heightM(100, 30)).toBeCloseTo(5, 0);
  expect(grid.flat).toBe(false);
  expect(grid.lowestM(100, 0, 10)).toBeLessThanOrEqual(5);
  expect(grid.lowestM(100, 80, 10)).toBeUndefined();
});

test("a map with no surface at all still answers", () => {
  const grid = createRoadGrid({ surfaces: [], marks: [], bounds: { minX: 0, minY: 0, maxX: 1, maxY: 1 } }, 50);
  expect(grid.flat).toBe(true);
  expect(grid.distanceM(0, 0)).toBeGreaterThan(100);
  expect(grid.heightM(0, 0)).toBe(0);
});
