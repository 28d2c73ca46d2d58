/**
 * asin, acos, atan, atan2.
 * Method: the reductions of fdlibm e_asin.c, e_acos.c, s_atan.c (Sun Microsystems 1993) with polynomials fitted anew
 * (`oracle/constants.py`) and the reduced argument carried as a pair: plain fdlibm rounds the quotient or the root
 * first and loses up to half an ulp more (atan2 over one).
 */
import { productError, squareError, sumError, TAIL } from "./double.ts";

const PI_HIGH = 3.141592653589793;
const PI_LOW = 1.2246467991473532e-16;
const PIO2_HIGH = 1.5707963267948966;
const PIO2_LOW = 6.123233995736766e-17;

/** (asin x − x)/x for z = x² ≤ 1/4. */
function asinSeries(z: number): number {
  const zz = z * z;
  const even =
    0.16666666666666763 +
    zz * (0.04464285717527166 +
      zz * (0.022372215892371143 +
        zz * (0.013981016286515456 +
          zz * (0.010789237274274683 + zz * (0.021790004224589116 + zz * 0.03270168169088093)))));
  const odd =
    0.07499999999970118 +
    zz * (0.030381942675845406 +
      zz * (0.017351595711733926 +
        zz * (0.011397309570140401 + zz * (0.0036724738065792395 + zz * -0.021115884146287463))));
  return z * (even + z * odd);
}

/**
 * asin(sqrt(z)) as root + the returned rest, for z in (0, 1/4]; the root is left in TAIL.
 */
function asinOfRoot(z: number): number {
  const s = Math.sqrt(z);
  const ss = s * s;
  TAIL[0] = s;
  return (z - ss - squareError(s, ss)) / (2 * s) + s * asinSeries(z);
}

/** Arc sine in [−π/2, π/2]; NaN outside [−1, 1]. */
export function asin(x: number): number {
  const a = Math.abs(x);
  if (a < 0.5) return a < 1e-9 ? x : x + x * asinSeries(x * x);
  if (!(a < 1)) return a === 1 ? x * PIO2_HIGH : NaN;
  const rest = asinOfRoot(0.5 * (1 - a));
  const twice = 2 * TAIL[0]!;
  const h = PIO2_HIGH - twice;
  const result = h + (sumError(PIO2_HIGH, -twice, h) + (PIO2_LOW - 2 * rest));
  return x > 0 ? result : -result;
}

/** Arc cosine in [0, π]; NaN outside [−1, 1]. */
export function acos(x: number): number {
  const a = Math.abs(x);
  if (a < 0.5) {
    const h = PIO2_HIGH - x;
    return h + (sumError(PIO2_HIGH, -x, h) + (PIO2_LOW - x * asinSeries(x * x)));
  }
  if (!(a < 1)) return x === 1 ? 0 : x === -1 ? PI_HIGH : NaN;
  const rest = asinOfRoot(0.5 * (1 - a));
  const root = TAIL[0]!;
  if (x > 0) return 2 * (root + rest);
  const h = PI_HIGH - 2 * root;
  return h + (sumError(PI_HIGH, -2 * root, h) + (PI_LOW - 2 * rest));
}

/** (atan t − t)/t for z = t², |t| ≤ 7/16. */
function atanSeries(z: number): number {
  const zz = z * z;
  const even =
    -0.33333333333333315 +
    zz * (-0.142857142848586 +
      zz * (-0.09090907073069884 + zz * (-0.0666590577959904 + zz * (-0.0520023234386726 + zz * -0.031925228231268116))));
  const odd =
    0.19999999999993243 +
    zz * (0.11111111056847886 +
      zz * (0.0769225981006004 + zz * (0.05874043846073361 + zz * (0.04433455137131492 + zz * 0.013700135182536589))));
  return z * (even + z * odd);
}

/** Arc tangent in [−π/2, π/2]. */
export function atan(x: number): number {
  const a = Math.abs(x);
  if (a < 0.4375) return a < 1e-9 ? x : x + x * atanSeries(x * x);
  if (a > 1e18) return x > 0 ? PIO2_HIGH : -PIO2_HIGH;
  const result = angle(a, 1); // NaN comes out as NaN
  return x > 0 ? result : -result;
}

