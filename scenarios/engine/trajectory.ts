/**
 * Trajectories laid out in the world: what a vertex, clothoid or NURBS says becomes place, heading and time as functions
 * of the length along it. Made when an action starts, because positions may be relative to entities. Never moves anybody.
 *
 * Headings: a vertex without orientation takes the direction to the next one. Following mode `position` keeps that
 * direction and turns within 2 m of a corner; `follow` turns over the whole segment. Lengths are measured in the plane.
 */
import { atan2 } from "../../fleet-core/kernel/math/index.ts";
import { createCurvePoint, type Curve } from "../../fleet-core/road/geometry/curve.ts";
import { createSpiral } from "../../fleet-core/road/geometry/spiral.ts";
import { createArc } from "../../fleet-core/road/geometry/arc.ts";
import { createLine } from "../../fleet-core/road/geometry/line.ts";
import type { Orientation, Position, Trajectory } from "../schema/model.ts";
import { angleDifference, SMALL, wrap2Pi } from "./angles.ts";
import { nurbsSampler } from "./nurbs.ts";
import type { Pose } from "./pose.ts";

/** A place on a trajectory; written in place. */
export interface TrajectoryPoint {
  sM: number;
  xM: number;
  yM: number;
  /** Absolute when `zSet`, else to be taken from the road. */
  zM: number;
  zSet: boolean;
  h: number;
  /** The file states a heading here. */
  hSet: boolean;
  /** Direction of the path. */
  hTrue: number;
  p: number;
  pSet: boolean;
  r: number;
  rSet: boolean;
  timeS: number;
  speedMps: number;
}

export const createTrajectoryPoint = (): TrajectoryPoint => ({ sM: 0, xM: 0, yM: 0, zM: 0, zSet: false, h: 0, hSet: false, hTrue: 0, p: 0, pSet: false, r: 0, rSet: false, timeS: 0, speedMps: 0 });

export interface ActiveTrajectory {
  readonly name: string;
  readonly closed: boolean;
  readonly lengthM: number;
  readonly startTimeS: number;
  readonly durationS: number;
  readonly now: TrajectoryPoint;
  toLength(sM: number): void;
  toTime(timeS: number): void;
  /** Length of the place nearest to (x, y), and its signed distance to the left. */
  nearest(xM: number, yM: number): { readonly sM: number; readonly tM: number };
}

interface Vertex extends TrajectoryPoint {
  acc: number;
}

/** Resolves a position; the result is only valid until the next call. */
export type Resolve = (position: Position) => Pose;

const CORNER_M = 2;
const SAMPLE_M = 1;
const MAX_SAMPLES = 20_000;

function orientationOf(position: Position): Orientation {
  return position.orientation;
}

function vertexAt(resolve: Resolve, position: Position, time: number | undefined): Vertex {
  const pose = resolve(position);
  const o = orientationOf(position);
  const zSet = (position.kind === "world" && position.z !== undefined) || ((position.kind === "relative-object" || position.kind === "relative-world") && position.dz !== undefined) || (position.kind === "geo" && position.altitudeM !== undefined);
  return {
    sM: 0,
    xM: pose.xM,
    yM: pose.yM,
    zM: pose.zM,
    zSet,
    h: pose.h,
    hSet: o.h !== undefined,
    hTrue: 0,
    p: zSet || o.p !== undefined ? pose.p : pose.pRel,
    pSet: o.p !== undefined,
    r: zSet || o.r !== undefined ? pose.r : pose.rRel,
    rSet: o.r !== undefined,
    timeS: time ?? 0,
    speedMps: 0,
    acc: 0,
  };
}

const planar = (a: TrajectoryPoint, b: TrajectoryPoint): number => {
  const dx = b.xM - a.xM;
  const dy = b.yM - a.yM;
  return Math.sqrt(dx * dx + dy * dy);
};

