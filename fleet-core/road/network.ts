/**
 * Answers questions about a parsed map: the `RoadNetwork` everybody works with. Holds the spatial index, the lane graph
 * and scratch objects for queries; the map itself never changes.
 */
import { createCurvePoint } from "./geometry/curve.ts";
import { createLaneGraph } from "./graph.ts";
import { heightAt, isDrivable, laneAt, laneSpan, sectionIndex, sideOf, speedLimitAt } from "./lanes.ts";
import { createLocate } from "./locate.ts";
import { createMesh } from "./mesh.ts";
import type { LaneModel, NetworkModel, RoadModel, RoadObject, RoadSignal } from "./model.ts";
import { profileValue } from "./profile.ts";
import type { Foot } from "./reference-line.ts";
import { evaluateReference, footNear, footOnPiece } from "./reference-line.ts";
import { route, straightOn } from "./route.ts";
import { createSpatialIndex } from "./spatial-index.ts";
import { createSurface, evaluateSurface } from "./surface.ts";
import type { LaneInfo, LanePosition, RoadMap, RoadMesh, RoadPoint } from "./types.ts";

/** s may miss the road's ends by rounding. */
const END_M = 1e-6;

export function createRoadNetwork(model: NetworkModel): RoadMap {
  const { roads, roadById } = model;
  const index = createSpatialIndex(roads);
  const graph = createLaneGraph(model);
  const locate = createLocate(roads, roadById, index);
  const point = createCurvePoint();
  const surface = createSurface();
  const span = new Float64Array(2);
  const foot: Foot = { sM: 0, tM: 0, alongM: 0 };
  let mesh: RoadMesh | undefined;

  /** The road if s lies on it. */
  const roadAt = (id: string, sM: number): RoadModel | undefined => {
    const road = roadById.get(id);
    return road !== undefined && sM >= -END_M && sM <= road.lengthM + END_M ? road : undefined;
  };

  function pointOn(road: RoadModel, sM: number, tM: number): RoadPoint {
    evaluateReference(road, sM, point);
    evaluateSurface(road, sM, tM, point.curvature, surface);
    return {
      xM: point.xM + surface.forwardM * point.cosHeading - surface.leftM * point.sinHeading,
      yM: point.yM + surface.forwardM * point.sinHeading + surface.leftM * point.cosHeading,
      zM: road.hasHeights ? surface.zM + heightAt(road, sM, tM) : surface.zM,
      headingRad: point.headingRad,
      pitchRad: surface.pitchRad,
      rollRad: surface.rollRad,
      curvature: point.curvature,
    };
  }

  function centreT(road: RoadModel, lane: number, sM: number): number | undefined {
    if (lane === 0) return profileValue(road.laneOffset, sM);
    const side = sideOf(road, lane);
    const section = side[sectionIndex(side, sM)];
    if (section === undefined || !laneSpan(section, lane, sM, span)) return undefined;
    const distance = (span[0] as number) + 0.5 * (span[1] as number);
    return profileValue(road.laneOffset, sM) + (lane > 0 ? distance : -distance);
  }

  function laneInfo(road: RoadModel, lane: LaneModel, sStartM: number, sEndM: number, sM: number): LaneInfo {
    return { road: road.id, lane: lane.id, type: lane.type, sStartM, sEndM, direction: lane.direction, speedLimitMps: speedLimitAt(road, lane, sM) };
  }

  const leftHand = roads.reduce((n, road) => n + (road.rule === "LHT" ? 1 : -1), 0) > 0;
  const { offset } = model;
  const shifted = offset.xM !== 0 || offset.yM !== 0 || offset.zM !== 0 || offset.headingRad !== 0;
  const signals = roads.flatMap((r): readonly RoadSignal[] => r.signals);
  const objects = roads.flatMap((r): readonly RoadObject[] => r.objects);

  return {
    name: model.name,
    roads: roads.map((r) => r.id),
    geoReference: model.geoReference,
    originLatDeg: model.originLatDeg,
    originLonDeg: model.originLonDeg,
    leftHandTraffic: leftHand,
    ...(shifted ? { headerOffset: offset } : {}),
    signals,
    objects,
    junctions: [...model.junctions.values()],
    controllers: model.controllers,
    model,
    roadLengthM: (road) => roadById.get(road)?.lengthM,
    lanesAt(id, sM) {
      const road = roadAt(id, sM);
      if (road === undefined) return [];
      const right = road.right[sectionIndex(road.right, sM)];
      const left = road.left[sectionIndex(road.left, sM)];
      return [
        ...[...(right?.lanes ?? [])].reverse().map((l) => laneInfo(road, l, right?.sStartM ?? 0, right?.sEndM ?? 0, sM)),
        ...(left?.lanes ?? []).map((l) => laneInfo(road, l, left?.sStartM ?? 0, left?.sEndM ?? 0, sM)),
      ];
    },
    laneWidthM(id, lane, sM) {
      const road = roadAt(id, sM);
      if (road === undefined || lane === 0) return undefined;
      const side = sideOf(road, lane);
      const section = side[sectionIndex(side, sM)];
      return section !== undefined && laneSpan(section, lane, sM, span) ? (span[1] as number) : undefined;
    },
    isDrivable(id, lane, sM) {
      const road = roadAt(id, sM);
      const found = road === undefined ? undefined : laneAt(road, lane, sM);
      return found !== undefined && isDrivable(found.type);
    },
    pointAt(id, sM, tM) {
      const road = roadAt(id, sM);
      return road === undefined ? undefined : pointOn(road, sM, tM);
    },
    laneCentreT(id, lane, sM) {
      const road = roadAt(id, sM);
      return road === undefined ? undefined : centreT(road, lane, sM);
    },
    pointOfLane(position: LanePosition) {
      const road = roadAt(position.road, position.sM);
      const t = road === undefined ? undefined : centreT(road, position.lane, position.sM);
      return road === undefined || t === undefined ? undefined : pointOn(road, position.sM, t + position.offsetM);
    },
    project(id, xM, yM, nearSM) {
      const road = roadById.get(id);
      if (road === undefined) return undefined;
      if (nearSM !== undefined) footNear(road, nearSM, xM, yM, point, foot);
      else {
        let bestM = Infinity;
        let sM = 0;
        for (let i = 0; i < index.road.length; i += 1) {
          if (index.road[i] !== road.index) continue;
          const from = index.fromM[i] as number;
          const to = index.toM[i] as number;
          footOnPiece(road, index.piece[i] as number, from, to, 0.5 * (from + to), xM, yM, point, foot);
          const d = foot.tM * foot.tM + foot.alongM * foot.alongM;
          if (d < bestM) {
            bestM = d;
            sM = foot.sM;
          }
        }
        footNear(road, sM, xM, yM, point, foot);
      }
      return { sM: foot.sM, tM: foot.tM, alongM: foot.alongM };
    },
    locate,
    successors(lane, sM) {
      const node = sM === undefined ? graph.lastNode(lane.road, lane.lane) : graph.nodeAt(lane.road, lane.lane, sM);
      return node === undefined ? [] : node.successors.map((n) => ({ road: n.road.id, lane: n.lane.id }));
    },
    route: (from, to) => route(graph, from, to),
    straightOn: (from, lengthM) => straightOn(graph, from, lengthM),
    mesh() {
      mesh ??= createMesh(model);
      return mesh;
    },
  };
}
