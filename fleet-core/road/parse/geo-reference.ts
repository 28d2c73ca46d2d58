/** Reads where on Earth the map's origin lies from a proj4 text. Must never guess: without +lat_0/+lon_0 there is none. */
import { parseXmlNumber } from "../../contract/xml.ts";

export interface GeoOrigin {
  readonly latDeg: number;
  readonly lonDeg: number;
}

export function originOf(proj4: string): GeoOrigin | undefined {
  const value = (key: string): number | undefined => {
    const found = new RegExp(`(?:^|\\s)\\+${key}\\s*=\\s*(\\S+)`).exec(proj4);
    return found === null ? undefined : parseXmlNumber(found[1] as string);
  };
  const latDeg = value("lat_0");
  const lonDeg = value("lon_0");
  if (latDeg === undefined || lonDeg === undefined || Math.abs(latDeg) > 90 || Math.abs(lonDeg) > 360) return undefined;
  return { latDeg, lonDeg };
}
