/**
 * Speed over time through a list of targets. `position`: straight lines between them. `follow`: constant jerk where the
 * acceleration changes, so that the lines are joined smoothly within the limits; where that has no solution the profile
 * falls back to straight lines. Pure calculation.
 */
import { LARGE, SMALL } from "../angles.ts";

/** From time t: v(u) = v + k u + j u² / 2. */
export interface SpeedSegment {
  readonly t: number;
  readonly v: number;
  readonly k: number;
  readonly j: number;
}

export interface ProfileInput {
  readonly entries: readonly { readonly speed: number; readonly time: number | undefined }[];
  readonly mode: "follow" | "position";
  readonly startS: number;
  readonly speed: number;
  readonly acceleration: number;
  /** Added to every entry: the referred entity's speed. */
  readonly offset: number;
  readonly maxAcceleration: number;
  readonly maxDeceleration: number;
  readonly maxAccelerationRate: number;
  readonly maxDecelerationRate: number;
  readonly maxSpeed: number;
}

interface Corner {
  t: number;
  v: number;
  /** Slope towards the next corner. */
  k: number;
}

/** Corners of the profile, corners on one line left out, times stretched where a slope exceeds the limits. */
export function profileCorners(input: ProfileInput): Corner[] {
  const { entries, maxAcceleration, maxDeceleration } = input;
  const first = entries[0];
  if (first === undefined) return [];
  let index = 0;
  const corners: Corner[] = [];
  if (first.time !== undefined && first.time <= SMALL) {
    // Entry at once: its speed holds from the start when following positions, the present one when following smoothly.
    corners.push({ t: input.startS, v: input.mode === "follow" ? input.speed : first.speed + input.offset, k: 0 });
    if (input.mode === "follow") index = 1;
  } else corners.push({ t: input.startS, v: input.speed, k: 0 });
  let time = input.startS;
  for (; index < entries.length; index += 1) {
    const entry = entries[index] as ProfileInput["entries"][number];
    const last = corners[corners.length - 1] as Corner;
    const target = entry.speed + input.offset;
    const dv = target - last.v;
    const dt = entry.time ?? -1;
    if (dt >= 0 && dt < SMALL) {
      if (index < entries.length - 1 || corners.length > 0) {
        last.t = time;
        last.v = target;
        continue;
      }
    }
    let slope = dv / dt;
    if (entry.time === undefined || slope < -maxDeceleration || slope > maxAcceleration) {
      if (Math.abs(dv) < SMALL) continue;
      slope = dv < 0 ? Math.min(-SMALL, -maxDeceleration) : Math.max(SMALL, maxAcceleration);
      last.t = time;
      time += dv / slope;
    } else time += dt;
    last.k = slope;
    const before = corners[corners.length - 2];
    if (before !== undefined && Math.abs(last.k - before.k) < SMALL && index > 1) {
      before.k = (target - before.v) / (time - before.t);
      last.t = time;
      last.v = target;
      last.k = 0;
      continue;
    }
    corners.push({ t: time, v: target, k: 0 });
  }
  return corners;
}

export function speedSegments(input: ProfileInput): readonly SpeedSegment[] {
  const corners = profileCorners(input);
  const lines = corners.map((c): SpeedSegment => ({ t: c.t, v: c.v, k: c.k, j: 0 }));
  if (input.mode === "position" || corners.length < 2) return lines;
  const smooth = corners.length === 2 ? single(input, corners) : several(input, corners);
  return smooth !== undefined && smooth.every((s) => within(input, s)) ? smooth : lines;
}

function within(input: ProfileInput, s: SpeedSegment): boolean {
  return (
    Math.abs(s.v) <= input.maxSpeed + SMALL && s.k <= input.maxAcceleration + SMALL && s.k >= -input.maxDeceleration - SMALL && s.j <= input.maxAccelerationRate + SMALL && s.j >= -input.maxDecelerationRate - SMALL
  );
}

