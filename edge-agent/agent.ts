/**
 * The vehicle agent: one `tick` at 50 Hz turns what the vehicle senses into one command for its actuators. A tick is a
 * function of the readings, the messages received and the state; it looks at no clock and at no truth. Each concern has
 * its own file: where am I, what is around me, what am I to do, am I fit, how do I steer, how fast, and what if not.
 *
 * Must never move after a minimal risk condition without an authorised release, and must always be able to say why it
 * does what it does.
 */
import type { AgentReason, AgentStatus, MrmBehaviour, MrmState } from "../fleet-core/contract/agent-status.ts";
import { encodeJson } from "../fleet-core/contract/json.ts";
import type { VehicleProfile } from "../fleet-core/contract/profile.ts";
import { createEnuFrame } from "../fleet-core/kernel/frames.ts";
import type { StateHash } from "../fleet-core/kernel/hash.ts";
import { InvariantError, invariantFinite } from "../fleet-core/kernel/invariant.ts";
import type { Log, Transport } from "../fleet-core/kernel/ports.ts";
import { secondsOf, US_PER_S, type TimeUs } from "../fleet-core/kernel/time.ts";
import { clamp } from "../fleet-core/kernel/units.ts";
import type { RoadNetwork } from "../fleet-core/road/types.ts";
import { createCommands, type Duties } from "./commands.ts";
import { limitsOf } from "./following.ts";
import type { Hal, HalCommand, HalInputs, VehicleFeedback } from "./hal/types.ts";
import { COMFORTABLE_STOP, createHealth, DEGRADED, EMERGENCY_STOP, FIT, type Finding, type HealthInput } from "./health.ts";
import { createLocalisation } from "./localisation.ts";
import { createMrm, REST_MPS } from "./mrm.ts";
import { createPlanner, type PlanInput } from "./planner.ts";
import { cleanReadings, copyFeedback, readingsGood } from "./readings.ts";
import { telemetryOf } from "./report.ts";
import { createResponse } from "./response.ts";
import { createTaskRunner } from "./task.ts";
import { createTracking } from "./tracking.ts";

export interface AgentOptions {
  readonly vehicleId: string;
  readonly profile: VehicleProfile;
  readonly map: RoadNetwork;
  readonly hal: Hal;
  readonly uplink: Transport;
  readonly log: Log;
  /** Milliseconds since 1970 UTC at time 0. */
  readonly epochMs: number;
  readonly bootId: string;
  readonly start: TimeUs;
  readonly initialTask?: { readonly kind: "cruise"; readonly speedMps: number };
}

export interface Agent {
  tick(nowUs: TimeUs): void;
  /** As of the last tick; made when it is asked for. */
  status(): AgentStatus;
  /** The part of it that others watch in each tick; the same object until it changes. */
  mrm(): MrmState;
  /** Speed wanted while cruising; starts cruising when there is nothing else to do. */
  setCruiseSpeed(speedMps: number): void;
  /** Since the core was last heard, or since the start. */
  coreAgeUs(): number;
  /** Objects tracked now. */
  tracked(): number;
  hashInto(hash: StateHash): void;
}

export const AGENT_TICK_US = 20_000;
const TELEMETRY_US = US_PER_S;
/** Messages waiting for the next tick. */
const INBOX_MAX = 64;

