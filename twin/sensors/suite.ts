/**
 * All sensors of one vehicle, between the world's truth and the agent's HAL. Each sensor draws from its own generator,
 * forked by its id from the vehicle's, so nothing another vehicle or another sensor does moves its noise. Allocates
 * nothing once its queues have grown to what they need. A fleet asks each suite in every tick, so the answer "nothing to
 * do" must cost next to nothing.
 */
import type { GnssFix, HalInputs, ObjectList } from "../../edge-agent/hal/types.ts";
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import type { EnuFrame } from "../../fleet-core/kernel/frames.ts";
import type { StateHash } from "../../fleet-core/kernel/hash.ts";
import { sincos } from "../../fleet-core/kernel/math/index.ts";
import type { Rng } from "../../fleet-core/kernel/rng.ts";
import { type TimeUs, US_PER_S } from "../../fleet-core/kernel/time.ts";
import { CLEAR, type Weather } from "../weather/types.ts";
import { createHalFrame, type FrameList, type HalFrame } from "./frame.ts";
import { Gnss } from "./gnss.ts";
import { Imu, Odometry } from "./motion.ts";
import { ObjectSensor, type EgoPlace, type TrackCounter } from "./objects.ts";
import { Timetable } from "./timetable.ts";
import type { EgoTruth, SensorFaults, SensorSuite, VisibleBody } from "./types.ts";
import { createViewer, type Viewer } from "./visibility.ts";

/** Places in the timetable; object sensors follow. */
const IMU = 0;
const ODOMETRY = 1;
const GNSS = 2;
const OBJECTS = 3;
/** The battery tells its charge this often. */
const CHARGE_US = US_PER_S / 10;

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
  /** What `take` fills and gives back; shared for the same reason. */
  readonly halFrame?: HalFrame;
}

export const createSensorSuite = (options: SensorSuiteOptions): SensorSuite => new Suite(options);

const NO_FIXES: readonly GnssFix[] = Object.freeze([]);
const NO_LISTS: readonly ObjectList[] = Object.freeze([]);

class Suite implements SensorSuite {
  private readonly times: Timetable;
  private readonly imu: Imu;
  private readonly odometry: Odometry;
  private ego: EgoTruth | undefined;
  private measuredUs: number;
  private chargeUs: number;
  private socRatio = 1;
  private weather: Weather = CLEAR;
  private readonly gnss: Gnss;
  private readonly objects: readonly ObjectSensor[];
  /** Range about the vehicle's origin, by object sensor. */
  private readonly rangesM: Float64Array;
  private readonly counter: TrackCounter = { made: 0 };
  private readonly halFrame: HalFrame;
  private readonly yaw = new Float64Array(2);
  private readonly place: EgoPlace = { xM: 0, yM: 0, yawRad: 0, cosYaw: 1, sinYaw: 0 };

  constructor({ profile: { sensors }, frame, rng, startUs, viewer = createViewer(), halFrame = createHalFrame() }: SensorSuiteOptions) {
    const rngOf = ({ id }: { readonly id: string }): Rng => rng.fork(`sensor/${id}`);
    const phased = (sensor: { readonly id: string; readonly rateHz: number }): { rateHz: number; phaseUs: number } => ({ rateHz: sensor.rateHz, phaseUs: rngOf(sensor).fork("phase").below(Math.ceil(US_PER_S / sensor.rateHz)) });
    const inStep = ({ rateHz }: { readonly rateHz: number }): { rateHz: number; phaseUs: number } => ({ rateHz, phaseUs: 0 });
    this.times = new Timetable(startUs, [inStep(sensors.imu), inStep(sensors.odometry), phased(sensors.gnss), ...sensors.objects.map(phased)]);
    this.imu = new Imu(sensors.imu, rngOf(sensors.imu));
    this.odometry = new Odometry(sensors.odometry, rngOf(sensors.odometry));
    this.gnss = new Gnss(sensors.gnss, frame, rngOf(sensors.gnss));
    this.objects = sensors.objects.map((sensor) => new ObjectSensor(sensor, rngOf(sensor), this.counter, viewer));
    this.rangesM = Float64Array.from(sensors.objects, (s) => s.rangeM + Math.sqrt(s.xM * s.xM + s.yM * s.yM));
    this.measuredUs = startUs;
    this.chargeUs = startUs;
    this.halFrame = halFrame;
  }

  get dueUs(): number {
    return this.times.dueUs;
  }

