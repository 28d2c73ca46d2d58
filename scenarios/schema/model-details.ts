/**
 * The details of a scenario that do not move anybody by themselves: attachments, axles, lights and animations, values for
 * controllers, weather. Types only; units as in the standard. Nothing a file says may have no place here.
 */

/** What a Properties element holds beside names and values: kept as written, never interpreted. */
export interface Attachments {
  readonly files: readonly string[];
  readonly contents: readonly string[];
}

export interface Axle {
  /** Where it stands: front, rear, or one of the additional ones. */
  readonly place: "front" | "rear" | "additional";
  readonly maxSteering: number;
  readonly wheelDiameter: number;
  readonly trackWidth: number;
  readonly positionX: number;
  readonly positionZ: number;
}

/** What only some kinds of entity state, and what no motion depends on. */
export interface EntityDetails {
  /** What the file calls a trailer described in place; it is known by its vehicle's name with a `+`. */
  readonly writtenName?: string | undefined;
  readonly role: string | undefined;
  readonly mass: number | undefined;
  /** A file of the viewer's. */
  readonly model3d: string | undefined;
  readonly axles: readonly Axle[];
  /** Jerk limits. */
  readonly maxAccelerationRate: number | undefined;
  readonly maxDecelerationRate: number | undefined;
  readonly hitchZ: number | undefined;
  readonly couplerZ: number | undefined;
  readonly attachments: Attachments;
}

export type Colour =
  | { readonly kind: "rgb"; readonly type: string; readonly red: number; readonly green: number; readonly blue: number }
  | { readonly kind: "cmyk"; readonly type: string; readonly cyan: number; readonly magenta: number; readonly yellow: number; readonly key: number };

export interface LightChange {
  readonly kind: "light";
  /** A light of the standard's list, or one the user named. */
  readonly light: { readonly kind: "vehicle" | "user"; readonly name: string };
  readonly mode: "on" | "off" | "flashing";
  /** [cd]. */
  readonly intensity: number | undefined;
  readonly flashOnS: number | undefined;
  readonly flashOffS: number | undefined;
  readonly colour: Colour | undefined;
  readonly transitionS: number;
}

export interface AnimationChange {
  readonly kind: "animation";
  readonly what:
    | { readonly kind: "component"; readonly component: string; readonly user: boolean }
    | { readonly kind: "pedestrian"; readonly motion: string | undefined; readonly user: string | undefined; readonly gestures: readonly string[] }
    | { readonly kind: "file"; readonly file: string; readonly timeOffsetS: number }
    | { readonly kind: "user"; readonly type: string };
  readonly loop: boolean;
  readonly durationS: number | undefined;
  /** 0 to 1: how far the animation is to go. */
  readonly state: number | undefined;
}

export type AppearanceChange = LightChange | AnimationChange;

/** One value for the controller in charge; undefined `value`: not given. `active` false hands it back. */
export interface Override {
  readonly what: "throttle" | "brake" | "clutch" | "parkingBrake" | "steeringWheel" | "gear";
  readonly active: boolean;
  readonly value: number | undefined;
  /** Brakes: a share of the pedal (percent) or a force [N]. Gears: a number or the automatic's n, p, r, d. */
  readonly unit: "share" | "force" | "angle" | "manual" | "automatic";
  readonly gear: "n" | "p" | "r" | "d" | undefined;
  readonly maxRate: number | undefined;
  readonly maxTorque: number | undefined;
}

/** Weather beyond what the twin reckons with. */
export interface Sky {
  readonly cloudState: string | undefined;
  readonly fractionalCloudCover: string | undefined;
  readonly atmosphericPressurePa: number | undefined;
  readonly sun: { readonly azimuthRad: number; readonly elevationRad: number } | undefined;
  readonly wind: { readonly directionRad: number; readonly speedMps: number } | undefined;
  /** Fog stands only inside this box. */
  readonly fogBox: { readonly length: number; readonly width: number; readonly height: number; readonly cx: number; readonly cy: number; readonly cz: number } | undefined;
  readonly dome: { readonly file: string; readonly azimuthOffsetRad: number } | undefined;
  readonly roadProperties: ReadonlyMap<string, string>;
  readonly roadAttachments: Attachments;
}

/** What the header and the road network name beside the map. */
export interface Extras {
  readonly license: { readonly name: string; readonly resource: string | undefined; readonly spdxId: string | undefined; readonly text: string } | undefined;
  readonly headerProperties: ReadonlyMap<string, string>;
  readonly headerAttachments: Attachments;
  readonly sceneGraphFile: string | undefined;
}
