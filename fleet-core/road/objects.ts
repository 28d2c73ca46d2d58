/**
 * The shapes of what stands along a road: boxes, cylinders and outlines, once or repeated, single or as one strip along
 * the road; and the strokes painted on them. Map coordinates. Must never make more shapes than the reader let through
 * (`SHAPES_MAX` a repeat).
 */
import { atan2, cos, sin } from "../kernel/math/index.ts";
import { createCurvePoint } from "./geometry/curve.ts";
import { heightAt } from "./lanes.ts";
import type { NetworkModel, ObjectOutline, ObjectRepeat, RoadModel, RoadObject } from "./model.ts";
import { evaluateReference } from "./reference-line.ts";
import { createSurface, evaluateSurface } from "./surface.ts";

/** Upright solid over a ring of corners; without heights it is a patch on the ground. */
export interface ObjectShape {
  readonly object: RoadObject;
  /** x, y, z of each corner of the base, and of the top above it. */
  readonly base: readonly (readonly [number, number, number])[];
  readonly top: readonly (readonly [number, number, number])[];
  /** An open ring is a wall without a roof. */
  readonly closed: boolean;
  /** A strip's ring goes out along its right edge and back along its left one. */
  readonly strip: boolean;
}

export interface ObjectStroke {
  readonly object: RoadObject;
  readonly colour: string;
  readonly widthM: number;
  readonly points: readonly (readonly [number, number, number])[];
}

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly heading: number;
  readonly pitch: number;
  readonly roll: number;
}

/** The reader refuses repeats of more objects than this. */
export const SHAPES_MAX = 10_000;
const STRIP_STEP_M = 2;
const CIRCLE_CORNERS = 16;

export type Placer = (road: RoadModel, sM: number, tM: number) => Place;

/** Where a place in road coordinates is, with the surface's attitude. */
export function createPlacer(): Placer {
  const point = createCurvePoint();
  const surface = createSurface();
  return (road, sM, tM) => {
    evaluateReference(road, sM, point);
    evaluateSurface(road, sM, tM, point.curvature, surface);
    return {
      x: point.xM + surface.forwardM * point.cosHeading - surface.leftM * point.sinHeading,
      y: point.yM + surface.forwardM * point.sinHeading + surface.leftM * point.cosHeading,
      z: road.hasHeights ? surface.zM + heightAt(road, sM, tM) : surface.zM,
      heading: point.headingRad,
      pitch: surface.pitchRad,
      roll: surface.rollRad,
    };
  };
}

/** Size and place of one instance. */
interface Instance {
  readonly place: Place;
  readonly zOffset: number;
  readonly length: number;
  readonly width: number;
  readonly height: number;
  readonly radius: number;
  /** How far a road outline is moved along s. */
  readonly shiftS: number;
}

type Vector = readonly [number, number, number];
type ToMap = (u: number, v: number, w: number) => Vector;

/** Rotation Rz(heading) Ry(pitch) Rx(roll) about a place. */
function frameAt(place: Place, zOffset: number, heading: number, pitch: number, roll: number): ToMap {
  const [ch, sh, cp, sp, cr, sr] = [cos(heading), sin(heading), cos(pitch), sin(pitch), cos(roll), sin(roll)];
  return (u, v, w) => [
    place.x + ch * cp * u + (ch * sp * sr - sh * cr) * v + (ch * sp * cr + sh * sr) * w,
    place.y + sh * cp * u + (sh * sp * sr + ch * cr) * v + (sh * sp * cr - ch * sr) * w,
    place.z + zOffset - sp * u + cp * sr * v + cp * cr * w,
  ];
}

function frameOf(object: RoadObject, instance: Instance): ToMap {
  const { place } = instance;
  if (!object.perpendicular) return frameAt(place, instance.zOffset, place.heading + object.headingRad, object.pitchRad, object.rollRad);
  // Upright on the surface: turned about the surface's normal.
  const onSurface = frameAt(place, 0, place.heading, place.pitch, place.roll);
  const [c, s] = [cos(object.headingRad), sin(object.headingRad)];
  return (u, v, w) => onSurface(c * u - s * v, s * u + c * v, w + instance.zOffset);
}

