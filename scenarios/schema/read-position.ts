/** Positions, routes and trajectories: from elements to the model. */
import type { XmlElement } from "../../fleet-core/contract/xml.ts";
import type { ClothoidSegment, Orientation, Position, Route, RoutePlace, Trajectory, TrajectoryShape } from "./model.ts";
import { readParameters } from "./declarations.ts";
import { boolean, child, children, first, integer, needed, neededFirst, number, optionalInteger, optionalNumber, optionalWord, reference, text, unsupported, word, type Reading } from "./reading.ts";

const nowhere: Position = { kind: "world", x: 0, y: 0, z: undefined, orientation: { type: "relative", h: undefined, p: undefined, r: undefined } };

/** Longer than any road; a clothoid is laid out in steps, so its length must have a bound. */
const MAX_CLOTHOID_M = 1e6;

function readOrientation(r: Reading, e: XmlElement): Orientation {
  const o = child(e, "Orientation");
  if (o === undefined) return { type: "absolute", h: undefined, p: undefined, r: undefined };
  return { type: optionalWord(r, o, "type", ["absolute", "relative"]) ?? "absolute", h: optionalNumber(r, o, "h"), p: optionalNumber(r, o, "p"), r: optionalNumber(r, o, "r") };
}

/** `e` holds exactly one position (the structure check says so); lenient reading gives the origin when it does not. */
export function readPosition(r: Reading, e: XmlElement | undefined): Position {
  const p = first(e);
  if (p === undefined) return nowhere;
  const orientation = readOrientation(r, p);
  switch (p.name) {
    case "WorldPosition":
      return { kind: "world", x: number(r, p, "x"), y: number(r, p, "y"), z: optionalNumber(r, p, "z"), orientation: { type: "absolute", h: optionalNumber(r, p, "h"), p: optionalNumber(r, p, "p"), r: optionalNumber(r, p, "r") } };
    case "RelativeWorldPosition":
    case "RelativeObjectPosition":
      return { kind: p.name === "RelativeWorldPosition" ? "relative-world" : "relative-object", entity: reference(r, p, "entityRef", "entity"), dx: number(r, p, "dx"), dy: number(r, p, "dy"), dz: optionalNumber(r, p, "dz"), orientation };
    case "RoadPosition":
      return { kind: "road", road: text(r, p, "roadId"), s: number(r, p, "s"), t: number(r, p, "t"), orientation };
    case "RelativeRoadPosition":
      return { kind: "relative-road", entity: reference(r, p, "entityRef", "entity"), ds: number(r, p, "ds"), dt: number(r, p, "dt"), orientation };
    case "LanePosition":
      return { kind: "lane", road: text(r, p, "roadId"), lane: integer(r, p, "laneId"), s: number(r, p, "s"), offset: optionalNumber(r, p, "offset") ?? 0, orientation };
    case "RelativeLanePosition": {
      const dsLane = optionalNumber(r, p, "dsLane");
      const ds = optionalNumber(r, p, "ds");
      if (ds === undefined && dsLane === undefined) r.problems.warning(r.file, p, "RelativeLanePosition has neither ds nor dsLane; ds = 0 is assumed", { expected: "one of ds, dsLane" });
      if (ds !== undefined && dsLane !== undefined) r.problems.error(r.file, p, "RelativeLanePosition has both ds and dsLane", { attribute: "dsLane", expected: "one of ds, dsLane" });
      return { kind: "relative-lane", entity: reference(r, p, "entityRef", "entity"), dLane: integer(r, p, "dLane"), ds: ds ?? dsLane ?? 0, along: ds === undefined ? "lane" : "road", offset: optionalNumber(r, p, "offset") ?? 0, orientation };
    }
    case "RoutePosition":
      return { kind: "route", route: readRouteRef(r, child(p, "RouteRef")) ?? { name: "", closed: false, waypoints: [] }, place: readRoutePlace(r, child(p, "InRoutePosition")), orientation };
    case "GeoPosition": {
      const lat = optionalNumber(r, p, "latitudeDeg", { min: -90, max: 90 });
      const lon = optionalNumber(r, p, "longitudeDeg", { min: -180, max: 180 });
      const latRad = optionalNumber(r, p, "latitude");
      const lonRad = optionalNumber(r, p, "longitude");
      if ((lat ?? latRad) === undefined || (lon ?? lonRad) === undefined) r.problems.error(r.file, p, "GeoPosition lacks latitude or longitude", { expected: "latitudeDeg and longitudeDeg" });
      const height = optionalNumber(r, p, "height");
      for (const [old, now] of [["latitude", "latitudeDeg"], ["longitude", "longitudeDeg"], ["height", "altitude"]] as const) if (p.attributes.has(old) && p.attributes.has(now)) r.problems.warning(r.file, p, `${old} is left aside; ${now} counts`, { attribute: old });
      return { kind: "geo", latDeg: lat ?? ((latRad ?? 0) * 180) / Math.PI, lonDeg: lon ?? ((lonRad ?? 0) * 180) / Math.PI, altitudeM: optionalNumber(r, p, "altitude") ?? height, verticalRoadSelection: optionalInteger(r, p, "verticalRoadSelection") ?? 0, orientation };
    }
    case "TrajectoryPosition":
      return { kind: "trajectory", trajectory: readTrajectoryRef(r, child(p, "TrajectoryRef")) ?? { name: "", closed: false, shape: { kind: "polyline", vertices: [] } }, s: number(r, p, "s"), t: optionalNumber(r, p, "t") ?? 0, orientation };
    default:
      unsupported(r, p, p.name);
      return nowhere;
  }
}

