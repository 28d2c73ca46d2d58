/** One vehicle of the background traffic, and looking along lanes from it. Plain data, owned by the traffic. */
import type { Rng } from "../../../fleet-core/kernel/rng.ts";
import type { IdmParameters } from "../../drivers/idm.ts";
import type { Actor } from "../actor.ts";
import { LATERAL_ACCEL_MPS2, type Occupant, type TrafficLane } from "./lanes.ts";

export interface Vehicle {
  readonly id: number;
  readonly actor: Actor;
  readonly towed: readonly Actor[];
  /** The traffic action it belongs to; undefined when that has ended. */
  demand: number | undefined;
  readonly idm: IdmParameters;
  /** Of the legal limit, what it drives. */
  readonly wishRatio: number;
  /** Where no limit is stated: what it was put there with. */
  readonly freeMps: number;
  lane: TrafficLane;
  /** Of its reference point (rear axle), along the lane. */
  atM: number;
  /** Lanes to come, and those its rear may still be on, nearest first. */
  readonly path: TrafficLane[];
  readonly trail: TrafficLane[];
  /** Front and rear (of the last trailer) from the reference point. */
  readonly frontM: number;
  readonly rearM: number;
  mps: number;
  accelMps2: number;
  /** To the left of the lane's centre, while it changes lanes. */
  offsetM: number;
  /** From which lane, with which offset at first, since when. */
  change: { readonly from: TrafficLane; readonly startM: number; passedUs: number } | undefined;
  sinceChangeUs: number;
  /** Lanes of junctions it has been let into. */
  readonly granted: TrafficLane[];
  /** How long it has waited to be let in. */
  waitUs: number;
}

/** Index of the first occupant whose front is beyond `atM`. */
export function firstBeyond(list: readonly Occupant[], atM: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle] as Occupant).frontM > atM) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function insertOccupant(list: Occupant[], occupant: Occupant): void {
  let i = list.length;
  list.push(occupant);
  while (i > 0) {
    const before = list[i - 1] as Occupant;
    if (before.frontM < occupant.frontM || (before.frontM === occupant.frontM && before.actor.index < occupant.actor.index)) break;
    list[i] = before;
    i -= 1;
  }
  list[i] = occupant;
}

export interface Lead {
  gapM: number;
  mps: number;
  occupant: Occupant | undefined;
}
export const createLead = (): Lead => ({ gapM: Infinity, mps: 0, occupant: undefined });

/** Nearest one ahead of `frontM` on `lane` and then along `path`, within `sightM`; own parts do not count. */
export function lookAhead(lane: TrafficLane, path: readonly TrafficLane[], frontM: number, actor: Actor | undefined, sightM: number, out: Lead): void {
  out.gapM = Infinity;
  out.mps = 0;
  out.occupant = undefined;
  let baseM = 0;
  for (let i = -1; i < path.length; i += 1) {
    const here = i < 0 ? lane : (path[i] as TrafficLane);
    const list = here.occupants;
    for (let k = i < 0 ? firstBeyond(list, frontM) : 0; k < list.length; k += 1) {
      const o = list[k] as Occupant;
      if (o.actor === actor) continue;
      const gap = baseM + o.rearM - frontM;
      if (gap > sightM) return;
      out.gapM = gap;
      out.mps = o.mps;
      out.occupant = o;
      return;
    }
    baseM += here.lengthM;
    if (baseM - frontM > sightM) return;
  }
}

/** Nearest one behind `rearM` on `lane`, then on the lanes that lead to it; `gapM` from its front. */
export function lookBehind(lane: TrafficLane, rearM: number, actor: Actor | undefined, sightM: number, out: Lead): void {
  out.gapM = Infinity;
  out.mps = 0;
  out.occupant = undefined;
  const list = lane.occupants;
  for (let k = list.length - 1; k >= 0; k -= 1) {
    const o = list[k] as Occupant;
    if (o.actor === actor || o.frontM > rearM) continue;
    out.gapM = rearM - o.frontM;
    out.mps = o.mps;
    out.occupant = o;
    return;
  }
  if (rearM > sightM) return;
  for (const before of lane.previous) {
    const last = before.occupants[before.occupants.length - 1];
    if (last === undefined || last.actor === actor) continue;
    const gap = rearM + before.lengthM - last.frontM;
    if (gap >= out.gapM) continue;
    out.gapM = gap;
    out.mps = last.mps;
    out.occupant = last;
  }
}

/** Room [m] behind a junction that must be known before it is entered, beyond the vehicle's own length. */
const BEHIND_M = 5;

/**
 * Adds lanes to the path until it reaches `sightM` beyond the front, and beyond a junction until there is room for the
 * vehicle; at forks by chance among those that lead on.
 */
export function extendPath(v: Vehicle, sightM: number, rng: Rng): void {
  let reachM = v.lane.lengthM - v.atM - v.frontM;
  let roomM = Infinity;
  for (const lane of v.path) {
    reachM += lane.lengthM;
    roomM = lane.guarded ? 0 : roomM + lane.lengthM;
  }
  while (reachM < sightM || roomM < v.frontM - v.rearM + BEHIND_M) {
    if (v.path.length >= PATH_MAX) return;
    const next = chooseNext(v.path[v.path.length - 1] ?? v.lane, rng, narrowestWay(v));
    if (next === undefined) return;
    v.path.push(next);
    reachM += next.lengthM;
    roomM = next.guarded ? 0 : roomM + next.lengthM;
  }
}

/** Lanes may be very short, and rings of them endless. */
const PATH_MAX = 64;

/** Lanes that soon end are taken only where no other leads on. */
const LEADS_ON_M = 200;

/** Way out of a lane, by chance among those that lead on and whose bends are not narrower than `minMps` speaks of. */
export function chooseNext(lane: TrafficLane, rng: Rng, minMps: number): TrafficLane | undefined {
  if (lane.next.length < 2) return lane.next[0];
  for (const [leads, bend] of [[LEADS_ON_M, minMps], [LEADS_ON_M, 0], [0, 0]] as const) {
    let good = 0;
    for (const n of lane.next) if (n.runM >= leads && n.wayMps >= bend) good += 1;
    if (good === 0) continue;
    let k = rng.below(good);
    for (const n of lane.next) {
      if (n.runM < leads || n.wayMps < bend) continue;
      if (k === 0) return n;
      k -= 1;
    }
  }
  return undefined;
}

/** Bends that a vehicle turns without sweeping over its neighbours, told by the speed they are driven at. */
const RADIUS_PER_WHEELBASE = 1.7;
export const narrowestWay = (v: Vehicle): number => Math.sqrt(LATERAL_ACCEL_MPS2 * RADIUS_PER_WHEELBASE * v.actor.model.wheelbase);
