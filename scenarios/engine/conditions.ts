/** What each condition measures, as a function of the states now. Edges and delays are `trigger.ts`'s business. */
import { cos, sin } from "../../fleet-core/kernel/math/index.ts";
import { isDrivable, sectionIndex } from "../../fleet-core/road/lanes.ts";
import type { Condition, EntityCondition, Position, Rule, ValueCondition } from "../schema/model.ts";
import { compareTyped } from "../schema/parameters.ts";
import type { Actor } from "./actor.ts";
import { absAngleDifference, LARGE, SMALL } from "./angles.ts";
import type { Measure } from "./measure.ts";
import { createPose, drivesAlongS, type Pose } from "./pose.ts";
import type { Positions } from "./positions.ts";
import { createDifference } from "./road-distance.ts";
import type { Signals } from "./signals.ts";
import { stateProbe, type Probe, type StateWatch } from "./trigger.ts";
import { compareUserValue, type UserValues } from "./user-values.ts";
import type { Values } from "./values.ts";

export interface ConditionPorts {
  readonly actors: readonly Actor[];
  readonly actorOf: (name: string) => Actor;
  readonly measure: Measure;
  readonly positions: Positions;
  readonly parameters: Values;
  readonly variables: Values;
  readonly userValues: UserValues;
  readonly signals: Signals;
  /** Registers interest in a storyboard element. */
  readonly watch: (type: string, ref: string, wanted: StateWatch) => void;
  /** Milliseconds since 1970 of the simulated clock now; undefined while no time of day is set. */
  readonly clockMs: (timeS: number) => number | undefined;
  /** Two actors touch now. */
  readonly colliding: (a: Actor, b: Actor) => boolean;
}

/** Equal within 1e-6, so that sums of steps compare as they were meant. */
export function holds(a: number, rule: Rule, b: number): boolean {
  switch (rule) {
    case "greaterThan":
      return a > b + SMALL;
    case "greaterOrEqual":
      return a >= b - SMALL;
    case "lessThan":
      return a < b - SMALL;
    case "lessOrEqual":
      return a <= b + SMALL;
    case "equalTo":
      return a > b - SMALL && a < b + SMALL;
    case "notEqualTo":
      return !(a > b - SMALL && a < b + SMALL);
  }
}

const nothing = (): void => undefined;

export function createProbe(ports: ConditionPorts, condition: Condition): { probe: Probe; forget: () => void } {
  const { body } = condition;
  if (body.by === "value") return valueProbe(ports, body.condition);
  const entities = body.entities.map(ports.actorOf);
  const test = entityTest(ports, body.condition);
  const all = body.rule === "all";
  return {
    forget: nothing,
    probe(timeS) {
      let result = false;
      for (const entity of entities) {
        if (!entity.active) continue;
        result = test(entity, timeS);
        if (result !== all) return result;
      }
      return result;
    },
  };
}

function valueProbe(ports: ConditionPorts, c: ValueCondition): { probe: Probe; forget: () => void } {
  switch (c.kind) {
    case "simulation-time":
      return { probe: (timeS) => holds(timeS, c.rule, c.value), forget: nothing };
    case "time-of-day":
      return {
        probe: (timeS) => {
          const now = ports.clockMs(timeS);
          return now !== undefined && holds((now - c.epochMs) / 1000, c.rule, 0);
        },
        forget: nothing,
      };
    case "storyboard-state": {
      const watch: StateWatch = { wanted: c.state, changes: [], lastState: "init" };
      ports.watch(c.type, c.ref, watch);
      return { probe: stateProbe(watch), forget: () => void (watch.changes.length = 0) };
    }
    case "parameter":
    case "variable": {
      const values = c.kind === "parameter" ? ports.parameters : ports.variables;
      return {
        probe: () => {
          const v = values.get(c.name);
          return v !== undefined && (compareTyped(v.type, v.value, c.rule, c.value) ?? false);
        },
        forget: nothing,
      };
    }
    case "traffic-signal":
      return { probe: () => ports.signals.state(c.signal) === c.state, forget: nothing };
    case "traffic-signal-controller":
      return { probe: (timeS) => ports.signals.phase(c.controller, timeS) === c.phase, forget: nothing };
    case "user-defined-value":
      return { probe: () => compareUserValue(ports.userValues.get(c.name), c.rule, c.value), forget: nothing };
  }
}