function readRoutePlace(r: Reading, e: XmlElement | undefined): RoutePlace {
  const p = first(e);
  if (p?.name === "FromRoadCoordinates") return { kind: "road", pathS: number(r, p, "pathS", { min: 0 }), t: number(r, p, "t") };
  if (p?.name === "FromLaneCoordinates") return { kind: "lane", pathS: number(r, p, "pathS", { min: 0 }), lane: integer(r, p, "laneId"), offset: optionalNumber(r, p, "laneOffset") ?? 0 };
  if (p?.name === "FromCurrentEntity") return { kind: "entity", entity: reference(r, p, "entityRef", "entity") };
  return { kind: "road", pathS: 0, t: 0 };
}

/** A Route, or a CatalogReference to one, as child of `e`. */
export function readRouteRef(r: Reading, e: XmlElement | undefined): Route | undefined {
  const found = entryOf(r, e, "Route");
  return found === undefined ? undefined : readRoute(found.reading, found.element);
}

function entryOf(r: Reading, e: XmlElement | undefined, kind: "Route" | "Trajectory"): { reading: Reading; element: XmlElement } | undefined {
  const own = e === undefined ? undefined : child(e, kind);
  // A route or trajectory written in place may declare its own parameters.
  if (own !== undefined) return { reading: { ...r, scope: readParameters(r, child(own, "ParameterDeclarations")) }, element: own };
  const link = e === undefined ? undefined : child(e, "CatalogReference");
  return link === undefined ? undefined : r.catalogs.find(r, link, [kind]);
}

export function readRoute(r: Reading, e: XmlElement): Route {
  const waypoints = children(e, "Waypoint").map((w) => ({ position: readPosition(r, child(w, "Position")), strategy: word(r, w, "routeStrategy", ["shortest", "fastest", "leastIntersections", "random"]) }));
  return { name: text(r, e, "name"), closed: boolean(r, e, "closed"), waypoints };
}

/** A Trajectory, or a CatalogReference to one, as child of `e`. */
export function readTrajectoryRef(r: Reading, e: XmlElement | undefined): Trajectory | undefined {
  const found = entryOf(r, e, "Trajectory");
  return found === undefined ? undefined : readTrajectory(found.reading, found.element);
}

