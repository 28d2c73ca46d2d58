/**
 * What `scenarios` gives to whoever plays a scenario (the twin, a sweep, a check). A loaded scenario is immutable and
 * may be played many times; a player owns all state of one play. World frame as in OpenDRIVE: x, y, z [m], ENU.
 */
import type { TimeUs } from "../fleet-core/kernel/time.ts";
import type { Rng } from "../fleet-core/kernel/rng.ts";
import type { RoadNetwork } from "../fleet-core/road/types.ts";
import type { DriverSpec } from "./drivers/spec.ts";

/** Reads a file named relative to the scenario's own folder (forward slashes); undefined when it does not exist. */
export type ReadText = (path: string) => string | undefined;

export interface ActorBox {
  readonly lengthM: number;
  readonly widthM: number;
  readonly heightM: number;
  /** Box centre in the entity frame (vehicles: origin mid rear axle on the ground). */
  readonly centreXM: number;
  readonly centreYM: number;
  readonly centreZM: number;
}

export interface ScenarioActor {
  readonly name: string;
  readonly kind: "vehicle" | "pedestrian" | "object";
  /** vehicleCategory, pedestrianCategory or miscObjectCategory. */
  readonly category: string;
  readonly box: ActorBox;
  readonly wheelbaseM: number;
  readonly performance: { readonly maxSpeedMps: number; readonly maxAccelerationMps2: number; readonly maxDecelerationMps2: number } | undefined;
  readonly properties: ReadonlyMap<string, string>;
  /** First assigned controller, if any. */
  readonly controller: { readonly name: string; readonly properties: ReadonlyMap<string, string> } | undefined;
}

/** Kinematic state of an actor; the object is owned by the player and changes in place. */
export interface ActorState {
  xM: number;
  yM: number;
  zM: number;
  headingRad: number;
  pitchRad: number;
  rollRad: number;
  speedMps: number;
  accelMps2: number;
}

/** Where an actor stands on the road, as the player counts it; changes in place. Not kept for actors taken over. */
export interface ActorPlace {
  readonly road: { readonly id: string } | undefined;
  readonly lane: number;
  readonly sM: number;
  readonly tM: number;
  /** Heading against the road's +s, in [0, 2π). */
  readonly hRel: number;
}

export type ElementState = "standby" | "running" | "complete";

export interface StoryboardChange {
  readonly timeUs: TimeUs;
  readonly step: number;
  /** storyboard, story, act, maneuverGroup, maneuver, event or action. */
  readonly element: string;
  readonly state: ElementState;
  readonly name: string;
  /** Names from the story down, joined by `::`. */
  readonly path: string;
}

/** A CustomCommandAction of type `atlasmesh.*`, raised when its action starts (Init: at time 0). */
export interface CustomCommand {
  readonly timeUs: TimeUs;
  readonly type: string;
  readonly content: string;
}

export interface ScenarioWeather {
  readonly rainMmph: number;
  readonly snowMmph: number;
  readonly fogVisibilityM: number;
  readonly frictionScale: number;
  readonly wetnessRatio: number;
  /** Seconds after local midnight when the scenario states a time of day. */
  readonly timeOfDayS: number | undefined;
  readonly sunIlluminanceLux: number | undefined;
  readonly temperatureK: number | undefined;
}

export interface ScenarioPlayer {
  /** Actors present now, in order of appearance; another array exactly when one appeared or left. */
  readonly actors: readonly ScenarioActor[];
  state(name: string): ActorState;
  place(name: string): ActorPlace;
  /** Speed the storyboard currently asks of an externally driven actor (set by its last SpeedAction). */
  requestedSpeedMps(name: string): number;
  /**
   * Advances to `timeUs`, one fixed step after the last call (the first call comes with 0, after Init). Moves actors the
   * storyboard drives, evaluates triggers on the states at `timeUs`, starts and ends actions.
   */
  step(timeUs: TimeUs): void;
  /** From now on the actor's state comes from outside through `setState` before each `step`. */
  takeOver(name: string): void;
  /** False while nothing depends on where externally driven actors are: then `setState` need not be called. */
  readonly statesMatter: boolean;
  /** Copies `state`: where the actor is at the end of the next step. Actions of that step still see it where it was. */
  setState(name: string, state: ActorState): void;
  readonly weather: ScenarioWeather;
  /** Sets what UserDefinedValueConditions of this name read from the next `step` on. */
  setUserValue(name: string, value: string): void;
  /** Changes and commands since the last call, in order. */
  takeChanges(): readonly StoryboardChange[];
  takeCommands(): readonly CustomCommand[];
  /** Set when the stop trigger fired or the storyboard completed. */
  readonly ended: "stop-trigger" | "storyboard-complete" | undefined;
}

export interface LoadedScenario {
  /** File name without folder and extension. */
  readonly name: string;
  readonly description: string;
  readonly map: RoadNetwork;
  readonly mapFile: string;
  /** Names of all entities it declares, present from the start or not. */
  readonly entities: readonly string[];
  /** Milliseconds since 1970 UTC of the file header's date; the run's epoch. */
  readonly epochMs: number;
  /** Every file read, relative path to text: what a recording must carry to play it again. */
  readonly files: ReadonlyMap<string, string>;
  play(options: { readonly rng: Rng; readonly stepUs: number; readonly disableControllers: boolean; /** So many background vehicles on the whole map. */ readonly traffic?: number | undefined; /** Driver models by actor, in charge from the start. */ readonly drivers?: ReadonlyMap<string, DriverSpec> | undefined; /** User-defined values at the start, by name. */ readonly userValues?: ReadonlyMap<string, string> | undefined }): ScenarioPlayer;
}
