/**
 * Plays a scenario: owns the actors, the storyboard and everything that changes. A step from t - dt to t first runs the
 * actions under way and moves everybody by default motion, then derives velocities, then evaluates triggers on the states
 * at t. Changes are stamped with the time and number of the step they belong to: step n begins with the triggers at
 * (n - 1) dt. What `actors` and `state` tell is how it stands at t, before those triggers take effect: a teleport or a
 * step of speed shows one step later. Must never look at a clock, a file or the page.
 */
import { cos, sin } from "../../fleet-core/kernel/math/index.ts";
import { invariant } from "../../fleet-core/kernel/invariant.ts";
import { InputError } from "../../fleet-core/kernel/result.ts";
import type { Rng } from "../../fleet-core/kernel/rng.ts";
import { secondsOf, timeUs, type TimeUs } from "../../fleet-core/kernel/time.ts";
import { sectionIndex } from "../../fleet-core/road/lanes.ts";
import { profileValue } from "../../fleet-core/road/profile.ts";
import { widthAt } from "../../fleet-core/road/lanes.ts";
import type { Act, Action, Environment, Scenario, Trigger } from "../schema/model.ts";
import { matchesPath } from "../schema/references.ts";
import type { ActorState, CustomCommand, ScenarioActor, ScenarioPlayer, ScenarioWeather } from "../types.ts";
import { createGlobal, type WorldPorts } from "./actions/others.ts";
import { createPrivate } from "./actions/index.ts";
import { choiceOf, type ActionContext } from "./actions/context.ts";
import type { DriverSpec } from "../drivers/spec.ts";
import { createActor, setSpeed, type Actor } from "./actor.ts";
import { SMALL, wrap2Pi } from "./angles.ts";
import { createProbe, type ConditionPorts } from "./conditions.ts";
import { describeActor } from "./describe.ts";
import { createMeasure } from "./measure.ts";
import { moveAlong } from "./move.ts";
import { createRoadMap, setWorld, type RoadMap } from "./pose.ts";
import { createPositions } from "./positions.ts";
import { createSignals } from "./signals.ts";
import { createNode, createStoryboard, type ActionRun, type Node } from "./storyboard.ts";
import { trailRearAxle } from "./rear-axle.ts";
import { alignTrailers, connectTrailer, pullTrailers } from "./trailers.ts";
import { createDriving } from "./traffic/driving.ts";
import { createTraffic } from "./traffic/traffic.ts";
import { createTrigger, type StateWatch, type TriggerRun } from "./trigger.ts";
import { createTriggered } from "./selection.ts";
import { createUserValues, parseAssignment, VALUE_COMMAND } from "./user-values.ts";
import { createValues } from "./values.ts";
import { applyEnvironment, CLEAR } from "./weather.ts";
import { orderInit } from "./order-init.ts";
import type { NetworkModel } from "../../fleet-core/road/model.ts";
import type { RoadNetwork } from "../../fleet-core/road/types.ts";

const STAND_STILL_MPS = 1e-3;
const COMMANDS_MAX = 100_000;
/** Types of custom commands that are ours. */
const OWN_COMMAND = "atlasmesh.";

export interface PlayOptions {
  readonly rng: Rng;
  readonly stepUs: number;
  readonly disableControllers: boolean;
  /** So many background vehicles on the whole map. */
  readonly traffic?: number | undefined;
  /** Drivers by actor, in charge from the start whatever the file's controllers do. */
  readonly drivers?: ReadonlyMap<string, DriverSpec> | undefined;
  readonly userValues?: ReadonlyMap<string, string> | undefined;
}

