import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cos, sin } from "../../fleet-core/kernel/math/index.ts";
import { createBodyGrid } from "./grid.ts";
import { boxDistanceM, boxesOverlap, gapAheadM, type GroundBox, type MovingBox, separationM, timeToContactS } from "./overlap.ts";

const coordinate = fc.double({ min: -500, max: 500, noNaN: true });
const crowded = fc.double({ min: -40, max: 40, noNaN: true });
const point = fc.oneof(fc.tuple(coordinate, coordinate), fc.tuple(crowded, crowded), fc.tuple(crowded, crowded));

describe("body grid", () => {
  it("answers what asking every body answers, in ascending order, after any number of rebuilds", () => {
    fc.assert(fc.property(fc.array(fc.array(point, { maxLength: 150 }), { minLength: 1, maxLength: 3 }), point, fc.double({ min: 0, max: 300, noNaN: true }), fc.constantFrom(5, 50, 128), (worlds, [x, y], radius, cell) => {
      const grid = createBodyGrid(cell);
      const out = new Int32Array(200);
      for (const world of worlds) {
        const xs = Float64Array.from(world, (p) => p[0]);
        const ys = Float64Array.from(world, (p) => p[1]);
        grid.rebuild(world.length, xs, ys);
        const n = grid.near(x, y, radius, out);
        const expected = world.flatMap(([px, py], i) => ((px - x) * (px - x) + (py - y) * (py - y) <= radius * radius ? [i] : []));
        expect([...out.subarray(0, n)]).toEqual(expected);
      }
    }), { numRuns: 400, seed: 1 });
  });
});

const dimension = fc.double({ min: 0.3, max: 15, noNaN: true });
const box: fc.Arbitrary<MovingBox> = fc.record({
  xM: fc.double({ min: -15, max: 15, noNaN: true }),
  yM: fc.double({ min: -15, max: 15, noNaN: true }),
  yawRad: fc.double({ min: -7, max: 7, noNaN: true }),
  lengthM: dimension,
  widthM: dimension,
  vxMps: fc.double({ min: -20, max: 20, noNaN: true }),
  vyMps: fc.double({ min: -20, max: 20, noNaN: true }),
});

/** Shortest distance found by walking a fine lattice over `a` and measuring to `b`; an upper bound, tight to the lattice. */
function sampledDistanceM(a: GroundBox, b: GroundBox): number {
  const steps = 60;
  const ca = cos(a.yawRad);
  const sa = sin(a.yawRad);
  const cb = cos(b.yawRad);
  const sb = sin(b.yawRad);
  let best = Infinity;
  for (let i = 0; i <= steps; i += 1) {
    for (let j = 0; j <= steps; j += 1) {
      const l = (i / steps - 0.5) * a.lengthM;
      const w = (j / steps - 0.5) * a.widthM;
      const x = a.xM + l * ca - w * sa - b.xM;
      const y = a.yM + l * sa + w * ca - b.yM;
      const dl = Math.max(0, Math.abs(x * cb + y * sb) - b.lengthM / 2);
      const dw = Math.max(0, Math.abs(y * cb - x * sb) - b.widthM / 2);
      best = Math.min(best, Math.sqrt(dl * dl + dw * dw));
    }
  }
  return best;
}
const latticeM = (a: GroundBox): number => Math.sqrt(a.lengthM * a.lengthM + a.widthM * a.widthM) / 60;

describe("boxes", () => {
  it("overlap and distance equal what a fine lattice finds", () => {
    fc.assert(fc.property(box, box, (a, b) => {
      const sampled = sampledDistanceM(a, b);
      const distance = boxDistanceM(a, b);
      expect(distance).toBeLessThanOrEqual(sampled + 1e-9);
      expect(distance).toBeGreaterThanOrEqual(sampled - latticeM(a));
      expect(boxesOverlap(a, b)).toBe(distance === 0);
      if (sampled > latticeM(a)) expect(boxesOverlap(a, b)).toBe(false);
      if (sampled === 0) expect(boxesOverlap(a, b)).toBe(true);
    }), { numRuns: 300, seed: 2 });
  });

  it("does not care which box is asked first; separation is a lower bound of the distance", () => {
    fc.assert(fc.property(box, box, (a, b) => {
      expect(boxesOverlap(a, b)).toBe(boxesOverlap(b, a));
      expect(Math.abs(boxDistanceM(a, b) - boxDistanceM(b, a))).toBeLessThan(1e-9);
      expect(Math.max(0, separationM(a, b))).toBeLessThanOrEqual(boxDistanceM(a, b) + 1e-9);
    }), { numRuns: 100, seed: 3 });
  });

  it("at the time to contact the boxes touch, and not before", () => {
    const moved = (m: MovingBox, t: number): MovingBox => ({ ...m, xM: m.xM + m.vxMps * t, yM: m.yM + m.vyMps * t });
    fc.assert(fc.property(box, box, (a, b) => {
      const t = timeToContactS(a, b);
      if (t === Infinity) {
        for (let i = 0; i <= 50; i += 1) expect(separationM(moved(a, i / 10), moved(b, i / 10))).toBeGreaterThan(-1e-6);
      } else if (t < 1e4) {
        expect(Math.abs(Math.max(0, separationM(moved(a, t), moved(b, t))))).toBeLessThan(1e-6);
        for (let i = 0; i < 20; i += 1) expect(boxesOverlap(moved(a, (t * i) / 20), moved(b, (t * i) / 20))).toBe(t === 0);
        if (boxesOverlap(a, b)) expect(t).toBe(0);
      }
    }), { numRuns: 300, seed: 4 });
  });

  it("driving straight on for the gap ahead touches or nearly touches, never overlaps before", () => {
    fc.assert(fc.property(box, box, (ego, other) => {
      const gap = gapAheadM(ego, other);
      if (gap === undefined || gap === 0) return;
      const at = (d: number): GroundBox => ({ ...ego, xM: ego.xM + d * cos(ego.yawRad), yM: ego.yM + d * sin(ego.yawRad) });
      for (let i = 0; i < 10; i += 1) expect(separationM(at((gap * i) / 10), other)).toBeGreaterThan(-1e-9);
    }), { numRuns: 100, seed: 5 });
  });
});
