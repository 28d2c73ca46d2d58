/**
 * sin, cos, tan, both at once, and the wrapping of angles.
 * Method: reduction to [−π/4, π/4] (`reduce.ts`), then an odd or even minimax polynomial, as fdlibm k_sin.c, k_cos.c,
 * k_tan.c (Sun Microsystems 1993) do; coefficients fitted anew (`oracle/constants.py`). Unlike fdlibm, cos and tan keep
 * the rounding error of x², and −1/tan is one division with an exact correction.
 */
import { productError, squareError, sumError } from "./double.ts";
import { reduce, REDUCED } from "./reduce.ts";

/** The double nearest to 2π. */
export const TAU = 6.283185307179586;

const PIO4 = 0.7853981633974483;
const PI_HIGH = 3.141592653589793;
const PI_LOW = 1.2246467991473532e-16;
const PIO2_HIGH = 1.5707963267948966;
const PIO2_LOW = 6.123233995736766e-17;
const OUT = REDUCED;

/** sin(x + y) for |x| ≤ π/4, y the low half of x. */
function sinKernel(x: number, y: number): number {
  const z = x * x;
  const zz = z * z;
  const series =
    -0.16666666666666632 +
    z * (0.008333333333322488 + z * -0.00019841269829855602 +
      zz * (2.75573137060394e-6 + z * -2.5050760065529963e-8 + zz * 1.589689778668087e-10));
  return x + (x * (z * series) + (y - 0.5 * z * y));
}

/** cos(x + y) for |x| ≤ π/4, y the low half of x. */
function cosKernel(x: number, y: number): number {
  const z = x * x;
  const zz = z * z;
  const half = 0.5 * z;
  const w = 1 - half;
  const series =
    0.0416666666666666 + z * -0.0013888888888874472 +
    zz * (2.480158728966924e-5 + z * -2.7557314400160105e-7 + zz * (2.087572914087291e-9 + z * -1.1359926067580074e-11));
  return w + (1 - w - half + (zz * series - (0.5 * squareError(x, z) + x * y)));
}

/** Sine of an angle in radians. */
export function sin(x: number): number {
  if (x <= PIO4 && x >= -PIO4) return x < 1e-9 && x > -1e-9 ? x : sinKernel(x, 0);
  const n = reduce(x);
  const y = OUT[0]!;
  const low = OUT[1]!;
  const s = n & 1 ? cosKernel(y, low) : sinKernel(y, low);
  return n & 2 ? -s : s;
}

/** Cosine of an angle in radians. */
export function cos(x: number): number {
  if (x <= PIO4 && x >= -PIO4) return cosKernel(x, 0);
  const n = reduce(x);
  const y = OUT[0]!;
  const low = OUT[1]!;
  const c = n & 1 ? sinKernel(y, low) : cosKernel(y, low);
  return (n + 1) & 2 ? -c : c;
}

/** Writes sin x to out[0] and cos x to out[1], bit for bit what `sin` and `cos` return, with one reduction. */
export function sincos(x: number, out: Float64Array): void {
  if (x <= PIO4 && x >= -PIO4) {
    out[0] = x < 1e-9 && x > -1e-9 ? x : sinKernel(x, 0);
    out[1] = cosKernel(x, 0);
    return;
  }
  const n = reduce(x);
  const y = OUT[0]!;
  const low = OUT[1]!;
  const s = sinKernel(y, low);
  const c = cosKernel(y, low);
  out[0] = n & 1 ? (n & 2 ? -c : c) : n & 2 ? -s : s;
  out[1] = n & 1 ? (n & 2 ? s : -s) : n & 2 ? -c : c;
}

/** Tangent of an angle in radians. */
export function tan(x: number): number {
  if (x <= PIO4 && x >= -PIO4) return x < 1e-9 && x > -1e-9 ? x : tanKernel(x, 0, 0);
  const n = reduce(x);
  return tanKernel(OUT[0]!, OUT[1]!, n & 1);
}

/** tan(x + y), or −1/tan(x + y) if odd is 1, for |x| ≤ π/4: x + x³/3 with its rounding errors, and the series. */
function tanKernel(x: number, y: number, odd: number): number {
  const z = x * x;
  const zz = z * z;
  const even =
    0.13333333333330744 +
    zz * (0.02186948845111868 +
      zz * (0.003592107404110939 +
        zz * (0.0005890511385793609 +
          zz * (8.50009329511401e-5 + zz * (-2.271901922324237e-5 + zz * -2.3189348855874778e-5)))));
  const uneven =
    0.053968253970605076 +
    zz * (0.008863237207923287 +
      zz * (0.0014560042358196749 +
        zz * (0.00024314192096315214 +
          zz * (6.477095182679438e-5 + zz * (4.633383115988997e-5 + zz * 9.568411257038882e-6)))));
  const series = even + z * uneven;
  const u = x * z;
  const uLow = productError(x, z, u) + x * squareError(x, z);
  const v = u * 0.3333333333333333;
  const vLow = productError(u, 0.3333333333333333, v) + (u * 1.850371707708594e-17 + uLow * 0.3333333333333333);
  const t = x + v;
  const low = x - t + v + (u * (z * series) + (vLow + (y + y * t * t)));
  const high = t + low;
  if (odd === 0) return high;

  const highLow = t - high + low;
  const inverse = -1 / high;
  const p = inverse * high;
  return inverse + inverse * (1 + p + productError(inverse, high, p) + inverse * highLow);
}

/**
 * The angle in (−π, π] that points the same way as rad, for the true π: sin and cos stay what they were to an ulp.
 * Angles already inside come back bit for bit; −π (the double) becomes π.
 */
export function wrapAngle(rad: number): number {
  if (rad > -PI_HIGH && rad <= PI_HIGH) return rad;
  const n = reduce(rad);
  const y = OUT[0]!;
  const low = OUT[1]!;
  let high: number;
  let rest: number;
  if (n === 0) return y;
  if (n === 2) {
    high = y > 0 ? -PI_HIGH : PI_HIGH;
    rest = y > 0 ? -PI_LOW : PI_LOW;
  } else {
    high = n === 1 ? PIO2_HIGH : -PIO2_HIGH;
    rest = n === 1 ? PIO2_LOW : -PIO2_LOW;
  }
  const s = high + y;
  const result = s + (sumError(high, y, s) + (rest + low));
  return result <= -PI_HIGH ? PI_HIGH : result;
}
