/**
 * A run: scenario, vehicles, agents, fleet core, radio, weather and faults under one virtual clock, advanced tick by tick.
 * A function of its RunSpec and the build: it must never read a wall clock, a random source or a file.
 *
 * Order within a tick from t to t + 10 ms: faults and operator actions due at t; sensors measure, and agents think (50 Hz) on
 * what has arrived by t; physics moves to t + 10 ms; radio and core timers up to then fire; the storyboard moves its actors
 * and evaluates triggers on the new states; contacts and gaps are judged; the tick is recorded.
 */
import { createAgent } from "../edge-agent/agent.ts";
import { parseProfile } from "../edge-agent/profile-loader.ts";
import { decodeJson, encodeJson } from "../fleet-core/contract/json.ts";
import { faultSchema, type Fault } from "../fleet-core/contract/fault.ts";
import type { VehicleProfile } from "../fleet-core/contract/profile.ts";
import { POSE_STRIDE, type EntityView, type TwinNote, type VehicleDetail } from "../fleet-core/contract/twin-view.ts";
import { createScheduler } from "../fleet-core/kernel/clock.ts";
import { createEnuFrame } from "../fleet-core/kernel/frames.ts";
import { createStateHash } from "../fleet-core/kernel/hash.ts";
import { invariant } from "../fleet-core/kernel/invariant.ts";
import { numericsFingerprint } from "../fleet-core/kernel/math/index.ts";
import type { Log } from "../fleet-core/kernel/ports.ts";
import { err, InputError, ok } from "../fleet-core/kernel/result.ts";
import { createRng } from "../fleet-core/kernel/rng.ts";
import { timeUs, type TimeUs } from "../fleet-core/kernel/time.ts";
import { driverNamed, type DriverSpec } from "../scenarios/drivers/spec.ts";
import { loadScenario } from "../scenarios/load.ts";
import type { ActorState, LoadedScenario, ScenarioActor } from "../scenarios/types.ts";
import { createNativeBackend } from "./backends/native.ts";
import { createBody, settle, type Body } from "./engine/body.ts";
import { bodySpecOf, egoOf, profileFor } from "./engine/cast.ts";
import { createContacts } from "./engine/contacts.ts";
import { createDriven, sense, showFlags, suffer, think, type Driven } from "./engine/driven.ts";
import { createJudge } from "./engine/judge.ts";
import { createOperations } from "./engine/operations.ts";
import { createRunRecorder } from "./engine/record.ts";
import { VehicleSlot } from "./engine/vehicle-slot.ts";
import { createFaultEngine } from "./faults/engine.ts";
import type { FaultChange } from "./faults/types.ts";
import { createRadio } from "./network/radio.ts";
import { crossingPlace } from "./engine/step-out.ts";
import type { VehicleState } from "./physics/types.ts";
import { createHalFrame } from "./sensors/frame.ts";
import { createViewer } from "./sensors/visibility.ts";
import { createPedestrian, type Pedestrian } from "./traffic/pedestrian.ts";
import { AGENT_TICKS, TICK_US, type EndedBy, type Run, type RunPorts, type RunSpec } from "./types.ts";
import { weatherFromScenario } from "./weather/weather.ts";

/** Vehicles above which agents get bicycle dynamics instead of ray-cast vehicles. */
const RAYCAST_VEHICLES_MAX = 16;
/** The judge looks ahead at 20 Hz: at 5 m/s closing a gap changes by 0.25 m from look to look. */
const AHEAD_TICKS = 5;
/** What the storyboard asks of agents is passed on at 10 Hz, and what they say of themselves is recorded at 10 Hz. */
const STATUS_TICKS = 10;
const NOTES_MAX = 10_000;
const CHANGES_MAX = 100_000;

