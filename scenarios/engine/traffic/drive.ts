/**
 * How background vehicles drive: speed by IDM behind the nearest leader, stop line or end of lane, wished speed by limit
 * and bend ahead, lane changes by MOBIL. Decisions are taken ten times a second, motion happens every step. Junction
 * rights are asked from `junctions.ts`; who is where comes from the lanes' lists.
 */
import { atan2 } from "../../../fleet-core/kernel/math/index.ts";
import type { Rng } from "../../../fleet-core/kernel/rng.ts";
import { IDM_CAR, idmAcceleration, MOBIL_CAR, mobilChanges, type IdmParameters, type MobilParameters } from "../../drivers/idm.ts";
import { setSpeed } from "../actor.ts";
import { wrap2Pi } from "../angles.ts";
import { centreT, createPose, setLane, setRelativeHeading, type RoadMap } from "../pose.ts";
import { holdsBack, type Light } from "./junctions.ts";
import type { Occupant, TrafficLane, TrafficNet } from "./lanes.ts";
import { createLead, extendPath, insertOccupant, lookAhead, lookBehind, type Vehicle } from "./vehicle.ts";

export const DECISION_US = 100_000;
/** A change of lanes takes this long; another one is not begun for a while. */
const CHANGE_US = 3_500_000;
const CHANGE_PAUSE_US = 6_000_000;
/** Through this share of a change the old lane still counts. */
const OLD_LANE_SHARE = 0.75;
/** Every vehicle thinks of changing once in so many decisions. */
const CHANGE_EVERY = 10;
const CHANGE_GAP_M = 2;
/** From here on the end of a lane weighs on the choice. */
const LANE_END_M = 300;
const STOP_SHORT_M = 0.5;
/** Where lanes become one: from here on those on the other lane count as leaders or followers. */
const MERGE_M = 60;
const MERGE_BRAKE_MPS2 = 3;
const ANTICIPATE_BRAKE_MPS2 = 1.5;
/** Keeping to one side is for roads faster than this. */
const KEEP_SIDE_MPS = 60 / 3.6;
/** Bends of a radius above 300 m need no look at the front axle. */
const STRAIGHT_MPS = Math.sqrt(2 * 300);
const NO_SIDE: MobilParameters = { ...MOBIL_CAR, keepSideMps2: 0 };
const NOWHERE: readonly TrafficLane[] = [];

export interface Drivers {
  /** Chooses acceleration, and at its turns the lane. Lists of occupants and junction rights are up to date. */
  decide(v: Vehicle, decision: number): void;
  /** Moves by one step; false when it has left the map. */
  move(v: Vehicle, dtS: number, stepUs: number): boolean;
  /** Puts the actor where the vehicle is. */
  pose(v: Vehicle): void;
}

export const sightOf = (v: Vehicle): number => Math.max(50, 20 + 3 * v.mps + (v.mps * v.mps) / 4);

/** Speed [m/s] it would like to drive on a lane. */
export function wishOn(v: Vehicle, lane: TrafficLane): number {
  const legal = lane.limitMps === undefined ? Math.max(lane.usualMps, v.freeMps) : lane.limitMps;
  return Math.min(legal * v.wishRatio, lane.curveMps, v.actor.maxSpeed);
}

