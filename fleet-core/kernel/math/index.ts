/**
 * Mathematics with the same bits on every engine: only + − × ÷, Math.sqrt and rounding, which ECMA-262 defines to the
 * last bit. Names and signatures are those of Math. Nothing here may call a transcendental function of Math or use **.
 */
export { exp, expm1 } from "./exp.ts";
export { numericsFingerprint } from "./fingerprint.ts";
export { acosh, asinh, atanh, cosh, sinh, tanh } from "./hyperbolic.ts";
export { acos, asin, atan, atan2 } from "./inverse-trig.ts";
export { log, log10, log1p, log2 } from "./log.ts";
export { cbrt, hypot } from "./misc.ts";
export { pow } from "./pow.ts";
export { cos, sin, sincos, tan, TAU, wrapAngle } from "./trig.ts";
