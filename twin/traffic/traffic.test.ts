import { describe, expect, it } from "vitest";
import { createStateHash } from "../../fleet-core/kernel/hash.ts";
import { timeUs } from "../../fleet-core/kernel/time.ts";
import { createBodyGrid } from "./grid.ts";
import { boxesOverlap, gapAheadM, type GroundBox, timeToCollisionS, timeToContactS } from "./overlap.ts";
import { AHEAD_M_MIN, BEYOND_M, createPedestrian, steppingOutAheadM, WALK_MPS } from "./pedestrian.ts";

const squared = (v: number): number => v * v;
const car = (xM: number, yM: number, yawRad = 0): GroundBox => ({ xM, yM, yawRad, lengthM: 4, widthM: 2 });

describe("body grid", () => {
  it("holds far and negative places and grows past its first size", () => {
    const grid = createBodyGrid(10);
    const n = 5000;
    const xs = Float64Array.from({ length: n }, (_, i) => -250_000 + 100 * i);
    grid.rebuild(n, xs, new Float64Array(n));
    const out = new Int32Array(n);
    expect(grid.near(-250_000, 0, 100, out)).toBe(2);
    expect([...out.subarray(0, 2)]).toEqual([0, 1]);
    expect(grid.near(249_900, 0, 150, out)).toBe(2);
    expect([...out.subarray(0, 2)]).toEqual([4998, 4999]);
    expect(grid.near(0, 0, 1e9, out)).toBe(n);
  });

  it("cells that share a bucket are told apart, wherever the crowd is", () => {
    const grid = createBodyGrid(10);
    const out = new Int32Array(16);
    for (let place = -300; place < 300; place += 1) {
      const xs = Float64Array.from({ length: 16 }, (_, i) => place * 10 + (i % 4) * 7);
      const ys = Float64Array.from({ length: 16 }, (_, i) => place * 30 + Math.floor(i / 4) * 7);
      grid.rebuild(16, xs, ys);
      const n = grid.near(place * 10 + 15, place * 30 + 15, 10, out);
      expect([...out.subarray(0, n)]).toEqual(Array.from({ length: 16 }, (_, i) => i).filter((i) => squared((i % 4) * 7 - 15) + squared(Math.floor(i / 4) * 7 - 15) <= 100));
    }
  });

  it("sorts a crowd of more than thirty two by index", () => {
    const grid = createBodyGrid(1);
    const xs = Float64Array.from({ length: 400 }, (_, i) => (i * 37) % 20);
    const ys = Float64Array.from({ length: 400 }, (_, i) => (i * 11) % 20);
    grid.rebuild(400, xs, ys);
    const out = new Int32Array(400);
    const n = grid.near(5, 5, 4, out);
    expect(n).toBeGreaterThan(32);
    expect([...out.subarray(0, n)]).toEqual([...out.subarray(0, n)].sort((a, b) => a - b));
  });

  it("a body at no finite place is a broken assumption", () => {
    expect(() => createBodyGrid(10).rebuild(1, [NaN], [0])).toThrow("body 0 must be at a finite place");
  });
});

