/**
 * The map as GeoJSON (RFC 7946): one polygon and one centre line per lane and lane section, what stands along the roads as
 * polygons, signals as points; longitude and latitude in degrees, by the map's georeference. A map without one is laid
 * about 0, 0, and `georeferenced` says so.
 */
import { readGeoReference } from "./geo.ts";
import type { GeoFrame } from "./geo.ts";
import { area } from "./object-mesh.ts";
import { objectShapes } from "./objects.ts";
import type { LaneInfo, RoadMap, RoadNetwork } from "./types.ts";

export type Position = readonly [number, number, number];

export interface LaneFeature {
  readonly type: "Feature";
  readonly id: string;
  readonly properties: { readonly road: string; readonly lane: number; readonly laneType: string; readonly direction: 1 | -1; readonly part: "area" | "centre"; readonly speedLimitMps: number | null; readonly lengthM: number };
  readonly geometry: { readonly type: "Polygon"; readonly coordinates: readonly (readonly Position[])[] } | { readonly type: "LineString"; readonly coordinates: readonly Position[] };
}

export interface ObjectFeature {
  readonly type: "Feature";
  readonly id: string;
  readonly properties: { readonly part: "object"; readonly road: string; readonly object: string; readonly name: string; readonly objectType: string; readonly heightM: number };
  readonly geometry: { readonly type: "Polygon"; readonly coordinates: readonly (readonly Position[])[] } | { readonly type: "LineString"; readonly coordinates: readonly Position[] };
}

export interface SignalFeature {
  readonly type: "Feature";
  readonly id: string;
  readonly properties: { readonly part: "signal"; readonly road: string; readonly signal: string; readonly refersTo: string | null; readonly country: string; readonly signalType: string; readonly subtype: string; readonly value: number | null; readonly unit: string | null; readonly dynamic: boolean };
  readonly geometry: { readonly type: "Point"; readonly coordinates: Position };
}

export type MapFeature = LaneFeature | ObjectFeature | SignalFeature;

export interface MapCollection {
  readonly type: "FeatureCollection";
  readonly name: string;
  /** False when positions are only laid about 0, 0 because the map does not say where it is. */
  readonly georeferenced: boolean;
  readonly features: readonly MapFeature[];
}

const STEP_STRAIGHT_M = 25;
const STEP_CURVE_M = 2;
/** About a tenth of a millimetre. */
const DECIMALS = 1e9;

export function mapGeoJson(network: RoadMap): MapCollection {
  const frame = network.geo ?? (readGeoReference("+proj=tmerc", { xM: 0, yM: 0, zM: 0, headingRad: 0 }).frame as GeoFrame);
  const out = new Float64Array(3);
  const position = (xM: number, yM: number, zM: number): Position | undefined => {
    if (frame.toGeodetic(xM, yM, zM, out) === undefined) return undefined;
    return [Math.round((out[1] as number) * DECIMALS) / DECIMALS, Math.round((out[0] as number) * DECIMALS) / DECIMALS, Math.round((out[2] as number) * 1000) / 1000];
  };

  const features: MapFeature[] = [];
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
          const place = p === undefined ? undefined : position(p.xM, p.yM, p.zM);
          if (place !== undefined) list.push(place);
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
  let count = 0;
  for (const { object, base, top, closed } of objectShapes(network.model)) {
    const ring: Position[] = [];
    for (const [x, y, z] of base) {
      const at = position(x, y, z);
      if (at !== undefined) ring.push(at);
    }
    if (ring.length < base.length) continue;
    const heightM = top.reduce((most, c, i) => Math.max(most, c[2] - (base[i] as readonly [number, number, number])[2]), 0);
    const properties = { part: "object", road: object.road, object: object.id, name: object.name, objectType: object.type, heightM: Math.round(heightM * 1000) / 1000 } as const;
    // Exterior rings run counter-clockwise.
    const outward = area(base) < 0 ? ring.reverse() : ring;
    features.push({ type: "Feature", id: `object/${object.road}/${object.id}/${count}`, properties, geometry: closed ? { type: "Polygon", coordinates: [[...outward, outward[0] as Position]] } : { type: "LineString", coordinates: ring } });
    count += 1;
  }
  for (const signal of network.signals) {
    const pose = network.signalPose(signal);
    const at = pose === undefined ? undefined : position(pose.xM, pose.yM, pose.zM);
    if (at === undefined) continue;
    const { road, id, refersTo, country, type, subtype, value, unit, dynamic } = signal;
    features.push({ type: "Feature", id: `signal/${road}/${id}${refersTo === undefined ? "" : `/reference/${signal.sM}`}`, properties: { part: "signal", road, signal: id, refersTo: refersTo ?? null, country, signalType: type, subtype, value: value ?? null, unit: unit ?? null, dynamic }, geometry: { type: "Point", coordinates: at } });
  }
  return { type: "FeatureCollection", name: network.name, georeferenced: network.geo !== undefined, features };
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
