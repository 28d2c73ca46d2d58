/** Triggers and conditions: from elements to the model. */
import type { XmlElement } from "../../fleet-core/contract/xml.ts";
import { rules } from "./declarations.ts";
import type { Condition, CoordinateSystem, Direction, DistanceMeasure, EntityCondition, Trigger, ValueCondition } from "./model.ts";
import { epochMsOf, resolveText } from "./parameters.ts";
import { coordinateSystems } from "./read-actions.ts";
import { readPosition } from "./read-position.ts";
import { boolean, child, children, entityNames, needed, neededFirst, number, optionalBoolean, optionalInteger, optionalNumber, optionalText, optionalWord, reference, text, unsupported, word, type Reading } from "./reading.ts";

const storyboardTypes = ["story", "act", "maneuverGroup", "maneuver", "event", "action"] as const;
const storyboardStates = ["completeState", "endTransition", "runningState", "skipTransition", "standbyState", "startTransition", "stopTransition"] as const;

export function readTrigger(r: Reading, e: XmlElement | undefined): Trigger | undefined {
  if (e === undefined) return undefined;
  return { groups: children(e, "ConditionGroup").map((g) => children(g, "Condition").flatMap((c) => readCondition(r, c) ?? [])) };
}

function readCondition(r: Reading, e: XmlElement): Condition | undefined {
  const byValue = child(e, "ByValueCondition");
  const byEntity = child(e, "ByEntityCondition");
  const head = { name: conditionName(r, e), delayS: number(r, e, "delay", { min: 0 }), edge: word(r, e, "conditionEdge", ["none", "rising", "falling", "risingOrFalling"]) };
  const value = neededFirst(r, byValue);
  if (value !== undefined) {
    const condition = readValue(r, value);
    return condition === undefined ? lost(r, value) : { ...head, body: { by: "value", condition } };
  }
  if (byEntity === undefined) {
    if (byValue === undefined && r.problems.lenient) r.problems.error(r.file, e, "Condition is empty", { expected: "ByEntityCondition or ByValueCondition" });
    return undefined;
  }
  const triggering = needed(r, byEntity, "TriggeringEntities");
  const inner = neededFirst(r, needed(r, byEntity, "EntityCondition"));
  if (triggering === undefined || inner === undefined) return undefined;
  const condition = readEntity(r, inner);
  if (condition === undefined) return lost(r, inner);
  return { ...head, body: { by: "entity", rule: word(r, triggering, "triggeringEntitiesRule", ["any", "all"]), entities: [...new Set(children(triggering, "EntityRef").flatMap((c) => entityNames(r, c, "entityRef")))], condition } };
}

/** A trigger without one of its conditions is another trigger, so even lenient reading does not leave one out. */
function lost(r: Reading, e: XmlElement): undefined {
  if (r.problems.lenient) r.problems.error(r.file, e, `the condition ${e.name} cannot be read, and a trigger without it would mean something else`);
  return undefined;
}

/** A condition's name means nothing to the player, so one that cannot be resolved is no reason to refuse the file. */
function conditionName(r: Reading, e: XmlElement): string {
  const written = e.attributes.get("name")?.value ?? "";
  const resolved = resolveText(written, r.scope);
  if (resolved.ok) return resolved.value;
  r.problems.warning(r.file, e, resolved.error, { attribute: "name" });
  return written;
}

function readValue(r: Reading, e: XmlElement): ValueCondition | undefined {
  switch (e.name) {
    case "SimulationTimeCondition":
      return { kind: "simulation-time", value: number(r, e, "value"), rule: word(r, e, "rule", rules) };
    case "TimeOfDayCondition": {
      const stamp = text(r, e, "dateTime");
      const epochMs = epochMsOf(stamp);
      if (epochMs === undefined) r.problems.error(r.file, e, `dateTime is ${JSON.stringify(stamp)}`, { attribute: "dateTime", expected: "a date and time such as 2026-01-31T08:00:00" });
      return { kind: "time-of-day", epochMs: epochMs ?? 0, rule: word(r, e, "rule", rules) };
    }
    case "StoryboardElementStateCondition":
      return { kind: "storyboard-state", type: word(r, e, "storyboardElementType", storyboardTypes), ref: text(r, e, "storyboardElementRef"), state: word(r, e, "state", storyboardStates) };
    case "ParameterCondition":
      return { kind: "parameter", name: reference(r, e, "parameterRef", "parameter"), value: text(r, e, "value"), rule: word(r, e, "rule", rules) };
    case "VariableCondition":
      return { kind: "variable", name: reference(r, e, "variableRef", "variable"), value: text(r, e, "value"), rule: word(r, e, "rule", rules) };
    case "UserDefinedValueCondition":
      return { kind: "user-defined-value", name: text(r, e, "name"), value: text(r, e, "value"), rule: word(r, e, "rule", rules) };
    case "TrafficSignalCondition":
      return { kind: "traffic-signal", signal: reference(r, e, "name", "signal"), state: text(r, e, "state") };
    case "TrafficSignalControllerCondition":
      return { kind: "traffic-signal-controller", controller: reference(r, e, "trafficSignalControllerRef", "signal-controller"), phase: text(r, e, "phase") };
    default:
      return unsupported(r, e, e.name);
  }
}

/**
 * Coordinate system, kind of distance and freespace. The deprecated `alongRoute` stands for road coordinates and leaves the
 * kind of distance at its default, and counts only where neither of its successors is given.
 */
