/**
 * Who may enter a junction: a lane that crosses others is entered only by those who hold it, and two crossing lanes are
 * never held by different vehicles at once. Red and yellow lights hold back; among the rest who waits longest goes first;
 * nobody enters who could not leave again. Decides only; stopping in front is `drive.ts`'s business.
 */
import type { Rng } from "../../../fleet-core/kernel/rng.ts";
import type { TrafficLane } from "./lanes.ts";
import { chooseNext, narrowestWay, type Vehicle } from "./vehicle.ts";

/** Braking at which a light that turns yellow is still obeyed. */
const YELLOW_BRAKE_MPS2 = 3;
/** Asked for at this distance beyond what comfortable braking takes. */
const ASK_AHEAD_M = 6;
const ASK_BRAKE_MPS2 = 2;
/** After so long without being let in it takes another way, if there is one. */
const PATIENCE_US = 20_000_000;

const LONG_M = 7;
/** A right to go that is not used for so long goes to the next. */
const UNUSED_US = 5_000_000;

export type Light = "go" | "caution" | "stop";

/** What a signal's state means to a driver: words for colours, or lamps on and off from red over yellow to green. */
export function lightOf(state: string | undefined): Light {
  if (state === undefined) return "go";
  const text = state.toLowerCase();
  const lamps = text.split(";");
  if (lamps.length >= 3 && lamps.every((lamp) => /^(on|off|flashing|true|false|0|1)$/.test(lamp.trim()))) {
    const lit = (i: number): boolean => /^(on|true|1)$/.test((lamps[i] ?? "").trim());
    return lit(0) ? "stop" : lit(1) ? "caution" : "go";
  }
  if (text.includes("red") || text.includes("stop")) return "stop";
  if (text.includes("yellow") || text.includes("amber")) return "caution";
  return "go";
}

/** Whether a light holds back somebody at this distance. */
export function holdsBack(light: Light, mps: number, distanceM: number): boolean {
  return light === "stop" || (light === "caution" && (mps * mps) / (2 * YELLOW_BRAKE_MPS2) < distanceM);
}

interface Request {
  vehicle: Vehicle;
  /** To the entry of the first lane asked for. */
  distanceM: number;
  /** Place of that lane in the path. */
  first: number;
}

export interface Junctions {
  /** Renews who holds what. `decision`: its number; lanes claimed in it are taken by somebody who is not ours. */
  decide(vehicles: readonly Vehicle[], decision: number, stepUs: number): void;
  /** Gives everything back. */
  release(v: Vehicle): void;
}

