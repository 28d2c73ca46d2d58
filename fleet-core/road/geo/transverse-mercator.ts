/**
 * Transverse Mercator (tmerc, etmerc, utm): Krüger's series to the sixth order in n. Source: C. F. F. Karney, Transverse
 * Mercator with an accuracy of a few nanometers (2011), eqs. 11 to 14, 35, 36. Good to nanometres within 3900 km of the
 * central meridian. Must refuse where the series no longer holds instead of giving a wrong place.
 */
import { asinh, atan, atan2, cos, cosh, sin, sinh } from "../../kernel/math/index.ts";
import type { Ellipsoid } from "./ellipsoid.ts";
import { conformalTan, tanFromConformal } from "./ellipsoid.ts";
import type { Projection } from "./projection.ts";

/** Polynomials in n from n¹ to n⁶, lowest first; row j is the coefficient of the angle 2 j. */
const ALPHA: readonly (readonly number[])[] = [
  [1 / 2, -2 / 3, 5 / 16, 41 / 180, -127 / 288, 7891 / 37800],
  [0, 13 / 48, -3 / 5, 557 / 1440, 281 / 630, -1983433 / 1935360],
  [0, 0, 61 / 240, -103 / 140, 15061 / 26880, 167603 / 181440],
  [0, 0, 0, 49561 / 161280, -179 / 168, 6601661 / 7257600],
  [0, 0, 0, 0, 34729 / 80640, -3418889 / 1995840],
  [0, 0, 0, 0, 0, 212378941 / 319334400],
];
const BETA: readonly (readonly number[])[] = [
  [1 / 2, -2 / 3, 37 / 96, -1 / 360, -81 / 512, 96199 / 604800],
  [0, 1 / 48, 1 / 15, -437 / 1440, 46 / 105, -1118711 / 3870720],
  [0, 0, 17 / 480, -37 / 840, -209 / 4480, 5569 / 90720],
  [0, 0, 0, 4397 / 161280, -11 / 504, -830251 / 7257600],
  [0, 0, 0, 0, 4583 / 161280, -108847 / 3991680],
  [0, 0, 0, 0, 0, 20648693 / 638668800],
];

const powers = (rows: readonly (readonly number[])[], n: number): Float64Array => Float64Array.from(rows, (row) => row.reduceRight((sum, c) => (sum + c) * n, 0));

/** Beyond this distance from the central meridian [of the sphere's radius] the series is not trusted: about 75 degrees. */
const ETA_MAX = 2;

export interface Rectifier {
  /** Length of the meridian from the equator [m]. */
  meridianM(lat: number): number;
  latOfMeridian(arcM: number): number;
  /** Meridian quadrant / (π / 2) [m]. */
  readonly radiusM: number;
  readonly alpha: Float64Array;
  readonly beta: Float64Array;
}

export function createRectifier(ellipsoid: Ellipsoid): Rectifier {
  const n = ellipsoid.f / (2 - ellipsoid.f);
  const n2 = n * n;
  const radiusM = (ellipsoid.aM / (1 + n)) * (1 + n2 * (1 / 4 + n2 * (1 / 64 + n2 / 256)));
  const alpha = powers(ALPHA, n);
  const beta = powers(BETA, n);
  return {
    radiusM,
    alpha,
    beta,
    meridianM(lat) {
      const chi = atan(conformalTan(ellipsoid, sin(lat) / cos(lat)));
      let sum = chi;
      for (let j = 0; j < 6; j += 1) sum += (alpha[j] as number) * sin(2 * (j + 1) * chi);
      return radiusM * sum;
    },
    latOfMeridian(arcM) {
      const mu = arcM / radiusM;
      let chi = mu;
      for (let j = 0; j < 6; j += 1) chi -= (beta[j] as number) * sin(2 * (j + 1) * mu);
      return atan(tanFromConformal(ellipsoid, sin(chi) / cos(chi)));
    },
  };
}

export function createTransverseMercator(ellipsoid: Ellipsoid, lat0: number, k0: number): Projection {
  const { radiusM, alpha, beta, meridianM } = createRectifier(ellipsoid);
  const scale = k0 * radiusM;
  const y0 = k0 * meridianM(lat0);
  return {
    forward(lat, lon, out) {
      const conformal = conformalTan(ellipsoid, sin(lat) / cos(lat));
      const c = cos(lon);
      const xi1 = atan2(conformal, c);
      const eta1 = asinh(sin(lon) / Math.sqrt(conformal * conformal + c * c));
      if (!(Math.abs(eta1) <= ETA_MAX)) return false;
      let xi = xi1;
      let eta = eta1;
      for (let j = 0; j < 6; j += 1) {
        const m = 2 * (j + 1);
        xi += (alpha[j] as number) * sin(m * xi1) * cosh(m * eta1);
        eta += (alpha[j] as number) * cos(m * xi1) * sinh(m * eta1);
      }
      out[0] = scale * eta;
      out[1] = scale * xi - y0;
      return true;
    },
    inverse(xM, yM, out) {
      const xi = (yM + y0) / scale;
      const eta = xM / scale;
      if (!(Math.abs(eta) <= ETA_MAX && Math.abs(xi) <= Math.PI)) return false;
      let xi1 = xi;
      let eta1 = eta;
      for (let j = 0; j < 6; j += 1) {
        const m = 2 * (j + 1);
        xi1 -= (beta[j] as number) * sin(m * xi) * cosh(m * eta);
        eta1 -= (beta[j] as number) * cos(m * xi) * sinh(m * eta);
      }
      const s = sinh(eta1);
      const c = cos(xi1);
      out[0] = atan(tanFromConformal(ellipsoid, sin(xi1) / Math.sqrt(s * s + c * c)));
      out[1] = atan2(s, c);
      return true;
    },
  };
}
