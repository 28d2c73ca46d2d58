import fc from "fast-check";
import { expect, test } from "vitest";
import { fixture, fixtureNames } from "./test-fixtures.ts";

const maps = fixtureNames.map(fixture);
const unit = fc.double({ min: 0, max: 1, noNaN: true });

/** A place inside a lane of one of our maps, away from zero-width lanes. */
const place = fc.tuple(fc.integer({ min: 0, max: maps.length - 1 }), unit, unit, unit, unit).map(([m, r, s, l, o]) => {
  const map = maps[m] as (typeof maps)[number];
  const road = map.roads[Math.min(map.roads.length - 1, Math.floor(r * map.roads.length))] as string;
  const sM = s * (map.roadLengthM(road) as number);
  const lanes = map.lanesAt(road, sM);
  const lane = (lanes[Math.min(lanes.length - 1, Math.floor(l * lanes.length))] as (typeof lanes)[number]).lane;
  const width = map.laneWidthM(road, lane, sM) as number;
  return { map, road, sM, lane, width, offsetM: (o - 0.5) * 0.99 * width };
});

test("s, t -> x, y -> s, t comes back within 1e-6 m", () => {
  fc.assert(
    fc.property(place, ({ map, road, sM, lane, offsetM }) => {
      const p = map.pointOfLane({ road, lane, sM, offsetM });
      const back = map.project(road, p?.xM ?? NaN, p?.yM ?? NaN, Math.max(0, sM - 1));
      expect(Math.abs((back?.sM ?? NaN) - sM)).toBeLessThan(1e-6);
      expect(Math.abs((back?.tM ?? NaN) - ((map.laneCentreT(road, lane, sM) as number) + offsetM))).toBeLessThan(1e-6);
    }),
    { numRuns: 2000 },
  );
});

test("every point of a lane is located inside a lane, at the same place", () => {
  fc.assert(
    fc.property(place, ({ map, road, sM, lane, width, offsetM }) => {
      fc.pre(width > 0.01);
      const p = map.pointOfLane({ road, lane, sM, offsetM });
      const found = map.locate(p?.xM ?? NaN, p?.yM ?? NaN);
      expect(found?.distanceM).toBeLessThan(1e-6);
      const q = map.pointAt(found?.road ?? "", found?.sM ?? NaN, found?.tM ?? NaN);
      expect(Math.abs((q?.xM ?? NaN) - (p?.xM ?? NaN)) + Math.abs((q?.yM ?? NaN) - (p?.yM ?? NaN))).toBeLessThan(1e-6);
      expect(found?.tM).toBeCloseTo((map.laneCentreT(found?.road ?? "", found?.lane ?? 0, found?.sM ?? NaN) as number) + (found?.offsetM ?? NaN), 9);
    }),
    { numRuns: 2000 },
  );
});

test("the answer with its own hint is the answer, wherever the point lies", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: maps.length - 1 }), unit, unit, fc.double({ min: -4, max: 4, noNaN: true }), (m, u, v, headingRad) => {
      const map = maps[m] as (typeof maps)[number];
      const { minX, minY, maxX, maxY } = map.mesh().bounds;
      const [x, y] = [minX + u * (maxX - minX), minY + v * (maxY - minY)];
      const first = map.locate(x, y, { headingRad });
      const second = first === undefined ? undefined : map.locate(x, y, { headingRad, hint: first });
      expect(second?.road).toBe(first?.road);
      expect(second?.lane).toBe(first?.lane);
      expect(Math.abs((second?.sM ?? NaN) - (first?.sM ?? NaN))).toBeLessThan(1e-6);
    }),
    { numRuns: 1000 },
  );
});

test("locate agrees with brute force over all lanes: nothing is nearer", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: maps.length - 1 }), unit, unit, (m, u, v) => {
      const map = maps[m] as (typeof maps)[number];
      const { minX, minY, maxX, maxY } = map.mesh().bounds;
      const [x, y] = [minX - 20 + u * (maxX - minX + 40), minY - 20 + v * (maxY - minY + 40)];
      const found = map.locate(x, y);
      let nearest = Infinity;
      for (const road of map.roads) {
        const lengthM = map.roadLengthM(road) as number;
        for (let i = 0; i <= 100; i += 1) {
          const sM = (lengthM * i) / 100;
          for (const lane of map.lanesAt(road, sM)) {
            const half = 0.5 * (map.laneWidthM(road, lane.lane, sM) as number);
            for (const offsetM of [-half, -0.5 * half, 0, 0.5 * half, half]) {
              const p = map.pointOfLane({ road, lane: lane.lane, sM, offsetM });
              nearest = Math.min(nearest, Math.sqrt(((p?.xM ?? NaN) - x) * ((p?.xM ?? NaN) - x) + ((p?.yM ?? NaN) - y) * ((p?.yM ?? NaN) - y)));
            }
          }
        }
      }
      // The score trades at most the weight of being off the centre against distance.
      expect(found?.distanceM ?? Infinity).toBeLessThan(nearest + 0.1 * nearest + 0.5);
    }),
    { numRuns: 100 },
  );
});
