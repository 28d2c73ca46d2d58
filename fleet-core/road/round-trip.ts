/**
 * How true a map's coordinates are: random places on its lanes are taken to x, y and back. Seeded; for tests, benches
 * and checks. Must never skip a place because it comes back badly.
 */
import type { StateHash } from "../kernel/hash.ts";
import { createStateHash } from "../kernel/hash.ts";
import type { Rng } from "../kernel/rng.ts";
import type { LanePosition, RoadMap, RoadPoint } from "./types.ts";

export interface Sampled {
  readonly position: LanePosition;
  readonly point: RoadPoint;
}

/** A random place inside a lane, roads weighted equally; narrower than 1 cm is no lane to be on. */
export function randomPlace(map: RoadMap, rng: Rng): Sampled {
  for (;;) {
    const road = map.roads[rng.below(map.roads.length)] as string;
    const sM = rng.float() * (map.roadLengthM(road) as number);
    const lanes = map.lanesAt(road, sM);
    if (lanes.length === 0) continue;
    const { lane } = lanes[rng.below(lanes.length)] as (typeof lanes)[number];
    const widthM = map.laneWidthM(road, lane, sM) as number;
    if (widthM < 0.01) continue;
    const position = { road, lane, sM, offsetM: (rng.float() - 0.5) * 0.98 * widthM };
    const point = map.pointOfLane(position);
    if (point !== undefined) return { position, point };
  }
}

export interface RoundTrip {
  /** Largest difference met: of s and t where they are unique, of x and y everywhere, of the distance to the lane. */
  readonly worstM: number;
  readonly worstAt: LanePosition;
  /** Places beyond the centre of the road's curvature: other s and t name the same point there. */
  readonly folded: number;
  readonly hash: string;
}

export function roundTrip(map: RoadMap, places: readonly Sampled[]): RoundTrip {
  const hash: StateHash = createStateHash();
  let worstM = 0;
  let worstAt = (places[0] as Sampled).position;
  let folded = 0;
  for (const { position, point } of places) {
    const { road, lane, sM, offsetM } = position;
    const { xM, yM } = point;
    const tM = (map.laneCentreT(road, lane, sM) as number) + offsetM;
    // Searched from a metre away: the answer must be found, not handed back.
    const back = map.project(road, xM, yM, Math.max(0, sM - 1));
    const found = map.locate(xM, yM);
    const unique = point.curvature * tM < 0.999;
    if (!unique) folded += 1;
    const there = back === undefined ? undefined : map.pointAt(road, back.sM, back.tM);
    const again = found === undefined ? undefined : map.pointAt(found.road, found.sM, found.tM);
    const differences = [
      (there?.xM ?? Infinity) - xM, (there?.yM ?? Infinity) - yM, (again?.xM ?? Infinity) - xM, (again?.yM ?? Infinity) - yM, found?.distanceM ?? Infinity, unique ? (back?.sM ?? Infinity) - sM : 0, unique ? (back?.tM ?? Infinity) - tM : 0,
    ];
    for (const d of differences) {
      if (!(Math.abs(d) > worstM)) continue;
      worstM = Math.abs(d);
      worstAt = position;
    }
    for (const v of [xM, yM, point.zM, found?.sM ?? -1, found?.tM ?? -1]) hash.number(v);
  }
  return { worstM, worstAt, folded, hash: hash.digest() };
}
