/**
 * What an object sensor can see: field of view and occlusion over the angular intervals of boxes. 2D on flat ground, with
 * one concession to height: a nearer box hides only what does not rise above it. Geometry only; no noise, no time.
 *
 * Sensor frame: u along the sensor's axis, v to its left, angles counter-clockwise from u.
 */
import { atan2, cos, sin } from "../../fleet-core/kernel/math/index.ts";
import type { VisibleBody } from "./types.ts";

/** An object is seen when at least this share of its angular width (of the field of view, if that is narrower) shows. */
export const VISIBLE_SHARE = 0.3;
/** Relative slack that keeps an object exactly at the limit on the seen side, whatever the last bit of an angle. */
const SLACK = 1e-9;
/** Nearest objects a sensor handles in one scan, as object-level sensors do. */
export const CANDIDATES_MAX = 64;
const TAU = 2 * Math.PI;
/** Half planes of the sensor frame: u > 0, u < 0, v > 0, v < 0. */
const AHEAD = 1;
const BEHIND = 2;
const TO_LEFT = 4;
const TO_RIGHT = 8;

/** Where a sensor stands in the map frame. */
export interface SensorPose {
  readonly xM: number;
  readonly yM: number;
  /** Height above the ground. */
  readonly zM: number;
  readonly cosYaw: number;
  readonly sinYaw: number;
}

/** One body in range; reused from scan to scan. */
export interface Sighting {
  body: VisibleBody;
  /** Box centre in the sensor frame. */
  uM: number;
  vM: number;
  /** Distance from the sensor to the nearest point of the box; 0 inside it. */
  nearM: number;
  centreM: number;
  /** Corners that bound the box as seen from the sensor: rightmost and leftmost. */
  rightU: number;
  rightV: number;
  leftU: number;
  leftV: number;
  /** Half planes (a set of `AHEAD` …) that hold the whole box. */
  sides: number;
  /** Angular interval, from <= to; `from` in (-π, π]. Worked out when it matters: `angled` says whether it was. */
  fromRad: number;
  toRad: number;
  angled: boolean;
  visible: boolean;
}

export interface Viewer {
  /** Sightings of the last `look`, nearest first; `visible` says which the sensor could see. Valid until the next call. */
  readonly sightings: readonly Sighting[];
  readonly count: number;
  /** Looks from `pose` as far as `rangeM` within the full angle `fovRad` about the sensor's axis. */
  look(pose: SensorPose, rangeM: number, fovRad: number, near: readonly VisibleBody[]): void;
}

