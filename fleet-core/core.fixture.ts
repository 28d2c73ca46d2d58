/** For tests of the core: a ring road, and vehicles that keep the contract and nothing more. Never used outside tests. */
import { decodeJson, encodeJson } from "./contract/json.ts";
import { commandSchema, type Command, type CommandAck } from "./contract/command.ts";
import { missionSchema, type Mission } from "./contract/mission.ts";
import type { Telemetry } from "./contract/telemetry.ts";
import { createCore, type Core, type FleetVehicle } from "./core.ts";
import { createScheduler, type Cancel, type Scheduler } from "./kernel/clock.ts";
import { createEnuFrame } from "./kernel/frames.ts";
import { createStateHash } from "./kernel/hash.ts";
import { invariant } from "./kernel/invariant.ts";
import { createMemoryEventLog, createMemoryLog, createTransportHub, type Delivery, type MemoryLog, type TransportHub } from "./kernel/memory.ts";
import type { EventLog, Transport } from "./kernel/ports.ts";
import { isoUtc, parseIsoUtc, timeFromS, timeUs } from "./kernel/time.ts";
import type { CoreMap } from "./places.ts";
import type { RoadPoint } from "./road/types.ts";

export const EPOCH_MS = 1_767_225_600_000; // 2026-01-01T00:00:00Z
export const RING_M = 10_000;

/** One lane along the x axis that closes on itself after `RING_M`: the way ahead is long, the way back does not exist. */
export function ringRoad(): CoreMap {
  const point = (sM: number): RoadPoint => ({ xM: sM, yM: 0, zM: 0, headingRad: 0, pitchRad: 0, rollRad: 0, curvature: 0 });
  const none = new Float64Array(0);
  return {
    originLatDeg: 48,
    originLonDeg: 11,
    pointOfLane: (position) => (position.road === "1" && position.lane === -1 && position.sM >= 0 && position.sM <= RING_M ? point(position.sM) : undefined),
    locate: (xM, yM, options) => (Math.abs(yM) <= (options?.withinM ?? 5) && xM >= -1 && xM <= RING_M ? { road: "1", lane: -1, sM: Math.max(0, xM), offsetM: 0, tM: 0, distanceM: Math.abs(yM) } : undefined),
    route: (from, to) => ({ sM: none, xM: none, yM: none, zM: none, headingRad: none, curvature: none, limitMps: none, widthM: none, lanes: [], laneIndex: new Uint16Array(0), lengthM: (((to.sM - from.sM) % RING_M) + RING_M) % RING_M }),
  };
}

export interface FakeVehicle {
  readonly vehicleId: string;
  /** Commands carried out, in order: id and type. A command must never be in here twice. */
  readonly done: { readonly id: string; readonly type: string }[];
  /** Missions begun, in order. */
  readonly begun: string[];
  readonly missionId: string | undefined;
  xM: number;
  socRatio: number;
  operationalState: Telemetry["status"]["operational_state"] | undefined;
  /** Answer to the next ASSIGN_MISSION other than yes. */
  refuseWith: string | undefined;
  /** Ends the present mission with FAILED. */
  breakDown(reason: string): void;
  /** Loses memory of everything, sequence restarts. */
  reboot(): void;
  heartbeats: number;
  stop(): void;
}

export const MISSION_S = 20;

