/** Distances between actors, or an actor and a place, in every coordinate system a condition or action may ask for. */
import { cos, sin } from "../../fleet-core/kernel/math/index.ts";
import type { DistanceMeasure } from "../schema/model.ts";
import type { Actor } from "./actor.ts";
import { signOf } from "./angles.ts";
import { createBoxes, createGap, type Boxes } from "./boxes.ts";
import { copyPose, createPose, setRoadPart, type Pose, type RoadMap } from "./pose.ts";
import { createDifference, createRoadDistances, type RoadDifference, type RoadDistances } from "./road-distance.ts";

export interface Measure {
  readonly boxes: Boxes;
  readonly roads: RoadDistances;
  /** Signed distance from an actor to another, positive ahead; undefined: there is none (no way along the road). */
  between(a: Actor, b: Actor, how: DistanceMeasure): number | undefined;
  toPose(a: Actor, pose: Pose, how: DistanceMeasure): number | undefined;
  /** Free space or reference points along the road, as a difference; false when there is no way. */
  alongRoad(a: Actor, b: Actor, freespace: boolean, out: RoadDifference): boolean;
}

interface Corners {
  /** Copy of the actor's pose they were found for. */
  readonly of: Pose;
  readonly poses: readonly Pose[];
}

/** Local coordinates of a world point as seen from a pose. */
export function localOf(pose: Pose, x: number, y: number): { readonly x: number; readonly y: number } {
  const c = cos(pose.h);
  const s = sin(pose.h);
  const dx = x - pose.xM;
  const dy = y - pose.yM;
  return { x: dx * c + dy * s, y: dy * c - dx * s };
}

