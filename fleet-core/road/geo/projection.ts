/**
 * The common face of map projections: latitude and longitude from the central meridian [rad] to metres east and north
 * of the projection's own origin, and back. False where the projection does not reach; `out` is undefined then.
 */
export interface Projection {
  /** `lon` is relative to the central meridian, in (-π, π]. Writes x, y. */
  forward(lat: number, lon: number, out: Float64Array): boolean;
  /** Writes latitude and relative longitude. */
  inverse(xM: number, yM: number, out: Float64Array): boolean;
}

/** What a proj4 text says about a projection, angles in rad. */
export interface ProjectionSettings {
  readonly lat0: number;
  readonly lat1: number | undefined;
  readonly lat2: number | undefined;
  readonly latTs: number | undefined;
  readonly k0: number;
}

export const HALF_PI = Math.PI / 2;