/** Starts a run at tick 0, after the scenario's Init. Throws InputError for bad scenarios, maps, profiles and faults. */
export function createRun(spec: RunSpec, ports: RunPorts): Run {
  const profiles = readProfiles(spec.profiles);
  const scenario = ports.scenario ?? readScenario(spec);
  const { map, epochMs } = scenario;
  const frame = createEnuFrame(map.originLatDeg, map.originLonDeg, 0);
  const rng = createRng(spec.seed);
  const scheduler = createScheduler();
  const radio = createRadio({ scheduler, rng: rng.fork("radio") });
  const backend = createNativeBackend();
  const judge = createJudge();
  const contacts = createContacts();
  const faults = createFaultEngine(spec.faults);
  const operator = [...spec.operator];
  const notes: TwinNote[] = [];
  const changes: ReturnType<Run["storyboard"]>[number][] = [];
  const bodies: Body[] = [];
  const bodyById = new Map<string, Body>();
  const fleet: Driven[] = [];
  const drivenById = new Map<string, Driven>();
  const walkers: { readonly walker: Pedestrian; readonly body: Body }[] = [];
  const missionSeen = new Map<string, string>();
  const viewer = createViewer();
  const halFrame = createHalFrame();
  const yaw = new Float64Array(2);
  const shown: ActorState = { xM: 0, yM: 0, zM: 0, headingRad: 0, pitchRad: 0, rollRad: 0, speedMps: 0, accelMps2: 0 };
  let cast: readonly ScenarioActor[] = [];
  let tick = 0;
  let rosterVersion = 1;
  let bodiesMade = 0;
  let rosterIndexed = 0;
  let ended: EndedBy | undefined;
  let droppedNotes = 0;

  const recorder = ports.recorder === undefined ? undefined : createRunRecorder(ports.recorder, { epochMs, map, frame, tickUs: TICK_US });
  const nowUs = (): TimeUs => timeUs(tick * TICK_US);

  function note(level: TwinNote["level"], source: string, code: string, text: string): void {
    const entry: TwinNote = { tick, timeUs: nowUs(), level, source, code, text };
    if (notes.length >= NOTES_MAX) {
      notes.shift();
      droppedNotes += 1;
    }
    notes.push(entry);
    recorder?.note(entry);
  }
  const log: Log = { write: (level, name, message) => note(level === "fatal" ? "error" : level === "debug" ? "info" : level, name, "log", message) };

  // Cast: who is driven by an agent is decided once, from the actors present after Init.
  const player = scenario.play({ rng: rng.fork("scenario"), stepUs: TICK_US, disableControllers: spec.disableControllers, traffic: spec.traffic, drivers: driversOf(spec) });
  player.step(nowUs());
  let scenarioWeather = player.weather;
  let weather = weatherFromScenario(scenarioWeather);
  backend.load(map, weather);
  const ego = spec.egoProfile === undefined ? undefined : egoOf(player.actors);
  if (spec.egoProfile !== undefined && ego === undefined) throw new InputError([{ severity: "error", file: spec.scenario, message: "the scenario has no vehicle an agent could drive" }]);
  const agentActors = player.actors.filter((actor) => profileFor(actor, ego, spec.egoProfile, profiles, spec.scenario) !== undefined);
  const dynamics = agentActors.length > RAYCAST_VEHICLES_MAX ? "bicycle" : "raycast";
  const operations = createOperations({
    scheduler, radio, map, epochMs, log, note,
    vehicles: agentActors.map((actor) => {
      const profile = profileFor(actor, ego, spec.egoProfile, profiles, spec.scenario) as VehicleProfile;
      return { vehicleId: actor.name, vehicleClass: profile.class, socReserve: profile.energy.socReserve };
    }),
  });
  syncActors();
  takeCommands();
  findNeighbours();
  recorder?.tick(0, hash(), bodies);
  takeChanges();

  function enter(actor: ScenarioActor): void {
    const profile = profileFor(actor, ego, spec.egoProfile, profiles, spec.scenario);
    const state = player.state(actor.name);
    if (profile === undefined) {
      const body = createBody(bodySpecOf(actor, profile), nextSerial());
      Object.assign(body.pose, { xM: state.xM, yM: state.yM, zM: state.zM, yawRad: state.headingRad, pitchRad: state.pitchRad, rollRad: state.rollRad, speedMps: state.speedMps, accelMps2: state.accelMps2 });
      appear(body);
      return;
    }
    player.takeOver(actor.name);
    const physical = ports.physical?.get(profile.id) ?? profile;
    const unit = backend.spawn({ id: actor.name, profile: physical, dynamics, xM: state.xM, yM: state.yM, zM: state.zM, yawRad: state.headingRad, speedMps: state.speedMps });
    const body = createBody(bodySpecOf(actor, profile), nextSerial(), unit.state);
    appear(body);
    const slot = new VehicleSlot({ id: actor.name, profile, physical, makeAgent: ports.makeAgent ?? createAgent, map, frame, viewer, halFrame, rng: rng.fork(`vehicle/${actor.name}`), transport: radio.endpoint(actor.name, profile.links), log, epochMs, startUs: nowUs(), cruiseMps: player.requestedSpeedMps(actor.name) });
    const driven = createDriven(slot, unit, body, judge.watch(actor.name), faults.effects(actor.name), faults.active(actor.name).length > 0);
    fleet.push(driven);
    drivenById.set(actor.name, driven);
  }

  function nextSerial(): number {
    bodiesMade += 1;
    return bodiesMade;
  }

  function appear(body: Body): void {
    settle(body, yaw);
    bodies.push(body);
    bodyById.set(body.id, body);
    rosterVersion += 1;
  }

  function leave(id: string): void {
    bodies.splice(bodies.findIndex((body) => body.id === id), 1);
    bodyById.delete(id);
    recorder?.gone(tick, id);
    rosterVersion += 1;
    if (!drivenById.delete(id)) return;
    fleet.splice(fleet.findIndex((driven) => driven.slot.id === id), 1);
    backend.remove(id);
  }

  /** Actors the storyboard added or deleted since the last tick. */
  function syncActors(): void {
    if (player.actors === cast) return;
    cast = player.actors;
    const present = new Set(player.actors.map((actor) => actor.name));
    for (const body of [...bodies]) if (!present.has(body.id) && !walkers.some((w) => w.body === body)) leave(body.id);
    for (const actor of player.actors) if (!bodyById.has(actor.name)) enter(actor);
  }

  function takeCommands(): void {
    for (const command of player.takeCommands()) {
      switch (command.type) {
        case "atlasmesh.mission":
          operations.request(command.content, `${spec.scenario}: atlasmesh.mission`);
          break;
        case "atlasmesh.fault": {
          const fault = decodeJson(command.content, faultSchema, `${spec.scenario}: atlasmesh.fault`);
          if (!fault.ok) throw new InputError(fault.error);
          faults.add({ ...fault.value, atS: Math.max(fault.value.atS, nowUs() / 1e6) });
          break;
        }
        default:
          note("warn", "storyboard", "command.unknown", `custom command ${command.type} means nothing to this player`);
      }
    }
  }

  function takeChanges(): void {
    for (const change of player.takeChanges()) {
      if (changes.length < CHANGES_MAX) changes.push(change);
      recorder?.storyboard(change);
    }
  }

  function applyFault({ fault, change }: FaultChange): void {
    const set = change === "set";
    const driven = drivenById.get(fault.target);
    if (driven !== undefined) suffer(driven, faults.effects(fault.target), faults.active(fault.target).length > 0);
    note(set ? "warn" : "info", fault.target, `fault.${change}`, `${fault.kind} on ${fault.target}${set ? `, severity ${fault.severity}` : ""}`);
    switch (fault.kind) {
      case "low-battery":
        if (set && driven !== undefined) backend.drain(fault.target, fault.severity);
        return;
      case "core-crash":
        if (set) operations.crash();
        else operations.restart();
        return;
      case "sudden-pedestrian":
        if (set) stepOut(fault);
        return;
      case "link-loss":
        if (driven !== undefined) radio.setLinkLoss(fault.target, driven.effects.linkLoss);
        return;
      default:
        return;
    }
  }

  function stepOut(fault: Fault): void {
    const target = bodyById.get(fault.target);
    if (target === undefined) return;
    const walker = createPedestrian({ id: `pedestrian-${tick}-${walkers.length + 1}`, startUs: nowUs(), place: crossingPlace(map, target, fault.severity) });
    const { lengthM, widthM, heightM } = walker.body;
    const body = createBody({ id: walker.id, kind: "pedestrian", driven: "scenario", model: "pedestrian", colour: "#d9a679", profile: undefined, massKg: 75, box: { lengthM, widthM, heightM, centreXM: 0, centreYM: 0, centreZM: heightM / 2 } }, nextSerial());
    walkers.push({ walker, body });
    appear(body);
  }

  function unknownTarget(fault: Pick<Fault, "kind" | "target">): string | undefined {
    if (fault.kind === "core-crash") return fault.target === "core" ? undefined : `fault ${fault.kind} hits "core", not "${fault.target}"`;
    if (drivenById.has(fault.target)) return undefined;
    return `fault ${fault.kind}: no agent-driven vehicle "${fault.target}" (there are: ${[...drivenById.keys()].join(", ") || "none"})`;
  }
  for (const { atUs, vehicleId } of spec.operator) {
    const problem = atUs % TICK_US !== 0 ? `release at ${atUs} us: expected the start of a tick, a multiple of ${TICK_US}` : drivenById.has(vehicleId) ? undefined : `release: no agent-driven vehicle "${vehicleId}"`;
    if (problem !== undefined) throw new InputError([{ severity: "error", file: "operator actions", message: problem }]);
  }
  for (const fault of spec.faults.faults) {
    const problem = unknownTarget(fault);
    if (problem !== undefined) throw new InputError([{ severity: "error", file: "fault plan", message: problem }]);
  }

  function readPhysics(): void {
    const shows = player.statesMatter;
    for (const { slot, unit, body, watched } of fleet) {
      settle(body, yaw);
      if (shows) show(slot.id, unit.state);
      judge.motion(watched, TICK_US / 1e6, unit.state);
    }
  }

  function show(id: string, state: VehicleState): void {
    shown.xM = state.xM;
    shown.yM = state.yM;
    shown.zM = state.zM;
    shown.headingRad = state.yawRad;
    shown.pitchRad = state.pitchRad;
    shown.rollRad = state.rollRad;
    shown.speedMps = state.speedMps;
    shown.accelMps2 = state.accelMps2;
    player.setState(id, shown);
  }

  function readStoryboard(): void {
    if (bodies.length === fleet.length) return;
    for (const actor of player.actors) {
      const body = bodyById.get(actor.name);
      if (body === undefined || body.driven === "agent") continue;
      const state = player.state(actor.name);
      const { pose } = body;
      pose.xM = state.xM;
      pose.yM = state.yM;
      pose.zM = state.zM;
      pose.yawRad = state.headingRad;
      pose.pitchRad = state.pitchRad;
      pose.rollRad = state.rollRad;
      pose.speedMps = state.speedMps;
      pose.accelMps2 = state.accelMps2;
      settle(body, yaw);
    }
  }

  function walk(): void {
    if (walkers.length === 0) return;
    for (const entry of [...walkers]) {
      const { walker, body } = entry;
      if (body.collided && !walker.struck) walker.strike();
      walker.step(nowUs());
      const { vxMps, vyMps } = walker.body;
      Object.assign(body.pose, { xM: walker.body.xM, yM: walker.body.yM, zM: walker.zM, yawRad: walker.body.yawRad, speedMps: Math.sqrt(vxMps * vxMps + vyMps * vyMps) });
      settle(body, yaw);
      if (!walker.gone) continue;
      walkers.splice(walkers.indexOf(entry), 1);
      leave(body.id);
    }
  }

  function findNeighbours(): void {
    if (rosterIndexed !== rosterVersion) {
      rosterIndexed = rosterVersion;
      const places = new Map(bodies.map((body, i) => [body, i]));
      for (const driven of fleet) driven.index = places.get(driven.body) as number;
    }
    contacts.update(bodies, rosterVersion);
  }

  function meet(a: Body, b: Body): void {
    if (a.collided && b.collided) return;
    a.collided = true;
    b.collided = true;
    for (const { id } of [a, b]) {
      const driven = drivenById.get(id);
      if (driven !== undefined) showFlags(driven);
    }
    const [dx, dy] = [a.vxMps - b.vxMps, a.vyMps - b.vyMps];
    const relativeMps = Math.sqrt(dx * dx + dy * dy);
    judge.contact({ atUs: nowUs(), a: a.id, b: b.id, relativeMps });
    note("error", a.id, "collision", `${a.id} and ${b.id} touch at ${relativeMps.toFixed(2)} m/s relative speed`);
  }

  function judgeTick(): void {
    contacts.touching(meet);
    if (tick % AHEAD_TICKS !== 0) return;
    for (const { index, watched } of fleet) contacts.ahead(index, judge, watched);
  }

  function tellMrm(driven: Driven): void {
    const { slot } = driven;
    const mrm = slot.agent.mrm();
    const now = mrm.kind === "none" ? "none" : `${mrm.kind} ${mrm.behaviour}`;
    if (now === driven.mrmSeen) return;
    driven.mrmSeen = now;
    note(mrm.kind === "none" ? "info" : "warn", slot.id, `mrm.${mrm.kind}`, mrm.kind === "none" ? `${slot.id} is released` : `${slot.id}: ${mrm.behaviour} ${mrm.kind}, because ${mrm.reason.text}`);
  }

  function watchMissions(): void {
    for (const mission of operations.missions()) {
      if (missionSeen.get(mission.missionId) === mission.state) continue;
      missionSeen.set(mission.missionId, mission.state);
      note(mission.state === "failed" || mission.state === "unassignable" ? "warn" : "info", "core", `mission.${mission.state}`, `${mission.missionId}${mission.vehicleId === undefined ? "" : ` with ${mission.vehicleId}`}`);
    }
  }

  function letThink(driven: Driven, now: TimeUs): void {
    const { slot } = driven;
    if (tick % STATUS_TICKS === 0) {
      const askedMps = player.requestedSpeedMps(slot.id);
      if (askedMps > 0) slot.agent.setCruiseSpeed(askedMps);
    }
    think(driven, now);
    if (recorder !== undefined && tick % STATUS_TICKS === 0) recorder.agent(tick, slot.id, slot.agent.status());
    tellMrm(driven);
  }

  function step(): void {
    if (!(ended === undefined)) invariant(false, `the run ended (${ended}) at tick ${tick}`);
    const now = nowUs();
    for (const action of spec.operator) if (action.atUs === now) release(action.vehicleId);
    for (const change of faults.advance(now)) applyFault(change);
    const thinking = tick % AGENT_TICKS === 0;
    for (const driven of fleet) {
      sense(driven, now, thinking, contacts, weather);
      if (thinking) letThink(driven, now);
      driven.unit.apply(driven.slot.demand(now), driven.effects);
    }
    if (fleet.length > 0 && bodies.length > fleet.length) backend.setSolids(bodies.filter((body) => body.driven === "scenario"));
    backend.step();
    tick += 1;
    scheduler.advanceTo(nowUs());
    readPhysics();
    player.step(nowUs());
    if (player.weather !== scenarioWeather) {
      scenarioWeather = player.weather;
      weather = weatherFromScenario(scenarioWeather);
      backend.setWeather(weather);
    }
    takeCommands();
    syncActors();
    readStoryboard();
    walk();
    findNeighbours();
    judgeTick();
    if (tick % 10 === 0) watchMissions();
    takeChanges();
    if (player.ended !== undefined) ended = player.ended;
    else if (nowUs() >= spec.untilUs) ended = "until";
    if (recorder !== undefined) recorder.tick(tick, hash(), bodies);
  }

  function release(vehicleId: string): ReturnType<Run["release"]> {
    const sent = operations.release(vehicleId);
    note(sent.ok ? "info" : "warn", "operator", "operator.release", sent.ok ? `release sent to ${vehicleId}` : sent.error);
    return sent;
  }

  function hash(): string {
    const h = createStateHash();
    h.number(tick);
    for (const body of bodies) {
      const { pose } = body;
      h.text(body.id);
      for (const value of [pose.xM, pose.yM, pose.zM, pose.yawRad, pose.pitchRad, pose.rollRad, pose.speedMps, pose.lateralMps, pose.accelMps2, pose.steerRad, body.flags]) h.number(value);
    }
    backend.hashInto(h);
    for (const { slot } of fleet) slot.hashInto(h);
    radio.hashInto(h);
    operations.hashInto(h);
    for (const { walker } of walkers) walker.hashInto(h);
    return h.digest();
  }

  const info = {
    scenario: scenario.name,
    title: scenario.description,
    seed: spec.seed,
    tickUs: TICK_US,
    build: ports.build,
    numerics: numericsFingerprint(),
    runtime: ports.runtime,
  };

  const result: Run["result"] = () => {
    const criteria = judge.criteria(fleet.map(({ slot }) => slot.id));
    return {
      scenario: scenario.name,
      map: scenario.mapFile,
      seed: spec.seed,
      profile: spec.egoProfile,
      build: ports.build,
      ticks: tick,
      durationS: (tick * TICK_US) / 1e6,
      endedBy: ended ?? "until",
      hash: hash(),
      verdict: criteria.length === 0 ? "none" : criteria.every((criterion) => criterion.pass) ? "pass" : "fail",
      criteria,
      metrics: judge.metrics(),
    };
  };

  const currentSpec = (): RunSpec => ({ ...spec, files: scenario.files, faults: faults.plan(), operator, untilUs: ended === undefined ? nowUs() : spec.untilUs });

  return {
    info,
    map,
    profiles,
    get tick() {
      return tick;
    },
    get timeUs() {
      return nowUs();
    },
    get ended() {
      return ended;
    },
    step,
    hash,
    get rosterVersion() {
      return rosterVersion;
    },
    roster: () => bodies.map((body): EntityView => ({
      id: body.id, kind: body.kind, model: body.model, colour: body.colour, profile: body.profile,
      lengthM: body.lengthM, widthM: body.widthM, heightM: body.heightM,
      centreXM: body.box.centreXM, centreYM: body.box.centreYM, centreZM: body.box.centreZM, driven: body.driven,
    })),
    frame() {
      const poses = new Float64Array(bodies.length * POSE_STRIDE);
      bodies.forEach(({ pose, flags }, i) => poses.set([pose.xM, pose.yM, pose.zM, pose.yawRad, pose.pitchRad, pose.rollRad, pose.speedMps, pose.steerRad, pose.accelMps2, flags], i * POSE_STRIDE));
      return { tick, timeUs: nowUs(), rosterVersion, poses };
    },
    details: () => fleet.map(({ slot, unit, body: { pose } }): VehicleDetail => {
      const agent = slot.agent.status();
      return {
        id: slot.id,
        agent,
        socRatio: unit.energy.socRatio,
        actual: { xM: pose.xM, yM: pose.yM, yawRad: pose.yawRad, speedMps: pose.speedMps, accelMps2: pose.accelMps2, steerRad: pose.steerRad },
        localisationErrorM: slot.localisationErrorM(),
        faults: faults.active(slot.id),
        link: { path: radio.endpoint(slot.id).path(), coreAgeUs: slot.agent.coreAgeUs() },
        tracked: slot.agent.tracked(),
      };
    }),
    missions: () => operations.missions(),
    result,
    takeNotes: () => {
      const taken = notes.splice(0);
      if (droppedNotes > 0) {
        taken.unshift({ tick, timeUs: nowUs(), level: "warn", source: "run", code: "notes.dropped", text: `${droppedNotes} older notes were dropped` });
        droppedNotes = 0;
      }
      return taken;
    },
    storyboard: () => changes,
    inject(fault) {
      const problem = unknownTarget(fault);
      if (problem !== undefined) return err(problem);
      const placed: Fault = { ...fault, atS: nowUs() / 1e6 };
      faults.add(placed);
      return ok(placed);
    },
    release(vehicleId) {
      operator.push({ kind: "release", atUs: nowUs(), vehicleId });
      return release(vehicleId);
    },
    activeFaults: () => [...drivenById.keys(), "core"].flatMap((target) => faults.active(target).map((kind) => ({ target, kind }))),
    spec: currentSpec,
    seal(target) {
      const now = currentSpec();
      target.attach("fault-plan.json", "application/json", encodeJson(now.faults));
      target.attach("operator.json", "application/json", encodeJson(now.operator));
      target.attach("result.json", "application/json", encodeJson(result()));
    },
  };
}

function readScenario(spec: RunSpec): LoadedScenario {
  const { scenario, diagnostics } = loadScenario(spec.scenario, (path) => spec.files.get(path), { parameters: spec.parameters, lenient: spec.lenient });
  if (scenario === undefined) throw new InputError(diagnostics.filter((d) => d.severity === "error"));
  return scenario;
}

function readProfiles(texts: ReadonlyMap<string, string>): ReadonlyMap<string, VehicleProfile> {
  const profiles = new Map<string, VehicleProfile>();
  for (const [id, text] of texts) {
    const parsed = parseProfile(text, `${id}.json`);
    if (!parsed.ok) throw new InputError(parsed.error);
    profiles.set(parsed.value.id, parsed.value);
  }
  return profiles;
}

const driversOf = ({ drivers }: RunSpec): ReadonlyMap<string, DriverSpec> | undefined => (drivers === undefined ? undefined : new Map([...drivers].map(([actor, name]) => [actor, driverNamed(name)])));
