/**
 * A scenario after reading: typed, parameters resolved, catalog entries put in place, references checked. Immutable.
 * Units as in the standard (m, s, rad, m/s). `undefined` means the file leaves it out. No behaviour lives here.
 */
import type { ParameterType, Rule } from "./parameters.ts";
import type { AppearanceChange, Attachments, EntityDetails, Extras, Override, Sky } from "./model-details.ts";
import type { TrafficAction } from "./model-traffic.ts";

export type { ParameterType, Rule } from "./parameters.ts";
export type { AnimationChange, AppearanceChange, Attachments, Axle, Colour, EntityDetails, Extras, LightChange, Override, Sky } from "./model-details.ts";
export type { EntityTemplate, RoadCursor, RoadRange, TrafficAction, TrafficArea, TrafficMix, Weighted } from "./model-traffic.ts";

export interface Orientation {
  readonly type: "absolute" | "relative";
  readonly h: number | undefined;
  readonly p: number | undefined;
  readonly r: number | undefined;
}

export type Position =
  | { readonly kind: "world"; readonly x: number; readonly y: number; readonly z: number | undefined; readonly orientation: Orientation }
  | { readonly kind: "relative-world" | "relative-object"; readonly entity: string; readonly dx: number; readonly dy: number; readonly dz: number | undefined; readonly orientation: Orientation }
  | { readonly kind: "road"; readonly road: string; readonly s: number; readonly t: number; readonly orientation: Orientation }
  | { readonly kind: "relative-road"; readonly entity: string; readonly ds: number; readonly dt: number; readonly orientation: Orientation }
  | { readonly kind: "lane"; readonly road: string; readonly lane: number; readonly s: number; readonly offset: number; readonly orientation: Orientation }
  | {
      readonly kind: "relative-lane";
      readonly entity: string;
      readonly dLane: number;
      readonly ds: number;
      /** `dsLane`: along the lane's driving direction; `ds`: along the road's s. */
      readonly along: "road" | "lane";
      readonly offset: number;
      readonly orientation: Orientation;
    }
  | { readonly kind: "route"; readonly route: Route; readonly place: RoutePlace; readonly orientation: Orientation }
  | { readonly kind: "geo"; readonly latDeg: number; readonly lonDeg: number; readonly altitudeM: number | undefined; /** Which of several roads one above the other, 0 the lowest. */ readonly verticalRoadSelection: number; readonly orientation: Orientation }
  | { readonly kind: "trajectory"; readonly trajectory: Trajectory; readonly s: number; readonly t: number; readonly orientation: Orientation };

export type RoutePlace =
  | { readonly kind: "road"; readonly pathS: number; readonly t: number }
  | { readonly kind: "lane"; readonly pathS: number; readonly lane: number; readonly offset: number }
  | { readonly kind: "entity"; readonly entity: string };

export interface Route {
  readonly name: string;
  readonly closed: boolean;
  readonly waypoints: readonly { readonly position: Position; readonly strategy: "fastest" | "leastIntersections" | "random" | "shortest" }[];
}

export interface Trajectory {
  readonly name: string;
  readonly closed: boolean;
  readonly shape: TrajectoryShape;
}

export type TrajectoryShape =
  | { readonly kind: "polyline"; readonly vertices: readonly { readonly position: Position; readonly time: number | undefined }[] }
  | { readonly kind: "clothoid"; readonly position: Position; readonly curvature: number; readonly curvaturePrime: number; readonly length: number; readonly startTime: number | undefined; readonly stopTime: number | undefined }
  | { readonly kind: "clothoid-spline"; readonly timeEnd: number | undefined; readonly segments: readonly ClothoidSegment[] }
  | { readonly kind: "nurbs"; readonly order: number; readonly controlPoints: readonly { readonly position: Position; readonly time: number | undefined; readonly weight: number }[]; readonly knots: readonly number[] };

export interface ClothoidSegment {
  readonly position: Position | undefined;
  readonly curvatureStart: number;
  readonly curvatureEnd: number;
  readonly length: number;
  readonly hOffset: number;
  readonly timeStart: number | undefined;
}

export type DynamicsShape = "cubic" | "linear" | "sinusoidal" | "step";
export interface TransitionDynamics {
  readonly shape: DynamicsShape;
  readonly dimension: "distance" | "rate" | "time";
  readonly value: number;
  /** How exactly the shape is to be kept: as it is, or as far as the entity can. */
  readonly followingMode?: "follow" | "position" | undefined;
}

export interface DynamicConstraints {
  readonly maxSpeed: number | undefined;
  readonly maxAcceleration: number | undefined;
  readonly maxAccelerationRate: number | undefined;
  readonly maxDeceleration: number | undefined;
  readonly maxDecelerationRate: number | undefined;
}

