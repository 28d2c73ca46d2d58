/** Actions: from elements to the model. What the standard has and our player has not is said, never dropped in silence. */
import type { XmlElement } from "../../fleet-core/contract/xml.ts";
import type { Action, ControlDomains, CoordinateSystem, DynamicConstraints, FinalSpeed, GlobalAction, LaneTarget, PrivateAction, SpeedTarget, TransitionDynamics } from "./model.ts";
import { readAssignedController, readEnvironmentRef } from "./read-entities.ts";
import { readPosition, readRouteRef, readTrajectoryRef } from "./read-position.ts";
import { boolean, child, children, integer, needed, number, optionalBoolean, optionalNumber, optionalReference, optionalText, optionalWord, reference, text, unsupported, word, type Reading } from "./reading.ts";

const shapes = ["linear", "cubic", "sinusoidal", "step"] as const;
export const coordinateSystems = ["entity", "lane", "road", "trajectory", "world"] as const satisfies readonly CoordinateSystem[];

/** All actions below an `Action`, a `PrivateAction`'s parent, or an entry of Init. */
export function readActions(r: Reading, e: XmlElement): readonly Action[] {
  switch (e.name) {
    case "PrivateAction":
      return e.children.flatMap((c) => readPrivate(r, c)).map((action) => ({ scope: "private", action }));
    case "GlobalAction":
      return e.children.flatMap((c) => readGlobal(r, c) ?? []).map((action) => ({ scope: "global", action }));
    case "UserDefinedAction":
      return children(e, "CustomCommandAction").map((c) => ({ scope: "user", type: text(r, c, "type"), content: c.text.trim() }));
    default:
      return [];
  }
}

function readPrivate(r: Reading, e: XmlElement): readonly PrivateAction[] {
  const some = (action: PrivateAction | undefined): readonly PrivateAction[] => (action === undefined ? [] : [action]);
  switch (e.name) {
    case "LongitudinalAction":
    case "LateralAction":
    case "RoutingAction":
    case "TrailerAction":
      return e.children.flatMap((c) => some(readMotion(r, c)));
    case "ControllerAction":
      return e.children.flatMap((c) => some(readController(r, c)));
    case "ActivateControllerAction":
      return some(readController(r, e));
    case "TeleportAction":
      return [{ kind: "teleport", position: readPosition(r, needed(r, e, "Position")) }];
    case "VisibilityAction":
      return [{ kind: "visibility", graphics: boolean(r, e, "graphics"), sensors: boolean(r, e, "sensors"), traffic: boolean(r, e, "traffic") }];
    case "SynchronizeAction":
      return [
        {
          kind: "synchronize",
          master: reference(r, e, "masterEntityRef", "entity"),
          masterPosition: readPosition(r, needed(r, e, "TargetPositionMaster")),
          position: readPosition(r, needed(r, e, "TargetPosition")),
          masterTolerance: optionalNumber(r, e, "targetToleranceMaster", { min: 0 }) ?? 0,
          tolerance: optionalNumber(r, e, "targetTolerance", { min: 0 }) ?? 0,
          finalSpeed: readFinalSpeed(r, child(e, "FinalSpeed")),
        },
      ];
    case "AppearanceAction":
      return e.children.map((c) => ({ kind: "appearance", what: c.name }));
    default:
      return some(unsupported(r, e, e.name));
  }
}

export function readDynamics(r: Reading, e: XmlElement | undefined): TransitionDynamics {
  if (e === undefined) return { shape: "step", dimension: "time", value: 0 };
  const shape = word(r, e, "dynamicsShape", shapes);
  const dimension = word(r, e, "dynamicsDimension", ["time", "distance", "rate"]);
  const value = optionalNumber(r, e, "value") ?? 0;
  if (dimension !== "rate" && value < 0) r.problems.error(r.file, e, `value is ${value}`, { attribute: "value", expected: `a ${dimension} >= 0`, rule: "transition_time_should_be_non_negative" });
  return { shape, dimension, value: shape === "step" ? 0 : value };
}

function readConstraints(r: Reading, e: XmlElement): DynamicConstraints | undefined {
  const c = child(e, "DynamicConstraints");
  if (c === undefined) return undefined;
  const limit = (name: string): number | undefined => optionalNumber(r, c, name, { min: 0, infinite: true });
  return { maxSpeed: limit("maxSpeed"), maxAcceleration: limit("maxAcceleration"), maxAccelerationRate: limit("maxAccelerationRate"), maxDeceleration: limit("maxDeceleration"), maxDecelerationRate: limit("maxDecelerationRate") };
}

