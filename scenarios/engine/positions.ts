/** From a position of the file to a pose now: relative ones look at where their entity is at this moment. */
import type { Orientation, Position } from "../schema/model.ts";
import type { Actor } from "./actor.ts";
import { isForward, multiplyMatrixVector, rotationInto, wrap2Pi } from "./angles.ts";
import { moveAlong } from "./move.ts";
import { copyPose, createPose, drivesAlongS, setLane, setOrientation, setRelativeHeading, setTrack, setWorld, snapToLane, type Pose, type RoadMap } from "./pose.ts";
import { createRoute, lengthOnRoute, placeOnRoute, type ActiveRoute } from "./route.ts";
import type { Route } from "../schema/model.ts";
import { createTrajectory } from "./trajectory.ts";

export interface Positions {
  /** Writes the pose; false when the place does not exist (no such road or lane): then `out` is as it was. */
  resolve(position: Position, out: Pose): boolean;
  route(route: Route): ActiveRoute | undefined;
}

/** `d` lanes further, not counting the centre line. */
export function laneBeside(lane: number, d: number): number {
  const target = lane + d;
  if (lane === 0 || d === 0) return target;
  if (target === 0 || target < 0 !== lane < 0) return target + (d < 0 ? -1 : 1);
  return target;
}

export function createPositions(map: RoadMap, actorOf: (name: string) => Actor): Positions {
  const reference = createPose();
  const vector = new Float64Array(3);

  /** Relative angles about the road or lane direction, absolute ones in the world; what is left out lies on the road. */
  function apply(out: Pose, o: Orientation, backwards: boolean): void {
    out.pRel = 0;
    out.rRel = 0;
    const turn = backwards ? Math.PI : 0;
    if (o.type === "relative") {
      out.hRel = wrap2Pi((o.h ?? 0) + turn);
      out.pRel = o.p ?? 0;
      out.rRel = o.r ?? 0;
      setRelativeHeading(map, out, out.hRel, false);
      return;
    }
    setRelativeHeading(map, out, turn, false);
    setOrientation(map, out, o.h, o.p, o.r);
  }

  function relativeTo(o: Orientation, angle: "h" | "p" | "r", of: Pose): number {
    const given = o[angle];
    if (o.type === "absolute" && given !== undefined) return given;
    return of[angle] + (given ?? 0);
  }

  function resolve(position: Position, out: Pose): boolean {
    switch (position.kind) {
      case "world":
        out.hRel = 0;
        out.pRel = 0;
        out.rRel = 0;
        out.zRel = 0;
        setWorld(map, out, position.x, position.y, position.z, position.orientation.h, position.orientation.p, position.orientation.r);
        return true;
      case "lane": {
        const road = map.model.roadById.get(position.road);
        if (road === undefined) return false;
        out.zRel = 0;
        if (!setLane(map, out, road, position.lane, position.s, position.offset)) return false;
        apply(out, position.orientation, (position.orientation.type === "relative" || position.orientation.h === undefined) && !drivesAlongS(road, position.lane));
        return true;
      }
      case "road": {
        const road = map.model.roadById.get(position.road);
        if (road === undefined) return false;
        out.zRel = 0;
        setTrack(map, out, road, position.s, position.t);
        apply(out, position.orientation, false);
        return true;
      }
      case "relative-object":
      case "relative-world": {
        const of = actorOf(position.entity).pose;
        if (position.kind === "relative-object") {
          rotationInto(map.roadMatrix, of.h, of.p, of.r);
          multiplyMatrixVector(vector, map.roadMatrix, position.dx, position.dy, position.dz ?? 0);
        } else {
          vector[0] = position.dx;
          vector[1] = position.dy;
          vector[2] = position.dz ?? 0;
        }
        const [x, y, z] = [of.xM + (vector[0] as number), of.yM + (vector[1] as number), position.dz === undefined ? undefined : of.zM + (vector[2] as number)];
        const [h, p, r] = [relativeTo(position.orientation, "h", of), relativeTo(position.orientation, "p", of), relativeTo(position.orientation, "r", of)];
        copyPose(reference, of);
        copyPose(out, reference);
        out.zRel = 0;
        setWorld(map, out, x, y, z, h, p, r);
        return true;
      }
      case "relative-lane": {
        const of = actorOf(position.entity);
        copyPose(reference, of.pose);
        moveAlong(map, reference, position.ds, position.along === "lane" ? "lane" : "road", false, { route: of.route?.roads, angle: 0, rng: undefined });
        const road = reference.road;
        if (road === undefined) return false;
        let lane = laneBeside(of.pose.lane, position.dLane);
        let offset = position.offset;
        if (position.along === "lane") {
          const forward = isForward(of.pose.hRel);
          const along = (forward && of.pose.lane < 0 && road.rule === "RHT") || (!forward && of.pose.lane > 0 && road.rule === "LHT");
          lane = laneBeside(of.pose.lane, along ? position.dLane : -position.dLane);
          offset = along ? offset : -offset;
        }
        out.zRel = 0;
        if (!setLane(map, out, road, lane, reference.sM, offset)) snapToLane(map, out, road);
        // `ds` looks along the road, `dsLane` along the lane's traffic.
        apply(out, position.orientation, position.along === "lane" && (position.orientation.type === "relative" || position.orientation.h === undefined) && !drivesAlongS(road, out.lane));
        return true;
      }
      case "relative-road": {
        const of = actorOf(position.entity);
        copyPose(reference, of.pose);
        moveAlong(map, reference, position.ds, "road", false, { route: of.route?.roads, angle: 0, rng: undefined });
        if (reference.road === undefined) return false;
        out.zRel = 0;
        setTrack(map, out, reference.road, reference.sM, reference.tM + position.dt);
        apply(out, position.orientation, false);
        return true;
      }
      case "route": {
        const route = makeRoute(position.route);
        if (route === undefined) return false;
        const { place } = position;
        const atM = place.kind === "entity" ? (lengthOnRoute(route, actorOf(place.entity).pose) ?? 0) : place.pathS;
        const found = placeOnRoute(route, atM);
        if (found === undefined) return false;
        out.zRel = 0;
        if (place.kind === "lane") {
          if (!setLane(map, out, found.leg.road, place.lane, found.sM, place.offset)) return false;
          apply(out, position.orientation, !drivesAlongS(found.leg.road, place.lane));
        } else {
          setTrack(map, out, found.leg.road, found.sM, place.kind === "road" ? place.t : actorOf(place.entity).pose.tM);
          apply(out, position.orientation, false);
        }
        return true;
      }
      case "trajectory": {
        const trajectory = createTrajectory(position.trajectory, resolveFresh, "position", 0, out);
        if (trajectory === undefined) return false;
        trajectory.toLength(position.s);
        const { now } = trajectory;
        out.hRel = 0;
        out.pRel = 0;
        out.rRel = 0;
        out.zRel = 0;
        rotationInto(map.roadMatrix, now.h, 0, 0);
        multiplyMatrixVector(vector, map.roadMatrix, 0, position.t, 0);
        // Relative angles count from the path's own, absolute ones replace them; unstated, the path's hold.
        const { orientation: o } = position;
        const turned = (own: number | undefined, given: number | undefined): number | undefined => (given === undefined ? own : o.type === "absolute" ? given : (own ?? 0) + given);
        setWorld(map, out, now.xM + (vector[0] as number), now.yM + (vector[1] as number), now.zSet ? now.zM : undefined, wrap2Pi(turned(now.h, o.h) ?? now.h), turned(now.pSet ? now.p : undefined, o.p), turned(now.rSet ? now.r : undefined, o.r));
        return true;
      }
      case "geo": {
        const place = map.model.geo?.fromGeodetic(position.latDeg, position.lonDeg, position.altitudeM ?? 0);
        if (place === undefined) return false;
        out.hRel = 0;
        out.pRel = 0;
        out.rRel = 0;
        out.zRel = 0;
        setWorld(map, out, place[0] as number, place[1] as number, position.altitudeM === undefined ? undefined : (place[2] as number), position.orientation.h, position.orientation.p, position.orientation.r);
        return true;
      }
    }
  }

  function resolveFresh(position: Position): Pose {
    const pose = createPose();
    resolve(position, pose);
    return pose;
  }

  function makeRoute(route: Route): ActiveRoute | undefined {
    return createRoute(map, route.waypoints.map((w) => resolveFresh(w.position)));
  }

  return { resolve, route: makeRoute };
}
