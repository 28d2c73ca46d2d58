/**
 * A small road network for tests: roads made of straights and arcs, with lanes of one width, no junction logic. Fills
 * `RoadNetwork` honestly for what agents ask; drawing it is not possible. For tests only.
 */
import { cos, sin, wrapAngle } from "../fleet-core/kernel/math/index.ts";
import type { LanePath, LanePosition, LaneRef, RoadNetwork, RoadPoint } from "../fleet-core/road/types.ts";

export interface TestRoad {
  readonly id: string;
  readonly xM?: number;
  readonly yM?: number;
  readonly headingRad?: number;
  /** Curvature positive to the left. */
  readonly pieces: readonly { readonly lengthM: number; readonly curvature: number }[];
  /** Lane ids: negative right of the reference line and driven towards +s, positive left and driven towards -s. */
  readonly lanes: readonly number[];
  readonly laneWidthM?: number;
  readonly limitMps?: number;
}

interface Laid {
  readonly road: TestRoad;
  readonly lengthM: number;
  readonly widthM: number;
  readonly samples: readonly RoadPoint[];
}

const STEP_M = 0.5;

function pointOn(road: TestRoad, sM: number): RoadPoint {
  let x = road.xM ?? 0;
  let y = road.yM ?? 0;
  let heading = road.headingRad ?? 0;
  let left = sM;
  let curvature = 0;
  for (const [i, piece] of road.pieces.entries()) {
    const ds = i === road.pieces.length - 1 ? left : Math.min(left, piece.lengthM);
    curvature = piece.curvature;
    if (curvature === 0) {
      x += ds * cos(heading);
      y += ds * sin(heading);
    } else {
      const turn = curvature * ds;
      x += (sin(heading + turn) - sin(heading)) / curvature;
      y += (cos(heading) - cos(heading + turn)) / curvature;
      heading += turn;
    }
    left -= ds;
    if (left <= 0) break;
  }
  return { xM: x, yM: y, zM: 0, headingRad: wrapAngle(heading), pitchRad: 0, rollRad: 0, curvature };
}

