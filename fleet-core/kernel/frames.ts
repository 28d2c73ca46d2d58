/**
 * Frames: where a place or a direction is, seen from another frame. WGS84 geodetic, ECEF, local ENU, and rigid poses.
 * Must never guess a frame: each function names the one it takes and the one it gives.
 *
 * Rotations: right-handed, z up. A pose turns first by yaw about z, then by pitch about the new y, then by roll about the
 * newest x: R = Rz(yaw) Ry(pitch) Rx(roll). So positive yaw turns left, positive pitch puts the nose DOWN, positive roll
 * puts the left side UP. This is ISO 8855 and also what ASAM OpenSCENARIO XML 1.3 (6.3; class Orientation: heading, then
 * pitch, then roll, right-hand rule), ASAM OpenDRIVE 1.8 (8.4, local coordinate system) and OSI 3 (Orientation3d:
 * z-y'-x'') use, so their h, p, r enter as yaw, pitch, roll unchanged. A road of positive grade has negative pitch.
 */
import { atan2, cos, sin } from "./math/index.ts";
import { invariant } from "./invariant.ts";
import { degFromRad, radFromDeg } from "./units.ts";

/** World Geodetic System 1984, defining a and 1/f, the rest derived. Source: NGA.STND.0036 (WGS 84). */
const A_M = 6_378_137;
const F = 1 / 298.257223563;
const E2 = F * (2 - F);
export const WGS84 = {
  /** Semi-major (equatorial) axis. */
  aM: A_M,
  /** Flattening. */
  f: F,
  /** Semi-minor (polar) axis. */
  bM: A_M * (1 - F),
  /** First eccentricity squared. */
  e2: E2,
  /** Second eccentricity squared. */
  ep2: E2 / (1 - E2),
} as const;

/** Nearer to the Earth's centre than this the inverse has no accuracy worth the name. */
const RADIUS_M_MIN = 1_000_000;

/**
 * ECEF x, y, z [m] of a geodetic latitude, longitude [deg] and height above the ellipsoid [m]. Fails unless finite and
 * |latitude| <= 90. Source: closed form, N = a / sqrt(1 - e² sin² lat).
 */
export function ecefFromGeodetic(latDeg: number, lonDeg: number, altM: number, out: Float64Array = new Float64Array(3)): Float64Array {
  if (!(latDeg >= -90 && latDeg <= 90 && Number.isFinite(lonDeg) && Number.isFinite(altM))) invariant(false, `a place on earth needs |latitude| <= 90 and finite numbers, got ${latDeg}, ${lonDeg}, ${altM}`);
  const lat = radFromDeg(latDeg);
  const lon = radFromDeg(lonDeg);
  const sinLat = sin(lat);
  const n = WGS84.aM / Math.sqrt(1 - WGS84.e2 * sinLat * sinLat);
  const p = (n + altM) * cos(lat);
  out[0] = p * cos(lon);
  out[1] = p * sin(lon);
  out[2] = (n * (1 - WGS84.e2) + altM) * sinLat;
  return out;
}

/**
 * Geodetic latitude [deg], longitude [deg, (-180, 180]], height [m] of an ECEF point [m] at least 1000 km from the
 * Earth's centre; fails nearer. At a pole the longitude is 0. Source: B. R. Bowring, "Transformation from spatial to
 * geographical coordinates" (Survey Review 181, 1976), three rounds of it; the height from the projection on the normal,
 * which stays accurate at the poles.
 */
