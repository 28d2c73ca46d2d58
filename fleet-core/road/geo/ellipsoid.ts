/**
 * Ellipsoids of revolution by their proj4 names, latitudes derived from them, and the shift from a local datum to WGS84.
 * Angles in rad, lengths in m. Must never treat an ellipsoid it does not know as WGS84.
 */
import { asinh, atan, atan2, atanh, cos, sin, sinh } from "../../kernel/math/index.ts";

export interface Ellipsoid {
  readonly aM: number;
  readonly f: number;
  /** First eccentricity and its square; 0 for a sphere. */
  readonly e: number;
  readonly e2: number;
}

export const ellipsoidOf = (aM: number, f: number): Ellipsoid => ({ aM, f, e: Math.sqrt(f * (2 - f)), e2: f * (2 - f) });
const byAxes = (aM: number, bM: number): Ellipsoid => ellipsoidOf(aM, (aM - bM) / aM);
const byRf = (aM: number, rf: number): Ellipsoid => ellipsoidOf(aM, 1 / rf);

/** Names and defining constants as proj4 uses them (EPSG dataset, PROJ documentation). */
export const ellipsoids: ReadonlyMap<string, Ellipsoid> = new Map([
  ["WGS84", byRf(6378137, 298.257223563)],
  ["GRS80", byRf(6378137, 298.257222101)],
  ["WGS72", byRf(6378135, 298.26)],
  ["WGS66", byRf(6378145, 298.25)],
  ["GRS67", byRf(6378160, 298.247167427)],
  ["GSK2011", byRf(6378136.5, 298.2564151)],
  ["PZ90", byRf(6378136, 298.25784)],
  ["IAU76", byRf(6378140, 298.257)],
  ["airy", byRf(6377563.396, 299.3249646)],
  ["mod_airy", byAxes(6377340.189, 6356034.446)],
  ["aust_SA", byRf(6378160, 298.25)],
  ["bessel", byRf(6377397.155, 299.1528128)],
  ["bess_nam", byRf(6377483.865, 299.1528128)],
  ["clrk66", byAxes(6378206.4, 6356583.8)],
  ["clrk80", byRf(6378249.145, 293.4663)],
  ["clrk80ign", byRf(6378249.2, 293.4660212936269)],
  ["evrst30", byRf(6377276.345, 300.8017)],
  ["evrst48", byRf(6377304.063, 300.8017)],
  ["evrst56", byRf(6377301.243, 300.8017)],
  ["evrst69", byRf(6377295.664, 300.8017)],
  ["evrstSS", byRf(6377298.556, 300.8017)],
  ["helmert", byRf(6378200, 298.3)],
  ["hough", byRf(6378270, 297)],
  ["intl", byRf(6378388, 297)],
  ["krass", byRf(6378245, 298.3)],
  ["new_intl", byAxes(6378157.5, 6356772.2)],
  ["danish", byRf(6377019.2563, 300)],
  ["sphere", ellipsoidOf(6370997, 0)],
]);

export interface Datum {
  readonly ellipsoid: string;
  /** Towards WGS84: dx, dy, dz [m], rx, ry, rz ["], scale [ppm]. */
  readonly shift: readonly number[];
}

export const datums: ReadonlyMap<string, Datum> = new Map([
  ["WGS84", { ellipsoid: "WGS84", shift: [0, 0, 0] }],
  ["NAD83", { ellipsoid: "GRS80", shift: [0, 0, 0] }],
  ["GGRS87", { ellipsoid: "GRS80", shift: [-199.87, 74.79, 246.62] }],
  ["potsdam", { ellipsoid: "bessel", shift: [598.1, 73.7, 418.2, 0.202, 0.045, -2.455, 6.7] }],
  ["carthage", { ellipsoid: "clrk80ign", shift: [-263, 6, 431] }],
  ["hermannskogel", { ellipsoid: "bessel", shift: [577.326, 90.129, 463.919, 5.137, 1.474, 5.297, 2.4232] }],
  ["ire65", { ellipsoid: "mod_airy", shift: [482.53, -130.596, 564.557, -1.042, -0.214, -0.631, 8.15] }],
  ["nzgd49", { ellipsoid: "intl", shift: [59.47, -5.04, 187.44, 0.47, -0.1, 1.024, -4.5993] }],
  ["OSGB36", { ellipsoid: "airy", shift: [446.448, -125.157, 542.06, 0.1502, 0.247, 0.8421, -20.4894] }],
]);

/** tan of the conformal latitude. Source: C. F. F. Karney, Transverse Mercator with an accuracy of a few nanometers (2011), eqs. 7 to 9. */
export function conformalTan(ellipsoid: Ellipsoid, tanLat: number): number {
  const { e } = ellipsoid;
  if (e === 0) return tanLat;
  const secant = Math.sqrt(1 + tanLat * tanLat);
  const sigma = sinh(e * atanh((e * tanLat) / secant));
  return tanLat * Math.sqrt(1 + sigma * sigma) - sigma * secant;
}