export function createViewer(): Viewer {
  const sightings: Sighting[] = [];
  let count = 0;
  /** Half the field of view of the present look; narrow: below a half turn in all. */
  let halfFovRad = -1;
  let cosHalf = 0;
  let sinHalf = 1;
  let narrow = false;
  /** Parts of the target still uncovered, as [from, to] pairs; each cut adds one pair at most. */
  let parts = new Float64Array(6 * CANDIDATES_MAX + 8);
  let rest = new Float64Array(6 * CANDIDATES_MAX + 8);
  let partsEnd = 0;

  /** Inserts by (nearM, order of arrival), keeping the nearest `CANDIDATES_MAX`. */
  function slot(nearM: number): Sighting | undefined {
    let i = count;
    if (count === CANDIDATES_MAX) {
      if (nearM >= (sightings[count - 1] as Sighting).nearM) return undefined;
      i = count - 1;
    } else {
      if (sightings.length === count) sightings.push({ body: NOBODY, uM: 0, vM: 0, nearM: 0, centreM: 0, rightU: 1, rightV: 0, leftU: 1, leftV: 0, sides: 0, fromRad: 0, toRad: 0, angled: false, visible: false });
      count += 1;
    }
    const free = sightings[i] as Sighting;
    while (i > 0 && (sightings[i - 1] as Sighting).nearM > nearM) {
      sightings[i] = sightings[i - 1] as Sighting;
      i -= 1;
    }
    sightings[i] = free;
    return free;
  }

  function collect(pose: SensorPose, rangeM: number, body: VisibleBody): void {
    const dx = body.xM - pose.xM;
    const dy = body.yM - pose.yM;
    const halfL = body.lengthM / 2;
    const halfW = body.widthM / 2;
    const reach = rangeM + halfL + halfW;
    const centre2 = dx * dx + dy * dy;
    if (centre2 > reach * reach) return;
    const u = dx * pose.cosYaw + dy * pose.sinYaw;
    const v = dy * pose.cosYaw - dx * pose.sinYaw;
    // A circle wholly beyond an edge of the field of view neither shows nor hides anything in it.
    if (narrow && Math.abs(v) * cosHalf - u * sinHalf > halfL + halfW) return;
    const { cosYaw: cosB, sinYaw: sinB } = body;
    const outL = Math.max(0, Math.abs(dx * cosB + dy * sinB) - halfL);
    const outW = Math.max(0, Math.abs(dy * cosB - dx * sinB) - halfW);
    const nearM = Math.sqrt(outL * outL + outW * outW);
    if (nearM > rangeM) return;
    const s = slot(nearM);
    if (s === undefined) return;
    s.body = body;
    s.nearM = nearM;
    s.centreM = Math.sqrt(centre2);
    s.visible = false;
    s.angled = false;
    s.uM = u;
    s.vM = v;
    if (nearM === 0) return;
    const cosR = cosB * pose.cosYaw + sinB * pose.sinYaw;
    const sinR = sinB * pose.cosYaw - cosB * pose.sinYaw;
    // From outside, a convex box spans less than π, so cross products alone find its leftmost and rightmost corners.
    let leftU = 0;
    let leftV = 0;
    let rightU = 0;
    let rightV = 0;
    let sides = AHEAD | BEHIND | TO_LEFT | TO_RIGHT;
    for (let corner = 0; corner < 4; corner += 1) {
      const a = corner < 2 ? halfL : -halfL;
      const b = corner === 0 || corner === 3 ? halfW : -halfW;
      const cu = u + a * cosR - b * sinR;
      const cv = v + a * sinR + b * cosR;
      sides &= (cu > 0 ? AHEAD : cu < 0 ? BEHIND : 0) | (cv > 0 ? TO_LEFT : cv < 0 ? TO_RIGHT : 0);
      if (corner === 0 || leftU * cv - leftV * cu > 0) {
        leftU = cu;
        leftV = cv;
      }
      if (corner === 0 || rightU * cv - rightV * cu < 0) {
        rightU = cu;
        rightV = cv;
      }
    }
    s.leftU = leftU;
    s.leftV = leftV;
    s.rightU = rightU;
    s.rightV = rightV;
    s.sides = sides;
  }

  function angles(s: Sighting): void {
    if (s.angled) return;
    s.angled = true;
    s.fromRad = atan2(s.rightV, s.rightU);
    s.toRad = atan2(s.leftV, s.leftU);
    if (s.toRad < s.fromRad) s.toRad += TAU;
  }

  /**
   * Told without an angle, and only when beyond doubt: the whole box is inside the field of view. A box that does not reach
   * over the axis behind the sensor is seen farthest from the axis ahead at one of its two edges.
   */
  function surelyInView(s: Sighting): boolean {
    if (halfFovRad >= Math.PI) return true;
    if ((s.sides & (AHEAD | TO_LEFT | TO_RIGHT)) === 0) return false;
    return s.rightU * sinHalf >= Math.abs(s.rightV) * cosHalf && s.leftU * sinHalf >= Math.abs(s.leftV) * cosHalf;
  }

  /**
   * Told without an angle, and only when beyond doubt: the boxes share no direction. Inside one half plane angles are in the
   * order of cross products.
   */
  function surelyApart(a: Sighting, b: Sighting): boolean {
    if ((a.sides & b.sides) !== 0) return a.leftU * b.rightV - a.leftV * b.rightU > 0 || b.leftU * a.rightV - b.leftV * a.rightU > 0;
    const opposite = ((a.sides & (AHEAD | TO_LEFT)) << 1) & b.sides;
    const opposed = ((b.sides & (AHEAD | TO_LEFT)) << 1) & a.sides;
    return (opposite | opposed) !== 0;
  }

  function surelyShows(index: number, sensorZM: number): boolean {
    const target = sightings[index] as Sighting;
    if (!surelyInView(target)) return false;
    for (let i = 0; i < index; i += 1) {
      const front = sightings[i] as Sighting;
      if (front.nearM > 0 && !surelyApart(front, target) && hides(front, target, sensorZM)) return false;
    }
    return true;
  }

  function cut(from: number, to: number): void {
    let n = 0;
    let changed = false;
    for (let i = 0; i < partsEnd; i += 2) {
      const a = parts[i] as number;
      const b = parts[i + 1] as number;
      if (to <= a || from >= b) {
        rest[n++] = a;
        rest[n++] = b;
        continue;
      }
      changed = true;
      if (from > a) {
        rest[n++] = a;
        rest[n++] = from;
      }
      if (to < b) {
        rest[n++] = to;
        rest[n++] = b;
      }
    }
    if (!changed) return;
    const swap = parts;
    parts = rest;
    rest = swap;
    partsEnd = n;
  }

  function hides(front: Sighting, target: Sighting, sensorZM: number): boolean {
    // Sight line to the height above which VISIBLE_SHARE of the target rises, where it passes the nearer box.
    const aimM = target.body.heightM * (1 - VISIBLE_SHARE);
    const along = target.centreM > 0 ? Math.min(1, front.centreM / target.centreM) : 1;
    return front.body.heightM >= sensorZM + (aimM - sensorZM) * along;
  }

  function judge(index: number, fovRad: number, sensorZM: number): boolean {
    const target = sightings[index] as Sighting;
    if (target.nearM === 0 || surelyShows(index, sensorZM)) return true;
    angles(target);
    const half = fovRad / 2;
    partsEnd = 0;
    if (half >= Math.PI) {
      parts[partsEnd++] = target.fromRad;
      parts[partsEnd++] = target.toRad;
    } else {
      for (let turn = 0; turn <= TAU; turn += TAU) {
        const from = Math.max(target.fromRad, turn - half);
        const to = Math.min(target.toRad, turn + half);
        if (from >= to) continue;
        parts[partsEnd++] = from;
        parts[partsEnd++] = to;
      }
    }
    for (let i = 0; i < index && partsEnd > 0; i += 1) {
      const front = sightings[i] as Sighting;
      if (front.nearM === 0 || surelyApart(front, target) || !hides(front, target, sensorZM)) continue;
      angles(front);
      cut(front.fromRad, front.toRad);
      cut(front.fromRad - TAU, front.toRad - TAU);
      cut(front.fromRad + TAU, front.toRad + TAU);
    }
    let shown = 0;
    for (let i = 0; i < partsEnd; i += 2) shown += (parts[i + 1] as number) - (parts[i] as number);
    return shown > 0 && shown >= VISIBLE_SHARE * Math.min(target.toRad - target.fromRad, fovRad) * (1 - SLACK);
  }

  return {
    sightings,
    get count() {
      return count;
    },
    look(pose, rangeM, fovRad, near) {
      count = 0;
      if (halfFovRad !== fovRad / 2) {
        halfFovRad = fovRad / 2;
        narrow = halfFovRad < Math.PI / 2;
        cosHalf = cos(halfFovRad);
        sinHalf = sin(halfFovRad);
      }
      for (const body of near) collect(pose, rangeM, body);
      for (let i = 0; i < count; i += 1) (sightings[i] as Sighting).visible = judge(i, fovRad, pose.zM);
    },
  };
}

/** Fills a fresh sighting until `collect` sets the real body. */
const NOBODY: VisibleBody = Object.freeze({ id: "", kind: "object", serial: 0, xM: 0, yM: 0, yawRad: 0, cosYaw: 1, sinYaw: 0, vxMps: 0, vyMps: 0, lengthM: 0, widthM: 0, heightM: 0 });
