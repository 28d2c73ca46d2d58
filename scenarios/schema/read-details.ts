/** Lights and animations, values for controllers, weather, properties: from elements to the model. */
import type { XmlElement } from "../../fleet-core/contract/xml.ts";
import type { AnimationChange, AppearanceChange, Attachments, Colour, LightChange, Override, Sky } from "./model-details.ts";
import { boolean, child, children, every, first, integer, needed, number, optionalBoolean, optionalNumber, optionalText, optionalWord, text, unsupported, word, type Reading } from "./reading.ts";

/** Names and values of the Properties child of `e`; the last of two with one name counts, and is reported. */
export function readProperties(r: Reading, e: XmlElement): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  const list = child(e, "Properties");
  for (const p of list === undefined ? [] : children(list, "Property")) {
    const name = text(r, p, "name");
    if (properties.has(name)) r.problems.warning(r.file, p, `property ${name} is given twice; the later one counts`, { attribute: "name" });
    properties.set(name, text(r, p, "value"));
  }
  return properties;
}

export function readAttachments(r: Reading, e: XmlElement): Attachments {
  const list = child(e, "Properties");
  if (list === undefined) return { files: [], contents: [] };
  return { files: children(list, "File").map((f) => text(r, f, "filepath")), contents: children(list, "CustomContent").map((c) => c.text) };
}

/** `e`: an AppearanceAction. */
export function readAppearance(r: Reading, e: XmlElement): readonly AppearanceChange[] {
  return every(e).flatMap((c): readonly AppearanceChange[] => {
    const change = c.name === "LightStateAction" ? readLight(r, c) : c.name === "AnimationAction" ? readAnimation(r, c) : unsupported(r, c, c.name);
    return change === undefined ? [] : [change];
  });
}

function readLight(r: Reading, e: XmlElement): LightChange | undefined {
  const type = needed(r, e, "LightType");
  const state = needed(r, e, "LightState");
  if (type === undefined || state === undefined) return undefined;
  const vehicle = child(type, "VehicleLight");
  const user = child(type, "UserDefinedLight");
  if ((vehicle === undefined) === (user === undefined)) r.problems.error(r.file, type, `LightType names ${vehicle === undefined ? "no light" : "two lights"}`, { expected: "one of VehicleLight, UserDefinedLight" });
  const transitionS = optionalNumber(r, e, "transitionTime") ?? 0;
  if (transitionS < 0) r.problems.error(r.file, e, `transitionTime is ${transitionS}`, { attribute: "transitionTime", expected: "a time >= 0", rule: "non_negative_transition_time_in_light_state_action" });
  const colour = child(state, "Color");
  return {
    kind: "light",
    light: vehicle !== undefined ? { kind: "vehicle", name: text(r, vehicle, "vehicleLightType") } : { kind: "user", name: user === undefined ? "" : text(r, user, "userDefinedLightType") },
    mode: word(r, state, "mode", ["on", "off", "flashing"]),
    intensity: optionalNumber(r, state, "luminousIntensity", { min: 0 }),
    flashOnS: optionalNumber(r, state, "flashingOnDuration", { min: 0 }),
    flashOffS: optionalNumber(r, state, "flashingOffDuration", { min: 0 }),
    colour: colour === undefined ? undefined : readColour(r, colour),
    transitionS,
  };
}

function readColour(r: Reading, e: XmlElement): Colour | undefined {
  const type = text(r, e, "colorType");
  const c = first(e);
  const share = (name: string): number => (c === undefined ? 0 : number(r, c, name, { min: 0 }));
  if (c?.name === "ColorRgb") return { kind: "rgb", type, red: share("red"), green: share("green"), blue: share("blue") };
  if (c?.name === "ColorCmyk") return { kind: "cmyk", type, cyan: share("cyan"), magenta: share("magenta"), yellow: share("yellow"), key: share("key") };
  return undefined;
}

function readAnimation(r: Reading, e: XmlElement): AnimationChange | undefined {
  const type = needed(r, e, "AnimationType");
  const c = first(type);
  const state = child(e, "AnimationState");
  if (type === undefined || c === undefined) return undefined;
  const what = readAnimated(r, c);
  if (what === undefined) return undefined;
  return { kind: "animation", what, loop: optionalBoolean(r, e, "loop") ?? false, durationS: optionalNumber(r, e, "animationDuration", { min: 0 }), state: state === undefined ? undefined : number(r, state, "state", { min: 0, max: 1 }) };
}

function readAnimated(r: Reading, c: XmlElement): AnimationChange["what"] | undefined {
  switch (c.name) {
    case "ComponentAnimation": {
      const own = child(c, "VehicleComponent");
      const user = child(c, "UserDefinedComponent");
      if ((own === undefined) === (user === undefined)) r.problems.error(r.file, c, `ComponentAnimation names ${own === undefined ? "no component" : "two components"}`, { expected: "one of VehicleComponent, UserDefinedComponent" });
      return { kind: "component", component: own !== undefined ? text(r, own, "vehicleComponentType") : user === undefined ? "" : text(r, user, "userDefinedComponentType"), user: own === undefined };
    }
    case "PedestrianAnimation":
      return { kind: "pedestrian", motion: optionalText(r, c, "motion"), user: optionalText(r, c, "userDefinedPedestrianAnimation"), gestures: children(c, "PedestrianGesture").map((g) => text(r, g, "gesture")) };
    case "AnimationFile": {
      const file = needed(r, c, "File");
      return { kind: "file", file: file === undefined ? "" : text(r, file, "filepath"), timeOffsetS: optionalNumber(r, c, "timeOffset", { min: 0 }) ?? 0 };
    }
    case "UserDefinedAnimation":
      return { kind: "user", type: text(r, c, "userDefinedAnimationType") };
    default:
      return unsupported(r, c, c.name);
  }
}