function readMeasure(r: Reading, e: XmlElement, fallback: DistanceMeasure["type"]): DistanceMeasure {
  const alongRoute = optionalBoolean(r, e, "alongRoute") ?? false;
  const type = optionalWord(r, e, "relativeDistanceType", ["lateral", "longitudinal", "cartesianDistance", "euclidianDistance"]);
  const coordinateSystem: CoordinateSystem = optionalWord(r, e, "coordinateSystem", coordinateSystems) ?? (alongRoute && type === undefined ? "road" : "entity");
  const own = type === "cartesianDistance" ? "euclidianDistance" : type;
  const routing = optionalWord(r, e, "routingAlgorithm", ["assignedRoute", "fastest", "leastIntersections", "shortest", "undefined"]);
  return { freespace: boolean(r, e, "freespace"), coordinateSystem, type: own ?? fallback, routing: routing === "undefined" ? undefined : routing };
}

const direction = (r: Reading, e: XmlElement): Direction => optionalWord(r, e, "direction", ["longitudinal", "lateral", "vertical"]);

function readEntity(r: Reading, e: XmlElement): EntityCondition | undefined {
  switch (e.name) {
    case "EndOfRoadCondition":
      return { kind: "end-of-road", duration: number(r, e, "duration", { min: 0 }) };
    case "OffroadCondition":
      return { kind: "offroad", duration: number(r, e, "duration", { min: 0 }) };
    case "StandStillCondition":
      return { kind: "stand-still", duration: number(r, e, "duration", { min: 0 }) };
    case "CollisionCondition": {
      const entity = child(e, "EntityRef");
      if (entity !== undefined) return { kind: "collision", with: { kind: "entities", entities: entityNames(r, entity, "entityRef") } };
      const byType = child(e, "ByType");
      if (byType === undefined) return undefined;
      const type = word(r, byType, "type", ["vehicle", "pedestrian", "miscellaneous", "external"]);
      return { kind: "collision", with: { kind: "type", type: type === "miscellaneous" ? "object" : type } };
    }
    case "TimeHeadwayCondition":
      return { kind: "time-headway", entity: reference(r, e, "entityRef", "entity"), value: number(r, e, "value"), rule: word(r, e, "rule", rules), measure: readMeasure(r, e, "euclidianDistance") };
    case "TimeToCollisionCondition": {
      const target = neededFirst(r, needed(r, e, "TimeToCollisionConditionTarget"));
      if (target === undefined) return undefined;
      return {
        kind: "time-to-collision",
        target: target.name === "Position" ? { kind: "position", position: readPosition(r, target) } : { kind: "entity", entity: reference(r, target, "entityRef", "entity") },
        value: number(r, e, "value"),
        rule: word(r, e, "rule", rules),
        measure: readMeasure(r, e, "euclidianDistance"),
      };
    }
    case "AccelerationCondition":
      return { kind: "acceleration", value: number(r, e, "value"), rule: word(r, e, "rule", rules), direction: direction(r, e) };
    case "SpeedCondition":
      return { kind: "speed", value: number(r, e, "value"), rule: word(r, e, "rule", rules), direction: direction(r, e) };
    case "RelativeSpeedCondition":
      return { kind: "relative-speed", entity: reference(r, e, "entityRef", "entity"), value: number(r, e, "value"), rule: word(r, e, "rule", rules), direction: direction(r, e) };
    case "TraveledDistanceCondition":
      return { kind: "traveled-distance", value: number(r, e, "value", { min: 0 }) };
    case "ReachPositionCondition":
      return { kind: "reach-position", position: readPosition(r, needed(r, e, "Position")), tolerance: number(r, e, "tolerance", { min: 0 }) };
    case "DistanceCondition":
      return { kind: "distance", position: readPosition(r, needed(r, e, "Position")), value: number(r, e, "value"), rule: word(r, e, "rule", rules), measure: readMeasure(r, e, "euclidianDistance") };
    case "RelativeDistanceCondition":
      return { kind: "relative-distance", entity: reference(r, e, "entityRef", "entity"), value: number(r, e, "value"), rule: word(r, e, "rule", rules), measure: readMeasure(r, e, "euclidianDistance") };
    case "RelativeClearanceCondition":
      return readClearance(r, e);
    case "AngleCondition":
      return { kind: "angle", angleType: word(r, e, "angleType", ["heading", "pitch", "roll"]), angle: number(r, e, "angle"), tolerance: number(r, e, "angleTolerance", { min: 0 }), coordinateSystem: optionalWord(r, e, "coordinateSystem", coordinateSystems) ?? "world" };
    case "RelativeAngleCondition":
      return { kind: "relative-angle", entity: reference(r, e, "entityRef", "entity"), angleType: word(r, e, "angleType", ["heading", "pitch", "roll"]), angle: number(r, e, "angle"), tolerance: number(r, e, "angleTolerance", { min: 0 }), coordinateSystem: optionalWord(r, e, "coordinateSystem", coordinateSystems) ?? "world" };
    default:
      return unsupported(r, e, e.name);
  }
}

function readClearance(r: Reading, e: XmlElement): EntityCondition {
  const ranges = children(e, "RelativeLaneRange").map((c) => ({ from: optionalInteger(r, c, "from") ?? -Infinity, to: optionalInteger(r, c, "to") ?? Infinity }));
  for (const range of ranges) if (range.from > range.to) r.problems.error(r.file, e, `the lane range runs from ${range.from} to ${range.to}`, { expected: "from <= to" });
  return {
    kind: "relative-clearance",
    oppositeLanes: boolean(r, e, "oppositeLanes"),
    forward: optionalNumber(r, e, "distanceForward", { min: 0 }) ?? 0,
    backward: optionalNumber(r, e, "distanceBackward", { min: 0 }) ?? 0,
    // 1.2 spells it freeSpace here and freespace everywhere else.
    freespace: /^\s*(true|1)\s*$/.test(optionalText(r, e, "freeSpace") ?? "false"),
    ranges,
    entities: children(e, "EntityRef").flatMap((c) => entityNames(r, c, "entityRef")),
  };
}