/**
 * Direction of the vector (x, y) in [−π, π], counter-clockwise from the x axis; the signs of zeros count.
 */
export function atan2(y: number, x: number): number {
  let ay = Math.abs(y);
  let ax = Math.abs(x);
  if (!(ay > 0 && ax > 0 && ay < Infinity && ax < Infinity)) return atan2OfSpecial(y, x);
  if (ay > ax * 1e18) return y > 0 ? PIO2_HIGH : -PIO2_HIGH;
  if (ay < ax * 1e-18) return x > 0 ? y / x : y > 0 ? PI_HIGH : -PI_HIGH;

  const largest = ay > ax ? ay : ax;
  if (largest > 1e290) {
    ay *= 7.888609052210118e-31; // 2^-100
    ax *= 7.888609052210118e-31;
  } else if (largest < 1e-240) {
    ay *= 2.037035976334486e90; // 2^300
    ax *= 2.037035976334486e90;
  }

  let result = angle(ay, ax);
  if (x < 0) {
    const h = PI_HIGH - result;
    result = h + (sumError(PI_HIGH, -result, h) + (PI_LOW - TAIL[0]!));
  }
  return y > 0 ? result : -result;
}

/** A NaN, a zero or an infinity among the two. */
function atan2OfSpecial(y: number, x: number): number {
  if (x !== x || y !== y) return NaN;
  const leftward = x < 0 || (x === 0 && 1 / x < 0);
  const downward = y < 0 || (y === 0 && 1 / y < 0);
  let result: number;
  if (y === 0) result = leftward ? PI_HIGH : 0;
  else if (x === 0) result = PIO2_HIGH;
  else if (y === Infinity || y === -Infinity) {
    result = x === Infinity ? 0.25 * PI_HIGH : x === -Infinity ? 2.356194490192345 : PIO2_HIGH;
  } else result = leftward ? PI_HIGH : 0;
  return downward ? -result : result;
}

/**
 * Angle of (x, y) for x, y > 0 of moderate size, as a pair: high half returned, low half in TAIL.
 * atan(y/x) = atan c + atan((y − c·x)/(x + c·y)) for the nearest c of 0, 1/2, 1, 3/2, ∞: one division for all.
 */
function angle(y: number, x: number): number {
  let c = 0;
  let cLow = 0;
  let n = y;
  let nLow = 0;
  let d = x;
  let dLow = 0;
  if (y >= 0.4375 * x) {
    if (y < 0.6875 * x) {
      c = 0.4636476090008061;
      cLow = 2.2698777452961687e-17;
      n = y - 0.5 * x;
      d = x + 0.5 * y;
      dLow = sumError(x, 0.5 * y, d);
    } else if (y < 1.1875 * x) {
      c = 0.7853981633974483;
      cLow = 3.061616997868383e-17;
      n = y - x;
      d = x + y;
      dLow = sumError(x, y, d);
    } else if (y < 2.4375 * x) {
      c = 0.982793723247329;
      cLow = 1.3903311031230998e-17;
      const xc = 1.5 * x;
      const yc = 1.5 * y;
      n = y - xc;
      nLow = xc - x - 0.5 * x;
      d = x + yc;
      dLow = sumError(x, yc, d) - (yc - y - 0.5 * y);
    } else {
      c = PIO2_HIGH;
      cLow = PIO2_LOW;
      n = -x;
      d = y;
    }
  }
  const inverse = 1 / d;
  const t = n * inverse;
  const td = t * d;
  const tLow = (n - td - productError(t, d, td) + (nLow - t * dLow)) * inverse;
  const z = t * t;
  const low = cLow + (t * atanSeries(z) + (tLow - tLow * z));
  const s = c + t;
  const sLow = c - s + t + low; // |c| ≥ |t| or c = 0
  const result = s + sLow;
  TAIL[0] = s - result + sLow;
  return result;
}