export function createDrivers(map: RoadMap, net: TrafficNet, light: (signal: string) => Light, rng: Rng): Drivers {
  const lead = createLead();
  const other = createLead();
  const behind = createLead();
  const oldBehind = createLead();
  const ahead = createPose();
  let axleM = 0;

  function obstacle(v: Vehicle, wish: number, gapM: number, mps: number): number {
    return idmAcceleration(v.idm, v.mps, wish, gapM, mps);
  }

  function decide(v: Vehicle, decision: number): void {
    const sightM = sightOf(v);
    extendPath(v, sightM, rng);
    const front = v.atM + v.frontM;
    let wish = wishOn(v, v.lane);
    let baseM = v.lane.lengthM - front;
    for (const lane of v.path) {
      if (baseM > sightM) break;
      const there = wishOn(v, lane);
      if (there < wish) wish = Math.min(wish, Math.sqrt(there * there + 2 * ANTICIPATE_BRAKE_MPS2 * Math.max(0, baseM)));
      baseM += lane.lengthM;
    }
    lookAhead(v.lane, v.path, front, v.actor, sightM, lead);
    let a = idmAcceleration(v.idm, v.mps, wish, lead.gapM, lead.mps);
    if (v.change !== undefined && v.change.passedUs < OLD_LANE_SHARE * CHANGE_US) {
      lookAhead(v.change.from, NOWHERE, net.atOf(v.change.from, v.actor.pose.sM) + v.frontM, v.actor, sightM, other);
      // What was alongside when it began stays behind or ahead; only who is ahead counts.
      if (other.gapM < lead.gapM && other.gapM > -v.frontM) a = Math.min(a, obstacle(v, wish, other.gapM, other.mps));
    }
    const stopM = stopDistance(v, sightM);
    if (stopM < Infinity) a = Math.min(a, obstacle(v, wish, Math.max(0.01, stopM - STOP_SHORT_M), 0));
    a = Math.min(a, merging(v, wish));
    v.accelMps2 = a;
    if ((decision + v.id) % CHANGE_EVERY === 0) considerChange(v, wish, stopM);
  }

  /** Distance from the front to where it must stop: lights, junctions it is not let into, ends of lanes. */
  function stopDistance(v: Vehicle, sightM: number): number {
    const front = v.atM + v.frontM;
    for (const s of v.lane.stops) if (v.lane.junction === undefined && s.atM >= front - 0.5 && holdsBack(light(s.signal), v.mps, s.atM - front)) return s.atM - front;
    if (v.path.length === 0) return v.lane.end === "drops" ? v.lane.lengthM - front : Infinity;
    let baseM = v.lane.lengthM - front;
    for (let i = 0; i < v.path.length; i += 1) {
      if (baseM > sightM) return Infinity;
      const lane = v.path[i] as TrafficLane;
      if (lane.guarded ? !v.granted.includes(lane) : lane.junction !== undefined && lane.stops.some((s) => baseM >= -0.5 && holdsBack(light(s.signal), v.mps, baseM))) return baseM;
      if (lane.runM === 0) return baseM;
      if (lane.junction === undefined) for (const s of lane.stops) if (holdsBack(light(s.signal), v.mps, baseM + s.atM)) return baseM + s.atM;
      baseM += lane.lengthM;
      if (i === v.path.length - 1 && lane.end === "drops") return baseM;
    }
    return Infinity;
  }

  /** Acceleration that leaves room for those who come from another lane into the same one and are nearer to it. */
  function merging(v: Vehicle, wish: number): number {
    const next = v.path[0];
    if (next === undefined || next.previous.length < 2 || v.lane.guarded) return Infinity;
    const leftM = v.lane.lengthM - v.atM - v.frontM;
    if (leftM > MERGE_M) return Infinity;
    let a = Infinity;
    for (const from of next.previous) {
      if (from === v.lane || from.guarded) continue;
      for (let k = from.occupants.length - 1; k >= 0; k -= 1) {
        const o = from.occupants[k] as Occupant;
        if (o.actor === v.actor) continue;
        const theirsM = from.lengthM - o.frontM;
        if (theirsM > leftM || (theirsM === leftM && o.actor.index > v.actor.index)) break;
        const gap = leftM - theirsM - (o.frontM - o.rearM);
        a = Math.min(a, Math.max(-MERGE_BRAKE_MPS2 - (leftM < 15 ? v.idm.brakeMaxMps2 : 0), obstacle(v, wish, Math.max(0.5, gap), o.mps)));
      }
    }
    return a;
  }

  function considerChange(v: Vehicle, wish: number, stopM: number): void {
    const { lane } = v;
    if (lane.beside.length === 0 || lane.junction !== undefined || v.change !== undefined || v.sinceChangeUs < CHANGE_PAUSE_US) return;
    const leftM = lane.lengthM - v.atM;
    const restM = lane.runM === Infinity ? Infinity : lane.runM - v.atM;
    const pressed = restM < LANE_END_M;
    if (v.mps < (pressed ? 0.5 : 3)) return;
    // Not within the last metres before a junction, and only where the other lane is there long enough.
    if (!pressed && (leftM < 4 * v.mps + 10 || stopM < 4 * v.mps + 10)) return;
    const front = v.atM + v.frontM;
    lookAhead(lane, v.path, front, v.actor, sightOf(v), lead);
    lookBehind(lane, v.atM + v.rearM, v.actor, 60, oldBehind);
    for (const beside of lane.beside) {
      const target = beside.lane;
      if (target.narrowestM < v.actor.model.box.width + 0.5) continue;
      const s = v.actor.pose.sM;
      const at = net.atOf(target, s);
      const thereM = target.runM === Infinity ? Infinity : target.runM - at;
      if (thereM < LANE_END_M && thereM <= restM) continue;
      const onwards = target.next.length === 1 ? target.next : NOWHERE;
      if (!hasRoom(target, at + v.frontM, at + v.rearM, v)) continue;
      lookAhead(target, onwards, at + v.frontM, v.actor, sightOf(v), other);
      lookBehind(target, at + v.rearM, v.actor, 80, behind);
      if (other.gapM < CHANGE_GAP_M + 0.3 * v.mps || behind.gapM < CHANGE_GAP_M + 0.3 * behind.mps) continue;
      const ownNow = idmAcceleration(v.idm, v.mps, wish, lead.gapM, lead.mps);
      const push = pressed && thereM > restM ? 0.5 + 3 * (1 - restM / LANE_END_M) : 0;
      const follower = (o: Occupant | undefined, gapM: number, mps: number): number => (o === undefined ? 0 : followerAcceleration(o, gapM, mps));
      const effect = {
        ownNow,
        ownThen: idmAcceleration(v.idm, v.mps, wishOn(v, target), other.gapM, other.mps) + push,
        newFollowerNow: behind.occupant?.accelMps2 ?? 0,
        newFollowerThen: follower(behind.occupant, behind.gapM, v.mps),
        oldFollowerNow: oldBehind.occupant?.accelMps2 ?? 0,
        oldFollowerThen: follower(oldBehind.occupant, oldBehind.gapM + (v.frontM - v.rearM) + lead.gapM, lead.gapM === Infinity ? v.mps : lead.mps),
      };
      const sided = wish > KEEP_SIDE_MPS && !pressed;
      if (!mobilChanges(sided ? MOBIL_CAR : NO_SIDE, effect, beside.keepSide)) continue;
      begin(v, target, s, at);
      return;
    }
  }

  function followerAcceleration(o: Occupant, gapM: number, leadMps: number): number {
    const p: IdmParameters = o.vehicle?.idm ?? IDM_CAR;
    return idmAcceleration(p, o.mps, o.vehicle === undefined ? Math.max(o.mps, 1) : wishOn(o.vehicle, o.vehicle.lane), gapM, leadMps);
  }

  function hasRoom(target: TrafficLane, frontM: number, rearM: number, v: Vehicle): boolean {
    for (const o of target.occupants) if (o.actor !== v.actor && o.rearM < frontM + CHANGE_GAP_M && o.frontM > rearM - CHANGE_GAP_M) return false;
    return true;
  }

  function begin(v: Vehicle, target: TrafficLane, sM: number, atM: number): void {
    const from = v.lane;
    const here = centreT(map, from.road, from.lane, sM) ?? 0;
    const there = centreT(map, target.road, target.lane, sM) ?? here;
    v.offsetM += (here - there) * (from.forward ? 1 : -1);
    v.change = { from, startM: v.offsetM, passedUs: 0 };
    v.sinceChangeUs = 0;
    v.lane = target;
    v.atM = atM;
    v.path.length = 0;
    v.trail.length = 0;
    extendPath(v, sightOf(v), rng);
    insertOccupant(target.occupants, { actor: v.actor, frontM: atM + v.frontM, rearM: atM + v.rearM, mps: v.mps, accelMps2: v.accelMps2, vehicle: v });
  }

  function move(v: Vehicle, dtS: number, stepUs: number): boolean {
    const before = v.mps;
    v.mps = Math.max(0, before + v.accelMps2 * dtS);
    if (v.mps < 0.02 && v.accelMps2 < 0) v.mps = 0;
    v.atM += 0.5 * (before + v.mps) * dtS;
    v.sinceChangeUs += stepUs;
    while (v.atM >= v.lane.lengthM) {
      const next = v.path.shift();
      if (next === undefined) {
        if (v.lane.end === "map-end") return false;
        v.atM = v.lane.lengthM;
        v.mps = 0;
        break;
      }
      v.atM -= v.lane.lengthM;
      v.trail.unshift(v.lane);
      // Positions across are counted from the new lane's centre; a change in the middle of it goes on.
      v.lane = next;
    }
    if (v.path.length === 0 && v.lane.end === "map-end" && v.atM + v.frontM >= v.lane.lengthM) return false;
    while (v.trail.length > 0) {
      let rear = v.atM + v.rearM;
      for (let i = 0; i < v.trail.length - 1; i += 1) rear += (v.trail[i] as TrafficLane).lengthM;
      if (rear <= 0) break;
      v.trail.pop();
    }
    if (v.change !== undefined) {
      v.change.passedUs += stepUs;
      const u = Math.min(1, v.change.passedUs / CHANGE_US);
      v.offsetM = v.change.startM * (1 - u * u * (3 - 2 * u));
      if (u >= 1) {
        v.offsetM = 0;
        v.change = undefined;
      }
    }
    pose(v);
    return true;
  }

  function pose(v: Vehicle): void {
    const { actor, lane } = v;
    const p = actor.pose;
    let drift = 0;
    if (v.change !== undefined && v.mps > 1) {
      const u = v.change.passedUs / CHANGE_US;
      drift = atan2((-v.change.startM * 6 * u * (1 - u) * 1e6) / CHANGE_US, v.mps);
    }
    p.hRel = wrap2Pi((lane.forward ? 0 : Math.PI) + drift);
    setLane(map, p, lane.road, lane.lane, net.sOf(lane, v.atM), v.offsetM * (lane.forward ? 1 : -1));
    const front = frontAxleLane(v);
    if (front !== undefined) {
      // Both axles on the lane: the body lies along the chord, as it does on the road.
      setLane(map, ahead, front.road, front.lane, net.sOf(front, axleM), v.offsetM * (front.forward ? 1 : -1));
      setRelativeHeading(map, p, wrap2Pi(atan2(ahead.yM - p.yM, ahead.xM - p.xM) - p.hRoad + drift), false);
    }
    setSpeed(actor, v.mps);
    actor.movedAlong = true;
    actor.movedSideways = true;
  }

  /** Lane under the front axle, `axleM` along it; undefined where the road is straight anyway. */
  function frontAxleLane(v: Vehicle): TrafficLane | undefined {
    axleM = v.atM + v.actor.model.wheelbase;
    let { lane } = v;
    let bends = lane.curveMps < STRAIGHT_MPS;
    for (let i = 0; axleM > lane.lengthM; i += 1) {
      const next = v.path[i];
      if (next === undefined) return undefined;
      axleM -= lane.lengthM;
      lane = next;
      bends ||= lane.curveMps < STRAIGHT_MPS;
    }
    return bends ? lane : undefined;
  }

  return { decide, move, pose };
}