function readMotion(r: Reading, e: XmlElement): PrivateAction | undefined {
  switch (e.name) {
    case "SpeedAction":
      return { kind: "speed", dynamics: readDynamics(r, needed(r, e, "SpeedActionDynamics")), target: readSpeedTarget(r, needed(r, e, "SpeedActionTarget")) };
    case "SpeedProfileAction":
      return {
        kind: "speed-profile",
        entity: optionalReference(r, e, "entityRef", "entity"),
        followingMode: word(r, e, "followingMode", ["position", "follow"]),
        constraints: readConstraints(r, e),
        entries: children(e, "SpeedProfileEntry").map((s) => ({ speed: number(r, s, "speed"), time: optionalNumber(r, s, "time", { min: 0 }) })),
      };
    case "LongitudinalDistanceAction": {
      const distance = optionalNumber(r, e, "distance");
      const timeGap = optionalNumber(r, e, "timeGap");
      if (distance === undefined && timeGap === undefined) r.problems.error(r.file, e, "LongitudinalDistanceAction has neither distance nor timeGap", { expected: "one of distance, timeGap" });
      const signed = distance ?? timeGap ?? 0;
      return {
        kind: "longitudinal-distance",
        entity: reference(r, e, "entityRef", "entity"),
        continuous: boolean(r, e, "continuous"),
        freespace: boolean(r, e, "freespace"),
        goal: { kind: distance === undefined ? "time-gap" : "distance", value: signed },
        displacement: optionalWord(r, e, "displacement", ["any", "trailingReferencedEntity", "leadingReferencedEntity"]) ?? (signed < 0 ? "leadingReferencedEntity" : "trailingReferencedEntity"),
        coordinateSystem: optionalWord(r, e, "coordinateSystem", coordinateSystems) ?? "entity",
        constraints: readConstraints(r, e),
      };
    }
    case "LaneChangeAction":
      return { kind: "lane-change", dynamics: readDynamics(r, needed(r, e, "LaneChangeActionDynamics")), target: readLaneTarget(r, needed(r, e, "LaneChangeTarget")), targetOffset: optionalNumber(r, e, "targetLaneOffset") ?? 0 };
    case "LaneOffsetAction":
      return readLaneOffset(r, e);
    case "LateralDistanceAction":
      return {
        kind: "lateral-distance",
        entity: reference(r, e, "entityRef", "entity"),
        continuous: boolean(r, e, "continuous"),
        freespace: boolean(r, e, "freespace"),
        distance: optionalNumber(r, e, "distance") ?? 0,
        displacement: optionalWord(r, e, "displacement", ["any", "leftToReferencedEntity", "rightToReferencedEntity"]) ?? "any",
        coordinateSystem: optionalWord(r, e, "coordinateSystem", coordinateSystems) ?? "entity",
        constraints: readConstraints(r, e),
      };
    case "AssignRouteAction": {
      const route = readRouteRef(r, e);
      return route === undefined ? undefined : { kind: "assign-route", route };
    }
    case "AcquirePositionAction":
      return { kind: "acquire-position", position: readPosition(r, needed(r, e, "Position")) };
    case "RandomRouteAction":
      return { kind: "random-route" };
    case "FollowTrajectoryAction":
      return readFollow(r, e);
    case "ConnectTrailerAction":
      return { kind: "connect-trailer", trailer: reference(r, e, "trailerRef", "entity") };
    case "DisconnectTrailerAction":
      return { kind: "disconnect-trailer" };
    default:
      return unsupported(r, e, e.name);
  }
}

function readSpeedTarget(r: Reading, e: XmlElement | undefined): SpeedTarget {
  const t = e?.children[0];
  if (t?.name === "RelativeTargetSpeed") {
    return { kind: "relative", entity: reference(r, t, "entityRef", "entity"), value: number(r, t, "value"), type: word(r, t, "speedTargetValueType", ["delta", "factor"]), continuous: boolean(r, t, "continuous") };
  }
  return { kind: "absolute", value: t === undefined ? 0 : number(r, t, "value") };
}

function readLaneTarget(r: Reading, e: XmlElement | undefined): LaneTarget {
  const t = e?.children[0];
  if (t?.name === "RelativeTargetLane") return { kind: "relative", entity: reference(r, t, "entityRef", "entity"), value: integer(r, t, "value") };
  return { kind: "absolute", lane: t === undefined ? 0 : integer(r, t, "value") };
}

function readLaneOffset(r: Reading, e: XmlElement): PrivateAction {
  const dynamics = needed(r, e, "LaneOffsetActionDynamics");
  const target = needed(r, e, "LaneOffsetTarget")?.children[0];
  return {
    kind: "lane-offset",
    continuous: boolean(r, e, "continuous"),
    shape: dynamics === undefined ? "step" : word(r, dynamics, "dynamicsShape", shapes),
    maxLateralAcc: dynamics === undefined ? undefined : optionalNumber(r, dynamics, "maxLateralAcc", { above: 0, infinite: true }),
    target: target?.name === "RelativeTargetLaneOffset" ? { kind: "relative", entity: reference(r, target, "entityRef", "entity"), value: number(r, target, "value") } : { kind: "absolute", value: target === undefined ? 0 : number(r, target, "value") },
  };
}

