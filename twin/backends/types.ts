/**
 * Who owns the physical world. `native` is ours; CARLA and Gazebo come behind the same calls in their synchronous mode,
 * where each `step` advances them by exactly one tick. Order each tick: `apply` for every actor, `step`, `read`.
 */
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import type { StateHash } from "../../fleet-core/kernel/hash.ts";
import type { RoadNetwork } from "../../fleet-core/road/types.ts";
import type { ActuatorFaults, DriveDemand, SolidBox, VehicleModel, VehicleState } from "../physics/types.ts";
import type { Weather } from "../weather/types.ts";

export interface SpawnSpec {
  readonly id: string;
  readonly profile: VehicleProfile;
  readonly dynamics: "raycast" | "bicycle";
  readonly xM: number;
  readonly yM: number;
  readonly zM: number;
  readonly yawRad: number;
  readonly speedMps: number;
}

/** One vehicle of a backend, for whoever asks about it in every tick: no look-up by name. Good until it is removed. */
export interface BackendVehicle {
  /** As of the last step; one object, changed in place. */
  readonly state: VehicleState;
  readonly energy: Pick<VehicleModel, "socRatio" | "energyKwh">;
  /** As `Backend.apply`. */
  apply(demand: DriveDemand, faults: ActuatorFaults): void;
}

export interface Backend {
  readonly name: string;
  /** Once, before the first spawn. */
  load(map: RoadNetwork, weather: Weather): void;
  setWeather(weather: Weather): void;
  spawn(spec: SpawnSpec): BackendVehicle;
  remove(id: string): void;
  /** What the vehicle is to do in the next step. Both objects are read then, and must not change before. */
  apply(id: string, demand: DriveDemand, faults: ActuatorFaults): void;
  /** Things the backend does not move (scenario-driven actors, pedestrians), for contact; replaces the last set. */
  setSolids(solids: readonly SolidBox[]): void;
  /** One tick of 10 ms. */
  step(): void;
  read(id: string): VehicleState;
  energy(id: string): Pick<VehicleModel, "socRatio" | "energyKwh">;
  drain(id: string, share: number): void;
  hashInto(hash: StateHash): void;
}
