/** Where a pedestrian steps out in front of a vehicle: on its own lane ahead, from the road's right edge. */
import type { RoadNetwork } from "../../fleet-core/road/types.ts";
import { cos, sin } from "../../fleet-core/kernel/math/index.ts";
import { steppingOutAheadM, type CrossingPlace } from "../traffic/pedestrian.ts";
import type { Body } from "./body.ts";

/** Used where the map shows no road edge: from this far on each side. */
const SIDE_M = 4;

/**
 * Place on the lane ahead of `target` by the fault's severity (see contract/fault.ts). Off the map: straight ahead.
 */
export function crossingPlace(map: RoadNetwork, target: Body, severity: number): CrossingPlace {
  const { pose, box } = target;
  const aheadM = box.centreXM + box.lengthM / 2 + steppingOutAheadM(severity, pose.speedMps);
  const lane = map.locate(pose.xM, pose.yM, { headingRad: pose.yawRad, drivableOnly: true, withinM: 10 });
  if (lane === undefined) {
    return { xM: pose.xM + cos(pose.yawRad) * aheadM, yM: pose.yM + sin(pose.yawRad) * aheadM, zM: pose.zM, headingRad: pose.yawRad, toRightM: SIDE_M, toLeftEdgeM: SIDE_M };
  }
  const path = map.straightOn({ road: lane.road, lane: lane.lane, sM: lane.sM, offsetM: 0 }, aheadM + 1);
  let i = 0;
  while (i + 1 < path.sM.length && (path.sM[i + 1] as number) <= aheadM) i += 1;
  const xM = path.xM[i] as number;
  const yM = path.yM[i] as number;
  const headingRad = path.headingRad[i] as number;
  const there = map.locate(xM, yM, { headingRad, drivableOnly: true, withinM: 5 });
  const edges = there === undefined ? undefined : roadEdges(map, there.road, there.lane, there.sM);
  return { xM, yM, zM: path.zM[i] as number, headingRad, toRightM: edges?.rightM ?? SIDE_M, toLeftEdgeM: edges?.leftM ?? SIDE_M };
}

/** Distances from a lane's centre to the road's outer edges, right and left of its driving direction. */
function roadEdges(map: RoadNetwork, road: string, lane: number, sM: number): { rightM: number; leftM: number } | undefined {
  const centre = map.laneCentreT(road, lane, sM);
  const lanes = map.lanesAt(road, sM);
  const own = lanes.find((info) => info.lane === lane);
  if (centre === undefined || own === undefined) return undefined;
  let low = centre;
  let high = centre;
  for (const info of lanes) {
    const t = map.laneCentreT(road, info.lane, sM);
    const width = map.laneWidthM(road, info.lane, sM);
    if (t === undefined || width === undefined) continue;
    low = Math.min(low, t - width / 2);
    high = Math.max(high, t + width / 2);
  }
  const [below, above] = [Math.max(centre - low, 1), Math.max(high - centre, 1)];
  return own.direction === 1 ? { rightM: below, leftM: above } : { rightM: above, leftM: below };
}