describe("boxes", () => {
  it("touching counts as overlap; a millimetre apart does not", () => {
    expect(boxesOverlap(car(0, 0), car(4, 0))).toBe(true);
    expect(boxesOverlap(car(0, 0), car(4.001, 0))).toBe(false);
    expect(boxesOverlap(car(0, 0), car(0, 2.001))).toBe(false);
  });

  it("a corner that reaches between two boxes' sides is found by the axes of either", () => {
    const diamond = car(4.3, 0, Math.PI / 4);
    expect(boxesOverlap({ ...car(0, 0), widthM: 4 }, { ...diamond, lengthM: 4, widthM: 4 })).toBe(true);
    expect(boxesOverlap({ ...car(0, 0), widthM: 4 }, { ...diamond, xM: 3.5, yM: 3.5, lengthM: 4, widthM: 4 })).toBe(false);
  });

  it("the gap is bumper to bumper, in the strip the vehicle covers, in front only", () => {
    expect(gapAheadM(car(0, 0), car(14, 0.5))).toBeCloseTo(10, 12);
    expect(gapAheadM(car(0, 0), car(14, 3))).toBeUndefined();
    expect(gapAheadM(car(0, 0), car(14, 3), 1)).toBeCloseTo(10, 12);
    expect(gapAheadM(car(0, 0), car(-14, 0))).toBeUndefined();
    expect(gapAheadM(car(0, 0), car(3, 0.5))).toBe(0);
    expect(gapAheadM(car(0, 0, Math.PI / 2), car(0, 14, Math.PI / 2))).toBeCloseTo(10, 12);
  });

  it("time to collision is gap over closing speed, 0 in contact, infinite when opening", () => {
    expect(timeToCollisionS(10, 5)).toBe(2);
    expect(timeToCollisionS(0, -5)).toBe(0);
    expect(timeToCollisionS(10, 0)).toBe(Infinity);
    expect(timeToCollisionS(10, -1)).toBe(Infinity);
  });

  it("a crossing that misses never makes contact; one that meets does, at the first touch", () => {
    const ego = { ...car(0, 0), vxMps: 10, vyMps: 0 };
    const crossing = { ...car(30, -10, Math.PI / 2), vxMps: 0, vyMps: 5 };
    expect(timeToContactS(ego, crossing)).toBe(Infinity);
    expect(timeToContactS(ego, { ...crossing, vyMps: 3.2 })).toBeCloseTo(2.7, 9);
    expect(timeToContactS(ego, { ...car(0, 1), vxMps: 0, vyMps: 0 })).toBe(0);
    expect(timeToContactS(ego, { ...car(-10, 0), vxMps: 0, vyMps: 0 })).toBe(Infinity);
  });
});

describe("sudden pedestrian", () => {
  const place = { xM: 100, yM: 50, zM: 2, headingRad: 0, toRightM: 2, toLeftEdgeM: 5 };

  it("steps out three seconds of travel ahead at severity 0 and one at severity 1, never nearer than the minimum", () => {
    expect(steppingOutAheadM(0, 10)).toBe(30);
    expect(steppingOutAheadM(1, 10)).toBe(10);
    expect(steppingOutAheadM(0.5, 10)).toBe(20);
    expect(steppingOutAheadM(1, 2)).toBe(AHEAD_M_MIN);
    expect(steppingOutAheadM(0, -3)).toBe(AHEAD_M_MIN);
  });

  it("walks from the lane's right side to the left at 1.5 m/s and is gone some metres past the road", () => {
    const walker = createPedestrian({ id: "p", startUs: timeUs(1_000_000), place });
    expect([walker.body.xM, walker.body.yM]).toEqual([100, 48]);
    walker.step(timeUs(3_000_000));
    expect(walker.body.yM).toBeCloseTo(48 + 2 * WALK_MPS, 12);
    expect(walker.body.xM).toBeCloseTo(100, 12);
    expect(walker.body.vyMps).toBeCloseTo(WALK_MPS, 12);
    expect(walker.gone).toBe(false);
    walker.step(timeUs(1_000_000 + Math.ceil(((2 + 5 + BEYOND_M) / WALK_MPS) * 1_000_000)));
    expect(walker.gone).toBe(true);
    expect(walker.body.yM).toBeGreaterThan(50 + 5);
  });

  it("crosses at a right angle to any lane heading, whatever the steps in between", () => {
    const north = { ...place, headingRad: Math.PI / 2 };
    const once = createPedestrian({ id: "p", startUs: timeUs(0), place: north });
    const often = createPedestrian({ id: "p", startUs: timeUs(0), place: north });
    expect(once.body.xM).toBeCloseTo(102, 9);
    for (let t = 0; t <= 2_000_000; t += 10_000) often.step(timeUs(t));
    once.step(timeUs(2_000_000));
    const digest = (p: typeof once): string => {
      const hash = createStateHash();
      p.hashInto(hash);
      return hash.digest();
    };
    expect(digest(once)).toBe(digest(often));
    expect(once.body.xM).toBeCloseTo(99, 9);
  });

  it("stays where it was struck", () => {
    const walker = createPedestrian({ id: "p", startUs: timeUs(0), place });
    walker.step(timeUs(1_000_000));
    walker.strike();
    walker.step(timeUs(60_000_000));
    expect(walker.body.yM).toBeCloseTo(49.5, 12);
    expect(walker.body.vyMps).toBe(0);
    expect(walker.gone).toBe(false);
  });
});