const mix = (a: number, b: number, w: number): number => a + w * (b - a);

/** Values of a repeat at the share w of its length. */
function repeated(object: RoadObject, r: ObjectRepeat, w: number): { t: number; zOffset: number; length: number; width: number; height: number; radius: number } {
  const between = (start: number | undefined, end: number | undefined, own: number): number => mix(start ?? own, end ?? start ?? own, w);
  return {
    t: between(r.tStartM, r.tEndM, object.tM),
    zOffset: between(r.zOffsetStartM, r.zOffsetEndM, object.zOffsetM),
    length: between(r.lengthStartM, r.lengthEndM, object.lengthM ?? 0),
    width: between(r.widthStartM, r.widthEndM, object.widthM ?? 0),
    height: between(r.heightStartM, r.heightEndM, object.heightM ?? 0),
    radius: between(r.radiusStartM, r.radiusEndM, object.radiusM ?? 0),
  };
}

/** Whether a repeat is one strip instead of single objects. */
const continuous = (r: ObjectRepeat): boolean => r.distanceM <= 0;

/** Places of a repeat's single objects. */
export const instancesOf = (r: ObjectRepeat): number => (continuous(r) ? 1 : Math.floor(r.lengthM / r.distanceM + 1e-9) + 1);

function instances(object: RoadObject, road: RoadModel, placer: Placer): Instance[] {
  if (object.repeats.length === 0) {
    return [{ place: placer(road, object.sM, object.tM), zOffset: object.zOffsetM, length: object.lengthM ?? 0, width: object.widthM ?? 0, height: object.heightM ?? 0, radius: object.radiusM ?? 0, shiftS: 0 }];
  }
  const found: Instance[] = [];
  for (const r of object.repeats) {
    if (continuous(r)) continue;
    const count = Math.min(SHAPES_MAX, instancesOf(r));
    const line = r.detached ? detachedLine(object, r, road, placer) : undefined;
    for (let k = 0; k < count; k += 1) {
      const sM = r.sM + k * r.distanceM;
      const w = r.lengthM > 0 ? (k * r.distanceM) / r.lengthM : 0;
      const value = repeated(object, r, w);
      found.push({ ...value, place: line?.(w) ?? placer(road, sM, value.t), shiftS: sM - object.sM });
    }
  }
  return found;
}

/** The straight way from a repeat's first to its last place. */
function detachedLine(object: RoadObject, r: ObjectRepeat, road: RoadModel, placer: Placer): (w: number) => Place {
  const a = placer(road, r.sM, repeated(object, r, 0).t);
  const b = placer(road, r.sM + r.lengthM, repeated(object, r, 1).t);
  const heading = atan2(b.y - a.y, b.x - a.x);
  return (w) => ({ x: mix(a.x, b.x, w), y: mix(a.y, b.y, w), z: mix(a.z, b.z, w), heading, pitch: 0, roll: 0 });
}

/** One strip along the road for a repeat without distance. */
function stripOf(object: RoadObject, r: ObjectRepeat, road: RoadModel, placer: Placer): ObjectShape | undefined {
  if (!(r.lengthM > 0)) return undefined;
  const line = r.detached ? detachedLine(object, r, road, placer) : undefined;
  const steps = line === undefined ? Math.min(SHAPES_MAX, Math.max(1, Math.ceil(r.lengthM / STRIP_STEP_M))) : 1;
  const right: { base: Vector; top: Vector }[] = [];
  const left: { base: Vector; top: Vector }[] = [];
  for (let i = 0; i <= steps; i += 1) {
    const w = i / steps;
    const value = repeated(object, r, w);
    const place = line?.(w) ?? placer(road, r.sM + w * r.lengthM, value.t);
    const toMap = frameAt(place, value.zOffset, place.heading, 0, 0);
    right.push({ base: toMap(0, -0.5 * value.width, 0), top: toMap(0, -0.5 * value.width, value.height) });
    left.push({ base: toMap(0, 0.5 * value.width, 0), top: toMap(0, 0.5 * value.width, value.height) });
  }
  const ring = [...right, ...left.reverse()];
  return { object, base: ring.map((c) => c.base), top: ring.map((c) => c.top), closed: true, strip: true };
}

