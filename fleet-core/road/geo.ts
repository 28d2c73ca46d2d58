/**
 * Between the map and the Earth: latitude and longitude of map points and back, by the map's own geoReference. The
 * header's offset belongs to it: projected coordinates = R(hdg) · map + (x, y, z), the formula ASAM OSI gives for its
 * proj_frame_offset (turned about the map's origin, then moved); the map itself is never moved.
 */
import { cos, sin } from "../kernel/math/index.ts";
import { degFromRad, radFromDeg } from "../kernel/units.ts";
import type { Ellipsoid } from "./geo/ellipsoid.ts";
import { ellipsoids, shiftDatum } from "./geo/ellipsoid.ts";
import type { ReferenceSystem } from "./geo/proj4.ts";
import { readProj4 } from "./geo/proj4.ts";

export interface GeoFrame {
  /** proj4 name of the projection. */
  readonly projection: string;
  /** Writes WGS84 latitude, longitude [deg, (-180, 180]] and height [m]; undefined where the projection does not reach. Heights pass through (plus the header's z offset). */
  toGeodetic(xM: number, yM: number, zM: number, out?: Float64Array): Float64Array | undefined;
  /** Writes map x, y, z [m] of a WGS84 place; undefined where the projection does not reach. The exact inverse of `toGeodetic`. */
  fromGeodetic(latDeg: number, lonDeg: number, altM: number, out?: Float64Array): Float64Array | undefined;
}

export interface HeaderOffset {
  readonly xM: number;
  readonly yM: number;
  readonly zM: number;
  readonly headingRad: number;
}

export interface GeoReference {
  readonly frame: GeoFrame | undefined;
  readonly problems: readonly { readonly message: string; readonly expected?: string }[];
}

/** `text`: proj4, or EPSG:code for the common ones. */
export function readGeoReference(text: string, offset: HeaderOffset): GeoReference {
  const { system, problems } = readProj4(text);
  return { frame: system === undefined ? undefined : createGeoFrame(system, offset), problems };
}

const TURN = 2 * Math.PI;
const wrapped = (lon: number): number => {
  const turns = Math.round(lon / TURN);
  const l = lon - turns * TURN;
  return l <= -Math.PI ? l + TURN : l;
};

function createGeoFrame(system: ReferenceSystem, offset: HeaderOffset): GeoFrame {
  const { projection, ellipsoid, lon0, falseEastM, falseNorthM, unitM, shift } = system;
  const wgs84 = ellipsoids.get("WGS84") as Ellipsoid;
  const cosTurn = cos(offset.headingRad);
  const sinTurn = sin(offset.headingRad);
  const place = new Float64Array(3);
  return {
    projection: system.name,
    toGeodetic(xM, yM, zM, out = new Float64Array(3)) {
      const x = xM * cosTurn - yM * sinTurn + offset.xM;
      const y = xM * sinTurn + yM * cosTurn + offset.yM;
      if (!(Number.isFinite(x) && Number.isFinite(y) && Number.isFinite(zM))) return undefined;
      if (projection === undefined) {
        if (Math.abs(y) > 90 || Math.abs(x) > 360) return undefined;
        place[0] = radFromDeg(y);
        place[1] = radFromDeg(x);
      } else if (!projection.inverse(x * unitM - falseEastM, y * unitM - falseNorthM, place)) return undefined;
      // More than a turn away from the central meridian is off the map.
      if (!(Math.abs(place[1] as number) <= TURN)) return undefined;
      place[1] = wrapped((place[1] as number) + lon0);
      if (shift !== undefined) shiftDatum(ellipsoid, wgs84, shift, 1, place[0] as number, place[1] as number, 0, place);
      if (!Number.isFinite((place[0] as number) + (place[1] as number))) return undefined;
      out[0] = degFromRad(place[0] as number);
      out[1] = degFromRad(place[1] as number);
      out[2] = zM + offset.zM;
      return out;
    },
    fromGeodetic(latDeg, lonDeg, altM, out = new Float64Array(3)) {
      if (!(Math.abs(latDeg) <= 90 && Math.abs(lonDeg) <= 720 && Number.isFinite(altM))) return undefined;
      place[0] = radFromDeg(latDeg);
      place[1] = radFromDeg(lonDeg);
      if (shift !== undefined) {
        // The map lies on its own ellipsoid: find the WGS84 height whose place there has height 0.
        let heightM = 0;
        for (let round = 0; round < 3; round += 1) {
          shiftDatum(wgs84, ellipsoid, shift, -1, radFromDeg(latDeg), radFromDeg(lonDeg), heightM, place);
          heightM -= place[2] as number;
        }
      }
      const lon = wrapped((place[1] as number) - lon0);
      if (projection === undefined) {
        const lat = place[0] as number;
        place[0] = degFromRad(lon);
        place[1] = degFromRad(lat);
      } else {
        if (!projection.forward(place[0] as number, lon, place)) return undefined;
        place[0] = ((place[0] as number) + falseEastM) / unitM;
        place[1] = ((place[1] as number) + falseNorthM) / unitM;
      }
      if (!Number.isFinite((place[0] as number) + (place[1] as number))) return undefined;
      const x = (place[0] as number) - offset.xM;
      const y = (place[1] as number) - offset.yM;
      out[0] = x * cosTurn + y * sinTurn;
      out[1] = y * cosTurn - x * sinTurn;
      out[2] = altM - offset.zM;
      return out;
    },
  };
}