export function geodeticFromEcef(xM: number, yM: number, zM: number, out: Float64Array = new Float64Array(3)): Float64Array {
  const p2 = xM * xM + yM * yM;
  const r = Math.sqrt(p2 + zM * zM);
  if (!(r >= RADIUS_M_MIN && r < Infinity)) invariant(false, `an ECEF point must be ${RADIUS_M_MIN} m or more from the Earth's centre, is ${r} m`);
  const p = Math.sqrt(p2);
  // The direction (c, s) of the reduced latitude, kept as a pair so that a pole needs no case of its own.
  let c = WGS84.aM * p;
  let s = WGS84.bM * zM * (1 + (WGS84.ep2 * WGS84.bM) / r);
  let cosLat = 1;
  let sinLat = 0;
  for (let round = 0; round < 3; round += 1) {
    const h = Math.sqrt(c * c + s * s);
    const cb = c / h;
    const sb = s / h;
    const y = zM + WGS84.ep2 * WGS84.bM * sb * sb * sb;
    const x = p - WGS84.e2 * WGS84.aM * cb * cb * cb;
    const g = Math.sqrt(x * x + y * y);
    cosLat = x / g;
    sinLat = y / g;
    c = cosLat;
    s = (1 - WGS84.f) * sinLat;
  }
  out[0] = degFromRad(atan2(sinLat, cosLat));
  out[1] = p2 === 0 ? 0 : degFromRad(atan2(yM, xM));
  out[2] = p * cosLat + zM * sinLat - WGS84.aM * Math.sqrt(1 - WGS84.e2 * sinLat * sinLat);
  return out;
}

/**
 * A plane tangent to the ellipsoid: x east, y north, z up [m]. It does not bend with the Earth: at d metres from the
 * origin the ground lies d²/2R below it (0.8 m at 3.2 km). Map frames of a few kilometres use it as their world frame,
 * the same way in both directions, so a place comes back to itself.
 */
export interface EnuFrame {
  readonly originLatDeg: number;
  readonly originLonDeg: number;
  readonly originAltM: number;
  /** East, north, up [m] of a geodetic place. */
  toEnu(latDeg: number, lonDeg: number, altM: number, out?: Float64Array): Float64Array;
  /** Latitude [deg], longitude [deg], height [m] of a local point. */
  toGeodetic(eM: number, nM: number, uM: number, out?: Float64Array): Float64Array;
}

/** ENU frame with its origin at this place. Within 100 km a round trip moves a point by less than 1e-6 m. */
export function createEnuFrame(latDeg: number, lonDeg: number, altM: number): EnuFrame {
  const [ox = 0, oy = 0, oz = 0] = ecefFromGeodetic(latDeg, lonDeg, altM);
  const sinLat = sin(radFromDeg(latDeg));
  const cosLat = cos(radFromDeg(latDeg));
  const sinLon = sin(radFromDeg(lonDeg));
  const cosLon = cos(radFromDeg(lonDeg));
  return {
    originLatDeg: latDeg,
    originLonDeg: lonDeg,
    originAltM: altM,
    toEnu(atLatDeg, atLonDeg, atAltM, out = new Float64Array(3)) {
      ecefFromGeodetic(atLatDeg, atLonDeg, atAltM, out);
      const dx = (out[0] as number) - ox;
      const dy = (out[1] as number) - oy;
      const dz = (out[2] as number) - oz;
      const outward = cosLon * dx + sinLon * dy;
      out[0] = cosLon * dy - sinLon * dx;
      out[1] = cosLat * dz - sinLat * outward;
      out[2] = cosLat * outward + sinLat * dz;
      return out;
    },
    toGeodetic(eM, nM, uM, out = new Float64Array(3)) {
      const outward = cosLat * uM - sinLat * nM;
      return geodeticFromEcef(ox + cosLon * outward - sinLon * eM, oy + sinLon * outward + cosLon * eM, oz + cosLat * nM + sinLat * uM, out);
    },
  };
}

export interface Point3 {
  readonly xM: number;
  readonly yM: number;
  readonly zM: number;
}

/** Place and attitude of a body in the world frame; angles as the head of this file says. */
export interface Pose extends Point3 {
  readonly yawRad: number;
  readonly pitchRad: number;
  readonly rollRad: number;
}

/** R = Rz(yaw) Ry(pitch) Rx(roll), row-major: columns are the body's x, y, z axes in the world. */
export function rotationFromYawPitchRoll(yawRad: number, pitchRad: number, rollRad: number, out: Float64Array = new Float64Array(9)): Float64Array {
  const [cy, sy] = [cos(yawRad), sin(yawRad)];
  const [cp, sp] = [cos(pitchRad), sin(pitchRad)];
  const [cr, sr] = [cos(rollRad), sin(rollRad)];
  out[0] = cy * cp;
  out[1] = cy * sp * sr - sy * cr;
  out[2] = cy * sp * cr + sy * sr;
  out[3] = sy * cp;
  out[4] = sy * sp * sr + cy * cr;
  out[5] = sy * sp * cr - cy * sr;
  out[6] = -sp;
  out[7] = cp * sr;
  out[8] = cp * cr;
  return out;
}