export function readTrajectory(r: Reading, e: XmlElement): Trajectory | undefined {
  const shape = readShape(r, neededFirst(r, needed(r, e, "Shape")));
  return shape === undefined ? undefined : { name: text(r, e, "name"), closed: boolean(r, e, "closed"), shape };
}

function readShape(r: Reading, e: XmlElement | undefined): TrajectoryShape | undefined {
  switch (e?.name) {
    case "Polyline":
      return { kind: "polyline", vertices: children(e, "Vertex").map((v) => ({ position: readPosition(r, child(v, "Position")), time: optionalNumber(r, v, "time") })) };
    case "Clothoid":
      return {
        kind: "clothoid",
        position: readPosition(r, child(e, "Position")),
        curvature: number(r, e, "curvature"),
        curvaturePrime: readCurvaturePrime(r, e),
        length: number(r, e, "length", { above: 0, max: MAX_CLOTHOID_M }),
        startTime: optionalNumber(r, e, "startTime"),
        stopTime: optionalNumber(r, e, "stopTime"),
      };
    case "ClothoidSpline":
      return { kind: "clothoid-spline", timeEnd: optionalNumber(r, e, "timeEnd"), segments: children(e, "ClothoidSplineSegment").map((s): ClothoidSegment => clothoidSegment(r, s)) };
    case "Nurbs": {
      const order = optionalInteger(r, e, "order", { min: 2, max: 16 }) ?? 2;
      const controlPoints = children(e, "ControlPoint").map((c) => ({ position: readPosition(r, child(c, "Position")), time: optionalNumber(r, c, "time"), weight: optionalNumber(r, c, "weight") ?? 1 }));
      const knots = children(e, "Knot").map((k) => number(r, k, "value"));
      if (knots.length !== controlPoints.length + order) r.problems.error(r.file, e, `Nurbs has ${knots.length} knots`, { expected: `${controlPoints.length + order} (control points + order)` });
      else if (knots.some((knot, i) => i > 0 && knot < (knots[i - 1] ?? knot)) || !((knots[order - 1] ?? 0) < (knots[controlPoints.length] ?? 0))) r.problems.error(r.file, e, `Nurbs has the knots ${knots.slice(0, 20).join(", ")}`, { expected: "knots that never decrease, with a span between the first and the last control point" });
      return { kind: "nurbs", order, controlPoints, knots };
    }
    default:
      // Unknown elements may be warnings; a trajectory without a known shape cannot be played.
      if (e !== undefined) r.problems.error(r.file, e, `${e.name} is no shape of a trajectory`, { expected: "Polyline, Clothoid, ClothoidSpline or Nurbs" });
      return undefined;
  }
}

/** 1.0 calls it curvatureDot. */
function readCurvaturePrime(r: Reading, e: XmlElement): number {
  const old = optionalNumber(r, e, "curvatureDot");
  const now = optionalNumber(r, e, "curvaturePrime");
  if (old !== undefined && now !== undefined) r.problems.warning(r.file, e, "curvatureDot is left aside; curvaturePrime counts", { attribute: "curvatureDot" });
  if (old === undefined && now === undefined) r.problems.warning(r.file, e, "Clothoid has no curvaturePrime; 0 is assumed", { expected: "curvaturePrime" });
  return now ?? old ?? 0;
}

function clothoidSegment(r: Reading, s: XmlElement): ClothoidSegment {
  const start = child(s, "PositionStart");
  return {
    position: start === undefined ? undefined : readPosition(r, start),
    curvatureStart: number(r, s, "curvatureStart"),
    curvatureEnd: number(r, s, "curvatureEnd"),
    length: number(r, s, "length", { above: 0, max: MAX_CLOTHOID_M }),
    hOffset: optionalNumber(r, s, "hOffset") ?? 0,
    timeStart: optionalNumber(r, s, "timeStart"),
  };
}
