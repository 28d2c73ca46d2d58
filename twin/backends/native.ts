/**
 * The twin's own world: one vehicle model per vehicle on the road's tangent plane, neighbours passed to the models that
 * can be touched. Every vehicle sees the others as they were at the start of the tick, so the order of vehicles decides
 * nothing but the order of the hash. Knows neither scenario nor agent.
 */
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import type { StateHash } from "../../fleet-core/kernel/hash.ts";
import { invariant, InvariantError, invariantFinite } from "../../fleet-core/kernel/invariant.ts";
import { cos, sin } from "../../fleet-core/kernel/math/index.ts";
import type { RoadNetwork } from "../../fleet-core/road/types.ts";
import { createBicycle } from "../physics/bicycle.ts";
import { createRaycast } from "../physics/raycast.ts";
import { STEP_S, type ActuatorFaults, type DriveDemand, type SolidBox, type VehicleModel } from "../physics/types.ts";
import { createBodyGrid } from "../traffic/grid.ts";
import { CLEAR, type Weather } from "../weather/types.ts";
import { chassisOf, type Chassis } from "../vehicle/chassis.ts";
import { createGroundProbe, type GroundProbe } from "./ground.ts";
import { surfaceOfMap, type SurfaceOf } from "./map-surface.ts";
import type { Backend, BackendVehicle } from "./types.ts";

const GRID_CELL_M = 16;
/** Bounding circles closer than this, plus what both move in a step, are handed to the model; it looks closer itself. */
const NEAR_M = 1;
export const VEHICLES_MAX = 10_000;

interface Slot {
  readonly id: string;
  readonly model: VehicleModel;
  readonly probe: GroundProbe;
  demand: DriveDemand;
  faults: ActuatorFaults;
  /** As others see it; refreshed in a tick only when somebody is near. */
  readonly box: { -readonly [K in keyof SolidBox]: SolidBox[K] };
  boxTick: number;
  /** Radius about the origin that holds the whole vehicle. */
  readonly reachM: number;
  near: SolidBox[];
}

const NOBODY: SolidBox[] = [];