function outlineShape(object: RoadObject, outline: ObjectOutline, instance: Instance, road: RoadModel, placer: Placer): ObjectShape | undefined {
  if (outline.corners.length < 2) return undefined;
  const toMap = frameOf(object, instance);
  const corners = outline.corners.map((c) => {
    if (outline.frame === "local") return { base: toMap(c.a, c.b, c.zM), top: toMap(c.a, c.b, c.zM + c.heightM) };
    const p = placer(road, c.a + instance.shiftS, c.b);
    return { base: [p.x, p.y, p.z + c.zM] as Vector, top: [p.x, p.y, p.z + c.zM + c.heightM] as Vector };
  });
  return { object, base: corners.map((c) => c.base), top: corners.map((c) => c.top), closed: outline.closed && corners.length > 2, strip: false };
}

/** Corners of the object's own body in its frame: a circle or a rectangle; none when it has no size. */
function bodyCorners(instance: Instance): readonly (readonly [number, number])[] {
  const { radius, length, width } = instance;
  if (radius > 0) return Array.from({ length: CIRCLE_CORNERS }, (_, i) => [radius * cos((2 * Math.PI * i) / CIRCLE_CORNERS), radius * sin((2 * Math.PI * i) / CIRCLE_CORNERS)] as const);
  if (length > 0 && width > 0) return [[-0.5 * length, -0.5 * width], [0.5 * length, -0.5 * width], [0.5 * length, 0.5 * width], [-0.5 * length, 0.5 * width]];
  return [];
}

/** All shapes of one object. */
export function shapesOf(object: RoadObject, road: RoadModel, placer: Placer): ObjectShape[] {
  const shapes: ObjectShape[] = [];
  for (const r of object.repeats) {
    const strip = continuous(r) ? stripOf(object, r, road, placer) : undefined;
    if (strip !== undefined) shapes.push(strip);
  }
  for (const instance of instances(object, road, placer)) {
    if (object.outlines.length > 0) {
      for (const outline of object.outlines) {
        // Inner outlines are holes; a solid without its hole is the safer picture.
        const shape = outline.outer ? outlineShape(object, outline, instance, road, placer) : undefined;
        if (shape !== undefined) shapes.push(shape);
      }
      continue;
    }
    const corners = bodyCorners(instance);
    if (corners.length === 0) continue;
    const toMap = frameOf(object, instance);
    shapes.push({ object, base: corners.map(([u, v]) => toMap(u, v, 0)), top: corners.map(([u, v]) => toMap(u, v, instance.height)), closed: true, strip: false });
  }
  return shapes;
}

export function objectShapes(model: NetworkModel): ObjectShape[] {
  const placer = createPlacer();
  return model.roads.flatMap((road) => road.objects.flatMap((object) => shapesOf(object, road, placer)));
}

/** Paint on objects: along a side of the body, or from corner to corner of an outline. */
export function objectStrokes(model: NetworkModel): ObjectStroke[] {
  const placer = createPlacer();
  const strokes: ObjectStroke[] = [];
  for (const road of model.roads) {
    for (const object of road.objects) {
      if (object.markings.length === 0) continue;
      for (const instance of instances(object, road, placer)) {
        const toMap = frameOf(object, instance);
        for (const marking of object.markings) {
          const line = (marking.side === undefined ? cornerLine(object, marking.corners, instance, road, placer) : sideLine(marking.side, object, instance, road, placer, toMap)).map(([x, y, z]): Vector => [x, y, z + marking.zOffsetM]);
          for (const points of dashes(line, marking.startOffsetM, marking.stopOffsetM, marking.lineLengthM, marking.spaceLengthM)) strokes.push({ object, colour: marking.colour, widthM: marking.widthM, points });
        }
      }
    }
  }
  return strokes;
}

