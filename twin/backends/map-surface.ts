/**
 * Road surface under a vehicle as the map names it: OpenDRIVE lane materials. Only reads the map.
 */
import { laneAt } from "../../fleet-core/road/lanes.ts";
import type { RoadModel } from "../../fleet-core/road/model.ts";
import type { LanePosition, RoadMap, RoadNetwork } from "../../fleet-core/road/types.ts";

/** Names the surface at a lane position, as a key of `tyre.friction`; undefined when the map does not say. */
export type SurfaceOf = (at: LanePosition) => string | undefined;

/** Look-up by lane material. Networks that carry no parsed data name nothing. */
export function surfaceOfMap(map: RoadNetwork): SurfaceOf {
  if (!hasModel(map)) return () => undefined;
  const roads = new Map<string, RoadModel>(map.model.roads.map((road) => [road.id, road]));
  return ({ road: id, lane: laneId, sM }) => {
    const road = roads.get(id);
    const lane = road === undefined ? undefined : laneAt(road, laneId, sM);
    if (lane === undefined) return undefined;
    let surface: string | undefined;
    for (const material of lane.materials) if (material.sM <= sM) surface = material.surface;
    return surface;
  };
}

const hasModel = (map: RoadNetwork): map is RoadMap => "model" in map;