type Test = (actor: Actor, timeS: number) => boolean;

/** A position with an Orientation element is only reached by who looks that way, this closely. */
const LOOKS_LIKE_RAD = 0.05;

/** Angles of a WorldPosition are attributes of the place; they say nothing about who comes there. */
const statesOrientation = (p: Position): boolean => p.kind !== "world" && (p.orientation.h !== undefined || p.orientation.p !== undefined || p.orientation.r !== undefined);

const looksLike = (a: Pose, b: Pose): boolean => absAngleDifference(a.h, b.h) < LOOKS_LIKE_RAD && absAngleDifference(a.p, b.p) < LOOKS_LIKE_RAD && absAngleDifference(a.r, b.r) < LOOKS_LIKE_RAD;

function component(actor: Actor, x: number, y: number, z: number, direction: "longitudinal" | "lateral" | "vertical"): number {
  if (direction === "vertical") return z;
  const c = cos(actor.pose.h);
  const s = sin(actor.pose.h);
  return direction === "longitudinal" ? x * c + y * s : y * c - x * s;
}

export function entityTest(ports: ConditionPorts, c: EntityCondition): Test {
  const { measure, positions } = ports;
  switch (c.kind) {
    case "end-of-road":
      return (a, t) => a.endOfRoadSince >= 0 && t - a.endOfRoadSince > c.duration - SMALL;
    case "offroad":
      return (a, t) => (a.offRoadSince >= 0 ? t - a.offRoadSince : 0) > c.duration;
    case "stand-still":
      return (a, t) => (a.standStillSince >= 0 ? t - a.standStillSince : 0) > c.duration;
    case "collision": {
      const wanted = c.with;
      if (wanted.kind === "entities") {
        const others = wanted.entities.map(ports.actorOf);
        return (a) => others.some((other) => other.active && a !== other && ports.colliding(a, other));
      }
      return (a) => ports.actors.some((other) => other !== a && other.active && other.model.kind === wanted.type && ports.colliding(a, other));
    }
    case "time-headway": {
      const other = ports.actorOf(c.entity);
      return (a) => {
        if (!other.active) return false;
        const distance = measure.between(a, other, c.measure) ?? LARGE;
        // Not defined for something behind, nor when standing or reversing.
        if (distance < 0 || a.speed < SMALL) return false;
        return holds(Math.abs(distance / a.speed), c.rule, c.value);
      };
    }
    case "time-to-collision":
      return timeToCollision(ports, c);
    case "speed":
      return (a) => holds(c.direction === undefined ? a.speed : component(a, a.velX, a.velY, a.velZ, c.direction), c.rule, c.value);
    case "acceleration":
      return (a) => holds(c.direction === undefined ? Math.sqrt(a.accX * a.accX + a.accY * a.accY + a.accZ * a.accZ) : component(a, a.accX, a.accY, a.accZ, c.direction), c.rule, c.value);
    case "relative-speed": {
      const other = ports.actorOf(c.entity);
      return (a) => {
        if (!other.active) return false;
        const { direction } = c;
        const difference = direction === undefined ? a.speed - other.speed : component(other, a.velX, a.velY, a.velZ, direction) - component(other, other.velX, other.velY, other.velZ, direction);
        return holds(difference, c.rule, c.value);
      };
    }
    case "traveled-distance":
      return (a) => a.odometer >= c.value;
    case "reach-position": {
      const goal = createPose();
      const turned = statesOrientation(c.position);
      return (a) => {
        if (!positions.resolve(c.position, goal)) return false;
        const dx = goal.xM - a.pose.xM;
        const dy = goal.yM - a.pose.yM;
        return Math.sqrt(dx * dx + dy * dy) < c.tolerance && (!turned || looksLike(a.pose, goal));
      };
    }
    case "distance": {
      const goal = createPose();
      return (a) => {
        if (!positions.resolve(c.position, goal)) return false;
        return holds(Math.abs(measure.toPose(a, goal, c.measure) ?? LARGE), c.rule, c.value);
      };
    }
    case "relative-distance": {
      const other = ports.actorOf(c.entity);
      return (a) => other.active && holds(Math.abs(measure.between(a, other, c.measure) ?? LARGE), c.rule, c.value);
    }
    case "relative-clearance":
      return clearance(ports, c);
    case "angle":
      return (a) => absAngleDifference(angleOf(a, c.angleType, c.coordinateSystem), c.angle) < c.tolerance + SMALL;
    case "relative-angle": {
      const other = ports.actorOf(c.entity);
      return (a) => {
        if (!other.active) return false;
        // Seen from the other entity, the angle is that between the two, however it is measured for each.
        const system = c.coordinateSystem === "entity" ? "world" : c.coordinateSystem;
        const difference = angleOf(a, c.angleType, system) - angleOf(other, c.angleType, system);
        return absAngleDifference(difference, c.angle) < c.tolerance + SMALL;
      };
    }
  }
}

