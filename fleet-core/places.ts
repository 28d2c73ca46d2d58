/**
 * Where things are on the map: vehicles by their reported latitude and longitude, stops by road and lane, and how far it
 * is between them. The map frame is the ENU plane at the map's geodetic origin (see `kernel/frames.ts`).
 */
import type { Mission, Stop } from "./contract/mission.ts";
import { createEnuFrame } from "./kernel/frames.ts";
import { err, ok, type Result } from "./kernel/result.ts";
import { yawFromHeadingDeg } from "./kernel/units.ts";
import type { LanePosition, RoadNetwork } from "./road/types.ts";

/** A vehicle farther than this from any drivable lane has no place on the map. */
const OFF_MAP_M = 50;
/** A vehicle that stands this little past a stop is at it, for the agent too; it need not go round the block. */
const AT_STOP_M = 0.5;

/** What the core needs of a map. */
export type CoreMap = Pick<RoadNetwork, "originLatDeg" | "originLonDeg" | "pointOfLane" | "locate" | "route">;

export interface Spot {
  readonly xM: number;
  readonly yM: number;
}

export interface Places {
  /** Map coordinates [m] of a reported place. */
  spotOf(latitudeDeg: number, longitudeDeg: number): Spot;
  /** The lane the vehicle stands on; undefined when it is on none. */
  laneAt(spot: Spot, headingDeg: number): LanePosition | undefined;
  stopSpot(stop: Stop): Spot | undefined;
  /** Length along lanes; undefined when there is no way. */
  routeM(from: LanePosition, to: Stop): number | undefined;
  /** Length of the mission from its first stop to its last (and back to the first when it repeats), or what is wrong. */
  tripM(mission: Mission): Result<number, string>;
}

const positionOf = (stop: Stop): LanePosition => ({ road: stop.road, lane: stop.lane, sM: stop.sM, offsetM: 0 });
const nameOf = (stop: Stop): string => `stop ${stop.name} (road ${stop.road}, lane ${stop.lane}, s ${stop.sM} m)`;

export function createPlaces(map: CoreMap): Places {
  const frame = createEnuFrame(map.originLatDeg, map.originLonDeg, 0);
  const scratch = new Float64Array(3);
  const stopSpot = (stop: Stop): Spot | undefined => map.pointOfLane(positionOf(stop));
  return {
    spotOf(latitudeDeg, longitudeDeg) {
      const [xM = 0, yM = 0] = frame.toEnu(latitudeDeg, longitudeDeg, 0, scratch);
      return { xM, yM };
    },
    laneAt: (spot, headingDeg) => map.locate(spot.xM, spot.yM, { withinM: OFF_MAP_M, drivableOnly: true, headingRad: yawFromHeadingDeg(headingDeg) }),
    stopSpot,
    routeM(from, to) {
      if (from.road === to.road && from.lane === to.lane && Math.abs(from.sM - to.sM) <= AT_STOP_M) return 0;
      return map.route(from, positionOf(to))?.lengthM;
    },
    tripM(mission) {
      const { stops } = mission;
      for (const stop of stops) if (stopSpot(stop) === undefined) return err(`${nameOf(stop)} is not on the map`);
      const legs = mission.repeat && stops.length > 1 ? [...stops, stops[0] as Stop] : stops;
      let lengthM = 0;
      for (let i = 1; i < legs.length; i += 1) {
        const from = legs[i - 1] as Stop;
        const to = legs[i] as Stop;
        const legM = map.route(positionOf(from), positionOf(to))?.lengthM;
        if (legM === undefined) return err(`there is no lane route from ${nameOf(from)} to ${nameOf(to)}`);
        lengthM += legM;
      }
      return ok(lengthM);
    },
  };
}
