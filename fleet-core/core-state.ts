/**
 * What the event log says the fleet is: all missions and all commands, folded event by event. The running core and a
 * replay use the same `applyLogged`, so their states cannot drift apart. Must never read anything but events.
 */
import { decodeValue } from "./contract/json.ts";
import type { StateHash } from "./kernel/hash.ts";
import { invariant } from "./kernel/invariant.ts";
import type { LoggedEvent } from "./kernel/ports.ts";
import { InputError } from "./kernel/result.ts";
import { byText } from "./kernel/order.ts";
import { evolveVehicle, hashVehicleCommands, noCommands, type VehicleCommands } from "./dispatch/commanding.ts";
import { vehicleEventSchema } from "./dispatch/events.ts";
import { missionEventSchema } from "./mission/events.ts";
import { evolveMission, hashMission, holderOf, isEnded, type MissionRecord } from "./mission/mission.ts";

export interface CoreState {
  /** In order of request; ended ones beyond `ENDED_KEPT` are forgotten, the log still has them. */
  readonly missions: Map<string, MissionRecord>;
  readonly vehicles: Map<string, VehicleCommands>;
  /** Vehicle to the mission it has now. */
  readonly holders: Map<string, string>;
  /** Ended missions still held, oldest end first. */
  readonly ended: string[];
  /** Position of the last event seen. */
  position: number;
}

export const ENDED_KEPT = 10_000;

export const emptyState = (): CoreState => ({ missions: new Map(), vehicles: new Map(), holders: new Map(), ended: [], position: 0 });

/** Adds one event of the log. Streams of other contexts only move the position. Throws InputError on a broken event. */
export function applyLogged(state: CoreState, logged: LoggedEvent): void {
  invariant(logged.position > state.position, `events come in order: position ${logged.position} after ${state.position}`);
  state.position = logged.position;
  const slash = logged.stream.indexOf("/");
  const kind = logged.stream.slice(0, slash);
  const id = logged.stream.slice(slash + 1);
  const file = `event ${logged.position} of ${logged.stream}`;
  if (kind === "mission") {
    const event = decodeValue({ type: logged.type, data: logged.data }, missionEventSchema, file);
    if (!event.ok) throw new InputError(event.error);
    const before = state.missions.get(id);
    const after = evolveMission(before, event.value, logged.timeUs);
    state.missions.set(id, after);
    hold(state, id, before, after);
  } else if (kind === "vehicle") {
    const event = decodeValue({ type: logged.type, data: logged.data }, vehicleEventSchema, file);
    if (!event.ok) throw new InputError(event.error);
    state.vehicles.set(id, evolveVehicle(state.vehicles.get(id) ?? noCommands(id), event.value, logged.timeUs));
  }
}

function hold(state: CoreState, id: string, before: MissionRecord | undefined, after: MissionRecord): void {
  const had = before === undefined ? undefined : holderOf(before);
  const has = holderOf(after);
  if (had !== undefined && had !== has) state.holders.delete(had);
  if (has !== undefined && had !== has) {
    const other = state.holders.get(has);
    invariant(other === undefined, `${has} has mission ${other ?? ""} and cannot take ${id} as well`);
    state.holders.set(has, id);
  }
  if (!isEnded(after.state)) return;
  state.ended.push(id);
  if (state.ended.length > ENDED_KEPT) state.missions.delete(state.ended.shift() as string);
}

/** State after all of `events`. */
export function replayState(events: readonly LoggedEvent[]): CoreState {
  const state = emptyState();
  for (const event of events) applyLogged(state, event);
  return state;
}

export function hashCoreState(state: CoreState, hash: StateHash): void {
  hash.number(state.position);
  hash.number(state.missions.size);
  for (const record of state.missions.values()) hashMission(record, hash);
  hash.number(state.vehicles.size);
  for (const id of [...state.vehicles.keys()].sort(byText)) hashVehicleCommands(state.vehicles.get(id) as VehicleCommands, hash);
  hash.number(state.holders.size);
  for (const id of [...state.holders.keys()].sort(byText)) {
    hash.text(id);
    hash.text(state.holders.get(id) as string);
  }
}
