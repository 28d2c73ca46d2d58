/**
 * What the player does with each type of the standard. A type not named here is read and played as the standard says.
 * `accepted`: read and kept, with no effect on motion. `no`: a file that uses it is refused (lenient: left out, said so).
 */
export type SupportLevel = "yes" | "partly" | "accepted" | "no";

export interface Support {
  readonly level: SupportLevel;
  readonly note: string;
}

const no = (note: string, types: string): readonly (readonly [string, Support])[] => types.split(" ").map((t) => [t, { level: "no", note }] as const);
const accepted = (note: string, types: string): readonly (readonly [string, Support])[] => types.split(" ").map((t) => [t, { level: "accepted", note }] as const);
const partly = (note: string, types: string): readonly (readonly [string, Support])[] => types.split(" ").map((t) => [t, { level: "partly", note }] as const);

export const support: ReadonlyMap<string, Support> = new Map<string, Support>([
  ...no("what its text means is between the user and one player", "UserDefinedDistribution"),
  ...partly("read as a file of its own; the scenario it names is then loaded with one variation's values", "ParameterValueDistribution"),
  ...partly("in place, but nothing is known of it: no extent, no motion limits", "ExternalObjectReference"),
  ...partly("a controller that names one of our driver models drives; others are listed and the entity keeps default motion", "ActivateControllerAction AssignControllerAction ObjectController Controller"),
  ...partly("complete at once; values reach no controller yet", "OverrideControllerValueAction OverrideThrottleAction OverrideBrakeAction OverrideClutchAction OverrideParkingBrakeAction OverrideSteeringWheelAction OverrideGearAction Brake ManualGear AutomaticGear"),
  ...partly("takes the time the file states; nothing is shown yet", "AppearanceAction LightStateAction LightState LightType VehicleLight UserDefinedLight Color ColorRgb ColorCmyk AnimationAction AnimationType AnimationState AnimationFile ComponentAnimation PedestrianAnimation PedestrianGesture UserDefinedAnimation UserDefinedComponent VehicleComponent"),
  ...partly("routeStrategy is read; the shortest way is taken", "Waypoint"),
  ...partly("entity and road coordinates; lane counts as road", "LateralDistanceAction"),
  ...partly("ends when the offset is reached, also when continuous", "LaneOffsetAction"),
  ...partly("routingAlgorithm is read; the shortest way is measured", "DistanceCondition RelativeDistanceCondition TimeHeadwayCondition TimeToCollisionCondition"),
  ...partly("rain, snow, fog, friction, wetness, illuminance and temperature reach the twin; the rest is read", "Weather"),
  ...partly("types starting with atlasmesh. are handed to the twin; others are ignored, as the standard allows", "CustomCommandAction UserDefinedAction"),
  ...partly("on flat maps with a projection origin: a local tangent plane", "GeoPosition"),
  ...accepted("read and kept, not interpreted", "License CustomContent File Property Properties SensorReference SensorReferenceSet DomeImage Wind UsedArea"),
]);