/** `e`: an OverrideControllerValueAction. */
export function readOverrides(r: Reading, e: XmlElement): readonly Override[] {
  return every(e).flatMap((c): readonly Override[] => {
    const common = { active: boolean(r, c, "active"), gear: undefined, maxRate: optionalNumber(r, c, "maxRate", { min: 0 }), maxTorque: undefined };
    switch (c.name) {
      case "Throttle":
      case "Clutch":
        return [{ ...common, what: c.name === "Throttle" ? "throttle" : "clutch", value: pedal(r, c), unit: "share" }];
      case "SteeringWheel":
        return [{ ...common, what: "steeringWheel", value: number(r, c, "value"), unit: "angle", maxTorque: optionalNumber(r, c, "maxTorque", { min: 0 }) }];
      case "Brake":
      case "ParkingBrake": {
        const input = first(c);
        const what = c.name === "Brake" ? "brake" : "parkingBrake";
        // Until 1.1 the value stands on the brake itself; both at once contradict each other.
        const direct = c.attributes.has("value") ? pedal(r, c) : undefined;
        if (input !== undefined && direct !== undefined) r.problems.error(r.file, c, `${c.name} has a value and a ${input.name}`, { attribute: "value", expected: "one of them" });
        if (input === undefined) return [{ ...common, what, value: direct, unit: "share" }];
        const force = input.name === "BrakeForce";
        return [{ ...common, what, value: force ? number(r, input, "value", { min: 0 }) : pedal(r, input), unit: force ? "force" : "share", maxRate: optionalNumber(r, input, "maxRate", { min: 0 }) ?? common.maxRate }];
      }
      case "Gear": {
        const input = first(c);
        const direct = optionalNumber(r, c, "number");
        if (input !== undefined && direct !== undefined) r.problems.error(r.file, c, `Gear has a number and a ${input.name}`, { attribute: "number", expected: "one of them" });
        if (input?.name === "AutomaticGear") return [{ ...common, what: "gear", value: undefined, unit: "automatic", gear: word<"n" | "p" | "r" | "d">(r, input, "gear", ["n", "p", "r", "d"]) }];
        return [{ ...common, what: "gear", value: input === undefined ? direct : integer(r, input, "number"), unit: "manual" }];
      }
      default:
        unsupported(r, c, c.name);
        return [];
    }
  });
}

/** Position of a pedal, 0 to 1; others write more and mean the end of its travel. */
function pedal(r: Reading, e: XmlElement): number {
  const value = number(r, e, "value");
  if (value < 0 || value > 1) r.problems.warning(r.file, e, `value is ${value}; it counts as ${value < 0 ? 0 : 1}`, { attribute: "value", expected: "a share from 0 to 1" });
  return Math.min(1, Math.max(0, value));
}

/** Weather and road condition of an Environment, beyond what the twin reckons with. */
export function readSky(r: Reading, weather: XmlElement | undefined, road: XmlElement | undefined): Sky {
  const inWeather = (name: string): XmlElement | undefined => (weather === undefined ? undefined : child(weather, name));
  const sun = inWeather("Sun");
  const wind = inWeather("Wind");
  const fog = inWeather("Fog");
  const box = fog === undefined ? undefined : child(fog, "BoundingBox");
  const dome = inWeather("DomeImage");
  const file = dome === undefined ? undefined : needed(r, dome, "DomeFile");
  return {
    cloudState: weather === undefined ? undefined : optionalText(r, weather, "cloudState"),
    fractionalCloudCover: weather === undefined ? undefined : optionalText(r, weather, "fractionalCloudCover"),
    atmosphericPressurePa: weather === undefined ? undefined : optionalNumber(r, weather, "atmosphericPressure", { min: 0 }),
    sun: sun === undefined ? undefined : { azimuthRad: number(r, sun, "azimuth"), elevationRad: number(r, sun, "elevation") },
    wind: wind === undefined ? undefined : { directionRad: number(r, wind, "direction"), speedMps: number(r, wind, "speed", { min: 0 }) },
    fogBox: box === undefined ? undefined : readBox(r, box),
    dome: file === undefined || dome === undefined ? undefined : { file: text(r, file, "filepath"), azimuthOffsetRad: optionalNumber(r, dome, "azimuthOffset") ?? 0 },
    roadProperties: road === undefined ? new Map() : readProperties(r, road),
    roadAttachments: road === undefined ? { files: [], contents: [] } : readAttachments(r, road),
  };
}

/** `e`: a BoundingBox. */
export function readBox(r: Reading, e: XmlElement): { readonly length: number; readonly width: number; readonly height: number; readonly cx: number; readonly cy: number; readonly cz: number } {
  const centre = child(e, "Center");
  const size = child(e, "Dimensions");
  const c = (name: string): number => (centre === undefined ? 0 : number(r, centre, name));
  const d = (name: string): number => (size === undefined ? 0 : number(r, size, name, { min: 0 }));
  return { length: d("length"), width: d("width"), height: d("height"), cx: c("x"), cy: c("y"), cz: c("z") };
}

/** What the standard allows a controller to be able to do. */
export function readControllerType(r: Reading, e: XmlElement): "lateral" | "longitudinal" | "lighting" | "animation" | "movement" | "appearance" | "all" | undefined {
  return optionalWord(r, e, "controllerType", ["lateral", "longitudinal", "lighting", "animation", "movement", "appearance", "all"]);
}