function angleOf(a: Actor, type: "heading" | "pitch" | "roll", system: string): number {
  const { pose } = a;
  const own = type === "heading" ? pose.h : type === "pitch" ? pose.p : pose.r;
  if (system === "world") return own;
  if (system === "entity") return 0;
  if (system === "trajectory") return a.trajectory === undefined || type !== "heading" ? 0 : own - a.trajectory.now.hTrue;
  const backwards = system === "lane" && pose.road !== undefined && !drivesAlongS(pose.road, pose.lane);
  if (type === "heading") return own - pose.hRoad - (backwards ? Math.PI : 0);
  return own - (backwards ? -1 : 1) * (type === "pitch" ? pose.pRoad : pose.rRoad);
}

function timeToCollision(ports: ConditionPorts, c: EntityCondition & { readonly kind: "time-to-collision" }): Test {
  const { measure, positions } = ports;
  const { target } = c;
  if (target.kind === "position") {
    const goal = createPose();
    return (a) => {
      if (!positions.resolve(target.position, goal)) return false;
      const distance = measure.toPose(a, goal, c.measure) ?? LARGE;
      if (Math.abs(distance) < SMALL || Math.abs(a.speed) < SMALL) return false;
      const ttc = distance / a.speed;
      return ttc >= 0 && holds(ttc, c.rule, c.value);
    };
  }
  const other = ports.actorOf(target.entity);
  return (a) => {
    if (!other.active) return false;
    const distance = measure.between(a, other, c.measure) ?? LARGE;
    // Closing speed along the other's direction of travel; a standing one is approached at the own speed.
    let closing = a.speed;
    const otherSpeed = Math.sqrt(other.velX * other.velX + other.velY * other.velY);
    if (Math.abs(other.velX) >= SMALL || Math.abs(other.velY) >= SMALL) {
      const projected = (a.velX * other.velX + a.velY * other.velY) / otherSpeed;
      closing = (a.speed < 0 ? -1 : 1) * (projected < 0 ? -1 : 1) * (projected - Math.abs(other.speed));
    }
    if (Math.abs(distance) < SMALL || Math.abs(closing) < SMALL) return false;
    const ttc = distance / closing;
    return ttc >= 0 && holds(ttc, c.rule, c.value);
  };
}

/** True when no entity is in the named lanes and distances, and at least one such lane exists. */
function clearance(ports: ConditionPorts, c: EntityCondition & { readonly kind: "relative-clearance" }): Test {
  const difference = createDifference();
  const others = c.entities.length === 0 ? ports.actors : c.entities.map(ports.actorOf);
  const inRange = (d: number): boolean => c.ranges.length === 0 || c.ranges.some((r) => d >= r.from && d <= r.to);
  return (a) => {
    for (const other of others) {
      if (other === a || !other.active || !ports.measure.alongRoad(a, other, c.freespace, difference)) continue;
      if (difference.dsM < -c.backward || difference.dsM > c.forward) continue;
      if (inRange(difference.dLane) && (c.oppositeLanes || !difference.opposite)) return false;
    }
    const { road } = a.pose;
    if (road === undefined) return false;
    for (const side of [road.right, road.left]) {
      for (const lane of side[sectionIndex(side, a.pose.sM)]?.lanes ?? []) {
        if (isDrivable(lane.type) && inRange(lane.id - a.pose.lane) && (c.oppositeLanes || lane.id < 0 === a.pose.lane < 0)) return true;
      }
    }
    return false;
  };
}