export function createJunctions(light: (signal: string) => Light, rng: Rng): Junctions {
  const requests: Request[] = [];
  let used = 0;

  const isGuarded = (lane: TrafficLane): boolean => lane.guarded;

  function give(v: Vehicle, lane: TrafficLane): void {
    if (lane.holders.includes(v)) return;
    lane.holders.push(v);
    v.granted.push(lane);
  }
  function takeBack(v: Vehicle, lane: TrafficLane): void {
    const i = lane.holders.indexOf(v);
    if (i >= 0) lane.holders.splice(i, 1);
    const k = v.granted.indexOf(lane);
    if (k >= 0) v.granted.splice(k, 1);
  }

  const isFree = (v: Vehicle, lane: TrafficLane, decision: number): boolean => {
    for (const other of lane.crosses) {
      if (other.claimed === decision) return false;
      for (const holder of other.holders) if (holder !== v) return false;
    }
    for (const other of lane.tight) for (const holder of other.holders) if (holder !== v && (isLong(holder) || isLong(v))) return false;
    return true;
  };

  /** Room behind the junction for the whole vehicle, counting those who are on their way there; all lanes needed for it. */
  function wants(v: Vehicle, first: number, lanes: TrafficLane[]): boolean {
    lanes.length = 0;
    const needM = v.frontM - v.rearM + v.idm.standM;
    let roomM = 0;
    for (let i = first; i < v.path.length; i += 1) {
      const lane = v.path[i] as TrafficLane;
      if (isGuarded(lane)) {
        lanes.push(lane);
        roomM = 0;
        continue;
      }
      let freeM = lane.lengthM;
      for (const o of lane.occupants) {
        if (o.actor === v.actor || o.mps > 4) continue;
        freeM = Math.min(freeM, Math.max(0, o.rearM));
        break;
      }
      for (const before of lane.previous) for (const holder of before.holders) if (holder !== v) freeM -= holder.frontM - holder.rearM + holder.idm.standM;
      roomM += Math.max(0, freeM);
      if (roomM >= needM) return true;
      if (freeM < lane.lengthM) return false;
    }
    // The path ends before there is room enough: at the edge of the map it is driven off.
    const last = v.path[v.path.length - 1];
    return last !== undefined && last.end === "map-end";
  }

  const lanes: TrafficLane[] = [];
  return {
    decide(vehicles, decision, stepUs) {
      used = 0;
      for (const v of vehicles) {
        // Passed with the rear, or no longer on the way.
        for (let i = v.granted.length - 1; i >= 0; i -= 1) {
          const lane = v.granted[i] as TrafficLane;
          if (lane !== v.lane && !v.trail.includes(lane) && !v.path.includes(lane)) takeBack(v, lane);
          else if (lane !== v.lane && !v.path.includes(lane) && clearOf(v, lane)) takeBack(v, lane);
        }
        if (isGuarded(v.lane)) give(v, v.lane);
        let baseM = v.lane.lengthM - v.atM - v.frontM;
        const askM = (v.mps * v.mps) / (2 * ASK_BRAKE_MPS2) + ASK_AHEAD_M;
        for (let i = 0; i < v.path.length && baseM < askM; i += 1) {
          const lane = v.path[i] as TrafficLane;
          if (isGuarded(lane)) {
            // Let in, it goes, unless a light turns before it must; a right not used for long is given back.
            if (baseM < 0) give(v, lane);
            else if (v.granted.includes(lane)) {
              const stops = v.mps * v.mps < 2 * YELLOW_BRAKE_MPS2 * baseM;
              const dark = lane.stops.some((s) => holdsBack(light(s.signal), v.mps, baseM));
              v.waitUs = v.mps < 0.5 ? v.waitUs + stepUs : 0;
              if ((dark && stops) || v.waitUs > UNUSED_US) {
                for (const held of [...v.granted]) if (v.path.includes(held)) takeBack(v, held);
                v.waitUs = 0;
                break;
              }
            } else {
              // Rights further on from a way it no longer takes would lock others out.
              for (const held of [...v.granted]) if (v.path.indexOf(held) > i) takeBack(v, held);
              ask(v, baseM, i);
              break;
            }
          }
          baseM += lane.lengthM;
        }
      }
      // Who waits longest, then who is nearest.
      const list = requests.slice(0, used).sort((a, b) => b.vehicle.waitUs - a.vehicle.waitUs || a.distanceM - b.distanceM || a.vehicle.id - b.vehicle.id);
      for (const r of list) {
        const v = r.vehicle;
        const entered = v.path[r.first] as TrafficLane;
        const dark = entered.stops.some((s) => holdsBack(light(s.signal), v.mps, r.distanceM));
        const granted = !dark && wants(v, r.first, lanes) && lanes.every((lane) => isFree(v, lane, decision));
        if (granted) {
          for (const lane of lanes) give(v, lane);
          v.waitUs = 0;
        } else if (v.mps < 1) {
          v.waitUs += stepUs;
          if (!dark && v.waitUs > PATIENCE_US && v.waitUs % PATIENCE_US < stepUs) turnElsewhere(v, r.first);
        }
      }
    },
    release(v) {
      for (const lane of [...v.granted]) takeBack(v, lane);
    },
  };

  function ask(vehicle: Vehicle, distanceM: number, first: number): void {
    const known = requests[used];
    if (known === undefined) requests.push({ vehicle, distanceM, first });
    else Object.assign(known, { vehicle, distanceM, first });
    used += 1;
  }

  function turnElsewhere(v: Vehicle, first: number): void {
    const from = v.path[first - 1] ?? v.lane;
    const next = chooseNext(from, rng, narrowestWay(v));
    if (next === undefined || next === v.path[first]) return;
    v.path.length = first;
    v.path.push(next);
  }
}

/** Swings out, or cuts in, too far for an oncoming one in a tight bend. */
const isLong = (v: Vehicle): boolean => v.frontM - v.rearM > LONG_M;

/** Whether the vehicle's rear has left a lane of its trail. */
function clearOf(v: Vehicle, lane: TrafficLane): boolean {
  let rearM = v.atM + v.rearM;
  for (const behind of v.trail) {
    if (rearM > 0) return true;
    if (behind === lane) return false;
    rearM += behind.lengthM;
  }
  return true;
}