export function createAgent(options: AgentOptions): Agent {
  const { vehicleId, profile, map, hal, uplink, log, epochMs, start } = options;
  const frame = createEnuFrame(map.originLatDeg, map.originLonDeg, 0);
  const localisation = createLocalisation(profile, frame, start);
  const tracking = createTracking(profile, start);
  const task = createTaskRunner(profile, map);
  const health = createHealth(profile, secondsOf(AGENT_TICK_US));
  const response = createResponse(profile);
  const mrm = createMrm(profile);
  const planner = createPlanner(profile, map.leftHandTraffic);
  const estimate = localisation.estimate;

  const inbox: Uint8Array[] = [];
  let inboxLost = 0;
  let lastTickUs: number = start - AGENT_TICK_US;
  let coreUs: number = start;
  let coreHeard = false;
  let paused = false;
  /** Commands accepted whose end is still to be reported: a stop or a pause, done at rest. */
  let stopCommands: string[] = [];
  let restS = 0;
  let telemetryUs: number = start;
  let sequence = 0;
  let telemetryLost = 0;
  let command: HalCommand = { steerRad: 0, accelMps2: 0, gear: "drive", hazard: false, indicator: "off" };
  /** A copy of the last feedback that was fine, because readings are good for one tick only. */
  const feedback = { measuredUs: start, steerRad: 0, accelMps2: 0, socRatio: profile.energy.socInitial, brakeHealthRatio: 1, steeringHealthRatio: 1, parkingBrake: false } satisfies VehicleFeedback;
  let feedbackKnown = false;
  /** Of the last tick, once somebody asked. */
  let status: AgentStatus | undefined;
  let statusUs: number = start;
  let lastBehaviour = "";
  let loggedChanges = 0;
  const fitness: HealthInput = {
    nowUs: start, dtS: 0, localisation, response, feedback, ambient: { measuredUs: start, rainMmph: 0, fogVisibilityM: 0, night: false }, imu: [], sensorsUs: tracking.measuredUs,
    tracksOverflow: 0, readingsRefused: 0, coreUs: undefined, offPathM: undefined, laneMarginM: 0,
  };
  const planning: PlanInput = {
    nowUs: start, dtS: 0, ready: false, estimate, tracks: tracking.tracks, begun: 0, task, mrm, capMps: Infinity, cappedBy: undefined, paused: false,
    limits: limitsOf(profile, 1), brakeHealthRatio: 1, lateS: 0, restS: 0, command,
  };
  const lastLevels = new Uint8Array(health.findings.length);

  const say = (level: "info" | "warn" | "error", name: string, text: string): void => log.write(level, name, `${vehicleId}: ${text}`);

  function startMrm(behaviour: MrmBehaviour, reason: AgentReason, nowUs: number): void {
    if (mrm.request(behaviour, reason, nowUs, estimate.speedMps)) say("warn", "mrm.operating", `${behaviour} because ${reason.text} (${reason.code})`);
  }

  let nowInTickUs: number = start;
  const duties: Duties = {
    assign(mission, commandId) {
      const current = task.task();
      if (mission.vehicle_id !== undefined && mission.vehicle_id !== vehicleId) return { code: "wrong-vehicle", text: `the mission is for ${mission.vehicle_id}` };
      if (mission.vehicle_class !== profile.class) return { code: "wrong-class", text: `the mission needs a ${mission.vehicle_class}, this is a ${profile.class}` };
      if (current.kind === "mission") return { code: "busy", text: `mission ${current.mission.mission_id} is under way` };
      if (mrm.state().kind !== "none") return { code: "mrm", text: "the vehicle is in a minimal risk manoeuvre or waits for its release" };
      if (!localisation.ready()) return { code: "not-localised", text: "the vehicle does not know where it is yet" };
      if (feedback.socRatio < profile.energy.socReserve) return { code: "energy-low", text: `the energy store is at ${Math.round(feedback.socRatio * 100)} %` };
      const done = task.assign(mission, commandId, estimate);
      return done.ok ? "later" : done.error;
    },
    cancel(missionId) {
      const current = task.task();
      if (missionId !== undefined && (current.kind !== "mission" || current.mission.mission_id !== missionId)) return { code: "no-such-mission", text: `mission ${missionId} is not under way here` };
      task.drop();
      if (current.kind === "mission") commands.settle(current.commandId, "FAILED", "cancelled", `mission ${current.mission.mission_id} was cancelled`, nowInTickUs);
      return "now";
    },
    pause(commandId) {
      paused = true;
      stopCommands = remember(stopCommands, commandId);
      return "later";
    },
    resume(release) {
      const state = mrm.state();
      if (state.kind === "none") {
        paused = false;
        return "now";
      }
      if (!release) return { code: "release-required", text: "after a minimal risk manoeuvre only an authorised release (payload.release) lets the vehicle go on" };
      if (state.kind !== "succeeded") return { code: "not-at-rest", text: "the minimal risk manoeuvre has not ended yet" };
      const still = health.forbidding();
      if (still !== undefined) {
        const { code, text } = health.reasonOf(still);
        // Whoever releases it knows where it stands: the fixes are believed again, and a second release may follow.
        const lost = code === "localisation-bound" || code === "gnss-jump";
        if (lost) localisation.startAfresh();
        return { code: "condition-persists", text: lost ? `${text}; localising afresh at rest, check the position and release again` : text };
      }
      health.clearLatched();
      localisation.trustWheels();
      response.forget();
      mrm.release();
      paused = false;
      task.replan();
      say("info", "mrm.released", "released by an authorised command");
      return "now";
    },
    stop(emergency, commandId) {
      stopCommands = remember(stopCommands, commandId);
      startMrm(emergency ? "emergency-stop" : "comfortable-stop", emergency ? { code: "command-emergency-stop", text: "an emergency stop was commanded" } : { code: "command-safe-stop", text: "a safe stop was commanded" }, nowInTickUs);
      return "later";
    },
  };
  const commands = createCommands({ vehicleId, epochMs, uplink, log, duties });

  uplink.onReceive((from, topic, payload) => {
    if (from !== "core") {
      say("warn", "inbox.stranger", `a message on ${topic} from ${from} was ignored`);
      return;
    }
    if (topic !== "command" && topic !== "heartbeat") {
      say("warn", "inbox.unknown", `a message on the unknown topic ${topic} was ignored`);
      return;
    }
    coreHeard = true;
    coreUs = Math.max(coreUs, lastTickUs + AGENT_TICK_US);
    if (topic === "heartbeat") return;
    if (inbox.length >= INBOX_MAX) {
      inboxLost += 1;
      say("error", "inbox.full", `a command was dropped, ${INBOX_MAX} are waiting`);
      return;
    }
    // A copy: the bytes belong to the transport.
    inbox.push(payload.slice());
  });

  function logHealth(): void {
    if (health.changes() === loggedChanges) return;
    loggedChanges = health.changes();
    for (let i = 0; i < lastLevels.length; i += 1) {
      const finding = health.findings[i] as Finding;
      const before = lastLevels[i] as number;
      if (finding.level === before) continue;
      lastLevels[i] = finding.level;
      if (finding.level > before) say(finding.level >= COMFORTABLE_STOP ? "error" : "warn", "health.set", `${health.reasonOf(finding).text} (${finding.code}, level ${finding.level})`);
      else if (finding.level === FIT) say("info", "health.clear", finding.code);
    }
  }

  function judge(nowUs: number, dtS: number, inputs: HalInputs, readingsRefused: number): void {
    fitness.nowUs = nowUs;
    fitness.dtS = dtS;
    fitness.feedback = inputs.feedback;
    fitness.ambient = inputs.ambient;
    fitness.imu = inputs.imu;
    fitness.tracksOverflow = tracking.overflow();
    fitness.readingsRefused = readingsRefused;
    fitness.coreUs = coreHeard ? coreUs : undefined;
    fitness.offPathM = task.path() === undefined ? undefined : Math.abs(task.at.dM);
    fitness.laneMarginM = task.laneMarginM();
    health.update(fitness);
    logHealth();
    const worst = health.worst();
    if (worst !== undefined && worst.level >= COMFORTABLE_STOP) startMrm(worst.level === EMERGENCY_STOP ? "emergency-stop" : "comfortable-stop", health.reasonOf(worst), nowUs);
    const before = mrm.state().kind;
    if (mrm.update(nowUs, estimate.speedMps)) {
      const state = mrm.state();
      if (state.kind === "succeeded") say("info", "mrm.succeeded", `minimal risk condition reached (${state.reason.code})`);
      else if (state.kind === "failed" && before === "operating") say("error", "mrm.failed", `the vehicle has not come to rest in time (${state.reason.code})`);
    }
  }

  function advanceTask(nowUs: number): void {
    const free = mrm.state().kind === "none" && !paused;
    const current = task.task();
    const event = task.update(nowUs, estimate, free);
    switch (event) {
      case "none":
        return;
      case "stop-reached":
        say("info", "mission.stop-reached", task.stopName() ?? "");
        return;
      case "mission-completed":
        if (current.kind === "mission") commands.settle(current.commandId, "EXECUTED", "completed", `mission ${current.mission.mission_id} completed`, nowUs);
        return;
      case "no-route":
        say("error", "task.no-route", `no way on from (${estimate.xM.toFixed(1)}, ${estimate.yM.toFixed(1)})`);
        if (current.kind === "mission") {
          task.drop();
          commands.settle(current.commandId, "FAILED", "unreachable", `no way leads to stop "${task.stopName() ?? ""}" from here`, nowUs);
        }
    }
  }

  function settleStops(nowUs: number, dtS: number): void {
    restS = Math.abs(estimate.speedMps) < REST_MPS ? Math.min(restS + dtS, 1000) : 0;
    if (restS < 0.5 || stopCommands.length === 0) return;
    const done = stopCommands;
    stopCommands = [];
    for (const id of done) commands.settle(id, "EXECUTED", "at-rest", "the vehicle is at rest", nowUs);
  }

  function report(nowUs: number): void {
    if (nowUs < telemetryUs || !localisation.ready()) return;
    telemetryUs = start + (Math.floor((nowUs - start) / TELEMETRY_US) + 1) * TELEMETRY_US;
    sequence += 1;
    const worst = health.worst();
    const assist = mrm.state().kind !== "none" || feedback.socRatio < profile.energy.socReserve ? "REQUESTED" : "NONE";
    const healthRatio = worst === undefined ? 1 : worst.level === DEGRADED ? 0.7 : worst.level === COMFORTABLE_STOP ? 0.3 : 0;
    const telemetry = telemetryOf({ vehicleId, epochMs, nowUs, sequence, frame, zM: estimate.zM, status: statusNow(), socRatio: feedback.socRatio, healthRatio, assist });
    if (!uplink.send("core", "telemetry", encodeJson(telemetry)).ok) telemetryLost += 1;
  }

  function think(nowUs: TimeUs, raw: HalInputs): void {
    const cleaned = readingsGood(raw, nowUs) ? undefined : cleanReadings(raw, nowUs, feedbackKnown ? feedback : undefined);
    const inputs = cleaned?.inputs ?? raw;
    copyFeedback(inputs.feedback, feedback);
    feedbackKnown = true;
    const dtS = secondsOf(nowUs - lastTickUs);
    lastTickUs = nowUs;
    nowInTickUs = nowUs;
    response.update(dtS, command.steerRad, command.accelMps2, feedback, estimate.speedMps);
    localisation.update(nowUs, inputs);
    tracking.update(nowUs, inputs.objects, localisation);
    commands.flush();
    if (inbox.length > 0) for (const payload of inbox.splice(0)) commands.receive(payload, nowUs);
    if (localisation.ready()) advanceTask(nowUs);
    judge(nowUs, dtS, inputs, cleaned?.refused ?? 0);
    settleStops(nowUs, dtS);
    plan(nowUs, dtS);
    status = undefined;
    statusUs = nowUs;
    const behaviour = planner.behaviour();
    if (behaviour !== lastBehaviour) {
      lastBehaviour = behaviour;
      say("info", `behaviour.${behaviour}`, planner.reason().text);
    }
    report(nowUs);
  }

  function plan(nowUs: number, dtS: number): void {
    const { brakeHealthRatio } = feedback;
    if (brakeHealthRatio !== planning.brakeHealthRatio) {
      planning.brakeHealthRatio = brakeHealthRatio;
      planning.limits = limitsOf(profile, brakeHealthRatio);
    }
    planning.nowUs = nowUs;
    planning.dtS = dtS;
    planning.ready = localisation.ready();
    planning.begun = tracking.begun();
    planning.capMps = health.capMps();
    planning.cappedBy = health.cappedBy();
    planning.paused = paused;
    planning.lateS = response.lagS();
    planning.restS = restS;
    planning.command = command;
    const next = planner.plan(planning);
    invariantFinite(next.steerRad, "steering command");
    invariantFinite(next.accelMps2, "acceleration command");
    command = next;
  }

  const statusNow = (): AgentStatus => (status ??= statusOf(statusUs));

  function statusOf(nowUs: number): AgentStatus {
    const current = task.task();
    const lead = planner.lead();
    const state = mrm.state();
    const degraded: { input: string; code: string }[] = [];
    for (const finding of health.findings) if (finding.level !== FIT) degraded.push({ input: finding.input, code: finding.code });
    return {
      timeUs: nowUs,
      behaviour: planner.behaviour(),
      reason: planner.reason(),
      mrm: state,
      operationalState: state.kind !== "none" ? "ERROR" : current.kind === "none" ? "READY" : "BUSY",
      targetSpeedMps: planner.targetMps(),
      accelMps2: command.accelMps2,
      steerRad: command.steerRad,
      missionId: current.kind === "mission" ? current.mission.mission_id : undefined,
      missionProgressRatio: task.progressRatio(),
      estimate: { xM: estimate.xM, yM: estimate.yM, yawRad: estimate.yawRad, speedMps: estimate.speedMps, sigmaM: Math.sqrt(estimate.sigmaLonM * estimate.sigmaLonM + estimate.sigmaLatM * estimate.sigmaLatM) },
      lead,
      degraded,
    };
  }

  /** What is left to do when an assumption broke: hold the wheel, brake, warn. */
  function braceFor(error: InvariantError, nowUs: TimeUs): void {
    startMrm("emergency-stop", { code: "invariant", text: `an internal assumption failed: ${error.message}` }, nowUs);
    mrm.update(nowUs, estimate.speedMps);
    command = { steerRad: Number.isFinite(command.steerRad) ? command.steerRad : 0, accelMps2: -profile.mrm.emergencyMps2, gear: "drive", hazard: true, indicator: "off" };
    planner.brace(mrm.state());
    status = undefined;
    statusUs = nowUs;
  }

  if (options.initialTask !== undefined) task.cruise(clamp(options.initialTask.speedMps, 0, profile.limits.speedMps));
  say("info", "agent.start", `boot ${options.bootId}, profile ${profile.id}`);

  return {
    tick(nowUs) {
      const inputs = hal.read();
      try {
        think(nowUs, inputs);
      } catch (error) {
        if (!(error instanceof InvariantError)) throw error;
        say("error", "agent.invariant", error.message);
        braceFor(error, nowUs);
      }
      hal.write(command);
    },
    status: statusNow,
    mrm: () => mrm.state(),
    setCruiseSpeed(speedMps) {
      task.cruise(clamp(speedMps, 0, profile.limits.speedMps));
    },
    coreAgeUs: () => Math.max(0, lastTickUs - coreUs),
    tracked: () => tracking.tracks.length,
    hashInto(hash) {
      localisation.hashInto(hash);
      tracking.hashInto(hash);
      task.hashInto(hash);
      health.hashInto(hash);
      response.hashInto(hash);
      mrm.hashInto(hash);
      planner.hashInto(hash);
      commands.hashInto(hash);
      for (const value of [lastTickUs, coreUs, coreHeard ? 1 : 0, paused ? 1 : 0, stopCommands.length, restS, telemetryUs, sequence, telemetryLost, inbox.length, inboxLost, command.steerRad, command.accelMps2, feedback.socRatio]) hash.number(value);
    },
  };
}

/** Commands whose end is awaited, at most sixteen: a seventeenth pause of the same stop needs no answer of its own. */
const remember = (ids: readonly string[], id: string): string[] => [...ids, id].slice(-16);