export type CoordinateSystem = "entity" | "lane" | "road" | "trajectory" | "world";
export type DistanceType = "lateral" | "longitudinal" | "euclidianDistance";

export type FinalSpeed = {
  readonly target: { readonly kind: "absolute"; readonly value: number } | { readonly kind: "relative"; readonly value: number; readonly type: "delta" | "factor" };
  readonly steady: { readonly kind: "distance" | "time"; readonly value: number } | undefined;
};

export type PrivateAction =
  | { readonly kind: "teleport"; readonly position: Position }
  | { readonly kind: "speed"; readonly dynamics: TransitionDynamics; readonly target: SpeedTarget }
  | { readonly kind: "speed-profile"; readonly entity: string | undefined; readonly followingMode: "follow" | "position"; readonly constraints: DynamicConstraints | undefined; readonly entries: readonly { readonly speed: number; readonly time: number | undefined }[] }
  | {
      readonly kind: "longitudinal-distance";
      readonly entity: string;
      readonly continuous: boolean;
      readonly freespace: boolean;
      readonly goal: { readonly kind: "distance" | "time-gap"; readonly value: number };
      readonly displacement: "any" | "trailingReferencedEntity" | "leadingReferencedEntity";
      readonly coordinateSystem: CoordinateSystem;
      readonly constraints: DynamicConstraints | undefined;
    }
  | { readonly kind: "lane-change"; readonly dynamics: TransitionDynamics; readonly target: LaneTarget; readonly targetOffset: number }
  | { readonly kind: "lane-offset"; readonly continuous: boolean; readonly shape: DynamicsShape; readonly maxLateralAcc: number | undefined; readonly target: { readonly kind: "absolute"; readonly value: number } | { readonly kind: "relative"; readonly entity: string; readonly value: number } }
  | {
      readonly kind: "lateral-distance";
      readonly entity: string;
      readonly continuous: boolean;
      readonly freespace: boolean;
      readonly distance: number;
      readonly displacement: "any" | "leftToReferencedEntity" | "rightToReferencedEntity";
      readonly coordinateSystem: CoordinateSystem;
      readonly constraints: DynamicConstraints | undefined;
    }
  | { readonly kind: "visibility"; readonly graphics: boolean; readonly sensors: boolean; readonly traffic: boolean; /** Only these sensors are meant; empty: all. */ readonly sensorNames: readonly string[] }
  | { readonly kind: "synchronize"; readonly master: string; readonly masterPosition: Position; readonly position: Position; readonly masterTolerance: number; readonly tolerance: number; readonly finalSpeed: FinalSpeed | undefined }
  | { readonly kind: "activate-controller"; readonly controller: string | undefined; readonly domains: ControlDomains }
  | { readonly kind: "assign-controller"; readonly controller: Controller; readonly domains: ControlDomains }
  | { readonly kind: "assign-route"; readonly route: Route }
  | { readonly kind: "acquire-position"; readonly position: Position }
  | { readonly kind: "random-route" }
  | {
      readonly kind: "follow-trajectory";
      readonly trajectory: Trajectory;
      readonly initialDistanceOffset: number;
      readonly timing: { readonly domain: "absolute" | "relative"; readonly scale: number; readonly offset: number } | undefined;
      readonly followingMode: "follow" | "position";
    }
  | { readonly kind: "connect-trailer"; readonly trailer: string }
  | { readonly kind: "disconnect-trailer" }
  /** Values for the controller now in charge; without one they move nothing. */
  | { readonly kind: "override-controller"; readonly overrides: readonly Override[] }
  /** Lights and animations: shown, not simulated. */
  | { readonly kind: "appearance"; readonly change: AppearanceChange };

/** What a controller action says about each domain; undefined leaves it as it is. */
export interface ControlDomains {
  readonly lateral: boolean | undefined;
  readonly longitudinal: boolean | undefined;
  readonly animation: boolean | undefined;
  readonly lighting: boolean | undefined;
}

export type SpeedTarget =
  | { readonly kind: "absolute"; readonly value: number }
  | { readonly kind: "relative"; readonly entity: string; readonly value: number; readonly type: "delta" | "factor"; readonly continuous: boolean };

export type LaneTarget = { readonly kind: "absolute"; readonly lane: number } | { readonly kind: "relative"; readonly entity: string; readonly value: number };

