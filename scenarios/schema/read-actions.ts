/** Actions: from elements to the model. What the standard has and our player has not is said, never dropped in silence. */
import type { XmlElement } from "../../fleet-core/contract/xml.ts";
import type { Action, ControlDomains, CoordinateSystem, DynamicConstraints, FinalSpeed, GlobalAction, LaneTarget, PrivateAction, SpeedTarget, TransitionDynamics } from "./model.ts";
import { readAppearance, readOverrides } from "./read-details.ts";
import { readAssignedController, readEnvironmentRef } from "./read-entities.ts";
import { readPosition, readRouteRef, readTrajectoryRef } from "./read-position.ts";
import { readTraffic } from "./read-traffic.ts";
import { boolean, child, children, entityNames, every, first, integer, needed, number, optionalBoolean, optionalNumber, optionalReference, optionalText, optionalWord, reference, text, unsupported, word, type Reading } from "./reading.ts";

const shapes = ["linear", "cubic", "sinusoidal", "step"] as const;
export const coordinateSystems = ["entity", "lane", "road", "trajectory", "world"] as const satisfies readonly CoordinateSystem[];

/** All actions below an `Action`, a `PrivateAction`'s parent, or an entry of Init. */
export function readActions(r: Reading, e: XmlElement): readonly Action[] {
  switch (e.name) {
    case "PrivateAction":
      return every(e).flatMap((c) => readPrivate(r, c)).map((action) => ({ scope: "private", action }));
    case "GlobalAction":
      return every(e).flatMap((c) => readGlobal(r, c)).map((action) => ({ scope: "global", action }));
    case "UserDefinedAction":
      return children(e, "CustomCommandAction").map((c) => readCommand(r, c));
    default:
      return [];
  }
}

/** Commands of others are kept and ignored; our own must be right. */
function readCommand(r: Reading, e: XmlElement): Action {
  const type = text(r, e, "type");
  const content = e.text.trim();
  if (type === "atlasmesh.value" && !/^[^=]*[^=\s][^=]*=/.test(content)) r.problems.error(r.file, e, `the command atlasmesh.value holds ${JSON.stringify(content.slice(0, 80))}`, { expected: "NAME=VALUE" });
  return { scope: "user", type, content };
}

function readPrivate(r: Reading, e: XmlElement): readonly PrivateAction[] {
  const some = (action: PrivateAction | undefined): readonly PrivateAction[] => (action === undefined ? [] : [action]);
  switch (e.name) {
    case "LongitudinalAction":
    case "LateralAction":
    case "RoutingAction":
    case "TrailerAction":
      return every(e).flatMap((c) => some(readMotion(r, c)));
    case "ControllerAction":
      return every(e).flatMap((c) => some(readController(r, c)));
    case "ActivateControllerAction":
      return some(readController(r, e));
    case "TeleportAction":
      return [{ kind: "teleport", position: readPosition(r, needed(r, e, "Position")) }];
    case "VisibilityAction":
      return [{ kind: "visibility", graphics: boolean(r, e, "graphics"), sensors: boolean(r, e, "sensors"), traffic: boolean(r, e, "traffic"), sensorNames: children(child(e, "SensorReferenceSet") ?? e, "SensorReference").map((s) => text(r, s, "name")) }];
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
      return readAppearance(r, e).map((change) => ({ kind: "appearance", change }));
    default:
      return some(unsupported(r, e, e.name));
  }
}

export function readDynamics(r: Reading, e: XmlElement | undefined): TransitionDynamics {
  if (e === undefined) return { shape: "step", dimension: "time", value: 0, followingMode: undefined };
  const shape = word(r, e, "dynamicsShape", shapes);
  const dimension = word(r, e, "dynamicsDimension", ["time", "distance", "rate"]);
  const value = optionalNumber(r, e, "value") ?? 0;
  if (dimension !== "rate" && value < 0) r.problems.error(r.file, e, `value is ${value}`, { attribute: "value", expected: `a ${dimension} >= 0` });
  return { shape, dimension, value: shape === "step" ? 0 : value, followingMode: optionalWord(r, e, "followingMode", ["follow", "position"]) };
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
      if (distance !== undefined && timeGap !== undefined) r.problems.strict(r.file, e, "LongitudinalDistanceAction has distance and timeGap", { attribute: "timeGap", expected: "one of distance, timeGap" });
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
  const t = first(e);
  if (t?.name === "RelativeTargetSpeed") {
    return { kind: "relative", entity: reference(r, t, "entityRef", "entity"), value: number(r, t, "value"), type: word(r, t, "speedTargetValueType", ["delta", "factor"]), continuous: boolean(r, t, "continuous") };
  }
  return { kind: "absolute", value: t === undefined ? 0 : number(r, t, "value") };
}

function readLaneTarget(r: Reading, e: XmlElement | undefined): LaneTarget {
  const t = first(e);
  if (t?.name === "RelativeTargetLane") return { kind: "relative", entity: reference(r, t, "entityRef", "entity"), value: integer(r, t, "value") };
  return { kind: "absolute", lane: t === undefined ? 0 : integer(r, t, "value") };
}

