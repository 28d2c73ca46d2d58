/**
 * Virtual junctions touch a road in its middle. The lane graph joins lanes at section ends only, so the touched road gets
 * a section boundary there: the same lanes before and behind, linked to themselves. Must change nothing a query can see
 * but the section's range.
 */
import type { JunctionModel, LaneModel, RoadMark, RoadModel, SideSection } from "../model.ts";

/** Nearer to a boundary than this the boundary itself will do [m]. */
const NEAR_M = 1e-6;

/** The roads, those that are touched in their middle cut there. */
export function cutSections(roads: readonly RoadModel[], junctions: Iterable<JunctionModel>): RoadModel[] {
  const cuts = new Map<string, number[]>();
  const cut = (road: string, sM: number): void => {
    const list = cuts.get(road);
    if (list === undefined) cuts.set(road, [sM]);
    else list.push(sM);
  };
  for (const road of roads) {
    for (const link of [road.predecessor, road.successor]) if (link?.middle !== undefined) cut(link.id, link.middle.sM);
  }
  for (const junction of junctions) {
    for (const { virtual } of junction.connections) {
      if (virtual === undefined) continue;
      cut(virtual.from.road, virtual.from.sM);
      cut(virtual.to.road, virtual.to.sM);
    }
  }
  if (cuts.size === 0) return [...roads];
  return roads.map((road) => {
    const places = [...(cuts.get(road.id) ?? [])].sort((a, b) => a - b);
    return places.length === 0 ? road : { ...road, left: cutSide(road.left, places), right: cutSide(road.right, places) };
  });
}

function cutSide(side: readonly SideSection[], places: readonly number[]): SideSection[] {
  return side.flatMap((section) => {
    const parts: SideSection[] = [];
    let rest = section;
    for (const sM of places) {
      if (sM - rest.sStartM <= NEAR_M || rest.sEndM - sM <= NEAR_M) continue;
      parts.push(part(rest, rest.sStartM, sM, false, true));
      rest = part(rest, sM, rest.sEndM, true, false);
    }
    return [...parts, rest];
  });
}

/** A stretch of a section; an end that was cut links each lane to itself. */
function part(section: SideSection, sStartM: number, sEndM: number, cutBefore: boolean, cutBehind: boolean): SideSection {
  const itself = (lane: LaneModel): readonly number[] => [lane.id];
  const marks = (lane: LaneModel): readonly RoadMark[] => lane.marks.filter((m) => m.sM < sEndM && m.sEndM > sStartM).map((m) => ({ ...m, sM: Math.max(m.sM, sStartM), sEndM: Math.min(m.sEndM, sEndM) }));
  return {
    sStartM,
    sEndM,
    lanes: section.lanes.map((lane) => ({
      ...lane,
      ...(cutBefore ? { predecessor: lane.id, predecessors: itself(lane) } : {}),
      ...(cutBehind ? { successor: lane.id, successors: itself(lane) } : {}),
      marks: marks(lane),
    })),
  };
}
