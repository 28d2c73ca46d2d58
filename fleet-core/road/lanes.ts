/**
 * Where the lanes lie across a road at s: section lookup, edges, centres, the lane at t, limits. Must never allocate
 * where it is called per vehicle and tick.
 */
import type { LaneModel, RoadModel, SideSection } from "./model.ts";
import { profileBend, profileSlope, profileValue, recordAt } from "./profile.ts";

const drivable: ReadonlySet<string> = new Set(["driving", "entry", "exit", "onRamp", "offRamp", "connectingRamp", "mwyEntry", "mwyExit", "slipLane", "bidirectional", "bus", "taxi", "HOV", "shared"]);

/** Whether motor vehicles are meant to drive along lanes of this type. */
export const isDrivable = (type: string): boolean => drivable.has(type);

/** Index of the section that holds s; -1 when the side has none. */
export function sectionIndex(side: readonly SideSection[], sM: number): number {
  let i = side.length - 1;
  if (i > 8) {
    let low = 0;
    let high = side.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((side[middle] as SideSection).sStartM <= sM) low = middle;
      else high = middle;
    }
    return low;
  }
  while (i > 0 && (side[i] as SideSection).sStartM > sM) i -= 1;
  return i;
}

export const sideOf = (road: RoadModel, lane: number): readonly SideSection[] => (lane > 0 ? road.left : road.right);

export function laneIn(section: SideSection | undefined, lane: number): LaneModel | undefined {
  if (section === undefined) return undefined;
  const guess = section.lanes[(lane < 0 ? -lane : lane) - 1];
  return guess !== undefined && guess.id === lane ? guess : section.lanes.find((l) => l.id === lane);
}

export function laneAt(road: RoadModel, lane: number, sM: number): LaneModel | undefined {
  if (lane === 0) return undefined;
  const side = sideOf(road, lane);
  return laneIn(side[sectionIndex(side, sM)], lane);
}

/** Width [m] of a lane whose inner edge is `innerM` away from lane 0; never negative. */
export function widthAt(lane: LaneModel, sM: number, innerM: number): number {
  const width = lane.border.length > 0 ? Math.abs(profileValue(lane.border, sM)) - innerM : profileValue(lane.width, sM);
  return width > 0 ? width : 0;
}

/** Inner and outer t of a lane at s, with first and second derivatives by s. */
export interface LaneEdges {
  innerT: number;
  outerT: number;
  innerSlope: number;
  outerSlope: number;
  innerBend: number;
  outerBend: number;
}

export const createLaneEdges = (): LaneEdges => ({ innerT: 0, outerT: 0, innerSlope: 0, outerSlope: 0, innerBend: 0, outerBend: 0 });

/** False when the section has no such lane. */
export function evaluateEdges(road: RoadModel, section: SideSection | undefined, lane: number, sM: number, out: LaneEdges): boolean {
  if (section === undefined) return false;
  const sign = lane > 0 ? 1 : -1;
  let d = 0;
  let slope = 0;
  let bend = 0;
  for (const l of section.lanes) {
    const innerD = d;
    const innerSlope = slope;
    const innerBend = bend;
    if (l.border.length > 0) {
      const border = profileValue(l.border, sM);
      const s1 = border < 0 ? -1 : 1;
      if (border * s1 > d) {
        d = border * s1;
        slope = s1 * profileSlope(l.border, sM);
        bend = s1 * profileBend(l.border, sM);
      }
    } else {
      // Value and derivatives at once: this is the inner loop of every lane query, and most widths are constant.
      const { width } = l;
      const at = recordAt(width, sM);
      if (at >= 0) {
        const u = sM - (width[at] as number);
        const w1 = width[at + 2] as number;
        const w2 = width[at + 3] as number;
        const w3 = width[at + 4] as number;
        const value = (width[at + 1] as number) + u * (w1 + u * (w2 + u * w3));
        if (value > 0) {
          d += value;
          if (w1 !== 0 || w2 !== 0 || w3 !== 0) {
            slope += w1 + u * (2 * w2 + u * 3 * w3);
            bend += 2 * w2 + 6 * u * w3;
          }
        }
      }
    }
    if (l.id !== lane) continue;
    const shifted = road.laneOffset.length > 0;
    const t0 = shifted ? profileValue(road.laneOffset, sM) : 0;
    const slope0 = shifted ? profileSlope(road.laneOffset, sM) : 0;
    const bend0 = shifted ? profileBend(road.laneOffset, sM) : 0;
    out.innerT = t0 + sign * innerD;
    out.outerT = t0 + sign * d;
    out.innerSlope = slope0 + sign * innerSlope;
    out.outerSlope = slope0 + sign * slope;
    out.innerBend = bend0 + sign * innerBend;
    out.outerBend = bend0 + sign * bend;
    return true;
  }
  return false;
}