/**
 * Yaw, pitch, roll [rad] of a row-major rotation matrix; pitch in [-π/2, π/2]. With the nose straight up or down only
 * yaw - roll or yaw + roll is defined: roll is then 0.
 */
export function yawPitchRollFromRotation(m: Float64Array, out: Float64Array = new Float64Array(3)): Float64Array {
  const [m00 = 1, m01 = 0, , m10 = 0, m11 = 1, , m20 = 0, m21 = 0, m22 = 1] = m;
  const level = Math.sqrt(m00 * m00 + m10 * m10);
  out[1] = atan2(-m20, level);
  // 1e-9 rad from the vertical, yaw and roll are rounding noise taken apart.
  const vertical = level < 1e-9;
  out[0] = vertical ? atan2(-m01, m11) : atan2(m10, m00);
  out[2] = vertical ? 0 : atan2(m21, m22);
  return out;
}

/** `pWorld` of a point given in the body's own frame. */
export function worldFromEgo(pose: Pose, pEgo: Point3): Point3 {
  const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0, g = 0, h = 0, i = 1] = rotationFromYawPitchRoll(pose.yawRad, pose.pitchRad, pose.rollRad);
  return {
    xM: pose.xM + a * pEgo.xM + b * pEgo.yM + c * pEgo.zM,
    yM: pose.yM + d * pEgo.xM + e * pEgo.yM + f * pEgo.zM,
    zM: pose.zM + g * pEgo.xM + h * pEgo.yM + i * pEgo.zM,
  };
}

/** `pEgo`, in the body's own frame, of a point of the world. Inverse of `worldFromEgo`. */
export function egoFromWorld(pose: Pose, pWorld: Point3): Point3 {
  const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0, g = 0, h = 0, i = 1] = rotationFromYawPitchRoll(pose.yawRad, pose.pitchRad, pose.rollRad);
  const x = pWorld.xM - pose.xM;
  const y = pWorld.yM - pose.yM;
  const z = pWorld.zM - pose.zM;
  return { xM: a * x + d * y + g * z, yM: b * x + e * y + h * z, zM: c * x + f * y + i * z };
}

/** World pose of a body mounted on another: a sensor on a vehicle, a trailer on a truck. */
export function worldFromMount(pose: Pose, mount: Pose): Pose {
  const place = worldFromEgo(pose, mount);
  const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0, g = 0, h = 0, i = 1] = rotationFromYawPitchRoll(pose.yawRad, pose.pitchRad, pose.rollRad);
  const m = rotationFromYawPitchRoll(mount.yawRad, mount.pitchRad, mount.rollRad);
  const product = new Float64Array(9);
  for (let column = 0; column < 3; column += 1) {
    const [u = 0, v = 0, w = 0] = [m[column], m[3 + column], m[6 + column]];
    product[column] = a * u + b * v + c * w;
    product[3 + column] = d * u + e * v + f * w;
    product[6 + column] = g * u + h * v + i * w;
  }
  const [yawRad = 0, pitchRad = 0, rollRad = 0] = yawPitchRollFromRotation(product);
  return { ...place, yawRad, pitchRad, rollRad };
}

/** Unit quaternion, Hamilton convention, real part last: what Foxglove's and ROS's messages carry. */
export interface Quaternion {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly w: number;
}

/** Rotation from body to world of yaw, pitch, roll. Source: product of the three half-angle quaternions qz qy qx. */
export function quaternionFromYawPitchRoll(yawRad: number, pitchRad: number, rollRad: number): Quaternion {
  const [cy, sy] = [cos(yawRad / 2), sin(yawRad / 2)];
  const [cp, sp] = [cos(pitchRad / 2), sin(pitchRad / 2)];
  const [cr, sr] = [cos(rollRad / 2), sin(rollRad / 2)];
  return {
    x: cy * cp * sr - sy * sp * cr,
    y: cy * sp * cr + sy * cp * sr,
    z: sy * cp * cr - cy * sp * sr,
    w: cy * cp * cr + sy * sp * sr,
  };
}