/** Nothing moves before `load`. Where the map names a surface the profile does not know, its default surface counts. */
export function createNativeBackend(): Backend {
  const slots = new Map<string, Slot>();
  /** The same in order of spawn, and how many of them can be touched. */
  let order: Slot[] = [];
  let touchable = 0;
  const grid = createBodyGrid(GRID_CELL_M);
  const chassisByProfile = new Map<VehicleProfile, Chassis>();
  let map: RoadNetwork | undefined;
  let surfaceOf: SurfaceOf = () => undefined;
  let weather: Weather = CLEAR;
  let solids: readonly SolidBox[] = [];
  let tick = 0;
  let xM = new Float64Array(64);
  let yM = new Float64Array(64);
  let found = new Int32Array(64);

  function slotOf(id: string): Slot {
    const slot = slots.get(id);
    if (slot === undefined) throw new InvariantError(`there is no vehicle "${id}"`);
    return slot;
  }

  /** Hands each ray-cast model the boxes around it: vehicles in order of spawn, then solids in their order. */
  function findNeighbours(): void {
    if (touchable === 0) return;
    for (const slot of order) slot.near = NOBODY;
    const count = order.length + solids.length;
    if (count < 2) return;
    if (count > xM.length) {
      xM = new Float64Array(2 * count);
      yM = new Float64Array(2 * count);
      found = new Int32Array(2 * count);
    }
    let paceMax = 0;
    let radiusMax = 0;
    for (let i = 0; i < order.length; i += 1) {
      const slot = order[i] as Slot;
      const { state } = slot.model;
      xM[i] = state.xM;
      yM[i] = state.yM;
      if (slot.reachM > radiusMax) radiusMax = slot.reachM;
      paceMax = Math.max(paceMax, Math.abs(state.speedMps));
    }
    for (let i = 0; i < solids.length; i += 1) {
      const box = solids[i] as SolidBox;
      xM[order.length + i] = box.xM;
      yM[order.length + i] = box.yM;
      radiusMax = Math.max(radiusMax, 0.5 * (box.lengthM + box.widthM));
      paceMax = Math.max(paceMax, Math.abs(box.vxMps) + Math.abs(box.vyMps));
    }
    grid.rebuild(count, xM, yM);
    for (let i = 0; i < order.length; i += 1) {
      const slot = order[i] as Slot;
      if (slot.model.kind !== "raycast") continue;
      const { state } = slot.model;
      const withinM = NEAR_M + slot.reachM + radiusMax + STEP_S * (Math.abs(state.speedMps) + paceMax);
      const n = grid.near(state.xM, state.yM, withinM, found);
      for (let k = 0; k < n; k += 1) {
        const j = found[k] as number;
        if (j === i) continue;
        if (slot.near === NOBODY) slot.near = [];
        slot.near.push(j < order.length ? boxOf(order[j] as Slot) : (solids[j - order.length] as SolidBox));
      }
    }
  }

  function apply(slot: Slot, demand: DriveDemand, faults: ActuatorFaults): void {
    if (!Number.isFinite(demand.steerRad)) invariantFinite(demand.steerRad, `${slot.id}: steering demand`);
    if (!Number.isFinite(demand.accelMps2)) invariantFinite(demand.accelMps2, `${slot.id}: acceleration demand`);
    slot.demand = demand;
    slot.faults = faults;
  }

  function boxOf(slot: Slot): SolidBox {
    const { box, model } = slot;
    if (slot.boxTick === tick) return box;
    slot.boxTick = tick;
    const { state, profile } = model;
    const c = cos(state.yawRad);
    const s = sin(state.yawRad);
    const ahead = profile.geometry.lengthM / 2 - profile.geometry.rearOverhangM;
    const left = state.lateralMps + ahead * state.yawRateRadps;
    box.xM = state.xM + c * ahead;
    box.yM = state.yM + s * ahead;
    box.zM = state.zM + profile.geometry.heightM / 2;
    box.yawRad = state.yawRad;
    box.vxMps = c * state.speedMps - s * left;
    box.vyMps = s * state.speedMps + c * left;
    return box;
  }

  return {
    name: "native",
    load(network, first) {
      invariant(slots.size === 0, "a map is loaded before the first vehicle appears");
      map = network;
      surfaceOf = surfaceOfMap(network);
      weather = first;
    },
    setWeather(next) {
      weather = next;
    },
    spawn(spec): BackendVehicle {
      invariant(map !== undefined, "load a map before the first vehicle appears");
      invariant(!slots.has(spec.id), `there is already a vehicle "${spec.id}"`);
      invariant(slots.size < VEHICLES_MAX, `at most ${VEHICLES_MAX} vehicles`);
      for (const [name, value] of [["x", spec.xM], ["y", spec.yM], ["z", spec.zM], ["yaw", spec.yawRad], ["speed", spec.speedMps]] as const) invariantFinite(value, `${spec.id}: ${name}`);
      const { profile } = spec;
      const chassis = chassisByProfile.get(profile) ?? chassisOf(profile);
      chassisByProfile.set(profile, chassis);
      const model = spec.dynamics === "raycast" ? createRaycast(profile, chassis) : createBicycle(profile, chassis);
      const probe = createGroundProbe({ map, weather: () => weather, profile, dynamics: spec.dynamics, surfaceOf, zM: spec.zM });
      model.place(spec, spec.speedMps, probe.at(spec.xM, spec.yM, spec.yawRad));
      const { lengthM, widthM, heightM, rearOverhangM } = profile.geometry;
      const slot: Slot = {
        id: spec.id, model, probe,
        demand: { steerRad: 0, accelMps2: 0, gear: spec.speedMps === 0 ? "park" : spec.speedMps > 0 ? "drive" : "reverse" },
        faults: { brakeLoss: 0, steerLoss: 0, lagS: 0 },
        box: { id: spec.id, xM: 0, yM: 0, zM: 0, yawRad: 0, vxMps: 0, vyMps: 0, lengthM, widthM, heightM, massKg: profile.mass.totalKg },
        boxTick: -1, reachM: Math.max(lengthM - rearOverhangM, rearOverhangM) + widthM / 2, near: NOBODY,
      };
      slots.set(spec.id, slot);
      order.push(slot);
      if (model.kind === "raycast") touchable += 1;
      return { state: model.state, energy: model, apply: (demand, faults) => apply(slot, demand, faults) };
    },
    remove(id) {
      const slot = slotOf(id);
      slots.delete(id);
      order = order.filter((other) => other !== slot);
      if (slot.model.kind === "raycast") touchable -= 1;
    },
    apply: (id, demand, faults) => apply(slotOf(id), demand, faults),
    setSolids(next) {
      solids = next;
    },
    step() {
      findNeighbours();
      for (const slot of order) {
        const { state } = slot.model;
        slot.model.step(slot.demand, slot.faults, slot.probe.at(state.xM, state.yM, state.yawRad), slot.near);
      }
      tick += 1;
    },
    read: (id) => slotOf(id).model.state,
    energy: (id) => slotOf(id).model,
    drain: (id, share) => slotOf(id).model.drain(share),
    hashInto(hash: StateHash) {
      hash.text(weather.condition);
      hash.number(weather.frictionScale);
      hash.number(order.length);
      for (const slot of order) {
        hash.text(slot.id);
        hash.number(slot.demand.steerRad);
        hash.number(slot.demand.accelMps2);
        hash.text(slot.demand.gear);
        hash.number(slot.faults.brakeLoss);
        hash.number(slot.faults.steerLoss);
        hash.number(slot.faults.lagS);
        slot.probe.hashInto(hash);
        slot.model.hashInto(hash);
      }
      hash.number(solids.length);
      for (const box of solids) {
        hash.text(box.id);
        for (const value of [box.xM, box.yM, box.zM, box.yawRad, box.vxMps, box.vyMps, box.lengthM, box.widthM, box.heightM, box.massKg ?? 0]) hash.number(value);
      }
    },
  };
}
