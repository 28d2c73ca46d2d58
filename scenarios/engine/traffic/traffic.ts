/**
 * Background traffic of one play: the traffic actions under way, the vehicles they put on the road and take away, and
 * their common step. Vehicles are actors like any other, so that conditions, sensors and collisions see them. Everything
 * by chance comes from the generator given. Costs nothing until the first traffic action.
 */
import { cos, sin } from "../../../fleet-core/kernel/math/index.ts";
import { invariant } from "../../../fleet-core/kernel/invariant.ts";
import type { Rng } from "../../../fleet-core/kernel/rng.ts";
import { idmAcceleration } from "../../drivers/idm.ts";
import type { Entity, TrafficAction, TrafficMix } from "../../schema/model.ts";
import type { Actor } from "../actor.ts";
import { isForward } from "../angles.ts";
import { centreT, createPose, laneWidth, type RoadMap } from "../pose.ts";
import type { Positions } from "../positions.ts";
import { connectTrailer } from "../trailers.ts";
import { createDrivers, DECISION_US, sightOf, type Drivers } from "./drive.ts";
import { createJunctions, lightOf, type Junctions } from "./junctions.ts";
import { createTrafficNet, type Occupant, type Spot, type TrafficLane, type TrafficNet } from "./lanes.ts";
import { areaOf, disc, ellipseShare, spotsAround, type AreaTest, type Ellipse, type Region } from "./places.ts";
import { drawVehicle, drivingOf, mixHas, USUAL_MIX } from "./shapes.ts";
import { createLead, extendPath, insertOccupant, lookAhead, lookBehind, type Vehicle } from "./vehicle.ts";

/** More vehicles than this at once are not put on the road, however many are asked for. */
export const VEHICLES_MAX = 4000;
/** Tries per vehicle and decision to find a free spot. */
const TRIES = 12;
/** A source that finds no room keeps at most so many waiting. */
const WAITING_MAX = 1000;
const SPAWN_GAP_M = 4;
const SPAWN_BRAKE_MPS2 = 2;
/** Lost ones of swarms and areas are replaced in the outer part, where they are least in the way. */
const OUTER_SHARE = 0.75;
/** Somebody not ours counts as entering a junction this long before he does. */
const CLAIM_S = 3;
const CLAIM_MIN_MPS = 0.5;
const CLAIM_DEPTH = 6;

export interface TrafficPorts {
  readonly map: RoadMap;
  readonly positions: Positions;
  /** State of a signal now. */
  readonly signal: (id: string) => string | undefined;
  readonly rng: Rng;
  readonly actors: readonly Actor[];
  readonly actorOf: (name: string) => Actor;
  readonly isTaken: (name: string) => boolean;
  /** Makes an actor of an entity and lets it appear at the pose it has then been given. */
  readonly hire: (entity: Entity) => Actor;
  readonly appear: (actor: Actor) => void;
  /** Takes an actor out of the play for good. */
  readonly dismiss: (actor: Actor) => void;
}

export interface Traffic {
  act(action: TrafficAction): void;
  /** Keeps `count` vehicles of the usual mix on the whole map. */
  fill(count: number): void;
  step(stepUs: number): void;
  readonly vehicles: readonly Vehicle[];
}

interface Common {
  readonly id: number;
  readonly name: string | undefined;
  readonly prefix: string;
  readonly rng: Rng;
  drawn: number;
}
type Demand = Common &
  (
    | { readonly kind: "source"; readonly mix: TrafficMix; readonly spots: readonly Spot[]; readonly perUs: number | undefined; readonly speed: number | undefined; due: number }
    | { readonly kind: "sink"; readonly mix: TrafficMix | undefined; readonly region: Region; readonly perUs: number | undefined; due: number }
    | { readonly kind: "swarm"; readonly mix: TrafficMix; readonly central: Actor; readonly innerM: number; readonly ellipse: Ellipse; readonly count: number; readonly speed: { readonly min: number; readonly max: number } | undefined; readonly direction: { readonly same: number; readonly opposite: number } | undefined; filled: boolean }
    | { readonly kind: "area"; readonly mix: TrafficMix; readonly test: AreaTest; readonly spots: readonly Spot[]; readonly count: number; readonly continuous: boolean; filled: boolean }
  );

interface World {
  readonly net: TrafficNet;
  readonly drivers: Drivers;
  readonly junctions: Junctions;
}

