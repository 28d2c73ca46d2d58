/**
 * One lidar, camera or radar at object level: what it can see (visibility.ts), missed now and then, with noise, as tracks.
 * Reports an empty list when it sees nothing; silence means the sensor is dead. Never shows an entity's name.
 */
import type { SensedObject } from "../../edge-agent/hal/types.ts";
import type { ObjectSensorProfile } from "../../fleet-core/contract/profile.ts";
import type { StateHash } from "../../fleet-core/kernel/hash.ts";
import { cos, sin, wrapAngle } from "../../fleet-core/kernel/math/index.ts";
import type { Rng } from "../../fleet-core/kernel/rng.ts";
import { type TimeUs, US_PER_MS } from "../../fleet-core/kernel/time.ts";
import { sensorRangeM } from "../weather/sight.ts";
import { CLEAR, type Weather } from "../weather/types.ts";
import { sameWeather } from "../weather/weather.ts";
import { Draws } from "./draws.ts";
import type { FrameList } from "./frame.ts";
import { RowQueue } from "./readings.ts";
import { chanceOf } from "./share.ts";
import { TrackTable } from "./tracks.ts";
import type { SensorFaults, VisibleBody } from "./types.ts";
import { CANDIDATES_MAX, type Sighting, type Viewer } from "./visibility.ts";

/** A track is coasted this long while its object is hidden or scans are lost; then the object comes back as a new one. */
export const COAST_US = 500_000;
/** Scans that may wait for a computer that does not read: more than a second of any sensor. */
const SCANS_MAX = 32;
/** A scan is a row of when and how many objects, followed by as many rows: when, track number, kind, place, velocity, yaw, length, width. */
const COLUMNS = 10;
const KINDS = ["vehicle", "pedestrian", "object"] as const satisfies readonly SensedObject["kind"][];

/** Position and heading of the vehicle origin, with the sine and cosine of its yaw. */
export interface EgoPlace {
  xM: number;
  yM: number;
  yawRad: number;
  cosYaw: number;
  sinYaw: number;
}

/** Counts tracks for all object sensors of one vehicle. */
export interface TrackCounter {
  made: number;
}

export class ObjectSensor {
  private readonly profile: ObjectSensorProfile;
  private readonly viewer: Viewer;
  private readonly counter: TrackCounter;
  private readonly latencyUs: number;
  private readonly noise: Draws;
  private readonly faultRng: Rng;
  private readonly waiting = new RowQueue(COLUMNS, SCANS_MAX * (CANDIDATES_MAX + 1));
  private scans = 0;
  private readonly tracks = new TrackTable();
  private readonly cosMount: number;
  private readonly sinMount: number;
  private readonly pose: { xM: number; yM: number; readonly zM: number; cosYaw: number; sinYaw: number };
  private weather: Weather = CLEAR;
  private rangeM: number;

  constructor(profile: ObjectSensorProfile, rng: Rng, counter: TrackCounter, viewer: Viewer) {
    this.profile = profile;
    this.viewer = viewer;
    this.counter = counter;
    this.latencyUs = profile.latencyMs * US_PER_MS;
    this.noise = new Draws(rng.fork("noise"));
    this.faultRng = rng.fork("fault");
    this.cosMount = cos(profile.yawRad);
    this.sinMount = sin(profile.yawRad);
    this.pose = { xM: 0, yM: 0, zM: profile.zM, cosYaw: 1, sinYaw: 0 };
    this.rangeM = sensorRangeM(profile.kind, profile.rangeM, CLEAR);
  }

  /** When the oldest scan that waits will arrive. */
  get readyUs(): number {
    return this.waiting.oldestUs + this.latencyUs;
  }

  measure(nowUs: TimeUs, place: EgoPlace, near: readonly VisibleBody[], weather: Weather, faults: SensorFaults): void {
    const { profile, viewer, waiting } = this;
    const loss = this.lossShare(faults);
    if (loss > 0 && chanceOf(this.faultRng, loss)) return;
    if (weather !== this.weather) {
      if (!sameWeather(weather, this.weather)) this.rangeM = sensorRangeM(profile.kind, profile.rangeM, weather);
      this.weather = weather;
    }
    this.aim(place);
    viewer.look(this.pose, this.rangeM, profile.fovRad, near);
    if (this.scans === SCANS_MAX) this.dropScan();
    this.scans += 1;
    const scan = waiting.rows;
    waiting.push(nowUs);
    let count = 0;
    for (let i = 0; i < viewer.count; i += 1) {
      const s = viewer.sightings[i] as Sighting;
      if (s.visible && this.show(s, nowUs, place)) count += 1;
    }
    waiting.cells[waiting.at(scan) + 1] = count;
  }