function readFollow(r: Reading, e: XmlElement): PrivateAction | undefined {
  const ref = child(e, "TrajectoryRef");
  const trajectory = readTrajectoryRef(r, ref ?? e);
  const timing = child(needed(r, e, "TimeReference") ?? e, "Timing");
  const mode = needed(r, e, "TrajectoryFollowingMode");
  if (trajectory === undefined) return undefined;
  return {
    kind: "follow-trajectory",
    trajectory,
    initialDistanceOffset: optionalNumber(r, e, "initialDistanceOffset", { min: 0 }) ?? 0,
    timing: timing === undefined ? undefined : { domain: word(r, timing, "domainAbsoluteRelative", ["absolute", "relative"]), scale: number(r, timing, "scale", { above: 0 }), offset: number(r, timing, "offset") },
    followingMode: mode === undefined ? "position" : word(r, mode, "followingMode", ["position", "follow"]),
  };
}

function readFinalSpeed(r: Reading, e: XmlElement | undefined): FinalSpeed | undefined {
  const t = e?.children[0];
  if (t === undefined) return undefined;
  const s = t.children[0];
  const steady = s === undefined ? undefined : s.name === "TargetDistanceSteadyState" ? { kind: "distance" as const, value: number(r, s, "distance", { min: 0 }) } : { kind: "time" as const, value: number(r, s, "time", { min: 0 }) };
  if (t.name === "AbsoluteSpeed") return { target: { kind: "absolute", value: number(r, t, "value") }, steady };
  return { target: { kind: "relative", value: number(r, t, "value"), type: word(r, t, "speedTargetValueType", ["delta", "factor"]) }, steady };
}

function domains(r: Reading, e: XmlElement, lateral: string, longitudinal: string): ControlDomains {
  return { lateral: optionalBoolean(r, e, lateral), longitudinal: optionalBoolean(r, e, longitudinal) };
}

function readController(r: Reading, e: XmlElement): PrivateAction | undefined {
  switch (e.name) {
    case "ActivateControllerAction":
      return { kind: "activate-controller", controller: optionalText(r, e, "objectControllerRef") ?? optionalText(r, e, "controllerRef"), domains: domains(r, e, "lateral", "longitudinal") };
    case "AssignControllerAction": {
      const controller = readAssignedController(r, e);
      return controller === undefined ? undefined : { kind: "assign-controller", controller, domains: domains(r, e, "activateLateral", "activateLongitudinal") };
    }
    case "OverrideControllerValueAction":
      return { kind: "override-controller" };
    default:
      return unsupported(r, e, e.name);
  }
}

function readGlobal(r: Reading, e: XmlElement): GlobalAction | undefined {
  const c = e.children[0];
  switch (e.name) {
    case "EnvironmentAction": {
      const environment = readEnvironmentRef(r, e);
      return environment === undefined ? undefined : { kind: "environment", environment };
    }
    case "EntityAction": {
      const entity = reference(r, e, "entityRef", "entity");
      return c?.name === "AddEntityAction" ? { kind: "add-entity", entity, position: readPosition(r, needed(r, c, "Position")) } : { kind: "delete-entity", entity };
    }
    case "ParameterAction": {
      const parameter = reference(r, e, "parameterRef", "parameter");
      const modify = c === undefined ? undefined : readModify(r, c);
      return modify === undefined ? { kind: "parameter-set", parameter, value: c === undefined ? "" : text(r, c, "value") } : { kind: "parameter-modify", parameter, ...modify };
    }
    case "VariableAction": {
      const variable = reference(r, e, "variableRef", "variable");
      const modify = c === undefined ? undefined : readModify(r, c);
      return modify === undefined ? { kind: "variable-set", variable, value: c === undefined ? "" : text(r, c, "value") } : { kind: "variable-modify", variable, ...modify };
    }
    case "SetMonitorAction":
      return { kind: "set-monitor", monitor: reference(r, e, "monitorRef", "monitor"), value: boolean(r, e, "value") };
    case "InfrastructureAction": {
      const t = c?.children[0];
      if (t?.name === "TrafficSignalStateAction") return { kind: "traffic-signal-state", signal: text(r, t, "name"), state: text(r, t, "state") };
      if (t?.name === "TrafficSignalControllerAction") return { kind: "traffic-signal-controller", controller: reference(r, t, "trafficSignalControllerRef", "signal-controller"), phase: text(r, t, "phase") };
      return undefined;
    }
    default:
      return unsupported(r, c ?? e, c?.name ?? e.name);
  }
}

function readModify(r: Reading, e: XmlElement): { operation: "add" | "multiply"; value: number } | undefined {
  if (e.name !== "ModifyAction") return undefined;
  const rule = needed(r, e, "Rule")?.children[0];
  return { operation: rule?.name === "MultiplyByValue" ? "multiply" : "add", value: rule === undefined ? 0 : number(r, rule, "value") };
}
