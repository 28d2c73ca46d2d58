/** Fault plan at work: which effects hold now, per target. */
import type { Fault, FaultKind, FaultPlan } from "../../fleet-core/contract/fault.ts";
import type { TimeUs } from "../../fleet-core/kernel/time.ts";
import type { ActuatorFaults } from "../physics/types.ts";
import type { SensorFaults } from "../sensors/types.ts";

export interface VehicleEffects extends ActuatorFaults, SensorFaults {
  readonly computeStall: number;
  readonly linkLoss: number;
}

export interface FaultChange {
  readonly fault: Fault;
  readonly change: "set" | "clear";
}

export interface FaultEngine {
  /** Sets and clears what is due at `nowUs`; the changes in plan order. */
  advance(nowUs: TimeUs): readonly FaultChange[];
  effects(target: string): VehicleEffects;
  active(target: string): readonly FaultKind[];
  /** Adds a fault whose time is not in the past. */
  add(fault: Fault): void;
  plan(): FaultPlan;
}