  /** Takes the oldest scan. */
  take(list: FrameList): void {
    const { waiting } = this;
    const { cells } = waiting;
    const scan = waiting.at(0);
    const count = cells[scan + 1] as number;
    list.sensorId = this.profile.id;
    list.measuredUs = cells[scan] as TimeUs;
    list.objects = list.pool.first(count);
    for (let k = 0; k < count; k += 1) {
      const object = list.pool.item(k);
      const at = waiting.at(1 + k);
      object.trackId = cells[at + 1] as number;
      object.kind = KINDS[cells[at + 2] as number] as SensedObject["kind"];
      object.xM = cells[at + 3] as number;
      object.yM = cells[at + 4] as number;
      object.vxMps = cells[at + 5] as number;
      object.vyMps = cells[at + 6] as number;
      object.yawRad = cells[at + 7] as number;
      object.lengthM = cells[at + 8] as number;
      object.widthM = cells[at + 9] as number;
    }
    this.dropScan();
  }

  hashInto(hash: StateHash): void {
    this.noise.hashInto(hash);
    hash.number(this.rangeM);
    this.tracks.hashInto(hash);
    this.waiting.hashInto(hash);
  }

  private dropScan(): void {
    const { waiting } = this;
    waiting.drop(1 + (waiting.cells[waiting.at(0) + 1] as number));
    this.scans -= 1;
  }

  private lossShare(faults: SensorFaults): number {
    switch (this.profile.kind) {
      case "lidar":
        return faults.lidarLoss;
      case "camera":
        return faults.cameraLoss;
      case "radar":
        return 0;
    }
  }

  private aim(place: EgoPlace): void {
    const { profile, pose, cosMount, sinMount } = this;
    pose.xM = place.xM + place.cosYaw * profile.xM - place.sinYaw * profile.yM;
    pose.yM = place.yM + place.sinYaw * profile.xM + place.cosYaw * profile.yM;
    pose.cosYaw = place.cosYaw * cosMount - place.sinYaw * sinMount;
    pose.sinYaw = place.sinYaw * cosMount + place.cosYaw * sinMount;
  }

  /** Writes one object that shows unless this scan misses it; a thing never detected so far has no track to keep. */
  private show(s: Sighting, nowUs: number, place: EgoPlace): boolean {
    const { miss } = this.profile;
    const detected = !this.noise.chance(miss.numerator, miss.denominator);
    let track = this.tracks.seen(s.body.serial, nowUs - COAST_US, nowUs);
    if (!detected) return false;
    if (track === 0) {
      this.counter.made += 1;
      track = this.counter.made;
      // What it was known as before it was out of view for too long.
      this.tracks.forget(nowUs - COAST_US);
      this.tracks.add(s.body.serial, track, nowUs);
    }
    this.sense(s, track, nowUs, place);
    return true;
  }

  /** Writes one object that shows, as this sensor measures it. */
  private sense(s: Sighting, trackId: number, nowUs: number, place: EgoPlace): void {
    const { profile, noise, cosMount, sinMount } = this;
    const { body } = s;
    // Along and across the line of sight; across is range times bearing noise, exact to second order in it.
    const along = (noise.normal() * profile.rangeSigmaM) / Math.max(s.centreM, 1e-3);
    const across = noise.normal() * profile.bearingSigmaRad;
    const u = s.uM + s.uM * along - s.vM * across;
    const v = s.vM + s.vM * along + s.uM * across;
    const at = this.waiting.push(nowUs);
    const { cells } = this.waiting;
    cells[at + 1] = trackId;
    cells[at + 2] = KINDS.indexOf(body.kind);
    cells[at + 3] = profile.xM + u * cosMount - v * sinMount;
    cells[at + 4] = profile.yM + u * sinMount + v * cosMount;
    cells[at + 5] = body.vxMps * place.cosYaw + body.vyMps * place.sinYaw + noise.normal() * profile.speedSigmaMps;
    cells[at + 6] = body.vyMps * place.cosYaw - body.vxMps * place.sinYaw + noise.normal() * profile.speedSigmaMps;
    cells[at + 7] = wrapAngle(body.yawRad - place.yawRad);
    cells[at + 8] = body.lengthM;
    cells[at + 9] = body.widthM;
  }
}