export type GlobalAction =
  | { readonly kind: "environment"; readonly environment: Environment }
  | { readonly kind: "add-entity"; readonly entity: string; readonly position: Position }
  | { readonly kind: "delete-entity"; readonly entity: string }
  | { readonly kind: "parameter-set"; readonly parameter: string; readonly value: string }
  | { readonly kind: "parameter-modify"; readonly parameter: string; readonly operation: "add" | "multiply"; readonly value: number }
  | { readonly kind: "variable-set"; readonly variable: string; readonly value: string }
  | { readonly kind: "variable-modify"; readonly variable: string; readonly operation: "add" | "multiply"; readonly value: number }
  | { readonly kind: "set-monitor"; readonly monitor: string; readonly value: boolean }
  | { readonly kind: "traffic-signal-state"; readonly signal: string; readonly state: string }
  | { readonly kind: "traffic-signal-controller"; readonly controller: string; readonly phase: string }
  | TrafficAction;

export type Action =
  | { readonly scope: "private"; readonly action: PrivateAction }
  | { readonly scope: "global"; readonly action: GlobalAction }
  | { readonly scope: "user"; readonly type: string; readonly content: string };

export interface NamedAction {
  readonly name: string;
  /** One action element may hold several (controller actions before 1.3); they start together. */
  readonly actions: readonly Action[];
}

export type StoryboardState = "standbyState" | "runningState" | "completeState" | "startTransition" | "endTransition" | "stopTransition" | "skipTransition";
export type StoryboardElementType = "story" | "act" | "maneuverGroup" | "maneuver" | "event" | "action";

export type ValueCondition =
  | { readonly kind: "simulation-time"; readonly value: number; readonly rule: Rule }
  | { readonly kind: "time-of-day"; readonly epochMs: number; readonly rule: Rule }
  | { readonly kind: "storyboard-state"; readonly type: StoryboardElementType; readonly ref: string; readonly state: StoryboardState }
  | { readonly kind: "parameter" | "variable"; readonly name: string; readonly value: string; readonly rule: Rule }
  | { readonly kind: "user-defined-value"; readonly name: string; readonly value: string; readonly rule: Rule }
  | { readonly kind: "traffic-signal"; readonly signal: string; readonly state: string }
  | { readonly kind: "traffic-signal-controller"; readonly controller: string; readonly phase: string };

export type Direction = "longitudinal" | "lateral" | "vertical" | undefined;

export interface DistanceMeasure {
  readonly freespace: boolean;
  readonly coordinateSystem: CoordinateSystem;
  readonly type: DistanceType;
  /** Which way along the roads; undefined: left to the player. */
  readonly routing?: "assignedRoute" | "fastest" | "leastIntersections" | "shortest" | undefined;
}

export type EntityCondition =
  | { readonly kind: "end-of-road" | "offroad" | "stand-still"; readonly duration: number }
  | { readonly kind: "collision"; readonly with: { readonly kind: "entities"; readonly entities: readonly string[] } | { readonly kind: "type"; readonly type: "vehicle" | "pedestrian" | "object" | "external" } }
  | { readonly kind: "time-headway"; readonly entity: string; readonly value: number; readonly rule: Rule; readonly measure: DistanceMeasure }
  | { readonly kind: "time-to-collision"; readonly target: { readonly kind: "entity"; readonly entity: string } | { readonly kind: "position"; readonly position: Position }; readonly value: number; readonly rule: Rule; readonly measure: DistanceMeasure }
  | { readonly kind: "acceleration" | "speed"; readonly value: number; readonly rule: Rule; readonly direction: Direction }
  | { readonly kind: "relative-speed"; readonly entity: string; readonly value: number; readonly rule: Rule; readonly direction: Direction }
  | { readonly kind: "traveled-distance"; readonly value: number }
  | { readonly kind: "reach-position"; readonly position: Position; readonly tolerance: number }
  | { readonly kind: "distance"; readonly position: Position; readonly value: number; readonly rule: Rule; readonly measure: DistanceMeasure }
  | { readonly kind: "relative-distance"; readonly entity: string; readonly value: number; readonly rule: Rule; readonly measure: DistanceMeasure }
  | { readonly kind: "relative-clearance"; readonly oppositeLanes: boolean; readonly forward: number; readonly backward: number; readonly freespace: boolean; readonly ranges: readonly { readonly from: number; readonly to: number }[]; readonly entities: readonly string[] }
  | { readonly kind: "angle"; readonly angleType: "heading" | "pitch" | "roll"; readonly angle: number; readonly tolerance: number; readonly coordinateSystem: CoordinateSystem }
  | { readonly kind: "relative-angle"; readonly entity: string; readonly angleType: "heading" | "pitch" | "roll"; readonly angle: number; readonly tolerance: number; readonly coordinateSystem: CoordinateSystem };