/** Side of the body, or of the first outline's bounding box. */
function sideLine(side: "front" | "rear" | "left" | "right", object: RoadObject, instance: Instance, road: RoadModel, placer: Placer, toMap: ToMap): Vector[] {
  const local = object.outlines.find((o) => o.frame === "local")?.corners.map((c) => [c.a, c.b] as const) ?? bodyCorners(instance);
  if (local.length === 0) {
    const ring = object.outlines[0] === undefined ? undefined : outlineShape(object, object.outlines[0], instance, road, placer)?.base;
    return ring === undefined ? [] : [...ring.slice(0, 2)];
  }
  const us = local.map((c) => c[0]);
  const vs = local.map((c) => c[1]);
  const [minU, maxU, minV, maxV] = [Math.min(...us), Math.max(...us), Math.min(...vs), Math.max(...vs)];
  switch (side) {
    case "front":
      return [toMap(maxU, minV, 0), toMap(maxU, maxV, 0)];
    case "rear":
      return [toMap(minU, minV, 0), toMap(minU, maxV, 0)];
    case "left":
      return [toMap(minU, maxV, 0), toMap(maxU, maxV, 0)];
    case "right":
      return [toMap(minU, minV, 0), toMap(maxU, minV, 0)];
  }
}

function cornerLine(object: RoadObject, ids: readonly string[], instance: Instance, road: RoadModel, placer: Placer): Vector[] {
  for (const outline of object.outlines) {
    const shape = outlineShape(object, outline, instance, road, placer);
    const found = ids.map((id) => outline.corners.findIndex((c) => c.id === id));
    if (shape !== undefined && found.every((i) => i >= 0)) return found.map((i) => shape.base[i] as Vector);
  }
  return [];
}

/** The stretches of a line that carry paint. */
function dashes(line: readonly Vector[], startM: number, stopM: number, dashM: number, gapM: number): Vector[][] {
  const along: number[] = [0];
  for (let i = 1; i < line.length; i += 1) {
    const [a, b] = [line[i - 1] as Vector, line[i] as Vector];
    along.push((along[i - 1] as number) + Math.sqrt((b[0] - a[0]) * (b[0] - a[0]) + (b[1] - a[1]) * (b[1] - a[1]) + (b[2] - a[2]) * (b[2] - a[2])));
  }
  const end = (along[along.length - 1] as number) - stopM;
  const period = dashM + gapM;
  const solid = dashM <= 0 || gapM <= 0 || period < 0.01 || (end - startM) / period > SHAPES_MAX;
  const strokes: Vector[][] = [];
  for (let from = startM; from < end - 1e-9; from += solid ? Infinity : period) {
    const to = solid ? end : Math.min(end, from + dashM);
    const points = [pointAlong(line, along, from)];
    along.forEach((m, i) => {
      if (m > from && m < to) points.push(line[i] as Vector);
    });
    points.push(pointAlong(line, along, to));
    strokes.push(points);
  }
  return strokes;
}

function pointAlong(line: readonly Vector[], along: readonly number[], m: number): Vector {
  let i = 1;
  while (i + 1 < line.length && (along[i] as number) < m) i += 1;
  const [a, b] = [line[i - 1] as Vector, (line[i] ?? line[i - 1]) as Vector];
  const span = (along[i] ?? 0) - (along[i - 1] as number);
  const w = span > 0 ? (m - (along[i - 1] as number)) / span : 0;
  return [mix(a[0], b[0], w), mix(a[1], b[1], w), mix(a[2], b[2], w)];
}
