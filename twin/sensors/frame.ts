/**
 * What agents read, as objects: one frame for the whole fleet, filled anew for each `take`. Readings wait as numbers; only
 * while an agent looks at them they are objects, and always the same ones, which stay in the processor's cache. So nobody
 * may keep a reading beyond the next `take`.
 */
import type { Ambient, GnssFix, HalInputs, ImuSample, ObjectList, OdometrySample, SensedObject, VehicleFeedback } from "../../edge-agent/hal/types.ts";
import type { TimeUs } from "../../fleet-core/kernel/time.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Objects made once and used again. */
export class Pool<T> {
  private readonly make: () => T;
  private readonly items: T[] = [];
  /** `firsts[n]`: the first n items; arrays are never made longer or shorter, which costs more than keeping one of each. */
  private readonly firsts: T[][] = [[]];

  constructor(make: () => T) {
    this.make = make;
  }

  item(i: number): T {
    while (this.items.length <= i) this.items.push(this.make());
    return this.items[i] as T;
  }

  /** The first `count` items, in an order that whoever asks may change. */
  first(count: number): T[] {
    if (count > 0) this.item(count - 1);
    while (this.firsts.length <= count) this.firsts.push(this.items.slice(0, this.firsts.length));
    return this.firsts[count] as T[];
  }
}

export interface FrameList extends Writable<ObjectList> {
  /** Place of the sensor in the profile: who measured at the same time comes in this order. */
  sensorIndex: number;
  readonly pool: Pool<Writable<SensedObject>>;
}

export interface HalFrame {
  readonly gnss: Pool<Writable<GnssFix>>;
  readonly imu: Pool<Writable<ImuSample>>;
  readonly odometry: Pool<Writable<OdometrySample>>;
  readonly lists: Pool<FrameList>;
  readonly feedback: Writable<VehicleFeedback>;
  readonly ambient: Writable<Ambient>;
  readonly inputs: Writable<HalInputs>;
}

const ZERO = 0 as TimeUs;

const sensed = (): Writable<SensedObject> => ({ trackId: 0, kind: "object", xM: 0, yM: 0, vxMps: 0, vyMps: 0, yawRad: 0, lengthM: 0, widthM: 0 });

export function createHalFrame(): HalFrame {
  const feedback = { measuredUs: ZERO, steerRad: 0, accelMps2: 0, socRatio: 1, brakeHealthRatio: 1, steeringHealthRatio: 1, parkingBrake: false };
  const ambient = { measuredUs: ZERO, rainMmph: 0, fogVisibilityM: 0, night: false };
  return {
    gnss: new Pool(() => ({ measuredUs: ZERO, latitudeDeg: 0, longitudeDeg: 0, altitudeM: 0, yawRad: 0, speedMps: 0, sigmaM: 0 })),
    imu: new Pool(() => ({ measuredUs: ZERO, accelXMps2: 0, accelYMps2: 0, yawRateRadps: 0 })),
    odometry: new Pool(() => ({ measuredUs: ZERO, speedMps: 0 })),
    lists: new Pool(() => ({ sensorId: "", sensorIndex: 0, measuredUs: ZERO, objects: [], pool: new Pool(sensed) })),
    feedback,
    ambient,
    inputs: { gnss: [], imu: [], odometry: [], objects: [], feedback, ambient },
  };
}