export interface Condition {
  readonly name: string;
  readonly delayS: number;
  readonly edge: "falling" | "none" | "rising" | "risingOrFalling";
  readonly body: { readonly by: "value"; readonly condition: ValueCondition } | { readonly by: "entity"; readonly rule: "any" | "all"; readonly entities: readonly string[]; readonly condition: EntityCondition };
}

/** Any group suffices; in a group all must hold. */
export interface Trigger {
  readonly groups: readonly (readonly Condition[])[];
}

export interface Event {
  readonly name: string;
  readonly priority: "override" | "parallel" | "skip";
  readonly maximumExecutionCount: number;
  readonly actions: readonly NamedAction[];
  readonly startTrigger: Trigger | undefined;
}

export interface Maneuver {
  readonly name: string;
  readonly events: readonly Event[];
}

export interface ManeuverGroup {
  readonly name: string;
  readonly maximumExecutionCount: number;
  readonly actors: readonly string[];
  /** Those whose conditions started an event act in it too. */
  readonly selectTriggeringEntities: boolean;
  readonly maneuvers: readonly Maneuver[];
}

export interface Act {
  readonly name: string;
  readonly groups: readonly ManeuverGroup[];
  readonly startTrigger: Trigger | undefined;
  readonly stopTrigger: Trigger | undefined;
}

export interface Story {
  readonly name: string;
  readonly acts: readonly Act[];
}

export interface BoundingBox {
  readonly length: number;
  readonly width: number;
  readonly height: number;
  readonly cx: number;
  readonly cy: number;
  readonly cz: number;
}

export interface Controller {
  readonly name: string;
  /** What it is able to control; undefined: everything. */
  readonly type: "lateral" | "longitudinal" | "lighting" | "animation" | "movement" | "appearance" | "all" | undefined;
  readonly properties: ReadonlyMap<string, string>;
  readonly attachments: Attachments;
}

export interface Entity {
  readonly name: string;
  readonly kind: "vehicle" | "pedestrian" | "object" | "external";
  readonly category: string;
  /** Name of the vehicle, pedestrian or object description. */
  readonly model: string;
  readonly box: BoundingBox;
  readonly wheelbase: number;
  readonly performance: { readonly maxSpeed: number; readonly maxAcceleration: number; readonly maxDeceleration: number } | undefined;
  readonly properties: ReadonlyMap<string, string>;
  readonly controllers: readonly Controller[];
  /** x of the hitch (rear) and of the coupler (front), entity frame. */
  readonly hitchX: number | undefined;
  readonly couplerX: number | undefined;
  /** Name of the trailer connected at the start. */
  readonly trailer: string | undefined;
  readonly details: EntityDetails;
}

export interface Environment {
  readonly name: string;
  readonly timeOfDay: { readonly epochMs: number; readonly animation: boolean } | undefined;
  readonly precipitation: { readonly type: "dry" | "rain" | "snow"; readonly mmph: number } | undefined;
  readonly fogRangeM: number | undefined;
  readonly sunIlluminanceLux: number | undefined;
  readonly temperatureK: number | undefined;
  readonly frictionScale: number | undefined;
  readonly wetness: "dry" | "moist" | "wetWithPuddles" | "lowFlooded" | "highFlooded" | undefined;
  readonly sky: Sky;
}

export interface SignalController {
  readonly name: string;
  readonly delayS: number;
  readonly reference: string | undefined;
  readonly phases: readonly { readonly name: string; readonly durationS: number; readonly states: ReadonlyMap<string, string>; /** State of the whole group of signals, as one word. */ readonly groupState: string | undefined }[];
}

/** `entity` undefined for global and user-defined actions. */
export interface InitAction {
  readonly name: string;
  readonly entity: string | undefined;
  readonly action: Action;
}

export interface Scenario {
  readonly file: string;
  readonly version: string;
  readonly description: string;
  readonly author: string;
  readonly epochMs: number;
  readonly parameters: ReadonlyMap<string, { readonly type: ParameterType; readonly value: string }>;
  readonly variables: ReadonlyMap<string, { readonly type: ParameterType; readonly value: string }>;
  readonly monitors: ReadonlyMap<string, boolean>;
  readonly logicFile: string | undefined;
  readonly signalControllers: readonly SignalController[];
  readonly entities: readonly Entity[];
  /** Groups of entities (EntitySelection): name to members; references to them are already members here. */
  readonly selections: ReadonlyMap<string, readonly string[]>;
  /** Corners of the area used, when the file states them. */
  readonly usedArea: readonly Position[];
  readonly extras: Extras;
  readonly init: readonly InitAction[];
  readonly stories: readonly Story[];
  readonly stopTrigger: Trigger | undefined;
}