export function createTestMap(roads: readonly TestRoad[]): RoadNetwork {
  const laid = new Map<string, Laid>();
  for (const road of roads) {
    const lengthM = road.pieces.reduce((sum, piece) => sum + piece.lengthM, 0);
    const samples: RoadPoint[] = [];
    for (let s = 0; s <= lengthM; s += STEP_M) samples.push(pointOn(road, s));
    laid.set(road.id, { road, lengthM, widthM: road.laneWidthM ?? 3.5, samples });
  }
  const centreT = (l: Laid, lane: number): number => (lane < 0 ? lane + 0.5 : lane - 0.5) * l.widthM;
  const directionOf = (lane: number): 1 | -1 => (lane < 0 ? 1 : -1);

  function pointAt(id: string, sM: number, tM: number): RoadPoint | undefined {
    const l = laid.get(id);
    if (l === undefined || sM < 0 || sM > l.lengthM) return undefined;
    const p = pointOn(l.road, sM);
    return { ...p, xM: p.xM - tM * sin(p.headingRad), yM: p.yM + tM * cos(p.headingRad) };
  }

  function lanePath(l: Laid, lane: number, fromM: number, toM: number): LanePath {
    const direction = directionOf(lane);
    const t = centreT(l, lane);
    const span = Math.abs(toM - fromM);
    const n = Math.max(2, Math.ceil(span / STEP_M) + 1);
    const column = (): Float64Array => new Float64Array(n);
    const path = { sM: column(), xM: column(), yM: column(), zM: column(), headingRad: column(), curvature: column(), limitMps: column(), widthM: column() };
    let travelled = 0;
    for (let i = 0; i < n; i += 1) {
      const s = fromM + (direction * span * i) / (n - 1);
      const p = pointAt(l.road.id, Math.min(Math.max(s, 0), l.lengthM), t) as RoadPoint;
      const across = 1 - t * p.curvature;
      if (i > 0) {
        const dx = p.xM - (path.xM[i - 1] as number);
        const dy = p.yM - (path.yM[i - 1] as number);
        travelled += Math.sqrt(dx * dx + dy * dy);
      }
      path.sM[i] = travelled;
      path.xM[i] = p.xM;
      path.yM[i] = p.yM;
      path.headingRad[i] = direction === 1 ? p.headingRad : wrapAngle(p.headingRad + Math.PI);
      path.curvature[i] = (direction * p.curvature) / across;
      path.limitMps[i] = l.road.limitMps ?? Infinity;
      path.widthM[i] = l.widthM;
    }
    return { ...path, lanes: [{ road: l.road.id, lane }], laneIndex: new Uint16Array(n), lengthM: travelled };
  }

  function nearestS(l: Laid, xM: number, yM: number): number {
    let best = 0;
    let bestD2 = Infinity;
    for (const [i, p] of l.samples.entries()) {
      const d2 = (p.xM - xM) * (p.xM - xM) + (p.yM - yM) * (p.yM - yM);
      if (d2 < bestD2) [best, bestD2] = [i, d2];
    }
    const p = l.samples[best] as RoadPoint;
    const along = (xM - p.xM) * cos(p.headingRad) + (yM - p.yM) * sin(p.headingRad);
    return Math.min(Math.max(best * STEP_M + along, 0), l.lengthM);
  }

  return {
    name: "test",
    roads: [...laid.keys()],
    geoReference: undefined,
    originLatDeg: 48.1,
    originLonDeg: 11.6,
    leftHandTraffic: false,
    roadLengthM: (road) => laid.get(road)?.lengthM,
    lanesAt: (road) => (laid.get(road)?.road.lanes ?? []).map((lane) => ({ road, lane, type: "driving", sStartM: 0, sEndM: laid.get(road)?.lengthM ?? 0, direction: directionOf(lane), speedLimitMps: laid.get(road)?.road.limitMps })),
    laneWidthM: (road) => laid.get(road)?.widthM,
    pointAt,
    laneCentreT: (road, lane) => {
      const l = laid.get(road);
      return l === undefined ? undefined : centreT(l, lane);
    },
    pointOfLane(position) {
      const l = laid.get(position.road);
      if (l === undefined || !l.road.lanes.includes(position.lane)) return undefined;
      return pointAt(position.road, position.sM, centreT(l, position.lane) + position.offsetM);
    },
    locate(xM, yM, options) {
      let best: (LanePosition & { tM: number; distanceM: number }) | undefined;
      for (const l of laid.values()) {
        const sM = nearestS(l, xM, yM);
        const p = pointOn(l.road, sM);
        const tM = (yM - p.yM) * cos(p.headingRad) - (xM - p.xM) * sin(p.headingRad);
        for (const lane of l.road.lanes) {
          const offsetM = tM - centreT(l, lane);
          const heading = directionOf(lane) === 1 ? p.headingRad : p.headingRad + Math.PI;
          const wrong = options?.headingRad !== undefined && Math.abs(wrapAngle(options.headingRad - heading)) > Math.PI / 2;
          const distanceM = Math.abs(offsetM) + (wrong ? 100 : 0);
          if (best === undefined || distanceM < best.distanceM) best = { road: l.road.id, lane, sM, offsetM, tM, distanceM };
        }
      }
      return best !== undefined && best.distanceM <= (options?.withinM ?? Infinity) ? best : undefined;
    },
    successors: (): readonly LaneRef[] => [],
    route(from, to) {
      const l = laid.get(from.road);
      if (l === undefined || from.road !== to.road || from.lane !== to.lane || !l.road.lanes.includes(from.lane)) return undefined;
      return (to.sM - from.sM) * directionOf(from.lane) < 0 ? undefined : lanePath(l, from.lane, from.sM, to.sM);
    },
    straightOn(from, lengthM) {
      const l = laid.get(from.road) as Laid;
      const end = directionOf(from.lane) === 1 ? Math.min(l.lengthM, from.sM + lengthM) : Math.max(0, from.sM - lengthM);
      return lanePath(l, from.lane, from.sM, end);
    },
    mesh: () => ({ surfaces: [], marks: [], bounds: { minX: 0, minY: 0, maxX: 0, maxY: 0 } }),
  };
}