/** Inner edge's distance from lane 0 and the lane's width, without derivatives: half the work. */
export function laneSpan(section: SideSection, lane: number, sM: number, out: Float64Array): boolean {
  let d = 0;
  for (const l of section.lanes) {
    const width = widthAt(l, sM, d);
    if (l.id === lane) {
      out[0] = d;
      out[1] = width;
      return true;
    }
    d += width;
  }
  return false;
}

/** Lane nearest to t: written by `nearestLane`. */
export interface NearLane {
  lane: LaneModel | undefined;
  /** 0 inside the lane. */
  distanceM: number;
  /** From the lane's centre, along +t. */
  offsetM: number;
}

/** Narrower than this a lane holds nothing [m]. */
const NARROW_M = 1e-3;

export function nearestLane(road: RoadModel, sM: number, tM: number, drivableOnly: boolean, out: NearLane): void {
  const t = tM - profileValue(road.laneOffset, sM);
  out.distanceM = Infinity;
  // A point inside a lane of one side is in none of the other: most questions end after one side.
  if (t > 0 && scanSide(road.left, sM, t, 1, drivableOnly, out)) return;
  out.lane = undefined;
  out.distanceM = Infinity;
  out.offsetM = 0;
  if (scanSide(road.right, sM, -t, -1, drivableOnly, out)) return;
  scanSide(road.left, sM, t, 1, drivableOnly, out);
}

/** True when t lies inside a lane, so that no other lane can hold it. */
function scanSide(side: readonly SideSection[], sM: number, t: number, sign: 1 | -1, drivableOnly: boolean, out: NearLane): boolean {
  const section = side[sectionIndex(side, sM)];
  if (section === undefined) return false;
  let d = 0;
  for (const lane of section.lanes) {
    const width = widthAt(lane, sM, d);
    const inner = d;
    d += width;
    if (width < NARROW_M || (drivableOnly && !isDrivable(lane.type))) continue;
    const distance = t < inner ? inner - t : t > d ? t - d : 0;
    const offset = t - inner - 0.5 * width;
    // On a shared edge the lane whose centre is nearer wins, then the one met first.
    if (distance < out.distanceM || (distance === out.distanceM && Math.abs(offset) < Math.abs(out.offsetM))) {
      out.lane = lane;
      out.distanceM = distance;
      out.offsetM = sign * offset;
      if (distance === 0 && t < d && t > 0) return true;
    }
  }
  return false;
}

/** Speed limit [m/s] at s: the lane's own, else the road type's; undefined when the map states none. */
export function speedLimitAt(road: RoadModel, lane: LaneModel, sM: number): number | undefined {
  let limit: number | undefined;
  for (const record of lane.speeds) if (record.sM <= sM) limit = record.maxMps;
  if (limit !== undefined) return limit;
  for (const record of road.types) if (record.sM <= sM) limit = record.speedMps;
  return limit;
}

/** Height [m] of the lane at t above the road's surface; 0 outside all lanes. Only for roads that have heights. */
export function heightAt(road: RoadModel, sM: number, tM: number): number {
  const t = tM - profileValue(road.laneOffset, sM);
  const side = t > 0 ? road.left : road.right;
  const section = side[sectionIndex(side, sM)];
  const away = Math.abs(t);
  let d = 0;
  for (const lane of section?.lanes ?? []) {
    const width = widthAt(lane, sM, d);
    if (away <= d + width && width > 0) {
      let height = 0;
      for (const record of lane.heights) if (record.sM <= sM) height = record.innerM + ((record.outerM - record.innerM) * (away - d)) / width;
      return height;
    }
    d += width;
  }
  return 0;
}
