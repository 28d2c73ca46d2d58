/**
 * Stereographic (polar, oblique, equatorial), UPS, the double Oblique Stereographic of the Netherlands, the Swiss
 * Oblique Mercator and Lambert Azimuthal Equal Area. Sources: Snyder (USGS 1395, 1987) sections 21 and 24, EPSG guidance
 * note 7-2 methods 9809, 9810, 9829, 9814 (Swiss form), 9820. Must refuse the antipode, where these projections end.
 */
import { asin, asinh, atan, atan2, atanh, cos, exp, sin, sinh, cosh, tanh } from "../../kernel/math/index.ts";
import type { Ellipsoid } from "./ellipsoid.ts";
import { authalicQ, conformalTan, isometric, latFromIsometric, latFromQ, parallel, tanFromConformal } from "./ellipsoid.ts";
import type { Projection, ProjectionSettings } from "./projection.ts";
import { HALF_PI } from "./projection.ts";

const POLE_RAD = 1e-10;
const FAR = 1e-9;

export function createStereographic(ellipsoid: Ellipsoid, settings: ProjectionSettings): Projection {
  const { lat0, k0 } = settings;
  return Math.abs(lat0) > HALF_PI - POLE_RAD ? polarStereographic(ellipsoid, lat0 > 0 ? 1 : -1, k0, settings.latTs) : obliqueStereographic(ellipsoid, lat0, k0);
}

export const createUps = (ellipsoid: Ellipsoid, south: boolean): Projection => polarStereographic(ellipsoid, south ? -1 : 1, 0.994, undefined);

function polarStereographic(ellipsoid: Ellipsoid, sign: 1 | -1, k0: number, latTs: number | undefined): Projection {
  const { e } = ellipsoid;
  const trueLat = latTs === undefined ? HALF_PI : Math.abs(latTs);
  // (1+e)^(1+e) (1-e)^(1-e) under the root is (1-e²) times exp(2 e atanh e).
  const reach = ellipsoid.aM * (trueLat > HALF_PI - POLE_RAD ? (2 * k0) / (Math.sqrt(1 - e * e) * exp(e * atanh(e))) : parallel(ellipsoid, trueLat) * exp(isometric(ellipsoid, trueLat)));
  return {
    forward(lat, lon, out) {
      if (sign * lat < -HALF_PI + 1e-6) return false;
      // exp(-ψ) without the detour over the logarithm: exact at the pole.
      const tau = conformalTan(ellipsoid, sin(sign * lat) / cos(lat));
      const root = Math.sqrt(1 + tau * tau);
      const rho = Math.abs(lat) >= HALF_PI ? 0 : reach * (tau > 0 ? 1 / (root + tau) : root - tau);
      out[0] = rho * sin(lon);
      out[1] = -sign * rho * cos(lon);
      return true;
    },
    inverse(xM, yM, out) {
      const rho = Math.sqrt(xM * xM + yM * yM);
      if (rho === 0) {
        out[0] = sign * HALF_PI;
        out[1] = 0;
        return true;
      }
      const t = rho / reach;
      out[0] = sign * atan(tanFromConformal(ellipsoid, 0.5 * (1 / t - t)));
      out[1] = atan2(xM, -sign * yM);
      return true;
    },
  };
}

/** Stereographic projection of a sphere about (sin0, cos0); `diameter` = 2 R k0. Conformal latitudes as sine and cosine. */
function sphereForward(sin0: number, cos0: number, diameter: number, s: number, c: number, lon: number, out: Float64Array): boolean {
  const cosLon = cos(lon);
  const b = 1 + sin0 * s + cos0 * c * cosLon;
  if (b < FAR) return false;
  out[0] = (diameter * c * sin(lon)) / b;
  out[1] = (diameter * (cos0 * s - sin0 * c * cosLon)) / b;
  return true;
}

/** Writes the tangent of the sphere's latitude and the longitude. */
function sphereInverse(sin0: number, cos0: number, diameter: number, x: number, y: number, out: Float64Array): void {
  // Point on the sphere with half the tangent of half the angle: no cancellation near the centre.
  const u = x / diameter;
  const v = y / diameter;
  const w = u * u + v * v;
  const up = (1 - w) / (1 + w);
  const east = (2 * u) / (1 + w);
  const north = (2 * v) / (1 + w);
  const outward = up * cos0 - north * sin0;
  out[0] = (up * sin0 + north * cos0) / Math.sqrt(east * east + outward * outward);
  out[1] = atan2(east, outward);
}

function obliqueStereographic(ellipsoid: Ellipsoid, lat0: number, k0: number): Projection {
  const tau0 = conformalTan(ellipsoid, sin(lat0) / cos(lat0));
  const cos0 = 1 / Math.sqrt(1 + tau0 * tau0);
  const sin0 = tau0 * cos0;
  const diameter = (2 * ellipsoid.aM * k0 * parallel(ellipsoid, lat0)) / cos0;
  return {
    forward(lat, lon, out) {
      const tau = conformalTan(ellipsoid, sin(lat) / cos(lat));
      const c = 1 / Math.sqrt(1 + tau * tau);
      return sphereForward(sin0, cos0, diameter, tau * c, c, lon, out);
    },
    inverse(xM, yM, out) {
      sphereInverse(sin0, cos0, diameter, xM, yM, out);
      out[0] = atan(tanFromConformal(ellipsoid, out[0] as number));
      return true;
    },
  };
}