export function createPlayer(scenario: Scenario, model: NetworkModel, network: RoadNetwork, options: PlayOptions): ScenarioPlayer {
  const map = createRoadMap(model, network);
  const actors = scenario.entities.map((entity, i) => createActor(i, entity));
  const byName = new Map(actors.map((actor) => [actor.name, actor]));
  const entitiesAreLookedAt = looksAtEntities(scenario);
  const offRoadIsAsked = asksOffRoad(scenario);
  const controllersAreSwitched = switchedControllers(scenario);
  let takenOver = 0;
  const actorOf = (name: string): Actor => {
    const actor = byName.get(name);
    invariant(actor !== undefined, `the reader checks entity references; ${name} is none`);
    return actor;
  };
  const unknown = [...(options.drivers ?? [])].filter(([name]) => !byName.has(name));
  if (unknown.length > 0) throw new InputError(unknown.map(([name]) => ({ severity: "error", file: scenario.file, message: `a driver is asked for ${name}, and the scenario has no such entity`, expected: actors.length === 0 ? "an entity" : `one of ${actors.slice(0, 20).map((a) => a.name).join(", ")}` })));
  const positions = createPositions(map, actorOf);
  const measure = createMeasure(map);
  const driving = createDriving(measure.roads);
  const ctx: ActionContext = { map, actorOf, measure, positions, driving, rng: options.rng.fork("actions") };
  let hired = actors.length;
  const traffic = createTraffic({
    map, positions, actors, actorOf, isTaken: (name) => byName.has(name), rng: options.rng.fork("traffic"),
    signal: (id) => signals.state(id),
    hire(entity) {
      const actor = createActor(hired, entity);
      hired += 1;
      actors.push(actor);
      byName.set(actor.name, actor);
      return actor;
    },
    appear: (actor) => appear(actor),
    dismiss(actor) {
      leave(actor);
      actors.splice(actors.indexOf(actor), 1);
      byName.delete(actor.name);
      described.delete(actor);
      states.delete(actor.name);
      if (actor.external) takenOver -= 1;
    },
  });
  const parameters = createValues(scenario.parameters);
  const variables = createValues(scenario.variables);
  const signals = createSignals(scenario.signalControllers);
  const monitors = new Map(scenario.monitors);
  const userValues = createUserValues(options.userValues);

  let now: TimeUs = timeUs(0);
  let step = 1;
  let started = false;
  let weather: ScenarioWeather = CLEAR;
  let clock: { readonly atS: number; readonly epochMs: number; readonly runs: boolean } | undefined;
  let commands: CustomCommand[] = [];
  let ended: ScenarioPlayer["ended"];
  let present: readonly ScenarioActor[] = [];
  /** What is shown: who was there, and where, before the triggers of this instant took effect. */
  let shown: readonly ScenarioActor[] = [];
  const described = new Map<Actor, ScenarioActor>();
  const states = new Map<string, ActorState>();

  const clockMs = (timeS: number): number | undefined => (clock === undefined ? undefined : clock.epochMs + (clock.runs ? (timeS - clock.atS) * 1000 : 0));

  function setEnvironment(e: Environment, timeS: number): void {
    if (e.timeOfDay !== undefined) clock = { atS: timeS, epochMs: e.timeOfDay.epochMs, runs: e.timeOfDay.animation };
    weather = applyEnvironment(weather, e, dayS(timeS));
  }
  function dayS(timeS: number): number | undefined {
    const ms = clockMs(timeS);
    return ms === undefined ? undefined : (ms - Math.floor(ms / 86_400_000) * 86_400_000) / 1000;
  }

  function describe(actor: Actor): ScenarioActor {
    let d = described.get(actor);
    if (d === undefined) {
      d = describeActor(actor);
      described.set(actor, d);
    }
    return d;
  }
  function appear(actor: Actor): void {
    if (actor.active) return;
    actor.active = true;
    actor.odometer = 0;
    remember(actor);
    present = [...present, describe(actor)];
  }
  function leave(actor: Actor): void {
    if (!actor.active) return;
    actor.active = false;
    actor.route = undefined;
    actor.trajectory = undefined;
    present = present.filter((p) => p.name !== actor.name);
  }
  const world: WorldPorts = { parameters, variables, monitors, signals, setEnvironment, appear, leave, traffic: (action) => traffic.act(action) };

  // Storyboard.
  const root = createNode("storyboard", "storyBoard", undefined);
  const watched: { readonly type: string; readonly ref: string; readonly watch: StateWatch }[] = [];
  const ports: ConditionPorts = { actors, actorOf, measure, positions, parameters, variables, userValues, signals, watch: (type, ref, watch) => void watched.push({ type, ref, watch }), clockMs, colliding: (a, b) => measure.boxes.overlap(a, b) };
  const trigger = (t: Trigger | undefined, empty: boolean): TriggerRun => createTrigger(t, empty, (condition) => createProbe(ports, condition));

  function actionRun(action: Action, actor: Actor | undefined, node: Node): ActionRun {
    const done = (): void => storyboard.end(node);
    switch (action.scope) {
      case "private":
        invariant(actor !== undefined, "a private action has an actor");
        return createPrivate(ctx, actor, action.action, done);
      case "global":
        return createGlobal(ctx, world, action.action, done);
      case "user":
        return {
          holds: undefined,
          start() {
            if (!action.type.startsWith(OWN_COMMAND)) return;
            const value = action.type === VALUE_COMMAND ? parseAssignment(action.content) : undefined;
            if (value !== undefined) userValues.set(value.name, value.value);
            invariant(commands.length < COMMANDS_MAX, `more than ${COMMANDS_MAX} custom commands wait to be taken`);
            commands.push({ timeUs: now, type: action.type, content: action.content });
          },
          step: () => done(),
        };
    }
  }

  const controlled = (action: Action): boolean => action.scope === "private" && (action.action.kind === "activate-controller" || action.action.kind === "assign-controller");
  const initNodes: Node[] = orderInit(scenario.init)
    .filter((a) => !(options.disableControllers && controlled(a.action)))
    .map((a) => {
      const node = createNode("action", a.name, undefined);
      node.action = actionRun(a.action, a.entity === undefined ? undefined : actorOf(a.entity), node);
      return node;
    });

  for (const story of scenario.stories) {
    const storyNode = createNode("story", story.name, root);
    for (const act of story.acts) {
      const actNode = createNode("act", act.name, storyNode);
      // Without a start trigger an act starts with its story.
      if (act.startTrigger !== undefined) actNode.startTrigger = trigger(act.startTrigger, true);
      if (act.stopTrigger !== undefined) actNode.stopTrigger = trigger(act.stopTrigger, false);
      for (const group of act.groups) {
        const groupNode = createNode("maneuverGroup", group.name, actNode, { maxExecutions: group.maximumExecutionCount });
        for (const maneuver of group.maneuvers) {
          const maneuverNode = createNode("maneuver", maneuver.name, groupNode);
          for (const event of maneuver.events) {
            const eventNode = createNode("event", event.name, maneuverNode, { maxExecutions: event.maximumExecutionCount, priority: event.priority });
            eventNode.startTrigger = trigger(event.startTrigger, true);
            const triggered = group.selectTriggeringEntities ? createTriggered(ports, event.startTrigger, act.startTrigger) : undefined;
            const others = triggered?.candidates.filter((name) => !group.actors.includes(name)) ?? [];
            for (const named of event.actions) {
              for (const action of named.actions) {
                if (options.disableControllers && controlled(action)) continue;
                const owners: readonly (Actor | undefined)[] = action.scope === "private" ? [...group.actors, ...others].map(actorOf) : [undefined];
                for (const owner of owners) {
                  const node = createNode("action", named.name, eventNode);
                  node.action = actionRun(action, owner, node);
                  if (owner !== undefined && triggered !== undefined && !group.actors.includes(owner.name)) node.applies = () => triggered.chosen(owner, secondsOf(now));
                }
              }
            }
          }
        }
      }
    }
  }
  if (scenario.stopTrigger !== undefined) root.stopTrigger = trigger(scenario.stopTrigger, false);
  const storyboard = createStoryboard(root, initNodes, () => ({ timeUs: now, step }));
  connectWatches(root, watched);

  function remember(actor: Actor): void {
    const { pose } = actor;
    actor.oldX = pose.xM;
    actor.oldY = pose.yM;
    actor.oldZ = pose.zM;
    actor.oldVelX = actor.velX;
    actor.oldVelY = actor.velY;
    actor.oldVelZ = actor.velZ;
  }

  function begin(): void {
    for (const entity of scenario.entities) if (entity.trailer !== undefined) connectTrailer(actorOf(entity.name), actorOf(entity.trailer));
    // Entities named in Init are there from the start, and what they tow with them; others wait for AddEntityAction.
    for (const a of scenario.init) if (a.entity !== undefined) appear(actorOf(a.entity));
    for (const actor of actors) if (actor.active) for (let t = actor.trailer; t !== undefined; t = t.trailer) appear(t);
    // Who is never placed stands at the origin; trailers hang on from there until a teleport straightens the train.
    for (const actor of actors) if (actor.active && actor.tow === undefined && actor.trailer !== undefined) alignTrailers(map, actor);
    storyboard.start(0);
    for (const actor of actors) {
      if (!actor.active) continue;
      remember(actor);
      actor.teleported = true;
      if (!actor.external) actor.requestedSpeed = actor.speed;
    }
    signals.update(0);
    storyboard.evaluate(0);
    // A step of no length, so that actions of no duration are over before the first real one.
    advance(0, 0);
    if (options.traffic !== undefined) traffic.fill(options.traffic);
    for (const [name, driver] of options.drivers ?? []) driving.command(actorOf(name), driver);
    if (!options.disableControllers) for (const actor of actors) if (!controllersAreSwitched.has(actor.name)) driving.begin(actor);
  }

  function clearMarks(): void {
    for (const actor of actors) {
      actor.movedAlong = false;
      actor.movedSideways = false;
      actor.speedSet = false;
      actor.teleported = false;
    }
  }

  /** Puts an actor driven from outside where it was said to be. */
  function takeState(actor: Actor): void {
    const { outside: state, pose } = actor;
    actor.given = false;
    if (statesMatter()) {
      setWorld(map, pose, state.xM, state.yM, state.zM, wrap2Pi(state.headingRad), state.pitchRad, state.rollRad);
    } else {
      // Nobody asks which lane it is on: finding that out for a large fleet, each step, would be the dearest thing here.
      pose.xM = state.xM;
      pose.yM = state.yM;
      pose.zM = state.zM;
      pose.h = wrap2Pi(state.headingRad);
      pose.p = state.pitchRad;
      pose.r = state.rollRad;
    }
    actor.speed = state.speedMps;
    actor.speedSet = true;
  }

  /** From `fromS` on by `dtS`: actions, default motion, derived quantities. Actions see everybody as at `fromS`. */
  function advance(fromS: number, dtS: number): void {
    storyboard.step(fromS, dtS);
    for (const actor of actors) if (actor.given) takeState(actor);
    traffic.step(Math.round(dtS * 1e6));
    if (!statesMatter()) return;
    driving.step(actors, Math.round(dtS * 1e6));
    const atS = fromS + dtS;
    for (const actor of actors) {
      if (!actor.active || actor.external || actor.tow !== undefined) continue;
      if (Math.abs(actor.speed) > SMALL && !actor.movedAlong) {
        if (moveAlong(map, actor.pose, actor.speed * dtS, "heading", true, choiceOf(ctx, actor)) === "blocked") setSpeed(actor, 0);
        actor.speedSet = true;
      }
      if (!actor.pose.endOfRoad) actor.endOfRoadSince = -1;
      else if (actor.endOfRoadSince < 0) actor.endOfRoadSince = atS > SMALL ? atS : -1;
      else if (Math.abs(actor.velX) < SMALL && Math.abs(actor.velY) < SMALL && Math.abs(actor.velZ) < SMALL) setSpeed(actor, 0);
    }
    for (const actor of actors) {
      if (!actor.active) continue;
      if (actor.tow === undefined && actor.trailer !== undefined) pullTrailers(map, actor);
      if (actor.traits.refpointM !== 0 && !actor.external) trailRearAxle(map, actor);
      if (offRoadIsAsked) actor.offRoadSince = since(actor.offRoadSince, isOffRoad(actor), atS);
      actor.standStillSince = since(actor.standStillSince, Math.abs(actor.speed) < STAND_STILL_MPS, atS);
    }
    for (const actor of actors) if (actor.active) derive(actor, dtS);
    clearMarks();
  }

  function since(before: number, holds: boolean, atS: number): number {
    if (!holds) return -1;
    return before >= 0 ? before : atS > SMALL ? atS : -1;
  }

  function isOffRoad(actor: Actor): boolean {
    const { road, sM, tM } = actor.pose;
    if (road === undefined) return false;
    const t = tM - profileValue(road.laneOffset, sM);
    const side = t > 0 ? road.left : road.right;
    let width = 0;
    let last = 0;
    for (const lane of side[sectionIndex(side, sM)]?.lanes ?? []) {
      const own = widthAt(lane, sM, width);
      width += own;
      // Lanes of type "none" are not part of the road.
      if (lane.type !== "none") last += own;
    }
    return Math.abs(t) > last;
  }

  /** Velocity and acceleration from the motion of this step; speed too where nobody has set it. */
  function derive(actor: Actor, dtS: number): void {
    const { pose } = actor;
    if (dtS > SMALL) {
      if (actor.teleported) {
        actor.velX = actor.speed * cos(pose.h);
        actor.velY = actor.speed * sin(pose.h);
        actor.velZ = 0;
      } else {
        const dx = pose.xM - actor.oldX;
        const dy = pose.yM - actor.oldY;
        actor.velX = dx / dtS;
        actor.velY = dy / dtS;
        actor.velZ = (pose.zM - actor.oldZ) / dtS;
        actor.odometer += Math.sqrt(dx * dx + dy * dy);
      }
      if (!actor.speedSet && !actor.external) actor.speed = Math.sqrt(actor.velX * actor.velX + actor.velY * actor.velY);
      actor.accX = (actor.velX - actor.oldVelX) / dtS;
      actor.accY = (actor.velY - actor.oldVelY) / dtS;
      actor.accZ = (actor.velZ - actor.oldVelZ) / dtS;
    } else {
      actor.velX = actor.speed * cos(pose.h);
      actor.velY = actor.speed * sin(pose.h);
      actor.velZ = 0;
    }
    remember(actor);
  }

  function writeState(actor: Actor, out: ActorState): void {
    const { pose } = actor;
    out.xM = pose.xM;
    out.yM = pose.yM;
    out.zM = pose.zM;
    out.headingRad = pose.h > Math.PI ? pose.h - 2 * Math.PI : pose.h;
    out.pitchRad = pose.p;
    out.rollRad = pose.r;
    out.speedMps = actor.speed;
    out.accelMps2 = actor.accX * cos(pose.h) + actor.accY * sin(pose.h);
  }

  const stateOf = (actor: Actor): ActorState => {
    let state = states.get(actor.name);
    if (state === undefined) {
      state = { xM: 0, yM: 0, zM: 0, headingRad: 0, pitchRad: 0, rollRad: 0, speedMps: 0, accelMps2: 0 };
      states.set(actor.name, state);
    }
    return state;
  };
  /** Whether anything in the storyboard, or an actor it drives, can depend on actors driven from outside. */
  const statesMatter = (): boolean => entitiesAreLookedAt || takenOver < actors.length;

  function show(): void {
    shown = present;
    if (!statesMatter()) return;
    for (const actor of actors) if (actor.active) writeState(actor, stateOf(actor));
  }

  return {
    get actors() {
      return shown;
    },
    state: (name) => stateOf(actorOf(name)),
    place: (name) => actorOf(name).pose,
    requestedSpeedMps: (name) => {
      const actor = actorOf(name);
      return actor.external ? actor.requestedSpeed : actor.speed;
    },
    step(at) {
      invariant(at === (started ? now + options.stepUs : 0), `steps are ${options.stepUs} us long from 0 on: expected ${started ? now + options.stepUs : 0}, got ${at}`);
      if (ended !== undefined) {
        now = at;
        return;
      }
      if (!started) {
        started = true;
        begin();
      } else {
        advance(secondsOf(now), options.stepUs / 1e6);
        now = at;
        step += 1;
      }
      const timeS = secondsOf(now);
      show();
      signals.update(timeS);
      storyboard.evaluate(timeS);
      if (clock?.runs === true) weather = { ...weather, timeOfDayS: dayS(timeS) };
      if (root.state === "complete") ended = "stop-trigger";
    },
    takeOver(name) {
      const actor = actorOf(name);
      if (actor.external) return;
      actor.requestedSpeed = actor.speed;
      actor.external = true;
      takenOver += 1;
    },
    get statesMatter() {
      return statesMatter();
    },
    setState(name, state) {
      const actor = actorOf(name);
      invariant(actor.external, `${name} is not driven from outside`);
      Object.assign(actor.outside, state);
      actor.given = true;
      if (!started) takeState(actor);
      Object.assign(stateOf(actor), state);
    },
    get weather() {
      return weather;
    },
    setUserValue: (name, value) => userValues.set(name, value),
    takeChanges: () => storyboard.takeChanges(),
    takeCommands() {
      const taken = commands;
      commands = [];
      return taken;
    },
    get ended() {
      return ended;
    },
  };
}

