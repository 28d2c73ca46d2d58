/**
 * The first fleet core: takes missions, picks a vehicle for each, tells it over the transport and follows it to the end.
 * Everything it decides is in the event log before anything is sent; a core made on an existing log goes on from there.
 * Must never hold a fact that matters and is neither in the log nor heard again from the vehicles within seconds.
 *
 * Topics, from here: `heartbeat` (contract/heartbeat.ts), `command` (contract/command.ts). To here: `telemetry`
 * (contract/telemetry.ts), `ack` (contract/command.ts). Vehicles are addressed by their id.
 */
import { encodeJson, decodeJson, decodeValue } from "./contract/json.ts";
import { commandAckSchema, commandSchema } from "./contract/command.ts";
import { HEARTBEAT_PERIOD_US, type Heartbeat } from "./contract/heartbeat.ts";
import type { Mission } from "./contract/mission.ts";
import { telemetrySchema, type Telemetry } from "./contract/telemetry.ts";
import type { MissionView } from "./contract/twin-view.ts";
import type { Cancel, Clock } from "./kernel/clock.ts";
import { createStateHash, type StateHash } from "./kernel/hash.ts";
import { invariant } from "./kernel/invariant.ts";
import { byText } from "./kernel/order.ts";
import type { EventLog, Log, NewEvent, Transport } from "./kernel/ports.ts";
import { err, formatDiagnostic, ok, type Diagnostic, type Result } from "./kernel/result.ts";
import { isoUtc, timeUs, US_PER_MS } from "./kernel/time.ts";
import { applyLogged, hashCoreState, replayState } from "./core-state.ts";
import { createDispatcher, SILENT_US, type FleetVehicle } from "./dispatcher.ts";
import { decideVehicle, noCommands, PRIORITY, type CommandRecord, type CommandType, type VehicleCommand, type VehicleCommands } from "./dispatch/commanding.ts";
import { vehicleStream } from "./dispatch/events.ts";
import { missionStream } from "./mission/events.ts";
import { followMission, type CommandStanding, type MissionReport } from "./mission/follow.ts";
import { decideMission, holderOf, isEnded, type MissionCommand, type MissionRecord } from "./mission/mission.ts";
import { COMMAND_LIFE_US, createOutbox } from "./outbox.ts";
import { createPlaces, type CoreMap } from "./places.ts";
import { sayMission, sayVehicle } from "./say.ts";
import { admitTelemetry, hashHotVehicle, type HotVehicle } from "./telemetry/ingest.ts";

export type { FleetVehicle } from "./dispatcher.ts";

export interface CoreOptions {
  readonly clock: Clock;
  readonly events: EventLog;
  /** Endpoint `core`. */
  readonly transport: Transport;
  readonly log: Log;
  readonly map: CoreMap;
  /** Run start, milliseconds since 1970 UTC. */
  readonly epochMs: number;
  readonly vehicles: readonly FleetVehicle[];
}

export interface VehicleView {
  readonly vehicleId: string;
  readonly vehicleClass: string;
  /** Undefined until heard since this start of the core. */
  readonly lastHeardUs: number | undefined;
  readonly silent: boolean;
  readonly operationalState: Telemetry["status"]["operational_state"] | undefined;
  readonly energyRatio: number | undefined;
  readonly xM: number | undefined;
  readonly yM: number | undefined;
  /** Mission it has by the core's books, and the one it says it has. */
  readonly missionId: string | undefined;
  readonly reportedMissionId: string | undefined;
  readonly openCommands: number;
}

export interface Core {
  /** Asking again with the same content changes nothing. The error says what is wrong with the mission. */
  requestMission(mission: Mission): Result<void, string>;
  /** Waiting missions end at once, others when the vehicle has confirmed. */
  cancelMission(missionId: string, reason?: string): Result<void, string>;
  /** Any command but ASSIGN_MISSION and CANCEL_MISSION; gives its id. */
  command(vehicleId: string, type: CommandType, payload?: Readonly<Record<string, unknown>>): Result<string, string>;
  /** In order of request. */
  missions(): readonly MissionView[];
  /** In order of id. */
  vehicles(): readonly VehicleView[];
  commandsOf(vehicleId: string): readonly CommandRecord[];
  /** Ends all activity without a trace in the log: what a crash does. */
  stop(): void;
  hashInto(hash: StateHash): void;
  /** Only what the event log says: equals `hashCoreState(replayState(events.readAll(0)))`. */
  hashDurableInto(hash: StateHash): void;
}

