/**
 * The fleet core inside the twin: same code as in production, on the simulated radio and virtual time. Holds the event
 * log that outlives a crash, asks for missions at their time, and keeps requests that meet a dead core for its return.
 */
import { createCore, type Core } from "../../fleet-core/core.ts";
import { decodeJson } from "../../fleet-core/contract/json.ts";
import { missionSchema, type Mission } from "../../fleet-core/contract/mission.ts";
import type { MissionView, TwinNote } from "../../fleet-core/contract/twin-view.ts";
import type { StateHash } from "../../fleet-core/kernel/hash.ts";
import { createMemoryEventLog } from "../../fleet-core/kernel/memory.ts";
import type { Log } from "../../fleet-core/kernel/ports.ts";
import { err, InputError, ok, type Result } from "../../fleet-core/kernel/result.ts";
import type { Scheduler } from "../../fleet-core/kernel/clock.ts";
import { timeFromS } from "../../fleet-core/kernel/time.ts";
import type { RoadNetwork } from "../../fleet-core/road/types.ts";
import type { Radio } from "../network/radio.ts";

export interface CoreVehicle {
  readonly vehicleId: string;
  readonly vehicleClass: string;
  readonly socReserve: number;
}

export interface OperationsOptions {
  readonly scheduler: Scheduler;
  readonly radio: Radio;
  readonly map: RoadNetwork;
  readonly epochMs: number;
  readonly log: Log;
  readonly vehicles: readonly CoreVehicle[];
  readonly note: (level: TwinNote["level"], source: string, code: string, text: string) => void;
}

export interface Operations {
  /** Takes an `atlasmesh.mission` command's JSON; throws InputError naming `source` when it is not a mission. */
  request(json: string, source: string): void;
  release(vehicleId: string): Result<void, string>;
  crash(): void;
  restart(): void;
  readonly up: boolean;
  missions(): readonly MissionView[];
  hashInto(hash: StateHash): void;
}

export function createOperations(options: OperationsOptions): Operations {
  const { scheduler, radio, note } = options;
  const events = createMemoryEventLog({ clock: scheduler });
  const transport = radio.endpoint("core");
  const waiting: Mission[] = [];
  let lastMissions: readonly MissionView[] = [];
  const start = (): Core => createCore({ clock: scheduler, events, transport, log: options.log, map: options.map, epochMs: options.epochMs, vehicles: options.vehicles });
  let core: Core | undefined = start();

  function ask(mission: Mission): void {
    if (core === undefined) {
      waiting.push(mission);
      note("warn", "core", "mission.waiting", `${mission.mission_id} waits for the core to come back`);
      return;
    }
    const asked = core.requestMission(mission);
    if (!asked.ok) note("error", "core", "mission.refused", `${mission.mission_id}: ${asked.error}`);
  }

  return {
    request(json, source) {
      const mission = decodeJson(json, missionSchema, source);
      if (!mission.ok) throw new InputError(mission.error);
      const dueUs = Math.max(timeFromS(mission.value.requested_at_s), scheduler.nowUs());
      scheduler.at(dueUs as ReturnType<typeof timeFromS>, () => ask(mission.value));
    },
    release(vehicleId) {
      if (core === undefined) return err("the core is down; nobody can release a vehicle");
      const sent = core.command(vehicleId, "RESUME", { release: true });
      return sent.ok ? ok(undefined) : sent;
    },
    crash() {
      if (core === undefined) return;
      lastMissions = core.missions();
      core.stop();
      core = undefined;
      radio.setDown("core", true);
    },
    restart() {
      if (core !== undefined) return;
      radio.setDown("core", false);
      core = start();
      for (const mission of waiting.splice(0)) ask(mission);
    },
    get up() {
      return core !== undefined;
    },
    missions: () => core?.missions() ?? lastMissions,
    hashInto(hash) {
      hash.number(core === undefined ? 0 : 1);
      hash.number(waiting.length);
      core?.hashInto(hash);
    },
  };
}