/** The inverse, by Newton's method (the same source, eqs. 19 to 21): three rounds reach rounding for any Earth. */
export function tanFromConformal(ellipsoid: Ellipsoid, conformal: number): number {
  const { e2 } = ellipsoid;
  if (e2 === 0) return conformal;
  let tau = conformal / (1 - e2);
  for (let i = 0; i < 8; i += 1) {
    const got = conformalTan(ellipsoid, tau);
    const change = ((conformal - got) / Math.sqrt(1 + got * got)) * ((1 + (1 - e2) * tau * tau) / ((1 - e2) * Math.sqrt(1 + tau * tau)));
    tau += change;
    if (Math.abs(change) <= 1e-15 * Math.max(1, Math.abs(tau))) break;
  }
  return tau;
}

/** Isometric latitude of a latitude; ±Infinity never comes, at the poles it is about ±37. */
export const isometric = (ellipsoid: Ellipsoid, lat: number): number => asinh(conformalTan(ellipsoid, sin(lat) / cos(lat)));
export const latFromIsometric = (ellipsoid: Ellipsoid, psi: number): number => atan(tanFromConformal(ellipsoid, sinh(psi)));

/** Radius of the parallel divided by a: cos φ / sqrt(1 - e² sin² φ). */
export function parallel(ellipsoid: Ellipsoid, lat: number): number {
  const s = sin(lat);
  return cos(lat) / Math.sqrt(1 - ellipsoid.e2 * s * s);
}

/** q of equal-area projections. Source: J. P. Snyder, Map Projections: A Working Manual (USGS 1395, 1987), eq. 3-12. */
export function authalicQ(ellipsoid: Ellipsoid, sinLat: number): number {
  const { e, e2 } = ellipsoid;
  if (e === 0) return 2 * sinLat;
  return (1 - e2) * (sinLat / (1 - e2 * sinLat * sinLat) + atanh(e * sinLat) / e);
}

/** Latitude of a q by Newton's method on its sine, which stays steady at the poles. */
export function latFromQ(ellipsoid: Ellipsoid, q: number): number {
  const { e2 } = ellipsoid;
  let s = Math.max(-1, Math.min(1, 0.5 * q));
  for (let i = 0; i < 10; i += 1) {
    const w = 1 - e2 * s * s;
    const change = ((q - authalicQ(ellipsoid, s)) * w * w) / (2 * (1 - e2));
    s = Math.max(-1, Math.min(1, s + change));
    if (Math.abs(change) < 1e-16) break;
  }
  return atan2(s, Math.sqrt((1 - s) * (1 + s)));
}

const RAD_PER_ARCSEC = 4.84813681109536e-6;

/**
 * Carries (lat, lon, height) of `from` to the other datum: position-vector transformation (EPSG 9606) of three or seven
 * parameters, `sign` +1 towards WGS84, -1 back (the exact inverse of the same matrix). Writes lat, lon, height.
 */
export function shiftDatum(from: Ellipsoid, to: Ellipsoid, shift: readonly number[], sign: 1 | -1, lat: number, lon: number, heightM: number, out: Float64Array): void {
  const [dx = 0, dy = 0, dz = 0, ax = 0, ay = 0, az = 0, ppm = 0] = shift;
  const [rx, ry, rz] = [ax * RAD_PER_ARCSEC, ay * RAD_PER_ARCSEC, az * RAD_PER_ARCSEC];
  const scale = 1 + ppm * 1e-6;
  const sinLat = sin(lat);
  const n = from.aM / Math.sqrt(1 - from.e2 * sinLat * sinLat);
  let x = (n + heightM) * cos(lat) * cos(lon);
  let y = (n + heightM) * cos(lat) * sin(lon);
  let z = (n * (1 - from.e2) + heightM) * sinLat;
  if (sign > 0) {
    [x, y, z] = [dx + scale * (x - rz * y + ry * z), dy + scale * (rz * x + y - rx * z), dz + scale * (rx * y - ry * x + z)];
  } else {
    // (1 + [r]) inverted: (1 - [r] + r rᵀ) / (1 + |r|²).
    const [u, v, w] = [(x - dx) / scale, (y - dy) / scale, (z - dz) / scale];
    const along = rx * u + ry * v + rz * w;
    const square = 1 + rx * rx + ry * ry + rz * rz;
    [x, y, z] = [(u + rz * v - ry * w + rx * along) / square, (v - rz * u + rx * w + ry * along) / square, (w + ry * u - rx * v + rz * along) / square];
  }
  // Latitude by fixed point on the height-free normal: contracts by e² a round.
  const p = Math.sqrt(x * x + y * y);
  let phi = atan2(z, p * (1 - to.e2));
  for (let i = 0; i < 12; i += 1) {
    const s = sin(phi);
    const next = atan2(z + to.e2 * (to.aM / Math.sqrt(1 - to.e2 * s * s)) * s, p);
    const change = Math.abs(next - phi);
    phi = next;
    if (change < 1e-16) break;
  }
  const s = sin(phi);
  out[0] = phi;
  out[1] = p === 0 ? 0 : atan2(y, x);
  out[2] = p * cos(phi) + z * s - to.aM * Math.sqrt(1 - to.e2 * s * s);
}