function readLaneOffset(r: Reading, e: XmlElement): PrivateAction {
  const dynamics = needed(r, e, "LaneOffsetActionDynamics");
  const target = first(needed(r, e, "LaneOffsetTarget"));
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
  const given = ["Trajectory", "CatalogReference", "TrajectoryRef"].filter((name) => child(e, name) !== undefined);
  if (given.length > 1) r.problems.error(r.file, e, `FollowTrajectoryAction has ${given.join(" and ")}`, { expected: "one of them" });
  if (given.length === 0) r.problems.error(r.file, e, "FollowTrajectoryAction has no trajectory", { expected: "a TrajectoryRef" });
  const trajectory = readTrajectoryRef(r, ref ?? e);
  const time = first(needed(r, e, "TimeReference"));
  const timing = time?.name === "Timing" ? time : undefined;
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
  const t = first(e);
  if (t === undefined) return undefined;
  const s = first(t);
  const steady = s === undefined ? undefined : s.name === "TargetDistanceSteadyState" ? { kind: "distance" as const, value: number(r, s, "distance", { min: 0 }) } : { kind: "time" as const, value: number(r, s, "time", { min: 0 }) };
  if (t.name === "AbsoluteSpeed") return { target: { kind: "absolute", value: number(r, t, "value") }, steady };
  return { target: { kind: "relative", value: number(r, t, "value"), type: word(r, t, "speedTargetValueType", ["delta", "factor"]) }, steady };
}

function domains(r: Reading, e: XmlElement, prefix: "" | "activate"): ControlDomains {
  const of = (name: string): boolean | undefined => optionalBoolean(r, e, prefix === "" ? name : `${prefix}${(name[0] ?? "").toUpperCase()}${name.slice(1)}`);
  return { lateral: of("lateral"), longitudinal: of("longitudinal"), animation: of("animation"), lighting: of("lighting") };
}

function readController(r: Reading, e: XmlElement): PrivateAction | undefined {
  switch (e.name) {
    case "ActivateControllerAction":
      return { kind: "activate-controller", controller: readControllerRef(r, e), domains: domains(r, e, "") };
    case "AssignControllerAction": {
      const controller = readAssignedController(r, e);
      return controller === undefined ? undefined : { kind: "assign-controller", controller, domains: domains(r, e, "activate") };
    }
    case "OverrideControllerValueAction":
      return { kind: "override-controller", overrides: readOverrides(r, e) };
    default:
      return unsupported(r, e, e.name);
  }
}

/** Since 1.3 the reference is to the object's controller; the older name counts where it stands alone. */
function readControllerRef(r: Reading, e: XmlElement): string | undefined {
  const old = optionalText(r, e, "controllerRef");
  const now = optionalText(r, e, "objectControllerRef");
  if (old !== undefined && now !== undefined) r.problems.warning(r.file, e, "controllerRef is left aside; objectControllerRef counts", { attribute: "controllerRef" });
  return now ?? old;
}

function readGlobal(r: Reading, e: XmlElement): readonly GlobalAction[] {
  if (e.name !== "EntityAction") return [readOneGlobal(r, e) ?? []].flat();
  const c = first(e);
  const names = entityNames(r, e, "entityRef");
  if (c?.name !== "AddEntityAction") return names.map((entity) => ({ kind: "delete-entity", entity }));
  const position = readPosition(r, needed(r, c, "Position"));
  return names.map((entity) => ({ kind: "add-entity", entity, position }));
}

function readOneGlobal(r: Reading, e: XmlElement): GlobalAction | undefined {
  const c = first(e);
  switch (e.name) {
    case "EnvironmentAction": {
      const environment = readEnvironmentRef(r, e);
      return environment === undefined ? undefined : { kind: "environment", environment };
    }
    case "ParameterAction": {
      const parameter = reference(r, e, "parameterRef", "parameter");
      const modify = c === undefined ? undefined : readModify(r, c);
      return modify === undefined ? { kind: "parameter-set", parameter, value: c === undefined ? "" : text(r, c, "value") } : { kind: "parameter-modify", parameter, ...modify };
    }
    case "VariableAction": {
      const modify = c === undefined ? undefined : readModify(r, c);
      const written = text(r, e, "variableRef").replace(/^\$/, "");
      // 1.2 turned run-time parameters into variables; files between the versions set a parameter as a variable.
      if (!r.variables.has(written) && r.scope.own.has(written)) {
        r.problems.warning(r.file, e, `${written} is a parameter, not a variable; it is set as one`, { attribute: "variableRef", expected: "a declared variable" });
        return modify === undefined ? { kind: "parameter-set", parameter: written, value: c === undefined ? "" : text(r, c, "value") } : { kind: "parameter-modify", parameter: written, ...modify };
      }
      const variable = reference(r, e, "variableRef", "variable");
      return modify === undefined ? { kind: "variable-set", variable, value: c === undefined ? "" : text(r, c, "value") } : { kind: "variable-modify", variable, ...modify };
    }
    case "SetMonitorAction":
      return { kind: "set-monitor", monitor: reference(r, e, "monitorRef", "monitor"), value: boolean(r, e, "value") };
    case "InfrastructureAction": {
      const t = first(c);
      if (t?.name === "TrafficSignalStateAction") return { kind: "traffic-signal-state", signal: reference(r, t, "name", "signal"), state: text(r, t, "state") };
      if (t?.name === "TrafficSignalControllerAction") return { kind: "traffic-signal-controller", controller: reference(r, t, "trafficSignalControllerRef", "signal-controller"), phase: text(r, t, "phase") };
      return undefined;
    }
    case "TrafficAction":
      return readTraffic(r, e);
    default:
      return unsupported(r, c ?? e, c?.name ?? e.name);
  }
}

function readModify(r: Reading, e: XmlElement): { operation: "add" | "multiply"; value: number } | undefined {
  if (e.name !== "ModifyAction") return undefined;
  const rule = first(needed(r, e, "Rule"));
  return { operation: rule?.name === "MultiplyByValue" ? "multiply" : "add", value: rule === undefined ? 0 : number(r, rule, "value") };
}
