/**
 * Vehicle profile v1: everything class-specific that the twin, the agent and the gates may know about a vehicle.
 * Data only; adding a class is adding a file in `edge-agent/profiles`. SI units, ISO 8855 vehicle frame (x forward,
 * y left, z up, origin mid rear axle on the ground).
 */
import { z } from "zod";

const positive = z.number().positive();
const ratio = z.number().min(0).max(1);
const slug = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "lower-case words joined by hyphens");

const axle = z.strictObject({
  /** Distance ahead of the origin; the rear (or mid-bogie) axle has 0. */
  xM: z.number(),
  trackM: positive,
  wheelRadiusM: positive,
  /** Tyres on this axle (2, or 4 for dual wheels). */
  tyres: z.int().min(2),
  steered: z.boolean(),
  driven: z.boolean(),
});

/** Peak tyre-road friction coefficient in dry, wet, snow and ice conditions. */
const frictionRow = z.strictObject({ dry: positive, wet: positive, snow: positive, ice: positive });

const mount = {
  id: slug,
  xM: z.number(),
  yM: z.number(),
  zM: z.number(),
  /** Direction of the sensor's axis in the vehicle frame. */
  yawRad: z.number(),
};

const objectSensor = z.strictObject({
  ...mount,
  kind: z.enum(["lidar", "camera", "radar"]),
  rateHz: positive,
  latencyMs: z.int().min(0),
  rangeM: positive,
  /** Full horizontal field of view. */
  fovRad: positive,
  /** Standard deviations: position along and across the line of sight, at 0 m plus per metre of range; speed. */
  rangeSigmaM: z.number().min(0),
  bearingSigmaRad: z.number().min(0),
  speedSigmaMps: z.number().min(0),
  /** Probability that a visible object is missed in one scan, as missed / of. */
  miss: z.strictObject({ numerator: z.int().min(0), denominator: z.int().min(1) }),
});

const link = z.strictObject({
  id: slug,
  kind: z.enum(["lte", "5g", "wifi", "satcom"]),
  /** One-way delay: fixed part and the width of the uniform jitter added to it. */
  delayMs: z.int().min(0),
  jitterMs: z.int().min(0),
  loss: z.strictObject({ numerator: z.int().min(0), denominator: z.int().min(1) }),
  /** Probability of an extra delay of one to two times the jitter, which reorders. */
  reorder: z.strictObject({ numerator: z.int().min(0), denominator: z.int().min(1) }),
  bandwidthBps: positive,
});

export const vehicleProfileSchema = z.strictObject({
  schema: z.literal("atlasmesh.vehicle-profile/1"),
  id: slug,
  name: z.string().min(1),
  /** Vehicle class, free text slug: a seventh class needs no code. */
  class: slug,
  /** UNECE category or field name that anchors braking and following laws (M1, M3, N2, N3, off-road…). */
  category: z.string().min(1),
  geometry: z.strictObject({
    lengthM: positive,
    widthM: positive,
    heightM: positive,
    wheelbaseM: positive,
    rearOverhangM: z.number().min(0),
    cgHeightM: positive,
    /** Centre of gravity ahead of the rear axle. */
    cgToRearAxleM: positive,
  }),
  mass: z.strictObject({ totalKg: positive, yawInertiaKgm2: positive }),
  axles: z.array(axle).min(2),
  steering: z.strictObject({
    /** Road-wheel angle of the equivalent single-track model. */
    angleRadMax: positive,
    rateRadpsMax: positive,
    lagS: z.number().min(0),
  }),
  drive: z.strictObject({
    forceNMax: positive,
    powerWMax: positive,
    speedMpsMax: positive,
    reverseMpsMax: z.number().min(0),
    lagS: z.number().min(0),
    efficiency: ratio,
    /** Share of braking energy that comes back. */
    regenRatio: ratio,
  }),
  brake: z.strictObject({
    /** Full service braking on a dry road, limited by the brakes themselves. */
    decelMps2Max: positive,
    /** Dead time before deceleration begins, then linear build-up time to full. */
    deadTimeS: z.number().min(0),
    buildUpS: z.number().min(0),
    /** Deceleration the parking brake holds with. */
    parkMps2: positive,
  }),
  tyre: z.strictObject({
    friction: z.record(slug, frictionRow),
    /** Cornering stiffness per axle load: C = coefficient × F_z [1/rad]. */
    corneringPerRad: positive,
    rollingCoefficient: z.number().min(0),
  }),
  dragAreaM2: z.number().min(0),
  energy: z.strictObject({
    kind: z.enum(["battery", "diesel"]),
    /** Usable energy at the wheels' input (battery) or in the tank (fuel heating value). */
    capacityKwh: positive,
    auxiliaryW: z.number().min(0),
    socInitial: ratio,
    /** Below this the vehicle asks for energy; below half of it, it stops safely. */
    socReserve: ratio,
  }),
  limits: z.strictObject({
    speedMps: positive,
    accelMps2: positive,
    decelMps2: positive,
    jerkMps3: positive,
    lateralMps2: positive,
  }),
  following: z.strictObject({ timeGapS: positive, standstillGapM: positive }),
  mrm: z.strictObject({
    comfortableMps2: positive,
    emergencyMps2: positive,
    /** Silence of the core's heartbeat after which the vehicle is degraded, then starts its manoeuvre. */
    linkDegradedS: positive,
    linkMrmS: positive,
  }),
  odd: z.strictObject({
    /** Surfaces from `tyre.friction`. */
    surfaces: z.array(slug).min(1),
    rainMmphMax: z.number().min(0),
    fogVisibilityMMin: z.number().min(0),
    night: z.boolean(),
  }),
  sensors: z.strictObject({
    gnss: z.strictObject({ ...mount, rateHz: positive, latencyMs: z.int().min(0), sigmaM: z.number().min(0), headingSigmaRad: z.number().min(0), speedSigmaMps: z.number().min(0) }),
    imu: z.strictObject({ ...mount, rateHz: positive, accelSigmaMps2: z.number().min(0), gyroSigmaRadps: z.number().min(0), gyroBiasSigmaRadps: z.number().min(0) }),
    odometry: z.strictObject({ id: slug, rateHz: positive, scaleSigma: z.number().min(0), sigmaMps: z.number().min(0) }),
    objects: z.array(objectSensor).min(1),
  }),
  /** Radio paths in order of preference. */
  links: z.array(link).min(1),
  appearance: z.strictObject({ model: slug, colour: z.string().regex(/^#[0-9a-f]{6}$/) }),
  /** Where figures come from: field path, figure's source in words. */
  sources: z.array(z.strictObject({ field: z.string().min(1), source: z.string().min(1) })).min(1),
});

export type VehicleProfile = Readonly<z.infer<typeof vehicleProfileSchema>>;
export type ObjectSensorProfile = VehicleProfile["sensors"]["objects"][number];
export type LinkProfile = VehicleProfile["links"][number];
