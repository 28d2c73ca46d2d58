/** Sensors and bodies for the tests of this folder: one sensor of each kind with round numbers. Not part of any run. */
import type { HalInputs } from "../../edge-agent/hal/types.ts";
import type { ObjectSensorProfile, VehicleProfile } from "../../fleet-core/contract/profile.ts";
import { cos, sin } from "../../fleet-core/kernel/math/index.ts";
import type { TimeUs } from "../../fleet-core/kernel/time.ts";
import type { VehicleState } from "../physics/types.ts";
import type { EgoTruth, SensorFaults, VisibleBody } from "./types.ts";

export const HEALTHY_SENSORS: SensorFaults = { gnssLoss: 0, gnssJumpM: 0, lidarLoss: 0, cameraLoss: 0, wheelSpeedBias: 0 };

export const lidar = (over: Partial<ObjectSensorProfile> = {}): ObjectSensorProfile => ({
  id: "lidar",
  kind: "lidar",
  xM: 0,
  yM: 0,
  zM: 1.5,
  yawRad: 0,
  rateHz: 10,
  latencyMs: 0,
  rangeM: 100,
  fovRad: 6.3,
  rangeSigmaM: 0,
  bearingSigmaRad: 0,
  speedSigmaMps: 0,
  miss: { numerator: 0, denominator: 1 },
  ...over,
});

export const sensorsOf = (objects: readonly ObjectSensorProfile[] = [lidar()], over: Partial<VehicleProfile["sensors"]> = {}): Pick<VehicleProfile, "sensors"> => ({
  sensors: {
    gnss: { id: "gnss", xM: 1, yM: 0, zM: 1.5, yawRad: 0, rateHz: 10, latencyMs: 50, sigmaM: 0.5, headingSigmaRad: 0.01, speedSigmaMps: 0.1 },
    imu: { id: "imu", xM: 1, yM: 0, zM: 0.5, yawRad: 0, rateHz: 100, accelSigmaMps2: 0.05, gyroSigmaRadps: 0.002, gyroBiasSigmaRadps: 0.01 },
    odometry: { id: "odometry", rateHz: 50, scaleSigma: 0.01, sigmaMps: 0.05 },
    objects: [...objects],
    ...over,
  },
});

/** Names up to three letters make serials of their own. */
const serialOf = (id: string): number => [...id].reduce((serial, letter) => 128 * serial + letter.charCodeAt(0), 0);

export const body = (id: string, xM: number, yM: number, over: Partial<VisibleBody> = {}): VisibleBody => ({
  id,
  serial: serialOf(id),
  kind: "vehicle",
  xM,
  yM,
  yawRad: 0,
  cosYaw: cos(over.yawRad ?? 0),
  sinYaw: sin(over.yawRad ?? 0),
  vxMps: 0,
  vyMps: 0,
  lengthM: 4,
  widthM: 2,
  heightM: 1.6,
  ...over,
});

export const egoAt = (over: Partial<VehicleState> = {}): EgoTruth => ({
  state: { xM: 0, yM: 0, zM: 0, yawRad: 0, pitchRad: 0, rollRad: 0, speedMps: 0, lateralMps: 0, yawRateRadps: 0, accelMps2: 0, lateralAccelMps2: 0, steerRad: 0, ...over },
  energy: { socRatio: 0.8 },
  brakeHealthRatio: 1,
  steeringHealthRatio: 1,
  parked: false,
});

export const at = (ms: number): TimeUs => (ms * 1000) as TimeUs;

/** What a test keeps of a `take`: the readings themselves are good until the next one only. */
export const copyOf = (inputs: HalInputs): HalInputs => ({
  gnss: inputs.gnss.map((fix) => ({ ...fix })),
  imu: inputs.imu.map((sample) => ({ ...sample })),
  odometry: inputs.odometry.map((sample) => ({ ...sample })),
  objects: inputs.objects.map(({ sensorId, measuredUs, objects }) => ({ sensorId, measuredUs, objects: objects.map((object) => ({ ...object })) })),
  feedback: { ...inputs.feedback },
  ambient: { ...inputs.ambient },
});
