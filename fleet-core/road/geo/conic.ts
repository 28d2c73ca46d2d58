/**
 * Lambert Conformal Conic (one or two parallels) and Albers Equal Area. Sources: Snyder (USGS 1395, 1987) sections 14
 * and 15, EPSG guidance note 7-2 methods 9801, 9802, 9822. Undefined for parallels that make no cone.
 */
import { atan2, cos, exp, log, sin } from "../../kernel/math/index.ts";
import type { Ellipsoid } from "./ellipsoid.ts";
import { authalicQ, isometric, latFromIsometric, latFromQ, parallel } from "./ellipsoid.ts";
import type { Projection, ProjectionSettings } from "./projection.ts";
import { HALF_PI } from "./projection.ts";

/** Nearer parallels are one; a flatter cone is none. */
const SAME_RAD = 1e-10;

function parallels({ lat0, lat1, lat2 }: ProjectionSettings): readonly [number, number] | undefined {
  const first = lat1 ?? lat0;
  const second = lat2 ?? first;
  const valid = Math.abs(first) < HALF_PI - SAME_RAD && Math.abs(second) < HALF_PI - SAME_RAD && Math.abs(first + second) > SAME_RAD;
  return valid ? [first, second] : undefined;
}

/** Angle and radius about the cone's apex, which lies at (0, rho0), to x, y and back. */
const fromApex = (n: number, x: number, y: number): number => (n < 0 ? atan2(-x, -y) : atan2(x, y));

export function createLambertConic(ellipsoid: Ellipsoid, settings: ProjectionSettings): Projection | undefined {
  const pair = parallels(settings);
  if (pair === undefined) return undefined;
  const [lat1, lat2] = pair;
  const psi1 = isometric(ellipsoid, lat1);
  const psi2 = isometric(ellipsoid, lat2);
  const m1 = parallel(ellipsoid, lat1);
  const n = Math.abs(lat1 - lat2) < SAME_RAD ? sin(lat1) : log(m1 / parallel(ellipsoid, lat2)) / (psi2 - psi1);
  const reach = (settings.k0 * ellipsoid.aM * m1) / n;
  /** Radius of a parallel: reach at the first standard one. */
  const radius = (lat: number): number => reach * exp(-n * (isometric(ellipsoid, lat) - psi1));
  const pole = (lat: number): boolean => Math.abs(lat) > HALF_PI - SAME_RAD;
  const apex = pole(settings.lat0) ? 0 : radius(settings.lat0);
  return {
    forward(lat, lon, out) {
      if (pole(lat) && lat * n <= 0) return false;
      const rho = pole(lat) ? 0 : radius(lat);
      out[0] = rho * sin(n * lon);
      out[1] = apex - rho * cos(n * lon);
      return true;
    },
    inverse(xM, yM, out) {
      const dy = apex - yM;
      const rho = Math.sqrt(xM * xM + dy * dy);
      const angle = fromApex(n, xM, dy) / n;
      if (Math.abs(angle) > Math.PI) return false;
      out[0] = rho === 0 ? (n > 0 ? HALF_PI : -HALF_PI) : latFromIsometric(ellipsoid, psi1 - log(rho / Math.abs(reach)) / n);
      out[1] = rho === 0 ? 0 : angle;
      return true;
    },
  };
}

export function createAlbers(ellipsoid: Ellipsoid, settings: ProjectionSettings): Projection | undefined {
  // Without parallels both are the equator, which makes no cone.
  const pair = parallels({ ...settings, lat1: settings.lat1 ?? 0, lat2: settings.lat2 ?? 0 });
  if (pair === undefined) return undefined;
  const [lat1, lat2] = pair;
  const m1 = parallel(ellipsoid, lat1);
  const m2 = parallel(ellipsoid, lat2);
  const q1 = authalicQ(ellipsoid, sin(lat1));
  const n = Math.abs(lat1 - lat2) < SAME_RAD ? sin(lat1) : (m1 * m1 - m2 * m2) / (authalicQ(ellipsoid, sin(lat2)) - q1);
  const c = m1 * m1 + n * q1;
  const radius = (lat: number): number => (ellipsoid.aM * Math.sqrt(Math.max(0, c - n * authalicQ(ellipsoid, sin(lat))))) / n;
  const apex = radius(settings.lat0);
  return {
    forward(lat, lon, out) {
      const rho = radius(lat);
      out[0] = rho * sin(n * lon);
      out[1] = apex - rho * cos(n * lon);
      return true;
    },
    inverse(xM, yM, out) {
      const dy = apex - yM;
      const r = (Math.sqrt(xM * xM + dy * dy) * n) / ellipsoid.aM;
      const q = (c - r * r) / n;
      const angle = fromApex(n, xM, dy) / n;
      if (Math.abs(q) > authalicQ(ellipsoid, 1) + 1e-12 || Math.abs(angle) > Math.PI) return false;
      out[0] = latFromQ(ellipsoid, q);
      out[1] = angle;
      return true;
    },
  };
}