/** Accepts a mission when it has none, needs `MISSION_S` for it, then answers EXECUTED. Telemetry once a second. */
export function createFakeVehicle(options: { readonly vehicleId: string; readonly clock: Scheduler; readonly transport: Transport; readonly xM: number; readonly phaseUs: number; readonly missionS?: number }): FakeVehicle {
  const { vehicleId, clock, transport } = options;
  const frame = createEnuFrame(48, 11, 0);
  const missionUs = (options.missionS ?? MISSION_S) * 1e6;
  let answers = new Map<string, CommandAck>();
  let sequence = 0;
  let current: { readonly id: string; readonly commandId: string; readonly startUs: number; readonly end: Cancel } | undefined;
  let timer: Cancel = () => undefined;

  function answer(command: Command, outcome: CommandAck["outcome"], reason?: string): void {
    const ack: CommandAck = { command_id: command.command_id, vehicle_id: vehicleId, timestamp: isoUtc(EPOCH_MS, clock.nowUs()), outcome, ...(reason === undefined ? {} : { reason_code: "because", reason }) };
    answers.set(command.command_id, ack);
    transport.send("core", "ack", encodeJson(ack));
  }

  function carryOut(command: Command): void {
    vehicle.done.push({ id: command.command_id, type: command.command_type });
    if (command.command_type === "ASSIGN_MISSION") {
      const mission = missionSchema.parse(command.payload?.["mission"]);
      vehicle.begun.push(mission.mission_id);
      answer(command, "ACCEPTED");
      const end = clock.at(timeUs(clock.nowUs() + missionUs), () => {
        current = undefined;
        answer(command, "EXECUTED");
      });
      current = { id: mission.mission_id, commandId: command.command_id, startUs: clock.nowUs(), end };
    } else if (command.command_type === "CANCEL_MISSION") {
      current?.end();
      current = undefined;
      answer(command, "EXECUTED");
    } else {
      answer(command, "EXECUTED");
    }
  }

  function receive(payload: Uint8Array): void {
    const command = decodeJson(payload, commandSchema, "command");
    invariant(command.ok && command.value.vehicle_id === vehicleId, "the core sends valid commands to whom they are for");
    const known = answers.get(command.value.command_id);
    if (known !== undefined) {
      transport.send("core", "ack", encodeJson(known));
      return;
    }
    const expirationMs = parseIsoUtc(command.value.expiration ?? "");
    if (expirationMs !== undefined && EPOCH_MS + clock.nowUs() / 1000 > expirationMs) return answer(command.value, "REJECTED", "expired");
    if (command.value.command_type === "ASSIGN_MISSION" && (current !== undefined || vehicle.refuseWith !== undefined)) return answer(command.value, "REJECTED", vehicle.refuseWith ?? "busy");
    if (command.value.command_type === "CANCEL_MISSION" && current?.id !== command.value.payload?.["mission_id"]) return answer(command.value, "REJECTED", "no such mission here");
    carryOut(command.value);
  }

  function report(): void {
    sequence += 1;
    const [latitude = 0, longitude = 0, altitude = 0] = frame.toGeodetic(vehicle.xM, 0, 0);
    const telemetry: Telemetry = {
      vehicle_id: vehicleId,
      timestamp: isoUtc(EPOCH_MS, clock.nowUs()),
      sequence,
      position: { latitude, longitude, heading: 90, altitude, speed: 0 },
      status: { operational_state: vehicle.operationalState ?? (current === undefined ? "READY" : "BUSY"), energy_level: vehicle.socRatio * 100 },
      ...(current === undefined ? {} : { mission: { mission_id: current.id, progress: Math.min(100, (100 * (clock.nowUs() - current.startUs)) / missionUs) } }),
    };
    transport.send("core", "telemetry", encodeJson(telemetry));
    timer = clock.at(timeUs(clock.nowUs() + 1_000_000), report);
  }

  const vehicle: FakeVehicle = {
    vehicleId,
    done: [],
    begun: [],
    get missionId() {
      return current?.id;
    },
    xM: options.xM,
    socRatio: 0.9,
    operationalState: undefined,
    refuseWith: undefined,
    breakDown(reason) {
      if (current === undefined) return;
      current.end();
      const { commandId } = current;
      current = undefined;
      answer({ command_id: commandId, vehicle_id: vehicleId, timestamp: "", command_type: "ASSIGN_MISSION", priority: "NORMAL" }, "FAILED", reason);
    },
    reboot() {
      current?.end();
      current = undefined;
      answers = new Map();
      sequence = 0;
    },
    heartbeats: 0,
    stop: () => timer(),
  };
  transport.onReceive((_from, topic, payload) => {
    if (topic === "heartbeat") vehicle.heartbeats += 1;
    if (topic === "command") receive(payload);
  });
  timer = clock.at(timeUs(clock.nowUs() + options.phaseUs), report);
  return vehicle;
}

export interface World {
  readonly clock: Scheduler;
  readonly hub: TransportHub;
  readonly events: EventLog;
  readonly log: MemoryLog;
  readonly fleet: readonly FleetVehicle[];
  readonly vehicles: ReadonlyMap<string, FakeVehicle>;
  core: Core;
  vehicle(id: string): FakeVehicle;
  run(seconds: number): void;
  crash(): void;
  restart(): void;
  state(missionId: string): string;
  durableHash(): string;
}

/** `count` vehicles v1, v2 ... of class `sedan`, 1 km apart along the ring, v1 at 0. */
export function createWorld(options: { readonly count?: number; readonly delivery?: (clock: Scheduler) => Delivery; readonly events?: (log: EventLog) => EventLog; readonly missionS?: number } = {}): World {
  const clock = createScheduler();
  const delivery = options.delivery?.(clock);
  const hub = createTransportHub({ clock, ...(delivery === undefined ? {} : { delivery }) });
  const inner = createMemoryEventLog({ clock });
  const events = options.events?.(inner) ?? inner;
  const log = createMemoryLog({ clock, limit: 10_000 });
  const fleet: FleetVehicle[] = [];
  const vehicles = new Map<string, FakeVehicle>();
  for (let i = 1; i <= (options.count ?? 3); i += 1) {
    const vehicleId = `v${i}`;
    fleet.push({ vehicleId, vehicleClass: "sedan", socReserve: 0.2, rangeM: 100_000 });
    vehicles.set(vehicleId, createFakeVehicle({ vehicleId, clock, transport: hub.endpoint(vehicleId), xM: (i - 1) * 1000, phaseUs: i * 100_000, ...(options.missionS === undefined ? {} : { missionS: options.missionS }) }));
  }
  const start = (): Core => createCore({ clock, events, transport: hub.endpoint("core"), log, map: ringRoad(), epochMs: EPOCH_MS, vehicles: fleet });
  const world: World = {
    clock,
    hub,
    events,
    log,
    fleet,
    vehicles,
    core: start(),
    vehicle(id) {
      const vehicle = vehicles.get(id);
      invariant(vehicle !== undefined, `there is no vehicle ${id}`);
      return vehicle;
    },
    run: (seconds) => clock.advanceTo(timeUs(clock.nowUs() + timeFromS(seconds))),
    crash: () => world.core.stop(),
    restart() {
      world.core.stop();
      world.core = start();
    },
    state: (missionId) => world.core.missions().find((mission) => mission.missionId === missionId)?.state ?? "unknown",
    durableHash() {
      const hash = createStateHash();
      world.core.hashDurableInto(hash);
      return hash.digest();
    },
  };
  return world;
}

export const mission = (id: string, sM: number, more: Partial<Mission> = {}): Mission => ({
  mission_id: id,
  vehicle_class: "sedan",
  requested_at_s: 0,
  stops: [{ name: "A", road: "1", lane: -1, sM, dwellS: 0 }],
  repeat: false,
  ...more,
});