  sample(nowUs: TimeUs, ego: EgoTruth, near: readonly VisibleBody[], weather: Weather, faults: SensorFaults): void {
    const { times } = this;
    this.ego = ego;
    this.weather = weather;
    this.measuredUs = nowUs;
    if (nowUs < times.dueUs) return;
    const { state } = ego;
    if (times.due(IMU, nowUs)) {
      this.imu.measure(nowUs, state);
      times.measured(IMU, nowUs);
    }
    if (times.due(ODOMETRY, nowUs)) {
      this.odometry.measure(nowUs, state, faults);
      times.measured(ODOMETRY, nowUs);
    }
    if (times.due(GNSS, nowUs)) {
      this.gnss.measure(nowUs, state, faults);
      times.measured(GNSS, nowUs);
      times.arrives(GNSS, this.gnss.readyUs);
    }
    this.look(nowUs, ego, near, weather, faults);
    times.settle();
  }

  objectsRangeM(nowUs: TimeUs): number {
    const { times, rangesM } = this;
    let most = 0;
    for (let i = 0; i < rangesM.length; i += 1) if (times.due(OBJECTS + i, nowUs) && (rangesM[i] as number) > most) most = rangesM[i] as number;
    return most;
  }

  take(nowUs: TimeUs): HalInputs {
    const { inputs, feedback, ambient } = this.halFrame;
    const { ego, weather, times } = this;
    inputs.imu = this.imu.take(nowUs, this.halFrame);
    inputs.odometry = this.odometry.take(nowUs, this.halFrame);
    inputs.gnss = NO_FIXES;
    inputs.objects = NO_LISTS;
    if (nowUs >= times.readyUs) this.takeLate(nowUs);
    feedback.measuredUs = ambient.measuredUs = this.measuredUs as TimeUs;
    if (ego !== undefined) {
      if (nowUs >= this.chargeUs) {
        this.chargeUs = nowUs + CHARGE_US;
        this.socRatio = ego.energy.socRatio;
      }
      feedback.steerRad = ego.state.steerRad;
      feedback.accelMps2 = ego.state.accelMps2;
      feedback.brakeHealthRatio = ego.brakeHealthRatio;
      feedback.steeringHealthRatio = ego.steeringHealthRatio;
      feedback.parkingBrake = ego.parked;
    }
    feedback.socRatio = this.socRatio;
    ambient.rainMmph = weather.rainMmph;
    ambient.fogVisibilityM = weather.fogVisibilityM;
    ambient.night = weather.night;
    return inputs;
  }

  hashInto(hash: StateHash): void {
    this.times.hashInto(hash);
    hash.number(this.counter.made);
    hash.number(this.socRatio);
    this.gnss.hashInto(hash);
    this.imu.hashInto(hash);
    this.odometry.hashInto(hash);
    hash.number(this.objects.length);
    for (const sensor of this.objects) sensor.hashInto(hash);
  }

  private look(nowUs: TimeUs, { state }: EgoTruth, near: readonly VisibleBody[], weather: Weather, faults: SensorFaults): void {
    const { times, objects, place, yaw } = this;
    let placed = false;
    for (let i = 0; i < objects.length; i += 1) {
      if (!times.due(OBJECTS + i, nowUs)) continue;
      if (!placed) {
        placed = true;
        sincos(state.yawRad, yaw);
        place.xM = state.xM;
        place.yM = state.yM;
        place.yawRad = state.yawRad;
        place.sinYaw = yaw[0] as number;
        place.cosYaw = yaw[1] as number;
      }
      const sensor = objects[i] as ObjectSensor;
      sensor.measure(nowUs, place, near, weather, faults);
      times.measured(OBJECTS + i, nowUs);
      times.arrives(OBJECTS + i, sensor.readyUs);
    }
  }

  /** Readings with a latency that have arrived; scans in order of measuring. */
  private takeLate(nowUs: TimeUs): void {
    const { times, objects, halFrame } = this;
    if (times.ready(GNSS, nowUs)) {
      halFrame.inputs.gnss = this.gnss.take(nowUs, halFrame);
      times.arrives(GNSS, this.gnss.readyUs);
    }
    let count = 0;
    for (let i = 0; i < objects.length; i += 1) {
      if (!times.ready(OBJECTS + i, nowUs)) continue;
      const sensor = objects[i] as ObjectSensor;
      for (; sensor.readyUs <= nowUs; count += 1) {
        const list = halFrame.lists.item(count);
        list.sensorIndex = i;
        sensor.take(list);
      }
      times.arrives(OBJECTS + i, sensor.readyUs);
    }
    times.settle();
    const lists = halFrame.lists.first(count);
    orderByTime(lists);
    halFrame.inputs.objects = lists;
  }
}

/** By insertion: there are two or three, mostly in order already. */
function orderByTime(lists: FrameList[]): void {
  for (let i = 1; i < lists.length; i += 1) {
    const list = lists[i] as FrameList;
    let k = i;
    for (; k > 0 && later(lists[k - 1] as FrameList, list); k -= 1) lists[k] = lists[k - 1] as FrameList;
    lists[k] = list;
  }
}

const later = (a: FrameList, b: FrameList): boolean => a.measuredUs > b.measuredUs || (a.measuredUs === b.measuredUs && a.sensorIndex > b.sensorIndex);
