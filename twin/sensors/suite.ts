/**
 * All sensors of one vehicle, between the world's truth and the agent's HAL. Each sensor draws from its own generator,
 * forked by its id from the vehicle's, so nothing another vehicle or another sensor does moves its noise. Allocates only
 * when a sensor measures or somebody takes readings.
 */
import type { HalInputs, ObjectList, VehicleFeedback } from "../../edge-agent/hal/types.ts";
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import type { EnuFrame } from "../../fleet-core/kernel/frames.ts";
import { sincos } from "../../fleet-core/kernel/math/index.ts";
import type { Rng } from "../../fleet-core/kernel/rng.ts";
import type { TimeUs } from "../../fleet-core/kernel/time.ts";
import type { VehicleState } from "../physics/types.ts";
import { CLEAR, type Weather } from "../weather/types.ts";
import { createGnss } from "./gnss.ts";
import { createImu, createOdometry } from "./motion.ts";
import { createObjectSensor, type EgoPlace, type ObjectSensor } from "./objects.ts";
import { ReadingQueue } from "./readings.ts";
import type { SensorFaults, SensorSuite, VisibleBody } from "./types.ts";
import { createViewer, type Viewer } from "./visibility.ts";

const NO_LISTS: readonly ObjectList[] = Object.freeze([]);

export interface SensorSuiteOptions {
  readonly profile: Pick<VehicleProfile, "sensors">;
  /** Map frame to latitude and longitude. */
  readonly frame: EnuFrame;
  /** The vehicle's own, forked by its name. */
  readonly rng: Rng;
  /** Sensors first measure here, then at their rates, at most once per `sample`. */
  readonly startUs: TimeUs;
  /** Scratch space; a fleet that shares one stays in the cache. Never holds anything from call to call. */
  readonly viewer?: Viewer;
}

export function createSensorSuite({ profile, frame, rng, startUs, viewer = createViewer() }: SensorSuiteOptions): SensorSuite {
  const { sensors } = profile;
  const gnss = createGnss(sensors.gnss, frame, rng.fork(`sensor/${sensors.gnss.id}`), startUs);
  const imu = createImu(sensors.imu, rng.fork(`sensor/${sensors.imu.id}`), startUs);
  const odometry = createOdometry(sensors.odometry, rng.fork(`sensor/${sensors.odometry.id}`), startUs);
  let tracksMade = 0;
  const nextTrackId = (): number => (tracksMade += 1);
  const lists = new ReadingQueue<ObjectList>(NO_LISTS);
  const objectSensors = sensors.objects.map((sensor) => createObjectSensor({ profile: sensor, rng: rng.fork(`sensor/${sensor.id}`), startUs, queue: lists, nextTrackId, viewer }));
  /** Range about the vehicle's origin, by object sensor. */
  const rangesM = sensors.objects.map((s) => s.rangeM + Math.sqrt(s.xM * s.xM + s.yM * s.yM));

  const yaw = new Float64Array(2);
  const place: EgoPlace = { xM: 0, yM: 0, yawRad: 0, cosYaw: 1, sinYaw: 0 };
  let objectsDueUs: number = startUs;
  let dueUs: number = startUs;
  let measuredUs = startUs;
  let weatherNow: Weather = CLEAR;
  const seen: { -readonly [K in Exclude<keyof VehicleFeedback, "measuredUs">]: VehicleFeedback[K] } = {
    steerRad: 0,
    accelMps2: 0,
    socRatio: 1,
    brakeHealthRatio: 1,
    steeringHealthRatio: 1,
    parkingBrake: false,
  };

  function look(nowUs: TimeUs, state: VehicleState, near: readonly VisibleBody[], weather: Weather, faults: SensorFaults): void {
    sincos(state.yawRad, yaw);
    place.xM = state.xM;
    place.yM = state.yM;
    place.yawRad = state.yawRad;
    place.sinYaw = yaw[0] as number;
    place.cosYaw = yaw[1] as number;
    objectsDueUs = Number.MAX_SAFE_INTEGER;
    for (const sensor of objectSensors) {
      if (nowUs >= sensor.times.dueUs) sensor.measure(nowUs, place, near, weather, faults);
      objectsDueUs = Math.min(objectsDueUs, sensor.times.dueUs);
    }
  }

  return {
    get dueUs() {
      return dueUs;
    },
    sample(nowUs, ego, near, weather, faults) {
      const { state } = ego;
      measuredUs = nowUs;
      weatherNow = weather;
      seen.steerRad = state.steerRad;
      seen.accelMps2 = state.accelMps2;
      seen.socRatio = ego.socRatio;
      seen.brakeHealthRatio = ego.brakeHealthRatio;
      seen.steeringHealthRatio = ego.steeringHealthRatio;
      seen.parkingBrake = ego.parked;
      if (nowUs < dueUs) return;
      if (nowUs >= imu.times.dueUs) imu.measure(nowUs, state);
      if (nowUs >= odometry.times.dueUs) odometry.measure(nowUs, state, faults);
      if (nowUs >= gnss.times.dueUs) gnss.measure(nowUs, state, faults);
      if (nowUs >= objectsDueUs) look(nowUs, state, near, weather, faults);
      dueUs = Math.min(imu.times.dueUs, odometry.times.dueUs, gnss.times.dueUs, objectsDueUs);
    },
    objectsRangeM(nowUs) {
      let most = 0;
      if (nowUs < objectsDueUs) return most;
      for (let i = 0; i < rangesM.length; i += 1) if (nowUs >= (objectSensors[i] as ObjectSensor).times.dueUs) most = Math.max(most, rangesM[i] as number);
      return most;
    },
    take: (nowUs): HalInputs => ({
      gnss: gnss.queue.take(nowUs),
      imu: imu.queue.take(nowUs),
      odometry: odometry.queue.take(nowUs),
      objects: lists.take(nowUs),
      feedback: {
        measuredUs,
        steerRad: seen.steerRad,
        accelMps2: seen.accelMps2,
        socRatio: seen.socRatio,
        brakeHealthRatio: seen.brakeHealthRatio,
        steeringHealthRatio: seen.steeringHealthRatio,
        parkingBrake: seen.parkingBrake,
      },
      ambient: { measuredUs, rainMmph: weatherNow.rainMmph, fogVisibilityM: weatherNow.fogVisibilityM, night: weatherNow.night },
    }),
    hashInto(hash) {
      hash.number(tracksMade);
      gnss.hashInto(hash);
      imu.hashInto(hash);
      odometry.hashInto(hash);
      lists.hashInto(hash);
      hash.number(objectSensors.length);
      for (const sensor of objectSensors) sensor.hashInto(hash);
    },
  };
}
