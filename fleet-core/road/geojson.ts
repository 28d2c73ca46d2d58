/**
 * The lanes as GeoJSON (RFC 7946): one polygon and one centre line per lane and lane section, longitude and latitude in
 * degrees. Map coordinates plus the header's offset are taken as east and north of the origin the geoReference names;
 * an origin that is not named is 0, 0. Good to centimetres within some kilometres of the origin.
 */
import { createEnuFrame } from "../kernel/frames.ts";
import { cos, sin } from "../kernel/math/index.ts";
import type { LaneInfo, RoadNetwork } from "./types.ts";

export type Position = readonly [number, number, number];

export interface LaneFeature {
  readonly type: "Feature";
  readonly id: string;
  readonly properties: { readonly road: string; readonly lane: number; readonly laneType: string; readonly direction: 1 | -1; readonly part: "area" | "centre"; readonly speedLimitMps: number | null; readonly lengthM: number };
  readonly geometry: { readonly type: "Polygon"; readonly coordinates: readonly (readonly Position[])[] } | { readonly type: "LineString"; readonly coordinates: readonly Position[] };
}

export interface LaneCollection {
  readonly type: "FeatureCollection";
  readonly name: string;
  readonly features: readonly LaneFeature[];
}

const STEP_STRAIGHT_M = 25;
const STEP_CURVE_M = 2;
/** About a tenth of a millimetre. */
const DECIMALS = 1e9;

export function mapGeoJson(network: RoadNetwork): LaneCollection {
  const frame = createEnuFrame(network.originLatDeg, network.originLonDeg, 0);
  const shift = network.headerOffset ?? { xM: 0, yM: 0, zM: 0, headingRad: 0 };
  const cosShift = cos(shift.headingRad);
  const sinShift = sin(shift.headingRad);
  const out = new Float64Array(3);
  const position = (xM: number, yM: number, zM: number): Position => {
    const [lat, lon, alt] = frame.toGeodetic(xM * cosShift - yM * sinShift + shift.xM, xM * sinShift + yM * cosShift + shift.yM, zM + shift.zM, out) as unknown as [number, number, number];
    return [Math.round(lon * DECIMALS) / DECIMALS, Math.round(lat * DECIMALS) / DECIMALS, Math.round(alt * 1000) / 1000];
  };

  const features: LaneFeature[] = [];
  for (const road of network.roads) {
    for (const lane of lanesOf(network, road)) {
      const places = stations(network, lane);
      const left: Position[] = [];
      const right: Position[] = [];
      const centre: Position[] = [];
      for (const sM of places) {
        const half = 0.5 * (network.laneWidthM(road, lane.lane, sM) ?? 0);
        for (const [list, offsetM] of [[right, -half], [centre, 0], [left, half]] as const) {
          const p = network.pointOfLane({ road, lane: lane.lane, sM, offsetM });
          if (p !== undefined) list.push(position(p.xM, p.yM, p.zM));
        }
      }
      const ring = [...right, ...left.reverse()];
      if (centre.length < 2 || ring.length < 4) continue;
      ring.push(ring[0] as Position);
      const limit = lane.speedLimitMps;
      const properties = { road, lane: lane.lane, laneType: lane.type, direction: lane.direction, speedLimitMps: limit === undefined || limit === Infinity ? null : limit, lengthM: lane.sEndM - lane.sStartM };
      const id = `${road}/${lane.lane}/${lane.sStartM}`;
      features.push({ type: "Feature", id, properties: { ...properties, part: "area" }, geometry: { type: "Polygon", coordinates: [ring] } });
      features.push({ type: "Feature", id: `${id}/centre`, properties: { ...properties, part: "centre" }, geometry: { type: "LineString", coordinates: lane.direction > 0 ? centre : centre.reverse() } });
    }
  }
  return { type: "FeatureCollection", name: network.name, features };
}

/** Every lane of every section once, in order of s. */
function lanesOf(network: RoadNetwork, road: string): LaneInfo[] {
  const lengthM = network.roadLengthM(road) ?? 0;
  const found = new Map<string, LaneInfo>();
  let sM = 0;
  while (sM < lengthM) {
    const lanes = network.lanesAt(road, sM);
    let next = lengthM;
    for (const lane of lanes) {
      const key = `${lane.lane}/${lane.sStartM}`;
      if (!found.has(key)) found.set(key, lane);
      if (lane.sEndM > sM) next = Math.min(next, lane.sEndM);
    }
    // Without lanes here, look again a little further on.
    sM = lanes.length === 0 ? sM + 1 : next;
  }
  return [...found.values()];
}

function stations(network: RoadNetwork, lane: LaneInfo): number[] {
  const places: number[] = [];
  // The end belongs to the next section: stay just inside.
  const endM = lane.sEndM - 1e-9;
  let sM = lane.sStartM;
  while (sM < endM) {
    places.push(sM);
    const here = network.pointAt(lane.road, sM, 0);
    const ahead = network.pointAt(lane.road, Math.min(endM, sM + STEP_STRAIGHT_M), 0);
    const middle = network.pointAt(lane.road, Math.min(endM, sM + 0.5 * STEP_STRAIGHT_M), 0);
    const straight = here !== undefined && ahead !== undefined && middle !== undefined && Math.max(Math.abs(here.curvature), Math.abs(ahead.curvature), Math.abs(middle.curvature)) < 1e-6;
    sM += straight ? STEP_STRAIGHT_M : STEP_CURVE_M;
  }
  places.push(endM);
  return places;
}