/** Gauss's conformal sphere that fits best at lat0: isometric latitudes go ψ -> c ψ + k, longitudes λ -> c λ. */
function gaussSphere(ellipsoid: Ellipsoid, lat0: number): { readonly c: number; readonly k: number; readonly sin0: number; readonly cos0: number; readonly radiusM: number } {
  const { e2, aM } = ellipsoid;
  const cosine = cos(lat0);
  const s = sin(lat0);
  const c = Math.sqrt(1 + (e2 * cosine * cosine * cosine * cosine) / (1 - e2));
  const sin0 = s / c;
  const k = Math.abs(lat0) > HALF_PI - POLE_RAD ? 0 : atanh(sin0) - c * isometric(ellipsoid, lat0);
  return { c, k, sin0, cos0: Math.sqrt((1 - sin0) * (1 + sin0)), radiusM: (aM * Math.sqrt(1 - e2)) / (1 - e2 * s * s) };
}

export function createDoubleStereographic(ellipsoid: Ellipsoid, { lat0, k0 }: ProjectionSettings): Projection {
  const { c, k, sin0, cos0, radiusM } = gaussSphere(ellipsoid, lat0);
  const diameter = 2 * radiusM * k0;
  return {
    forward(lat, lon, out) {
      const psi = c * isometric(ellipsoid, lat) + k;
      return sphereForward(sin0, cos0, diameter, tanh(psi), 1 / cosh(psi), c * lon, out);
    },
    inverse(xM, yM, out) {
      sphereInverse(sin0, cos0, diameter, xM, yM, out);
      out[0] = latFromIsometric(ellipsoid, (asinh(out[0] as number) - k) / c);
      out[1] = (out[1] as number) / c;
      return true;
    },
  };
}

export function createSwissMercator(ellipsoid: Ellipsoid, { lat0, k0 }: ProjectionSettings): Projection {
  const { c, k, sin0, cos0, radiusM } = gaussSphere(ellipsoid, lat0);
  const scale = radiusM * k0;
  return {
    forward(lat, lon, out) {
      const psi = c * isometric(ellipsoid, lat) + k;
      const s = tanh(psi);
      const q = 1 / cosh(psi);
      const outward = cos0 * q * cos(c * lon) + sin0 * s;
      const east = q * sin(c * lon);
      const north = cos0 * s - sin0 * q * cos(c * lon);
      if (east * east + outward * outward < FAR) return false;
      out[0] = scale * atan2(east, outward);
      out[1] = scale * asinh(north / Math.sqrt(east * east + outward * outward));
      return true;
    },
    inverse(xM, yM, out) {
      const t = sinh(yM / scale);
      const q = 1 / Math.sqrt(1 + t * t);
      const outward = q * cos(xM / scale);
      const east = q * sin(xM / scale);
      const north = t * q;
      const level = cos0 * outward - sin0 * north;
      const sphereTan = (sin0 * outward + cos0 * north) / Math.sqrt(east * east + level * level);
      out[0] = latFromIsometric(ellipsoid, (asinh(sphereTan) - k) / c);
      out[1] = atan2(east, level) / c;
      return true;
    },
  };
}

export function createEqualArea(ellipsoid: Ellipsoid, { lat0 }: ProjectionSettings): Projection {
  const qPole = authalicQ(ellipsoid, 1);
  const { aM } = ellipsoid;
  const turn = (s: number): number => Math.sqrt(Math.max(0, (1 - s) * (1 + s)));
  if (Math.abs(lat0) > HALF_PI - POLE_RAD) {
    const sign = lat0 > 0 ? 1 : -1;
    return {
      forward(lat, lon, out) {
        if (sign * lat < -HALF_PI + POLE_RAD) return false;
        const rho = aM * Math.sqrt(Math.max(0, qPole - sign * authalicQ(ellipsoid, sin(lat))));
        out[0] = rho * sin(lon);
        out[1] = -sign * rho * cos(lon);
        return true;
      },
      inverse(xM, yM, out) {
        const r2 = (xM * xM + yM * yM) / (aM * aM);
        if (r2 > 2 * qPole) return false;
        out[0] = latFromQ(ellipsoid, sign * (qPole - r2));
        out[1] = r2 === 0 ? 0 : atan2(xM, -sign * yM);
        return true;
      },
    };
  }
  const sin0 = authalicQ(ellipsoid, sin(lat0)) / qPole;
  const cos0 = turn(sin0);
  const radius = aM * Math.sqrt(qPole / 2);
  const stretch = (aM * parallel(ellipsoid, lat0)) / (radius * cos0);
  return {
    forward(lat, lon, out) {
      const s = authalicQ(ellipsoid, sin(lat)) / qPole;
      const c = turn(s);
      const cosLon = cos(lon);
      const b = 1 + sin0 * s + cos0 * c * cosLon;
      if (b < FAR) return false;
      const k = radius * Math.sqrt(2 / b);
      out[0] = k * stretch * c * sin(lon);
      out[1] = (k / stretch) * (cos0 * s - sin0 * c * cosLon);
      return true;
    },
    inverse(xM, yM, out) {
      const u = xM / stretch;
      const v = yM * stretch;
      const rho = Math.sqrt(u * u + v * v);
      if (rho > 2 * radius) return false;
      if (rho === 0) {
        out[0] = lat0;
        out[1] = 0;
        return true;
      }
      const angle = 2 * asin(rho / (2 * radius));
      const s = cos(angle) * sin0 + (v * sin(angle) * cos0) / rho;
      out[0] = latFromQ(ellipsoid, qPole * s);
      out[1] = atan2(u * sin(angle), rho * cos0 * cos(angle) - v * sin0 * sin(angle));
      return true;
    },
  };
}
