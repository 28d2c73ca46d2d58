/**
 * Answers questions about a parsed map: the `RoadNetwork` everybody works with. Holds the spatial index, the lane graph
 * and scratch objects for queries; the map itself never changes.
 */
import { wrapAngle } from "../kernel/math/index.ts";
import { createCurvePoint } from "./geometry/curve.ts";
import { createLaneGraph } from "./graph.ts";
import type { NearLane } from "./lanes.ts";
import { heightAt, isDrivable, laneAt, laneSpan, nearestLane, sectionIndex, sideOf, speedLimitAt } from "./lanes.ts";
import { createLocate } from "./locate.ts";
import { createMesh } from "./mesh.ts";
import type { LaneModel, NetworkModel, RoadModel, RoadObject, RoadSignal, Structure } from "./model.ts";
import { profileValue } from "./profile.ts";
import type { Foot } from "./reference-line.ts";
import { evaluateReference, footNear, footOnPiece } from "./reference-line.ts";
import { route, straightOn } from "./route.ts";
import { createSpatialIndex } from "./spatial-index.ts";
import { createSurface, evaluateSurface } from "./surface.ts";
import type { LaneInfo, LaneMaterial, LanePosition, RoadMap, RoadMesh, RoadPoint } from "./types.ts";

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
  const near: NearLane = { lane: undefined, distanceM: 0, offsetM: 0 };
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
    const at = {
      xM: point.xM + surface.forwardM * point.cosHeading - surface.leftM * point.sinHeading,
      yM: point.yM + surface.forwardM * point.sinHeading + surface.leftM * point.cosHeading,
      zM: road.hasHeights ? surface.zM + heightAt(road, sM, tM) : surface.zM,
      headingRad: point.headingRad,
      pitchRad: surface.pitchRad,
      rollRad: surface.rollRad,
      curvature: point.curvature,
    };
    return road.tunnels.length + road.bridges.length === 0 ? at : { ...at, inTunnel: holds(road.tunnels, road, sM, tM), onBridge: holds(road.bridges, road, sM, tM) };
  }

  /** Whether one of these structures holds for the lane at (s, t). */
  function holds(structures: readonly Structure[], road: RoadModel, sM: number, tM: number): boolean {
    return structures.some(({ sM: fromM, lengthM, validity }) => {
      if (sM < fromM || sM > fromM + lengthM) return false;
      if (validity.length === 0) return true;
      nearestLane(road, sM, tM, false, near);
      const lane = near.lane?.id ?? 0;
      return validity.some((v) => lane >= Math.min(v.fromLane, v.toLane) && lane <= Math.max(v.fromLane, v.toLane));
    });
  }

  function centreT(road: RoadModel, lane: number, sM: number): number | undefined {
    if (lane === 0) return profileValue(road.laneOffset, sM);
    const side = sideOf(road, lane);
    const section = side[sectionIndex(side, sM)];
    if (section === undefined || !laneSpan(section, lane, sM, span)) return undefined;
    const distance = (span[0] as number) + 0.5 * (span[1] as number);
    return profileValue(road.laneOffset, sM) + (lane > 0 ? distance : -distance);
  }

  /** s of the foot nearest to `nearSM` that is a true one; undefined when the point has none. */
  function trueFoot(road: RoadModel, xM: number, yM: number, nearSM: number): number | undefined {
    let best: number | undefined;
    const endOf = index.stretchOf[road.index + 1] as number;
    for (let i = index.stretchOf[road.index] as number; i < endOf; i += 1) {
      const from = index.fromM[i] as number;
      const to = index.toM[i] as number;
      footOnPiece(road, index.piece[i] as number, from, to, 0.5 * (from + to), xM, yM, point, foot);
      if (Math.abs(foot.alongM) <= 1e-9 && (best === undefined || Math.abs(foot.sM - nearSM) < Math.abs(best - nearSM))) best = foot.sM;
    }
    return best;
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
    ...(model.geo === undefined ? {} : { geo: model.geo }),
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
      const lanes: LaneInfo[] = [];
      if (right !== undefined) for (let i = right.lanes.length - 1; i >= 0; i -= 1) lanes.push(laneInfo(road, right.lanes[i] as LaneModel, right.sStartM, right.sEndM, sM));
      if (left !== undefined) for (const lane of left.lanes) lanes.push(laneInfo(road, lane, left.sStartM, left.sEndM, sM));
      return lanes;
    },
    laneWidthM(id, lane, sM) {
      const road = roadAt(id, sM);
      if (road === undefined || lane === 0) return undefined;
      const side = sideOf(road, lane);
      const section = side[sectionIndex(side, sM)];
      return section !== undefined && laneSpan(section, lane, sM, span) ? (span[1] as number) : undefined;
    },
    materialAt(id, lane, sM) {
      const road = roadAt(id, sM);
      const materials = road === undefined ? undefined : laneAt(road, lane, sM)?.materials;
      let found: LaneMaterial | undefined;
      for (const m of materials ?? []) if (m.sM <= sM) found = { surface: m.surface, friction: m.friction, roughness: m.roughness };
      return found;
    },
    signalPose(signal) {
      const road = roadAt(signal.road, signal.sM);
      if (road === undefined) return undefined;
      const p = pointOn(road, signal.sM, signal.tM);
      const turn = signal.hOffsetRad + (signal.orientation === "-" ? Math.PI : 0);
      return { xM: p.xM, yM: p.yM, zM: p.zM + signal.zOffsetM, headingRad: wrapAngle(p.headingRad + turn) };
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
      if (nearSM !== undefined) {
        footNear(road, nearSM, xM, yM, point, foot);
        // Held at a kink inside the road: beyond the centre of curvature a true foot may lie elsewhere.
        const held = Math.abs(foot.alongM) > 1e-6 && foot.sM > 0 && foot.sM < road.lengthM;
        const sM = held ? trueFoot(road, xM, yM, nearSM) : undefined;
        if (sM !== undefined) footNear(road, sM, xM, yM, point, foot);
        else if (held) footNear(road, nearSM, xM, yM, point, foot);
      } else {
        let bestM = Infinity;
        let sM = 0;
        const endOf = index.stretchOf[road.index + 1] as number;
        for (let i = index.stretchOf[road.index] as number; i < endOf; i += 1) {
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
