/** Small helpers for angles and numbers used all over the engine. */
import { atan2, cos, sin, TAU, wrapAngle } from "../../fleet-core/kernel/math/index.ts";

/** Two values nearer than this count as equal; the tolerance of every comparison in conditions and actions. */
export const SMALL = 1e-6;
/** Stands for "no limit" and "not reachable" where a finite number is needed. */
export const LARGE = 1e10;

/** [0, 2π). */
export function wrap2Pi(angle: number): number {
  if (angle >= 0 && angle < TAU) return angle;
  const w = wrapAngle(angle);
  return w < 0 ? w + TAU : w;
}

/** a - b in (-π, π]. */
export const angleDifference = (a: number, b: number): number => wrapAngle(a - b);
export const absAngleDifference = (a: number, b: number): number => Math.abs(wrapAngle(a - b));
/** Whether a heading relative to the road points along +s. */
export function isForward(angle: number): boolean {
  const w = wrapAngle(angle);
  return w < Math.PI / 2 && w > -Math.PI / 2;
}
/** -1 for negative numbers, else 1. */
export const signOf = (x: number): 1 | -1 => (x < 0 ? -1 : 1);
export const limitAbs = (x: number, max: number): number => (x > max ? max : x < -max ? -max : x);

/** Row-major 3 x 3 rotation Rz(h) Ry(p) Rx(r). */
export function rotationInto(m: Float64Array, h: number, p: number, r: number): void {
  const ch = cos(h);
  const sh = sin(h);
  const cp = cos(p);
  const sp = sin(p);
  const cr = cos(r);
  const sr = sin(r);
  m[0] = ch * cp;
  m[1] = ch * sp * sr - sh * cr;
  m[2] = ch * sp * cr + sh * sr;
  m[3] = sh * cp;
  m[4] = sh * sp * sr + ch * cr;
  m[5] = sh * sp * cr - ch * sr;
  m[6] = -sp;
  m[7] = cp * sr;
  m[8] = cp * cr;
}

export function multiplyInto(out: Float64Array, a: Float64Array, b: Float64Array, transposeA: boolean): void {
  for (let i = 0; i < 3; i += 1) {
    for (let j = 0; j < 3; j += 1) {
      let sum = 0;
      for (let k = 0; k < 3; k += 1) sum += (transposeA ? (a[3 * k + i] as number) : (a[3 * i + k] as number)) * (b[3 * k + j] as number);
      out[3 * i + j] = sum;
    }
  }
}

/** Heading, pitch, roll of a rotation. */
export function eulerInto(out: Float64Array, m: Float64Array): void {
  const sp = -(m[6] as number);
  out[0] = atan2(m[3] as number, m[0] as number);
  out[1] = atan2(sp, Math.sqrt(Math.max(0, 1 - sp * sp)));
  out[2] = atan2(m[7] as number, m[8] as number);
}

export function multiplyMatrixVector(out: Float64Array, m: Float64Array, x: number, y: number, z: number): void {
  out[0] = (m[0] as number) * x + (m[1] as number) * y + (m[2] as number) * z;
  out[1] = (m[3] as number) * x + (m[4] as number) * y + (m[5] as number) * z;
  out[2] = (m[6] as number) * x + (m[7] as number) * y + (m[8] as number) * z;
}
