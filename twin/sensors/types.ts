/** Between the world's truth and the agent's HAL. */
import type { HalInputs } from "../../edge-agent/hal/types.ts";
import type { StateHash } from "../../fleet-core/kernel/hash.ts";
import type { TimeUs } from "../../fleet-core/kernel/time.ts";
import type { VehicleState } from "../physics/types.ts";
import type { Weather } from "../weather/types.ts";

/** A thing that can be seen; x, y is the box centre in the map frame, velocity over ground in the map frame. */
export interface VisibleBody {
  readonly id: string;
  /** Whole number that no other body of the run has: what sensors know it by. */
  readonly serial: number;
  readonly kind: "vehicle" | "pedestrian" | "object";
  xM: number;
  yM: number;
  yawRad: number;
  cosYaw: number;
  sinYaw: number;
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

/** What is true of the vehicle itself. Suites keep it from `sample` to `take`, so it must stay what it was at the last `sample`. */
export interface EgoTruth {
  readonly state: VehicleState;
  /** Asked now and then. */
  readonly energy: { readonly socRatio: number };
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
  /** Readings that have arrived by `nowUs` and were not taken before; good until the next `take` of any suite with the same frame. */
  take(nowUs: TimeUs): HalInputs;
  hashInto(hash: StateHash): void;
}