/** Conditions on storyboard elements hear of the first element whose path ends with the reference. */
function connectWatches(root: Node, watched: readonly { readonly type: string; readonly ref: string; readonly watch: StateWatch }[]): void {
  const nodes: Node[] = [];
  const walk = (node: Node): void => {
    nodes.push(node);
    node.children.forEach(walk);
  };
  walk(root);
  for (const { type, ref, watch } of watched) nodes.find((n) => n.type === type && matchesPath(n.path, ref))?.watches.push(watch);
}

export type { RoadMap };

/** Whether any trigger asks who is off the road: finding that out is dear, so nobody does it for nothing. */
function asksOffRoad(scenario: Scenario): boolean {
  const asks = (trigger: Trigger | undefined): boolean => trigger?.groups.some((group) => group.some(({ body }) => body.by === "entity" && body.condition.kind === "offroad")) ?? false;
  const inAct = (act: Act): boolean => asks(act.startTrigger) || asks(act.stopTrigger) || act.groups.some((group) => group.maneuvers.some((maneuver) => maneuver.events.some((event) => asks(event.startTrigger))));
  return asks(scenario.stopTrigger) || scenario.stories.some((story) => story.acts.some(inAct));
}

/** Whether the storyboard, once past Init, asks about entities or acts on them. */
function looksAtEntities(scenario: Scenario): boolean {
  const asks = (trigger: Trigger | undefined): boolean => trigger?.groups.some((group) => group.some((condition) => condition.body.by === "entity")) ?? false;
  const looks = (act: Act): boolean =>
    asks(act.startTrigger) || asks(act.stopTrigger) || act.groups.some((group) => group.maneuvers.some((maneuver) => maneuver.events.some((event) => asks(event.startTrigger) || event.actions.some((named) => named.actions.some((action) => action.scope === "private")))));
  return asks(scenario.stopTrigger) || scenario.stories.some((story) => story.acts.some(looks));
}

/** Names of entities whose controllers the file switches itself. */
function switchedControllers(scenario: Scenario): ReadonlySet<string> {
  const names = new Set<string>();
  const look = (action: Action, owners: readonly string[]): void => {
    if (action.scope === "private" && action.action.kind === "activate-controller") for (const owner of owners) names.add(owner);
  };
  for (const a of scenario.init) if (a.entity !== undefined) look(a.action, [a.entity]);
  for (const story of scenario.stories) for (const act of story.acts) for (const group of act.groups) for (const maneuver of group.maneuvers) for (const event of maneuver.events) for (const named of event.actions) for (const action of named.actions) look(action, group.actors);
  return names;
}