export function createTraffic(ports: TrafficPorts): Traffic {
  const { map, rng } = ports;
  const vehicles: Vehicle[] = [];
  const byActor = new Map<Actor, Vehicle>();
  let demands: Demand[] = [];
  let made: World | undefined;
  let nextVehicle = 0;
  let nextDemand = 0;
  let decision = 0;
  let sinceUs = 0;
  const lights = (signal: string): ReturnType<typeof lightOf> => lightOf(ports.signal(signal));
  const pool: Occupant[] = [];
  let pooled = 0;
  const lead = createLead();
  const behind = createLead();

  function world(): World {
    if (made === undefined) {
      const net = createTrafficNet(map.model);
      made = { net, drivers: createDrivers(map, net, lights, rng.fork("ways")), junctions: createJunctions(lights, rng.fork("junctions")) };
    }
    return made;
  }

  const common = (name: string | undefined, kind: string): Common => {
    nextDemand += 1;
    return { id: nextDemand, name, prefix: `${name === undefined || name === "" ? kind : name}-`, rng: rng.fork(`${kind}/${nextDemand}`), drawn: 0 };
  };

  function act(action: TrafficAction): void {
    const { net } = world();
    const pose = createPose();
    switch (action.kind) {
      case "traffic-source": {
        if (!ports.positions.resolve(action.position, pose)) return;
        const spots = spotsAround(net, pose, action.radius);
        // The first vehicle comes at once.
        demands.push({ ...common(action.name, "source"), kind: "source", mix: action.mix, spots, perUs: action.rate === undefined ? undefined : action.rate / 1e6, speed: action.speed, due: action.rate === undefined || action.rate > 0 ? 1 : 0 });
        return;
      }
      case "traffic-sink":
        if (!ports.positions.resolve(action.position, pose)) return;
        demands.push({ ...common(action.name, "sink"), kind: "sink", mix: action.mix, region: disc({ xM: pose.xM, yM: pose.yM }, Math.max(action.radius, 1)), perUs: action.rate === undefined ? undefined : action.rate / 1e6, due: 1 });
        return;
      case "traffic-swarm":
        demands.push({
          ...common(action.name, "swarm"), kind: "swarm", mix: action.mix, central: ports.actorOf(action.central), innerM: action.innerRadius,
          ellipse: { semiMajorM: Math.max(1, action.semiMajorAxis), semiMinorM: Math.max(1, action.semiMinorAxis), offsetM: action.offset }, count: Math.min(action.numberOfVehicles, VEHICLES_MAX), speed: action.initialSpeed, direction: action.direction, filled: false,
        });
        return;
      case "traffic-area": {
        const test = areaOf(action.area, ports.positions, (road) => map.model.roadById.get(road)?.lengthM);
        const spots = net.spots.filter((s) => test(s, s.lane.road.id, s.lane.lane, net.sOf(s.lane, s.atM)));
        demands.push({ ...common(action.name, "area"), kind: "area", mix: action.mix, test, spots, count: Math.min(action.numberOfEntities, VEHICLES_MAX), continuous: action.continuous, filled: false });
        return;
      }
      case "traffic-stop": {
        // Who is on the road drives on; nobody comes or goes any more on its account.
        const ended = new Set(demands.filter((d) => action.name === undefined || d.name === action.name).map((d) => d.id));
        demands = demands.filter((d) => !ended.has(d.id));
        for (const v of vehicles) if (v.demand !== undefined && ended.has(v.demand)) v.demand = undefined;
        return;
      }
    }
  }

  function fill(count: number): void {
    const { net } = world();
    demands.push({ ...common(undefined, "traffic"), kind: "area", mix: USUAL_MIX, test: () => true, spots: net.spots, count: Math.min(count, VEHICLES_MAX), continuous: true, filled: false });
  }

  // Who is where.

  function list(lane: TrafficLane, actor: Actor, frontM: number, rearM: number, mps: number, accelMps2: number, vehicle: Vehicle | undefined): void {
    let o = pool[pooled];
    if (o === undefined) {
      o = { actor, frontM, rearM, mps, accelMps2, vehicle };
      pool.push(o);
    } else {
      o.actor = actor;
      o.frontM = frontM;
      o.rearM = rearM;
      o.mps = mps;
      o.accelMps2 = accelMps2;
      o.vehicle = vehicle;
    }
    pooled += 1;
    insertOccupant(lane.occupants, o);
  }

  function listVehicle(v: Vehicle, net: TrafficNet): void {
    let front = v.atM + v.frontM;
    let rear = v.atM + v.rearM;
    list(v.lane, v.actor, front, rear, v.mps, v.accelMps2, v);
    if (v.change !== undefined && v.change.from.road === v.lane.road) {
      const at = net.atOf(v.change.from, v.actor.pose.sM);
      // Beyond the old lane's section it is on the new one only.
      if (Math.abs(net.sOf(v.change.from, at) - v.actor.pose.sM) < 0.5) list(v.change.from, v.actor, at + v.frontM, at + v.rearM, v.mps, v.accelMps2, v);
    }
    // Its front may be on the next lane already, its rear on those before.
    let base = v.lane.lengthM;
    for (const lane of v.path) {
      if (front <= base) break;
      list(lane, v.actor, v.atM + v.frontM - base, v.atM + v.rearM - base, v.mps, v.accelMps2, v);
      base += lane.lengthM;
    }
    for (const lane of v.trail) {
      if (rear > 0) break;
      front += lane.lengthM;
      rear += lane.lengthM;
      list(lane, v.actor, front, rear, v.mps, v.accelMps2, v);
    }
  }

  /** Actors of the storyboard, agents, walkers: on every lane their width reaches into, and on the junctions they head for. */
  function listOther(actor: Actor, net: TrafficNet): void {
    const { pose, model } = actor;
    const { road } = pose;
    if (road === undefined) return;
    const forward = isForward(pose.hRel);
    const half = 0.5 * model.box.length;
    for (const id of [pose.lane - 1, pose.lane, pose.lane + 1]) {
      const lane = id === 0 ? undefined : net.laneAt(road.id, id, pose.sM);
      if (lane === undefined) continue;
      const centre = centreT(map, road, id, pose.sM);
      if (centre === undefined) continue;
      const reach = 0.5 * (laneWidth(map, road, id, pose.sM) + model.box.width) - 0.2;
      if (Math.abs(pose.tM - centre) >= reach) continue;
      const along = lane.forward === forward ? 1 : -1;
      const at = net.atOf(lane, pose.sM) + along * model.box.cx;
      list(lane, actor, at + half, at - half, along * actor.speed, 0, undefined);
      if (lane.guarded) lane.claimed = decision;
      if (along > 0 && actor.speed > CLAIM_MIN_MPS && model.kind !== "pedestrian") claim(lane, lane.lengthM - at, actor.speed * CLAIM_S + 5, 0);
    }
  }

  function claim(lane: TrafficLane, distanceM: number, reachM: number, depth: number): void {
    if (distanceM > reachM || depth > CLAIM_DEPTH) return;
    for (const next of lane.next) {
      if (next.guarded) next.claimed = decision;
      claim(next, distanceM + next.lengthM, reachM, depth + 1);
    }
  }

  function lookAround(net: TrafficNet): void {
    for (const lane of net.lanes) if (lane.occupants.length > 0) lane.occupants.length = 0;
    pooled = 0;
    for (const v of vehicles) listVehicle(v, net);
    for (const actor of ports.actors) if (actor.active && !byActor.has(actor)) listOther(actor, net);
  }

  // Coming and going.

  function remove(v: Vehicle): void {
    const i = vehicles.indexOf(v);
    if (i >= 0) vehicles.splice(i, 1);
    made?.junctions.release(v);
    for (const actor of [v.actor, ...v.towed]) {
      byActor.delete(actor);
      ports.dismiss(actor);
    }
  }

  /** Puts a vehicle on a spot at a speed it can hold there; false when there is no room. */
  function put(demand: Demand, mix: TrafficMix, spot: Spot, speed: number | undefined, w: World): boolean {
    if (vehicles.length >= VEHICLES_MAX) return false;
    const { net } = w;
    // Drawn for the number it would have, so that a spot refused changes nobody else.
    const drawn = demand.rng.fork(`vehicle/${demand.drawn}`);
    let name = `${demand.prefix}${demand.drawn + 1}`;
    while (ports.isTaken(name)) name = `${name}'`;
    const entities = drawVehicle(mix, drawn, name);
    const [first] = entities;
    invariant(first !== undefined, "a drawn vehicle has an entity");
    const { lane } = spot;
    if (lane.narrowestM < first.box.width + 0.3 || lane.guarded || lane.runM < 50) return false;
    let rear = first.box.cx - 0.5 * first.box.length;
    for (const towed of entities.slice(1)) rear -= towed.box.length + 1;
    const front = first.box.cx + 0.5 * first.box.length;
    if (spot.atM + rear < 0 || spot.atM + front > lane.lengthM) return false;
    if (!isClear(spot, front - rear)) return false;
    const wishRatio = 0.9 + 0.2 * drawn.float();
    const maxMps = first.performance?.maxSpeed ?? Infinity;
    const legal = lane.limitMps === undefined ? Math.max(lane.usualMps, speed ?? 0) : lane.limitMps;
    const wish = Math.min(legal * wishRatio, lane.curveMps, maxMps);
    const idm = drivingOf(first);
    let mps = Math.min(speed ?? wish, maxMps);
    lookAhead(lane, lane.next.slice(0, 1), spot.atM + front, undefined, 150, lead);
    lookBehind(lane, spot.atM + rear, undefined, 150, behind);
    if (lead.gapM < SPAWN_GAP_M || behind.gapM < SPAWN_GAP_M) return false;
    // Before a junction or an end of the lane it must be able to stop.
    const endM = lane.lengthM - spot.atM - front;
    if (lane.end === "drops" || lane.next.some((n) => n.junction !== undefined)) mps = Math.min(mps, Math.sqrt(2 * SPAWN_BRAKE_MPS2 * Math.max(0, endM - 3)));
    for (const s of lane.stops) if (s.atM > spot.atM + front) mps = Math.min(mps, Math.sqrt(2 * SPAWN_BRAKE_MPS2 * Math.max(0, s.atM - spot.atM - front - 3)));
    if (idmAcceleration(idm, mps, Math.max(wish, mps), lead.gapM, lead.mps) < -SPAWN_BRAKE_MPS2) {
      if (speed !== undefined && demand.kind === "source") return false;
      mps = Math.min(mps, lead.mps);
      if (idmAcceleration(idm, mps, Math.max(wish, mps), lead.gapM, lead.mps) < -SPAWN_BRAKE_MPS2) return false;
    }
    const follower = behind.occupant;
    if (follower !== undefined) {
      const p = follower.vehicle?.idm ?? idm;
      if (idmAcceleration(p, follower.mps, Math.max(follower.mps, 1), behind.gapM, mps) < -SPAWN_BRAKE_MPS2 - p.accelMps2) return false;
    }
    const actors = entities.map((entity) => ports.hire(entity));
    const actor = actors[0] as Actor;
    demand.drawn += 1;
    nextVehicle += 1;
    const v: Vehicle = {
      id: nextVehicle, actor, towed: actors.slice(1), demand: demand.id, idm, wishRatio, freeMps: speed ?? 0, lane, atM: spot.atM, path: [], trail: [], frontM: front, rearM: rear,
      mps, accelMps2: 0, offsetM: 0, change: undefined, sinceChangeUs: 0, granted: [], waitUs: 0,
    };
    for (let i = 1; i < actors.length; i += 1) connectTrailer(actors[i - 1] as Actor, actors[i] as Actor);
    actor.speed = mps;
    w.drivers.pose(v);
    for (const a of actors) {
      a.teleported = true;
      byActor.set(a, v);
      ports.appear(a);
    }
    extendPath(v, sightOf(v), rng);
    vehicles.push(v);
    listVehicle(v, net);
    return true;
  }

  /** Nobody, on whatever road, is where a vehicle of this length would stand. */
  function isClear(spot: Spot, lengthM: number): boolean {
    for (const actor of ports.actors) {
      if (!actor.active) continue;
      const dx = actor.pose.xM - spot.xM;
      const dy = actor.pose.yM - spot.yM;
      const along = Math.abs(dx * spot.cos + dy * spot.sin);
      const beside = Math.abs(dy * spot.cos - dx * spot.sin);
      if (along < lengthM + actor.model.box.length && beside < 0.5 * (2.6 + actor.model.box.width)) return false;
    }
    return true;
  }

  const pick = (spots: readonly Spot[], r: Rng): Spot | undefined => (spots.length === 0 ? undefined : spots[r.below(spots.length)]);

  function countOf(demand: Demand): number {
    let n = 0;
    for (const v of vehicles) if (v.demand === demand.id) n += 1;
    return n;
  }

  function serve(demand: Demand, passedUs: number, w: World): void {
    switch (demand.kind) {
      case "source": {
        if (demand.perUs !== undefined) demand.due = Math.min(WAITING_MAX, demand.due + demand.perUs * passedUs);
        else demand.due = WAITING_MAX;
        for (let tries = 0; demand.due >= 1 - 1e-9 && tries < TRIES; tries += 1) {
          const spot = pick(demand.spots, demand.rng);
          if (spot === undefined) return;
          if (put(demand, demand.mix, spot, demand.speed, w)) demand.due -= 1;
        }
        return;
      }
      case "sink": {
        if (demand.perUs !== undefined) demand.due = Math.min(Math.max(1, demand.due), demand.due + demand.perUs * passedUs);
        const { region, mix } = demand;
        for (const v of [...vehicles]) {
          if (!region(v.actor.pose) || (mix !== undefined && !mixHas(mix, v.actor.model.category))) continue;
          if (demand.perUs !== undefined) {
            if (demand.due < 1 - 1e-9) return;
            demand.due -= 1;
          }
          remove(v);
        }
        return;
      }
      case "swarm": {
        const { central, ellipse, direction } = demand;
        if (!central.active) return;
        for (const v of [...vehicles]) if (v.demand === demand.id && ellipseShare(ellipse, central.pose, v.actor.pose) > 1) remove(v);
        let missing = demand.count - countOf(demand);
        if (missing <= 0) return;
        const outside = disc(central.pose, demand.innerM);
        const first = !demand.filled;
        demand.filled = true;
        const ahead: Spot[] = [];
        const oncoming: Spot[] = [];
        const c = cos(central.pose.h);
        const s = sin(central.pose.h);
        for (const spot of w.net.spots) {
          const share = ellipseShare(ellipse, central.pose, spot);
          if (share > 1 || outside(spot) || (!first && share < OUTER_SHARE)) continue;
          (spot.cos * c + spot.sin * s >= 0 ? ahead : oncoming).push(spot);
        }
        for (let tries = first ? missing * TRIES : TRIES; missing > 0 && tries > 0; tries -= 1) {
          const both = direction === undefined;
          const same = both ? demand.rng.below(ahead.length + oncoming.length || 1) < ahead.length : demand.rng.float() * (direction.same + direction.opposite) < direction.same;
          const spot = pick(same ? ahead : oncoming, demand.rng);
          const speed = demand.speed === undefined ? undefined : demand.speed.min + (demand.speed.max - demand.speed.min) * demand.rng.float();
          if (spot !== undefined && put(demand, demand.mix, spot, speed, w)) missing -= 1;
        }
        return;
      }
      case "area": {
        if (demand.filled && !demand.continuous) return;
        if (demand.continuous) for (const v of [...vehicles]) if (v.demand === demand.id && !demand.test(v.actor.pose, v.lane.road.id, v.lane.lane, v.actor.pose.sM)) v.demand = undefined;
        let missing = demand.count - countOf(demand);
        // Filled at once at first; afterwards lost ones are replaced one by one.
        for (let tries = demand.filled ? TRIES : missing * TRIES; missing > 0 && tries > 0; tries -= 1) {
          const spot = pick(demand.spots, demand.rng);
          if (spot === undefined) break;
          if (put(demand, demand.mix, spot, undefined, w)) missing -= 1;
        }
        demand.filled = true;
        return;
      }
    }
  }

  function step(stepUs: number): void {
    if (made === undefined || stepUs <= 0) return;
    const w = made;
    sinceUs += stepUs;
    if (sinceUs >= DECISION_US || decision === 0) {
      const passedUs = sinceUs;
      sinceUs = 0;
      decision += 1;
      lookAround(w.net);
      for (const demand of demands) serve(demand, passedUs, w);
      // Those taken away must not be seen any more.
      lookAround(w.net);
      w.junctions.decide(vehicles, decision, passedUs);
      for (const v of vehicles) w.drivers.decide(v, decision);
    }
    const dtS = stepUs / 1e6;
    for (let i = vehicles.length - 1; i >= 0; i -= 1) {
      const v = vehicles[i] as Vehicle;
      if (!w.drivers.move(v, dtS, stepUs)) remove(v);
    }
  }

  return { act, fill, step, vehicles };
}
