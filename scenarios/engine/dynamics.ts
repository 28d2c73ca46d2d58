/**
 * Transitions from one value to another: step, linear, sinusoidal, cubic, over a time, a distance or with a peak rate.
 * f(x) from a to a + b over 0 ≤ x ≤ c. Sinusoidal: a - b (cos(πx/c) - 1) / 2, slope peak πb / 2c. Cubic: a + b (x/c)²
 * (3 - 2x/c), slope peak 3b / 2c. Knows nothing of lanes or speeds.
 */
import { cos, sin } from "../../fleet-core/kernel/math/index.ts";
import type { DynamicsShape, TransitionDynamics } from "../schema/model.ts";
import { LARGE, signOf, SMALL } from "./angles.ts";

/** A transition under way; the object is changed in place. */
export interface Transition {
  readonly shape: DynamicsShape;
  readonly dimension: TransitionDynamics["dimension"];
  start: number;
  target: number;
  /** x and c. */
  at: number;
  end: number;
  /** Peak rate asked for, with the sign of the change; 0 when none is. */
  rate: number;
  /** Stretches x so that a limit on the rate is kept. */
  scale: number;
}

export function createTransition(dynamics: TransitionDynamics): Transition {
  const byRate = dynamics.dimension === "rate";
  return { shape: dynamics.shape, dimension: dynamics.dimension, start: 0, target: 0, at: 0, end: byRate ? 0 : dynamics.value, rate: byRate ? dynamics.value : 0, scale: 1 };
}

/** Back to x = 0 for another run. */
export function restart(t: Transition, start: number, target: number): void {
  t.at = 0;
  t.scale = 1;
  t.start = start;
  t.target = target;
  updateRate(t);
}

export function setTarget(t: Transition, target: number): void {
  t.target = target;
  updateRate(t);
}

function updateRate(t: Transition): void {
  t.rate = signOf(t.target - t.start) * Math.abs(t.rate);
  if (t.dimension === "rate" && Math.abs(t.rate) >= SMALL) t.end = atLeastSmall(endForRate(t.shape, t.target - t.start, t.rate));
}

const atLeastSmall = (x: number): number => (x < 0 ? -Math.max(SMALL, -x) : Math.max(SMALL, x));

function endForRate(shape: DynamicsShape, change: number, peak: number): number {
  switch (shape) {
    case "step":
      return 0;
    case "linear":
      return change / peak;
    case "sinusoidal":
      return (Math.PI * change) / (2 * peak);
    case "cubic":
      return (1.5 * change) / peak;
  }
}

/** Length c at which the second derivative peaks at `peak`; linear, whose peak is infinite, takes the cubic's. */
export function endForAcceleration(shape: DynamicsShape, change: number, peak: number): number {
  switch (shape) {
    case "step":
      return 0;
    case "sinusoidal":
      return Math.PI * Math.sqrt(Math.abs(change) / (2 * peak));
    case "linear":
    case "cubic":
      return Math.sqrt((6 * Math.abs(change)) / peak);
  }
}

const isStep = (t: Transition): boolean => t.shape === "step" || (t.dimension !== "rate" && t.end < SMALL);

export function value(t: Transition, shape: DynamicsShape = t.shape): number {
  if (isStep(t)) return t.target;
  const change = t.target - t.start;
  const x = t.at / atLeastSmall(t.end);
  switch (shape) {
    case "step":
      return t.target;
    case "linear":
      return t.start + x * change;
    case "sinusoidal":
      return t.start - (change * (cos(Math.PI * x) - 1)) / 2;
    case "cubic":
      return t.start + change * x * x * (3 - 2 * x);
  }
}

/** First derivative at x. A step's is a very large number with the sign of the change. */
export function slope(t: Transition): number {
  const change = t.target - t.start;
  if (isStep(t)) return LARGE * signOf(change);
  const end = atLeastSmall(t.end);
  switch (t.shape) {
    case "step":
      return LARGE * signOf(change);
    case "linear":
      return change / end;
    case "sinusoidal":
      return (Math.PI * change * sin((Math.PI * t.at) / end)) / (2 * end);
    case "cubic":
      return (6 * change * (t.end - t.at) * t.at) / (end * end * end);
  }
}

export const scaledSlope = (t: Transition): number => slope(t) / atLeastSmall(t.scale);

/** Largest first derivative. */
export function peakSlope(t: Transition): number {
  if (t.dimension === "rate") return t.rate;
  const change = t.target - t.start;
  if (isStep(t)) return LARGE * signOf(change);
  const end = atLeastSmall(t.end);
  switch (t.shape) {
    case "step":
      return LARGE * signOf(change);
    case "linear":
      return change / end;
    case "sinusoidal":
      return (Math.PI * change) / (2 * end);
    case "cubic":
      return (1.5 * change) / end;
  }
}

export function limitRate(t: Transition, max: number): void {
  const peak = Math.abs(peakSlope(t));
  t.scale = peak > Math.abs(max) ? peak / Math.max(SMALL, Math.abs(max)) : 1;
}

export function advance(t: Transition, dx: number): void {
  t.at += dx / t.scale;
  if (t.at > t.end) t.at = t.end;
  else if (t.at < 0) t.at = 0;
}

export const atEnd = (t: Transition): boolean => t.at > t.end - SMALL;