/** One target: jerk up, constant acceleration as long as time or the limits ask, jerk down. */
function single(input: ProfileInput, corners: readonly Corner[]): SpeedSegment[] | undefined {
  const a = corners[0] as Corner;
  const b = corners[1] as Corner;
  const k0 = input.acceleration;
  const j0 = a.k - k0 < 0 ? -input.maxDecelerationRate : input.maxAccelerationRate;
  const j1 = a.k < 0 ? input.maxAccelerationRate : -input.maxDecelerationRate;
  if (Math.abs(j0) >= LARGE || Math.abs(j1) >= LARGE) return undefined;
  const t0 = a.t;
  const v0 = a.v;
  const v3 = b.v;
  let t3 = b.t;
  const segments: SpeedSegment[] = [{ t: t0, v: v0, k: k0, j: j0 }];
  if (Math.abs(j1 - j0) < SMALL) return undefined;
  const factor = j0 * j1 * (2 * v0 * (j1 - j0) + k0 * k0 + 2 * k0 * j1 * (t3 - t0) + j0 * j1 * (t0 - t3) * (t0 - t3) + 2 * v3 * (j0 - j1));
  let k1: number;
  let t2: number;
  let v2: number;
  if (factor < 0) {
    // No room for a straight part: jerk up and straight down again, later than asked if need be.
    const root = j1 * -(j0 - j1) * (j0 * (2 * v3 - 2 * v0) + k0 * k0);
    if (root < 0) return undefined;
    t2 = (Math.sqrt(root) + (j0 - j1) * (t0 * j0 - k0)) / (j0 * (j0 - j1));
    const u = t2 - t0;
    v2 = v0 + k0 * u + 0.5 * j0 * u * u;
    k1 = k0 + j0 * u;
    t3 = t2 - k1 / j1;
  } else {
    const t1 = (-Math.sqrt(factor) - j0 * (k0 + t3 * j1) + t0 * j0 * j0) / (j0 * (j0 - j1));
    const u = t1 - t0;
    const v1 = v0 + k0 * u + 0.5 * j0 * u * u;
    k1 = k0 + j0 * u;
    t2 = k1 / j1 + t3;
    v2 = v1 + k1 * (t2 - t1);
    if (k1 <= input.maxAcceleration && k1 >= -input.maxDeceleration) segments.push({ t: t1, v: v1, k: k1, j: 0 });
  }
  if (k1 <= input.maxAcceleration && k1 >= -input.maxDeceleration) {
    segments.push({ t: t2, v: v2, k: k1, j: j1 }, { t: t3, v: v3, k: 0, j: 0 });
    return segments;
  }
  // The limit is reached: hold it and arrive later.
  k1 = k1 > 0 ? input.maxAcceleration : -input.maxDeceleration;
  const t1 = t0 + (k1 - k0) / j0;
  const u = t1 - t0;
  const v1 = v0 + k0 * u + 0.5 * j0 * u * u;
  segments.push({ t: t1, v: v1, k: k1, j: 0 });
  segments.push({ t: (v3 - v1) / k1 + t1 + k1 / (2 * j1), v: v3 + (k1 * k1) / (2 * j1), k: k1, j: j1 });
  segments.push({ t: -v1 / k1 + v3 / k1 + t1 - k1 / (2 * j1), v: v3, k: 0, j: 0 });
  return segments;
}

/** Several targets: the lines through them, joined by arcs of constant jerk. Undefined when an arc does not fit. */
function several(input: ProfileInput, corners: readonly Corner[]): SpeedSegment[] | undefined {
  const segments: SpeedSegment[] = [];
  const first = corners[0] as Corner;
  const k0 = input.acceleration;
  let t3 = first.t;
  let j = 0;
  if (Math.abs(first.k) > SMALL) {
    j = first.k - k0 < 0 ? -input.maxDecelerationRate : input.maxAccelerationRate;
    if (Math.abs(j) >= LARGE) return undefined;
    segments.push({ t: first.t, v: first.v, k: k0, j });
    t3 = first.t + (Math.abs(j) > SMALL ? (first.k - k0) / j : 0);
  }
  const u0 = t3 - first.t;
  let v3 = first.v + k0 * u0 + 0.5 * j * u0 * u0;
  let k = first.k;
  let m = v3 - k * t3;
  segments.push({ t: t3, v: v3, k, j: 0 });
  for (let i = 0; i + 1 < corners.length; i += 1) {
    const next = corners[i + 1] as Corner;
    const before = { k, m, t: t3, v: v3 };
    k = next.k;
    m = next.v - next.k * next.t;
    j = k - before.k < 0 ? -input.maxDecelerationRate : input.maxAccelerationRate;
    if (Math.abs(before.k - k) >= SMALL) {
      if (Math.abs(j) >= LARGE || Math.abs(j) < SMALL) return undefined;
      const t1 = (before.k * before.k - 2 * before.k * k + k * k - 2 * j * (before.m - m)) / (2 * j * (before.k - k));
      if (t1 < before.t) return undefined;
      const v1 = before.v + before.k * (t1 - before.t);
      t3 = t1 + (k - before.k) / j;
      const u = t3 - t1;
      v3 = v1 + before.k * u + 0.5 * j * u * u;
      segments.push({ t: t1, v: v1, k: before.k, j });
    }
    segments.push({ t: t3, v: v3, k, j: 0 });
  }
  return segments;
}