/** Lengths, path directions and what the file leaves to them. */
function layOut(v: Vertex[]): void {
  for (let i = 1; i < v.length; i += 1) (v[i] as Vertex).sM = (v[i - 1] as Vertex).sM + planar(v[i - 1] as Vertex, v[i] as Vertex);
  const first = v[0] as Vertex;
  let heading = first.h;
  let pitch = first.p;
  const direct = (a: Vertex, b: Vertex): boolean => {
    if (b.sM - a.sM <= SMALL) return false;
    heading = wrap2Pi(atan2(b.yM - a.yM, b.xM - a.xM));
    pitch = -atan2(b.zM - a.zM, b.sM - a.sM);
    return true;
  };
  for (let i = 0; i + 1 < v.length && !direct(v[i] as Vertex, v[i + 1] as Vertex); i += 1);
  for (let i = 0; i < v.length; i += 1) {
    const own = v[i] as Vertex;
    own.hTrue = heading;
    if (!own.hSet) own.h = heading;
    if (own.zSet && !own.pSet) own.p = pitch;
    const next = v[i + 1];
    const after = v[i + 2];
    if (next !== undefined && after !== undefined) direct(next, after);
  }
}

/**
 * Speeds between vertices: constant per segment and none at the end, or (follow) with constant acceleration from the
 * initial speed.
 */
function time(v: Vertex[], follow: boolean, initialSpeed: number): void {
  let speed = initialSpeed;
  for (let i = 0; i < v.length; i += 1) {
    const own = v[i] as Vertex;
    if (!follow) {
      const next = v[i + 1];
      if (next !== undefined) {
        const dt = next.timeS - own.timeS;
        speed = dt > SMALL ? (next.sM - own.sM) / dt : 0;
      } else speed = 0;
      own.speedMps = speed;
      continue;
    }
    const before = v[i - 1];
    if (before === undefined) {
      own.speedMps = initialSpeed;
      continue;
    }
    const ds = own.sM - before.sM;
    const dt = own.timeS - before.timeS;
    let acc = 0;
    if (ds > SMALL && dt > SMALL) {
      acc = (2 * (ds - speed * dt)) / (dt * dt);
      if (speed + acc * dt < 0 !== speed < 0) {
        // More time than a steady change of speed needs: arrive early and wait.
        acc = -(speed * speed) / (2 * ds);
        speed = 0;
      } else speed += acc * dt;
    } else speed = 0;
    before.acc = acc;
    own.speedMps = speed;
  }
}

type Interpolation = "segment" | "corner";

function angleAt(v: readonly Vertex[], i: number, local: number, length: number, mode: Interpolation, get: (p: Vertex) => number): number {
  const here = get(v[i] as Vertex);
  const next = get(v[i + 1] as Vertex);
  if (mode === "segment") return here + (local / length) * angleDifference(next, here);
  const radius = Math.min(CORNER_M, length / 2);
  if (local < radius) {
    if (i === 0) return here;
    const before = get(v[i - 1] as Vertex);
    return before + ((radius + local) / (2 * radius)) * angleDifference(here, before);
  }
  if (local > length - radius) {
    const a = i < v.length - 2 ? (radius + (length - local)) / (2 * radius) : (length - local) / radius;
    return here + (1 - a) * angleDifference(next, here);
  }
  return here;
}

function interpolate(v: readonly Vertex[], i: number, local: number, mode: Interpolation, out: TrajectoryPoint): void {
  const a = v[i] as Vertex;
  const b = v[i + 1];
  out.hTrue = a.hTrue;
  out.hSet = a.hSet;
  out.zSet = a.zSet;
  out.pSet = a.pSet;
  out.rSet = a.rSet;
  if (b === undefined) {
    out.xM = a.xM;
    out.yM = a.yM;
    out.zM = a.zM;
    out.h = a.h;
    out.p = a.p;
    out.r = a.r;
    out.timeS = a.timeS;
    out.speedMps = a.speedMps;
    return;
  }
  const length = Math.max(b.sM - a.sM, SMALL);
  const at = Math.max(0, Math.min(local, length));
  const w = at / length;
  out.xM = a.xM + w * (b.xM - a.xM);
  out.yM = a.yM + w * (b.yM - a.yM);
  out.zM = a.zM + w * (b.zM - a.zM);
  out.timeS = a.timeS + w * (b.timeS - a.timeS);
  out.speedMps = a.speedMps + w * (b.speedMps - a.speedMps);
  out.h = wrap2Pi(angleAt(v, i, at, length, mode, (p) => p.h));
  out.p = angleAt(v, i, at, length, mode, (p) => p.p);
  out.r = angleAt(v, i, at, length, mode, (p) => p.r);
  out.zSet = a.zSet;
}