/** Missions that may be open at once. */
export const OPEN_MISSIONS_MAX = 10_000;
/** A vehicle may go on reporting an ended mission this long before it is told again to stop. */
const STRAY_US = 3_000_000;
const STRAY_REPEAT_US = 10_000_000;
const MESSAGE_LIMITS = { bytes: 65_536, depth: 16 };
const SOURCE = "core";

const digestOf = (write: (hash: StateHash) => void): string => {
  const hash = createStateHash();
  write(hash);
  return hash.digest();
};

export function createCore(options: CoreOptions): Core {
  const { clock, events, transport, log, epochMs } = options;
  const startUs = clock.nowUs();
  const fleet = new Map([...options.vehicles].sort((a, b) => byText(a.vehicleId, b.vehicleId)).map((vehicle) => [vehicle.vehicleId, vehicle]));
  invariant(fleet.size === options.vehicles.length, "each vehicle of a fleet has its own id");
  const places = createPlaces(options.map);
  const state = replayState(events.readAll(0));
  const hot = new Map<string, HotVehicle>();
  // The state is hashed every tick and changes a few times a second: what did not change keeps its digest.
  let durable: { readonly position: number; readonly digest: string } | undefined;
  const hotDigests = new Map<string, { readonly of: HotVehicle; readonly digest: string }>();
  const outbox = createOutbox({ clock, transport, log, expired: onExpired });
  let stopped = false;
  let beats = 0;
  let beatTimer: Cancel = () => undefined;
  let refusedMessages = 0;

  // --- The log: nothing is true before it is in it.

  function commit(stream: string, version: number, newEvents: readonly NewEvent[]): void {
    if (newEvents.length === 0) return;
    const appended = events.append(stream, version, newEvents);
    invariant(appended.ok, `another writer appended to ${stream}; one core per event log`);
    for (const logged of appended.value) applyLogged(state, logged);
  }

  function decideOn(missionId: string, command: MissionCommand): Result<number, string> {
    const before = state.missions.get(missionId);
    const decided = decideMission(before, command);
    if (!decided.ok) return decided;
    const causationId = before?.assignment?.commandId;
    const cause = causationId === undefined ? {} : { causationId };
    commit(missionStream(missionId), before?.version ?? 0, decided.value.map((event) => ({ ...event, correlationId: missionId, ...cause })));
    for (const event of decided.value) log.write(event.type === "mission.failed" ? "warn" : "info", SOURCE, sayMission(missionId, event));
    const after = state.missions.get(missionId);
    const freed = before === undefined ? undefined : holderOf(before);
    if (after === undefined || isEnded(after.state)) dispatcher.forget(missionId);
    // A mission to place, or a vehicle free again.
    if (after?.state.kind === "requested") dispatcher.notice();
    if (freed !== undefined && state.holders.get(freed) === undefined) dispatcher.notice(freed);
    return ok(decided.value.length);
  }

  const commandsOf = (vehicleId: string): VehicleCommands => state.vehicles.get(vehicleId) ?? noCommands(vehicleId);

  function decideFor(vehicleId: string, command: VehicleCommand, correlationId: string): Result<number, string> {
    const before = commandsOf(vehicleId);
    const decided = decideVehicle(before, command);
    if (!decided.ok) return decided;
    commit(vehicleStream(vehicleId), before.version, decided.value.map((event) => ({ ...event, correlationId })));
    for (const event of decided.value) {
      log.write(event.type === "command.expired" ? "warn" : "info", SOURCE, sayVehicle(vehicleId, event));
      if (event.type !== "command.issued") outbox.remove(event.data.commandId);
    }
    return ok(decided.value.length);
  }

  /** Unique for ever: positions only grow, and each one gives its name to one command. */
  const nextCommandId = (): string => `cmd-${state.position + 1}`;

  function issue(vehicleId: string, type: CommandType, payload: Readonly<Record<string, unknown>> | undefined, commandId: string, correlationId: string): Result<void, string> {
    // Whole milliseconds, as the contract's timestamps carry: the vehicle and we must mean the same moment.
    const expirationUs = Math.floor((clock.nowUs() + COMMAND_LIFE_US) / US_PER_MS) * US_PER_MS;
    const draft = { command_id: commandId, vehicle_id: vehicleId, timestamp: isoUtc(epochMs, clock.nowUs()), command_type: type, priority: PRIORITY[type], expiration: isoUtc(epochMs, expirationUs), ...(payload === undefined ? {} : { payload }) };
    const command = decodeValue(draft, commandSchema, commandId);
    if (!command.ok) return err(command.error.map(formatDiagnostic).join("; "));
    const decided = decideFor(vehicleId, { kind: "issue", command: command.value, expirationUs }, correlationId);
    if (!decided.ok) return decided;
    const record = commandsOf(vehicleId).commands.get(commandId);
    if (record !== undefined && decided.value > 0) outbox.add(record);
    return ok(undefined);
  }

  function onExpired(record: CommandRecord, attempts: number): void {
    const vehicleId = record.command.vehicle_id;
    const expired = decideFor(vehicleId, { kind: "expire", commandId: record.command.command_id, attempts }, record.command.command_id);
    invariant(expired.ok, "an expiry is always possible");
    reconcileVehicle(vehicleId);
  }

  // --- Missions: from what is known now to the next step, until there is none.

  function standing(vehicleId: string, commandId: string | undefined): CommandStanding {
    const record = commandId === undefined ? undefined : commandsOf(vehicleId).commands.get(commandId);
    return record === undefined ? { status: "unsent", reason: "", expirationUs: 0 } : { status: record.status, reason: record.reason, expirationUs: record.expirationUs };
  }

  function reportFor(vehicleId: string, missionId: string): MissionReport | undefined {
    const known = hot.get(vehicleId);
    if (known === undefined) return undefined;
    const progressRatioMax = known.lastMission?.missionId === missionId ? known.lastMission.progressRatioMax : 0;
    return { sentUs: known.report.sentUs, missionId: known.report.missionId, missionSinceUs: known.missionSinceUs, progressRatioMax };
  }

  function reconcileVehicle(vehicleId: string): void {
    const missionId = state.holders.get(vehicleId);
    if (missionId !== undefined) reconcile(missionId);
  }

  function reconcile(missionId: string): void {
    // Each step moves the mission or a command forward; a chain longer than this would be a circle.
    for (let guard = 0; guard < 16; guard += 1) {
      const record = state.missions.get(missionId);
      const vehicleId = record === undefined ? undefined : holderOf(record);
      if (record === undefined || vehicleId === undefined) return;
      const step = followMission(record, standing(vehicleId, record.assignment?.commandId), standing(vehicleId, record.cancel?.commandId), reportFor(vehicleId, missionId));
      switch (step.kind) {
        case "nothing":
          return;
        case "decide": {
          const decided = decideOn(missionId, step.command);
          invariant(decided.ok, `a step that follows from the state is possible: ${decided.ok ? "" : decided.error}`);
          break;
        }
        case "send-assign":
        case "send-cancel": {
          const cancelling = step.kind === "send-cancel";
          const commandId = cancelling ? record.cancel?.commandId : record.assignment?.commandId;
          invariant(commandId !== undefined, "a mission on its way names its command");
          const payload = cancelling ? { mission_id: missionId } : { mission: record.mission };
          const issued = issue(vehicleId, cancelling ? "CANCEL_MISSION" : "ASSIGN_MISSION", payload, commandId, missionId);
          if (!issued.ok) {
            // Its queue is full: tried again at the vehicle's next message.
            log.write("warn", SOURCE, `${missionId} ${step.kind} to ${vehicleId} waits: ${issued.error}`);
            return;
          }
          break;
        }
        case "ask-again": {
          const assigned = record.assignment === undefined ? undefined : commandsOf(vehicleId).commands.get(record.assignment.commandId);
          if (assigned !== undefined) outbox.repeat(assigned);
          return;
        }
      }
    }
    invariant(false, `mission ${missionId} does not come to rest`);
  }

  const dispatcher = createDispatcher({
    clock,
    fleet,
    state,
    hot,
    places,
    decide: decideOn,
    assign(missionId, vehicleId, why) {
      const decided = decideOn(missionId, { kind: "assign", vehicleId, commandId: nextCommandId(), why });
      invariant(decided.ok, `a waiting mission can be assigned: ${decided.ok ? "" : decided.error}`);
      reconcile(missionId);
    },
  });

  // --- Messages

  function refuse(from: string, diagnostics: readonly Diagnostic[]): void {
    refusedMessages += 1;
    log.write("warn", SOURCE, `message of ${from} refused: ${diagnostics.slice(0, 3).map(formatDiagnostic).join("; ")}`);
  }

  function onMessage(from: string, topic: string, payload: Uint8Array): void {
    if (stopped) return;
    if (!fleet.has(from)) return refuse(from, [{ severity: "error", file: topic, message: "comes from nobody of this fleet" }]);
    if (topic === "telemetry") return onTelemetry(from, payload);
    if (topic === "ack") return onAck(from, payload);
    refuse(from, [{ severity: "error", file: topic, message: "is not a topic of the core", expected: "telemetry or ack" }]);
  }

  function onTelemetry(from: string, payload: Uint8Array): void {
    const telemetry = decodeJson(payload, telemetrySchema, `telemetry of ${from}`, MESSAGE_LIMITS);
    if (!telemetry.ok) return refuse(from, telemetry.error);
    const before = hot.get(from);
    const admission = admitTelemetry(before, from, telemetry.value, clock.nowUs(), epochMs);
    if (admission.kind === "refused") return refuse(from, [{ severity: "error", file: `telemetry of ${from}`, message: admission.text, rule: admission.code }]);
    hot.set(from, admission.hot);
    if (admission.kind !== "newest") return;
    if (admission.rebooted) log.write("info", SOURCE, `${from} has rebooted (boot ${admission.hot.boot})`);
    const now = admission.hot.report;
    const was = before?.report;
    if (was === undefined || was.operationalState !== now.operationalState || was.missionId !== now.missionId || now.sentUs - was.sentUs > SILENT_US) dispatcher.notice(from);
    reconcileVehicle(from);
    if (now.missionId !== undefined) stopStray(from, now.missionId, now.sentUs);
  }

  /** A vehicle that drives a mission which is over, or is another's, is told to drop it. */
  function stopStray(vehicleId: string, missionId: string, sentUs: number): void {
    const record = state.missions.get(missionId);
    // One that names a mission it has finished until the next one is not driving it.
    if (record === undefined || holderOf(record) === vehicleId || (hot.get(vehicleId)?.report.progressRatio ?? 0) >= 1) return;
    const sinceUs = record.endedUs ?? record.assignment?.atUs ?? record.declines.at(-1)?.atUs ?? record.requestedUs;
    if (sentUs - sinceUs < STRAY_US) return;
    const told = [...commandsOf(vehicleId).commands.values()].some((command) => command.command.command_type === "CANCEL_MISSION" && command.command.payload?.["mission_id"] === missionId && (command.status === "open" || clock.nowUs() - command.issuedUs < STRAY_REPEAT_US));
    if (told) return;
    log.write("warn", SOURCE, `${vehicleId} drives ${missionId}, which is ${record.state.kind}: cancelling it there`);
    const issued = issue(vehicleId, "CANCEL_MISSION", { mission_id: missionId }, nextCommandId(), missionId);
    if (!issued.ok) log.write("warn", SOURCE, issued.error);
  }

  function onAck(from: string, payload: Uint8Array): void {
    const ack = decodeJson(payload, commandAckSchema, `ack of ${from}`, MESSAGE_LIMITS);
    if (!ack.ok) return refuse(from, ack.error);
    if (ack.value.vehicle_id !== from) return refuse(from, [{ severity: "error", file: `ack of ${from}`, path: "vehicle_id", message: `is ${ack.value.vehicle_id}`, expected: from }]);
    const decided = decideFor(from, { kind: "answer", ack: ack.value }, ack.value.command_id);
    if (!decided.ok) return refuse(from, [{ severity: "error", file: `ack of ${from}`, path: "command_id", message: decided.error }]);
    reconcileVehicle(from);
  }

  function beat(): void {
    beats += 1;
    const heartbeat: Heartbeat = { timestamp: isoUtc(epochMs, clock.nowUs()), sequence: beats };
    const bytes = encodeJson(heartbeat);
    for (const vehicleId of fleet.keys()) {
      const sent = transport.send(vehicleId, "heartbeat", bytes);
      if (!sent.ok) log.write("debug", SOURCE, `heartbeat to ${vehicleId} not sent: ${sent.error}`);
    }
    dispatcher.beat();
    beatTimer = clock.at(timeUs(startUs + beats * HEARTBEAT_PERIOD_US), beat);
  }

  // --- Start: where the log left off.

  try {
    for (const vehicleId of state.vehicles.keys()) {
      for (const record of commandsOf(vehicleId).commands.values()) if (record.status === "open") outbox.add(record);
    }
    for (const missionId of [...state.holders.values()]) reconcile(missionId);
  } catch (failure) {
    // A core that could not start leaves nothing running behind.
    stop();
    throw failure;
  }
  transport.onReceive(onMessage);
  beatTimer = clock.at(clock.nowUs(), beat);
  log.write("info", SOURCE, `started on ${state.position} events, ${state.missions.size} missions, ${fleet.size} vehicles`);

  function stop(): void {
    stopped = true;
    beatTimer();
    dispatcher.stop();
    outbox.stop();
  }

  function viewOf(record: MissionRecord): MissionView {
    const { kind } = record.state;
    const missionId = record.mission.mission_id;
    const vehicleId = "vehicleId" in record.state ? record.state.vehicleId : undefined;
    const heard = vehicleId === undefined ? 0 : (reportFor(vehicleId, missionId)?.progressRatioMax ?? 0);
    const progressRatio = kind === "completed" ? 1 : kind === "underway" || kind === "failed" || kind === "cancelled" ? heard : 0;
    const reason = record.cancel?.reason ?? ("reason" in record.state ? record.state.reason : undefined);
    return { missionId, vehicleId, state: record.cancel === undefined ? kind : "cancelling", progressRatio, ...(reason === undefined ? {} : { reason }) };
  }

  function durableDigest(): string {
    if (durable?.position !== state.position) durable = { position: state.position, digest: digestOf((hash) => hashCoreState(state, hash)) };
    return durable.digest;
  }

  /** Telemetry replaces a vehicle's record as a whole, so the record itself tells whether its digest is fresh. */
  function hotDigest(vehicleId: string, known: HotVehicle): string {
    let cached = hotDigests.get(vehicleId);
    if (cached?.of !== known) {
      cached = { of: known, digest: digestOf((hash) => hashHotVehicle(known, hash)) };
      hotDigests.set(vehicleId, cached);
    }
    return cached.digest;
  }

  return {
    requestMission(mission) {
      invariant(!stopped, "a stopped core takes no requests");
      const id = mission.mission_id;
      if (!state.missions.has(id)) {
        if (events.read(missionStream(id)).length > 0) return err(`mission ${id} existed before and is over`);
        if (state.missions.size - state.ended.length >= OPEN_MISSIONS_MAX) return err(`there are ${OPEN_MISSIONS_MAX} open missions already`);
        const trip = places.tripM(mission);
        if (!trip.ok) return err(trip.error);
      }
      const decided = decideOn(id, { kind: "request", mission });
      return decided.ok ? ok(undefined) : decided;
    },
    cancelMission(missionId, reason = "cancelled by the operator") {
      invariant(!stopped, "a stopped core takes no requests");
      const decided = decideOn(missionId, { kind: "cancel", reason, commandId: nextCommandId() });
      if (!decided.ok) return decided;
      reconcile(missionId);
      return ok(undefined);
    },
    command(vehicleId, type, payload) {
      invariant(!stopped, "a stopped core takes no requests");
      if (!fleet.has(vehicleId)) return err(`there is no vehicle ${vehicleId} in the fleet`);
      if (type === "ASSIGN_MISSION" || type === "CANCEL_MISSION") return err(`${type} goes through requestMission and cancelMission`);
      const commandId = nextCommandId();
      const issued = issue(vehicleId, type, payload, commandId, commandId);
      return issued.ok ? ok(commandId) : issued;
    },
    missions: () => [...state.missions.values()].map(viewOf),
    vehicles: () =>
      [...fleet.values()].map((vehicle) => {
        const known = hot.get(vehicle.vehicleId);
        const spot = dispatcher.spotOf(vehicle.vehicleId);
        return {
          vehicleId: vehicle.vehicleId,
          vehicleClass: vehicle.vehicleClass,
          lastHeardUs: known?.report.receivedUs,
          silent: known === undefined || dispatcher.isSilent(known),
          operationalState: known?.report.operationalState,
          energyRatio: known?.report.energyRatio,
          xM: spot?.xM,
          yM: spot?.yM,
          missionId: state.holders.get(vehicle.vehicleId),
          reportedMissionId: known?.report.missionId,
          openCommands: [...commandsOf(vehicle.vehicleId).commands.values()].filter((command) => command.status === "open").length,
        };
      }),
    commandsOf: (vehicleId) => [...commandsOf(vehicleId).commands.values()],
    stop,
    hashInto(hash) {
      hash.text(durableDigest());
      for (const vehicleId of fleet.keys()) {
        const known = hot.get(vehicleId);
        hash.text(vehicleId);
        if (known !== undefined) hash.text(hotDigest(vehicleId, known));
      }
      outbox.hashInto(hash);
      dispatcher.hashInto(hash);
      hash.number(startUs);
      hash.number(beats);
      hash.number(refusedMessages);
    },
    hashDurableInto: (hash) => hashCoreState(state, hash),
  };
}
