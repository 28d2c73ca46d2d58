/**
 * Mercator, Web Mercator, Equidistant Cylindrical and plain degrees. Sources: Snyder (USGS 1395, 1987) section 7, EPSG
 * guidance note 7-2 methods 9804, 9805, 1024, 1028, 1029. Must never give a place beyond a pole.
 */
import { asinh, atan, sin, cos, sinh } from "../../kernel/math/index.ts";
import type { Ellipsoid } from "./ellipsoid.ts";
import { conformalTan, ellipsoidOf, parallel, tanFromConformal } from "./ellipsoid.ts";
import type { Projection, ProjectionSettings } from "./projection.ts";
import { HALF_PI } from "./projection.ts";
import { createRectifier } from "./transverse-mercator.ts";

/** `latTs`, the latitude of true scale, counts before k0. */
export function createMercator(ellipsoid: Ellipsoid, { latTs, k0 }: ProjectionSettings): Projection {
  const scale = ellipsoid.aM * (latTs === undefined ? k0 : parallel(ellipsoid, latTs));
  return {
    forward(lat, lon, out) {
      if (Math.abs(lat) >= HALF_PI - 1e-12) return false;
      out[0] = scale * lon;
      out[1] = scale * asinh(conformalTan(ellipsoid, sin(lat) / cos(lat)));
      return true;
    },
    inverse(xM, yM, out) {
      if (Math.abs(yM / scale) > 40) return false;
      out[0] = atan(tanFromConformal(ellipsoid, sinh(yM / scale)));
      out[1] = xM / scale;
      return true;
    },
  };
}

/** Latitudes of the ellipsoid taken as if on a sphere of its equatorial radius (EPSG 3857). */
export const createWebMercator = (ellipsoid: Ellipsoid, settings: ProjectionSettings): Projection => createMercator(ellipsoidOf(ellipsoid.aM, 0), { ...settings, latTs: undefined });

export function createEquidistant(ellipsoid: Ellipsoid, { lat0, latTs }: ProjectionSettings): Projection {
  const { meridianM, latOfMeridian, radiusM } = createRectifier(ellipsoid);
  const scale = ellipsoid.aM * parallel(ellipsoid, latTs ?? 0);
  const y0 = meridianM(lat0);
  return {
    forward(lat, lon, out) {
      out[0] = scale * lon;
      out[1] = meridianM(lat) - y0;
      return true;
    },
    inverse(xM, yM, out) {
      if (Math.abs(yM + y0) > radiusM * HALF_PI * (1 + 1e-12)) return false;
      out[0] = latOfMeridian(yM + y0);
      out[1] = xM / scale;
      return true;
    },
  };
}