function indexAt(v: readonly Vertex[], value: number, get: (p: Vertex) => number): number {
  let low = 0;
  let high = v.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (get(v[middle] as Vertex) < value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Common part: a list of vertices, with an optional exact shape in between. */
function follow(model: Trajectory, v: readonly Vertex[], mode: Interpolation, exact: ((sM: number, out: TrajectoryPoint) => void) | undefined): ActiveTrajectory {
  const now = createTrajectoryPoint();
  const lengthM = v[v.length - 1]?.sM ?? 0;
  const startTimeS = v[0]?.timeS ?? 0;
  const durationS = (v[v.length - 1]?.timeS ?? 0) - startTimeS;

  function toLength(sM: number, from?: number): void {
    const s = Math.max(0, Math.min(sM, lengthM));
    const i = s > lengthM - SMALL ? v.length - 1 : (from ?? indexAt(v, s, (p) => p.sM));
    interpolate(v, i, s - (v[i] as Vertex).sM, mode, now);
    now.sM = sM > lengthM ? lengthM : sM;
    exact?.(s, now);
  }

  return {
    name: model.name,
    closed: model.closed,
    lengthM,
    startTimeS,
    durationS,
    now,
    toLength(sM) {
      // A closed trajectory goes round.
      if (model.closed && lengthM > SMALL && (sM > lengthM || sM < 0)) toLength(sM - Math.floor(sM / lengthM) * lengthM);
      else toLength(sM);
    },
    toTime(timeS) {
      const last = v[v.length - 1] as Vertex;
      if (timeS > last.timeS) return toLength(lengthM);
      const i = indexAt(v, timeS, (p) => p.timeS);
      const own = v[i] as Vertex;
      let dt = Math.max(0, timeS - own.timeS);
      if (own.acc < 0) dt = Math.min(dt, -own.speedMps / own.acc);
      toLength(own.sM + dt * own.speedMps + 0.5 * own.acc * dt * dt, i);
    },
    nearest(xM, yM) {
      let best = Infinity;
      let sM = 0;
      let tM = 0;
      for (let i = 0; i + 1 < v.length; i += 1) {
        const a = v[i] as Vertex;
        const b = v[i + 1] as Vertex;
        const ex = b.xM - a.xM;
        const ey = b.yM - a.yM;
        const l2 = ex * ex + ey * ey;
        const w = l2 > 0 ? Math.max(0, Math.min(1, ((xM - a.xM) * ex + (yM - a.yM) * ey) / l2)) : 0;
        const dx = xM - a.xM - w * ex;
        const dy = yM - a.yM - w * ey;
        const d = dx * dx + dy * dy;
        if (d < best) {
          best = d;
          sM = a.sM + w * (b.sM - a.sM);
          tM = Math.sqrt(d) * (ex * dy - ey * dx < 0 ? -1 : 1);
        }
      }
      return { sM, tM };
    },
  };
}

const createClothoid = (xM: number, yM: number, headingRad: number, lengthM: number, from: number, to: number): Curve => {
  const start = { xM, yM, headingRad, lengthM };
  if (Math.abs(to - from) > 1e-12) return createSpiral(start, from, to);
  return Math.abs(from) > 1e-12 ? createArc(start, from) : createLine(start);
};

interface Piece {
  readonly curve: Curve;
  readonly startM: number;
  readonly startTimeS: number;
}

/** Vertices every metre along the pieces, and the exact place between them. */
function followPieces(model: Trajectory, pieces: readonly Piece[], endTimeS: number): ActiveTrajectory {
  const last = pieces[pieces.length - 1] as Piece;
  const lengthM = last.startM + last.curve.lengthM;
  const point = createCurvePoint();
  const pieceAt = (sM: number): Piece => {
    let i = pieces.length - 1;
    while (i > 0 && (pieces[i] as Piece).startM > sM) i -= 1;
    return pieces[i] as Piece;
  };
  const exact = (sM: number, out: TrajectoryPoint): void => {
    const piece = pieceAt(sM);
    piece.curve.evaluate(sM - piece.startM, point);
    out.xM = point.xM;
    out.yM = point.yM;
    out.h = wrap2Pi(point.headingRad);
    out.hTrue = out.h;
  };
  const v: Vertex[] = [];
  const stops = new Set<number>([0, lengthM]);
  const count = Math.min(MAX_SAMPLES, Math.ceil(lengthM / SAMPLE_M));
  for (let i = 1; i < count; i += 1) stops.add((lengthM * i) / count);
  for (const piece of pieces) stops.add(piece.startM);
  for (const sM of [...stops].sort((a, b) => a - b)) {
    const vertex: Vertex = { ...createTrajectoryPoint(), acc: 0 };
    exact(sM, vertex);
    vertex.sM = sM;
    // Within a piece time runs evenly along its length.
    const piece = pieceAt(sM);
    const next = pieces[pieces.indexOf(piece) + 1];
    const end = next?.startTimeS ?? endTimeS;
    vertex.timeS = piece.startTimeS + ((end - piece.startTimeS) * (sM - piece.startM)) / piece.curve.lengthM;
    v.push(vertex);
  }
  time(v, false, 0);
  return follow(model, v, "segment", exact);
}

/**
 * Lays a trajectory out; `own`: where the actor is, for clothoid splines that start there; `turning` overrides where the
 * mode makes angles turn. Undefined: nothing to follow.
 */
export function createTrajectory(model: Trajectory, resolve: Resolve, mode: "follow" | "position", initialSpeed: number, own: Pose, turning?: Interpolation): ActiveTrajectory | undefined {
  const { shape } = model;
  switch (shape.kind) {
    case "polyline": {
      const v = shape.vertices.map((vertex) => vertexAt(resolve, vertex.position, vertex.time));
      if (v.length < 2) return undefined;
      // Where the next vertex has a height of its own, the segment towards it leaves the road.
      for (let i = 0; i + 1 < v.length; i += 1) if (v[i + 1]?.zSet === true) (v[i] as Vertex).zSet = true;
      layOut(v);
      time(v, mode === "follow", initialSpeed);
      return follow(model, v, turning ?? (mode === "follow" ? "segment" : "corner"), undefined);
    }
    case "clothoid": {
      const start = resolve(shape.position);
      const curve = createClothoid(start.xM, start.yM, start.h, shape.length, shape.curvature, shape.curvature + shape.curvaturePrime * shape.length);
      return followPieces(model, [{ curve, startM: 0, startTimeS: shape.startTime ?? 0 }], shape.stopTime ?? 0);
    }
    case "clothoid-spline": {
      const pieces: Piece[] = [];
      let startM = 0;
      let x = own.xM;
      let y = own.yM;
      let h = own.h;
      for (const segment of shape.segments) {
        if (segment.position !== undefined) {
          const start = resolve(segment.position);
          x = start.xM;
          y = start.yM;
          h = start.h;
        }
        const curve = createClothoid(x, y, h + segment.hOffset, segment.length, segment.curvatureStart, segment.curvatureEnd);
        pieces.push({ curve, startM, startTimeS: segment.timeStart ?? 0 });
        const end = createCurvePoint();
        curve.evaluate(segment.length, end);
        x = end.xM;
        y = end.yM;
        h = end.headingRad;
        startM += segment.length;
      }
      return pieces.length === 0 ? undefined : followPieces(model, pieces, shape.timeEnd ?? 0);
    }
    case "nurbs": {
      const points = shape.controlPoints.map((c) => ({ ...vertexAt(resolve, c.position, c.time), weight: c.weight }));
      const sampler = nurbsSampler(shape.order, shape.knots, points);
      if (sampler === undefined) return undefined;
      const v = sampler.samples.map((s): Vertex => ({ ...createTrajectoryPoint(), ...s, acc: 0 }));
      time(v, false, 0);
      const parameters = sampler.parameters;
      return follow(model, v, "segment", (sM, out) => {
        const i = Math.min(indexAt(v, sM, (p) => p.sM), v.length - 2);
        const a = v[i] as Vertex;
        const b = v[i + 1] as Vertex;
        const w = b.sM - a.sM > 0 ? (sM - a.sM) / (b.sM - a.sM) : 0;
        const u = (parameters[i] as number) + w * ((parameters[i + 1] as number) - (parameters[i] as number));
        sampler.place(u, out);
      });
    }
  }
}
