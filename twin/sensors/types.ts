/** Between the world's truth and the agent's HAL. */
import type { HalInputs } from "../../edge-agent/hal/types.ts";
import type { StateHash } from "../../fleet-core/kernel/hash.ts";
import type { TimeUs } from "../../fleet-core/kernel/time.ts";
import type { VehicleState } from "../physics/types.ts";
import type { Weather } from "../weather/types.ts";

/** A thing that can be seen; x, y is the box centre in the map frame, velocity over ground in the map frame. */
export interface VisibleBody {
  readonly id: string;
  readonly kind: "vehicle" | "pedestrian" | "object";
  xM: number;
  yM: number;
  yawRad: number;
  vxMps: number;
  vyMps: number;
  readonly lengthM: number;
  readonly widthM: number;
  readonly heightM: number;
}

/** Present effect of faults on sensing; zero or false when healthy. */
export interface SensorFaults {
  readonly gnssLoss: number;
  readonly gnssJumpM: number;
  readonly lidarLoss: number;
  readonly cameraLoss: number;
  readonly wheelSpeedBias: number;
}

export interface EgoTruth {
  readonly state: VehicleState;
  readonly socRatio: number;
  readonly brakeHealthRatio: number;
  readonly steeringHealthRatio: number;
  readonly parked: boolean;
}

export interface SensorSuite {
  /** Measures at `nowUs` whatever is due; to be called when something is, and before each `take`. Results appear in `take` once their latency has passed. */
  sample(nowUs: TimeUs, ego: EgoTruth, near: readonly VisibleBody[], weather: Weather, faults: SensorFaults): void;
  /** Next time anything measures [µs]; before it `sample` only takes over what feedback and ambient readings will say. */
  readonly dueUs: number;
  /** How far the object sensors that measure at `nowUs` look [m]; 0: none does, and `sample` does not look at `near`. */
  objectsRangeM(nowUs: TimeUs): number;
  /** Readings that have arrived by `nowUs` and were not taken before. */
  take(nowUs: TimeUs): HalInputs;
  hashInto(hash: StateHash): void;
}