export function createMeasure(map: RoadMap): Measure {
  const boxes = createBoxes();
  const roads = createRoadDistances(map);
  const gap = createGap();
  const difference = createDifference();
  /** Corners by actor, with the pose they belong to: conditions ask for the same ones several times a step. */
  const cornersByActor = new Map<Actor, Corners>();

  function reference(from: Pose, x: number, y: number, how: DistanceMeasure): number {
    if (how.coordinateSystem === "world" && how.type !== "euclidianDistance") return how.type === "lateral" ? y - from.yM : x - from.xM;
    const local = localOf(from, x, y);
    if (how.type === "lateral") return local.y;
    if (how.type === "longitudinal") return local.x;
    return (local.x > 0 ? 1 : -1) * Math.sqrt(local.x * local.x + local.y * local.y);
  }

  function cornersOf(actor: Actor): readonly Pose[] {
    const { pose } = actor;
    let corners = cornersByActor.get(actor);
    if (corners === undefined) {
      corners = { of: createPose(), poses: [createPose(), createPose(), createPose(), createPose()] };
      cornersByActor.set(actor, corners);
    } else if (corners.of.xM === pose.xM && corners.of.yM === pose.yM && corners.of.h === pose.h && corners.of.road === pose.road && corners.of.lane === pose.lane && corners.of.sM === pose.sM && corners.of.tM === pose.tM) return corners.poses;
    copyPose(corners.of, pose);
    const { box } = actor.model;
    const c = cos(pose.h);
    const s = sin(pose.h);
    for (let i = 0; i < 4; i += 1) {
      const lx = box.cx + (i === 0 || i === 3 ? 0.5 : -0.5) * box.length;
      const ly = box.cy + (i < 2 ? 0.5 : -0.5) * box.width;
      const corner = corners.poses[i] as Pose;
      copyPose(corner, pose);
      setRoadPart(map, corner, pose.xM + lx * c - ly * s, pose.yM + lx * s + ly * c, pose.h);
    }
    return corners.poses;
  }

  /** Smallest difference between corners; overlapping ranges count as 0. */
  function freeAlong(fromPoses: readonly Pose[], toPoses: readonly Pose[], out: RoadDifference): boolean {
    let ds = Infinity;
    let dt = Infinity;
    let overlapS = false;
    let overlapT = false;
    for (const from of fromPoses) {
      let ahead = 0;
      let left = 0;
      for (const to of toPoses) {
        if (!roads.between(from, to, difference)) return false;
        if (Math.abs(difference.dsM) < Math.abs(ds)) ds = difference.dsM;
        if (Math.abs(difference.dtM) < Math.abs(dt)) dt = difference.dtM;
        ahead += signOf(difference.dsM);
        left += signOf(difference.dtM);
      }
      if (Math.abs(ahead) !== toPoses.length) overlapS = true;
      if (Math.abs(left) !== toPoses.length) overlapT = true;
    }
    Object.assign(out, difference);
    out.dsM = overlapS ? 0 : ds;
    out.dtM = overlapT ? 0 : dt;
    return true;
  }

  function alongRoad(a: Actor, b: Actor, freespace: boolean, out: RoadDifference): boolean {
    if (!freespace) return roads.between(a.pose, b.pose, out);
    if (!roads.between(a.pose, b.pose, out)) return false;
    if (boxes.overlap(a, b)) {
      out.dsM = 0;
      out.dtM = 0;
      out.dLane = 0;
      return true;
    }
    return freeAlong(cornersOf(a), cornersOf(b), out);
  }

  /** Distance of two single vehicles. */
  function pair(a: Actor, b: Actor, how: DistanceMeasure): number | undefined {
    const inSpace = how.type === "euclidianDistance" || how.coordinateSystem === "entity" || how.coordinateSystem === "world";
    if (how.coordinateSystem === "trajectory" && how.type !== "euclidianDistance") {
      const trajectory = a.trajectory;
      if (trajectory === undefined) return reference(a.pose, b.pose.xM, b.pose.yM, { ...how, type: "euclidianDistance" });
      const place = trajectory.nearest(b.pose.xM, b.pose.yM);
      return how.type === "longitudinal" ? place.sM - trajectory.now.sM : place.tM;
    }
    if (!inSpace) {
      if (!alongRoad(a, b, how.freespace, difference)) return undefined;
      return how.type === "lateral" ? difference.dtM : difference.dsM;
    }
    if (!how.freespace) return reference(a.pose, b.pose.xM, b.pose.yM, how);
    if (how.type === "lateral" || how.type === "longitudinal") {
      if (how.coordinateSystem === "world") boxes.along(a, b, 0, gap);
      else boxes.spread(a, b, gap);
      return gap.overlap ? 0 : how.type === "lateral" ? gap.latM : gap.longM;
    }
    boxes.gap(a, b, gap);
    return gap.distanceM * signOf(gap.longM);
  }

  /** Distance of one single vehicle to a place. */
  function single(a: Actor, pose: Pose, how: DistanceMeasure): number | undefined {
    const inSpace = how.type === "euclidianDistance" || how.coordinateSystem === "entity" || how.coordinateSystem === "world";
    if (how.coordinateSystem === "trajectory" && how.type !== "euclidianDistance" && a.trajectory !== undefined) {
      const place = a.trajectory.nearest(pose.xM, pose.yM);
      return how.type === "longitudinal" ? place.sM - a.trajectory.now.sM : place.tM;
    }
    if (!inSpace) {
      if (!how.freespace) {
        if (!roads.between(a.pose, pose, difference)) return undefined;
      } else {
        if (!freeAlong(cornersOf(a), [pose], difference)) return undefined;
      }
      return how.type === "lateral" ? difference.dtM : difference.dsM;
    }
    if (!how.freespace) return reference(a.pose, pose.xM, pose.yM, how);
    if (how.coordinateSystem === "world" && how.type !== "euclidianDistance") return boxes.alongToPoint(a, pose.xM, pose.yM, how.type === "lateral" ? Math.PI / 2 : 0);
    boxes.gapToPoint(a, pose.xM, pose.yM, gap);
    if (how.type === "lateral") return gap.latM;
    if (how.type === "longitudinal") return gap.longM;
    return gap.distanceM * signOf(gap.longM);
  }

  /** A vehicle with all it tows counts as one body: the nearest pair of its parts decides. */
  function nearest(a: Actor, distanceOf: (part: Actor) => number | undefined): number | undefined {
    let best: number | undefined;
    let part: Actor | undefined = a;
    while (part.tow !== undefined) part = part.tow;
    for (; part !== undefined; part = part.trailer) {
      const d = distanceOf(part);
      if (d !== undefined && (best === undefined || Math.abs(d) < Math.abs(best))) best = d;
    }
    return best;
  }
  const alone = (a: Actor): boolean => a.tow === undefined && a.trailer === undefined;

  return {
    boxes,
    roads,
    alongRoad,
    between(a, b, how) {
      if (!how.freespace || (alone(a) && alone(b))) return pair(a, b, how);
      return nearest(a, (own) => nearest(b, (other) => pair(own, other, how)));
    },
    toPose: (a, pose, how) => (!how.freespace || alone(a) ? single(a, pose, how) : nearest(a, (own) => single(own, pose, how))),
  };
}
