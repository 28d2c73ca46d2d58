/** An agent-driven vehicle with all that a tick needs of it, so that nothing is looked up by name. */
import { FLAG } from "../../fleet-core/contract/twin-view.ts";
import type { TimeUs } from "../../fleet-core/kernel/time.ts";
import type { BackendVehicle } from "../backends/types.ts";
import type { VehicleEffects } from "../faults/types.ts";
import type { EgoTruth } from "../sensors/types.ts";
import type { Weather } from "../weather/types.ts";
import type { Body } from "./body.ts";
import type { Contacts } from "./contacts.ts";
import type { Watched } from "./judge.ts";
import type { VehicleSlot } from "./vehicle-slot.ts";

/** Half the diagonal of the largest thing on a road: its centre may be that far out of range while an edge is in. */
const BODY_M = 12;
const NOBODY: readonly Body[] = [];

export interface Driven {
  readonly slot: VehicleSlot;
  readonly unit: BackendVehicle;
  readonly body: Body;
  readonly watched: Watched;
  /** What its sensors measure. */
  readonly truth: { -readonly [K in keyof EgoTruth]: EgoTruth[K] };
  /** Place among the bodies. */
  index: number;
  /** Present faults; set by `suffer` when one of them is set or cleared. */
  effects: VehicleEffects;
  faulted: boolean;
  /** Kind and behaviour of the minimal risk manoeuvre as last told. */
  mrmSeen: string;
}

export function createDriven(slot: VehicleSlot, unit: BackendVehicle, body: Body, watched: Watched, effects: VehicleEffects, faulted: boolean): Driven {
  const driven: Driven = {
    slot, unit, body, watched, index: 0, effects, faulted, mrmSeen: "none",
    truth: { state: unit.state, energy: unit.energy, brakeHealthRatio: 1, steeringHealthRatio: 1, parked: false },
  };
  suffer(driven, effects, faulted);
  return driven;
}

export function suffer(driven: Driven, effects: VehicleEffects, faulted: boolean): void {
  driven.effects = effects;
  driven.faulted = faulted;
  driven.truth.brakeHealthRatio = 1 - effects.brakeLoss;
  driven.truth.steeringHealthRatio = 1 - effects.steerLoss;
  showFlags(driven);
}

/** Sensors that are due measure the present moment; when the agent is about to read, feedback is brought up to date too. */
export function sense(driven: Driven, nowUs: TimeUs, thinking: boolean, contacts: Contacts, weather: Weather): void {
  const { suite } = driven.slot;
  const due = nowUs >= suite.dueUs;
  if (!thinking && !due) return;
  const rangeM = due ? suite.objectsRangeM(nowUs) : 0;
  suite.sample(nowUs, driven.truth, rangeM > 0 ? contacts.near(driven.index, rangeM + BODY_M) : NOBODY, weather, driven.effects);
}

/** The agent thinks on what has arrived; what others see of its command follows. */
export function think(driven: Driven, nowUs: TimeUs): void {
  const { slot, unit, truth } = driven;
  slot.think(nowUs, driven.effects.computeStall, unit.state.xM, unit.state.yM);
  truth.parked = slot.command.gear === "park";
  showFlags(driven);
}

/** Lights and marks as they are now. */
export function showFlags({ slot, body, faulted }: Driven): void {
  const { command } = slot;
  let flags = 0;
  if (command.accelMps2 < -0.3) flags |= FLAG.brake;
  if (command.hazard) flags |= FLAG.hazard;
  if (command.indicator === "left") flags |= FLAG.left;
  if (command.indicator === "right") flags |= FLAG.right;
  if (command.gear === "reverse") flags |= FLAG.reverse;
  if (faulted) flags |= FLAG.faulted;
  if (slot.agent.mrm().kind !== "none") flags |= FLAG.mrm;
  if (body.collided) flags |= FLAG.collided;
  body.flags = flags;
}
