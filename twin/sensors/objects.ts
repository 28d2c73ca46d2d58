/**
 * One lidar, camera or radar at object level: what it can see (visibility.ts), missed now and then, with noise, as tracks.
 * Reports an empty list when it sees nothing; silence means the sensor is dead. Never shows an entity's name.
 */
import type { ObjectList, SensedObject } from "../../edge-agent/hal/types.ts";
import type { ObjectSensorProfile } from "../../fleet-core/contract/profile.ts";
import type { StateHash } from "../../fleet-core/kernel/hash.ts";
import { cos, sin, wrapAngle } from "../../fleet-core/kernel/math/index.ts";
import type { Rng } from "../../fleet-core/kernel/rng.ts";
import { type TimeUs, US_PER_MS, US_PER_S } from "../../fleet-core/kernel/time.ts";
import { sensorRangeM } from "../weather/sight.ts";
import { CLEAR, type Weather } from "../weather/types.ts";
import { sameWeather } from "../weather/weather.ts";
import { CoinDraws, NormalDraws } from "./draws.ts";
import { MeasuringTimes, type ReadingQueue } from "./readings.ts";
import { chanceOf } from "./share.ts";
import type { SensorFaults, VisibleBody } from "./types.ts";
import type { Sighting, Viewer } from "./visibility.ts";

/** A track is coasted this long while its object is hidden or scans are lost; then the object comes back as a new one. */
export const COAST_US = 500_000;
const NO_OBJECTS: readonly SensedObject[] = Object.freeze([]);

/** Position and heading of the vehicle origin, with the sine and cosine of its yaw. */
export interface EgoPlace {
  xM: number;
  yM: number;
  yawRad: number;
  cosYaw: number;
  sinYaw: number;
}

export interface ObjectSensor {
  readonly times: MeasuringTimes;
  measure(nowUs: TimeUs, place: EgoPlace, near: readonly VisibleBody[], weather: Weather, faults: SensorFaults): void;
  hashInto(hash: StateHash): void;
}

interface Track {
  readonly id: number;
  seenUs: number;
}

export interface ObjectSensorOptions {
  readonly profile: ObjectSensorProfile;
  readonly rng: Rng;
  readonly startUs: number;
  /** Where the lists go; the queue of the vehicle's object sensors. */
  readonly queue: ReadingQueue<ObjectList>;
  /** Counts for all sensors of one vehicle. */
  readonly nextTrackId: () => number;
  /** Scratch space. */
  readonly viewer: Viewer;
}

export function createObjectSensor({ profile, rng, startUs, queue, nextTrackId, viewer }: ObjectSensorOptions): ObjectSensor {
  const times = new MeasuringTimes(profile.rateHz, startUs, rng.fork("phase").below(Math.ceil(US_PER_S / profile.rateHz)));
  const latencyUs = profile.latencyMs * US_PER_MS;
  const faultRng = rng.fork("fault");
  const noise = new NormalDraws(rng.fork("noise"));
  const miss = new CoinDraws(rng.fork("miss"), profile.miss);
  const cosMount = cos(profile.yawRad);
  const sinMount = sin(profile.yawRad);
  const tracks = new Map<string, Track>();
  const pose = { xM: 0, yM: 0, zM: profile.zM, cosYaw: 1, sinYaw: 0 };
  let weatherNow: Weather = CLEAR;
  let rangeNowM = sensorRangeM(profile.kind, profile.rangeM, CLEAR);

  function lossShare(faults: SensorFaults): number {
    switch (profile.kind) {
      case "lidar":
        return faults.lidarLoss;
      case "camera":
        return faults.cameraLoss;
      case "radar":
        return 0;
    }
  }

  /** Track of an object that shows; undefined for one never detected so far. */
  function trackOf(id: string, nowUs: number, detected: boolean): Track | undefined {
    const track = tracks.get(id);
    if (track !== undefined && nowUs - track.seenUs <= COAST_US) {
      track.seenUs = nowUs;
      return track;
    }
    if (!detected) return undefined;
    const fresh: Track = { id: nextTrackId(), seenUs: nowUs };
    tracks.set(id, fresh);
    return fresh;
  }

  function sense(s: Sighting, trackId: number, place: EgoPlace): SensedObject {
    const { body } = s;
    // Along and across the line of sight; across is range times bearing noise, exact to second order in it.
    const along = (noise.next() * profile.rangeSigmaM) / Math.max(s.centreM, 1e-3);
    const across = noise.next() * profile.bearingSigmaRad;
    const u = s.uM + s.uM * along - s.vM * across;
    const v = s.vM + s.vM * along + s.uM * across;
    return {
      trackId,
      kind: body.kind,
      xM: profile.xM + u * cosMount - v * sinMount,
      yM: profile.yM + u * sinMount + v * cosMount,
      vxMps: body.vxMps * place.cosYaw + body.vyMps * place.sinYaw + noise.next() * profile.speedSigmaMps,
      vyMps: body.vyMps * place.cosYaw - body.vxMps * place.sinYaw + noise.next() * profile.speedSigmaMps,
      yawRad: wrapAngle(body.yawRad - place.yawRad),
      lengthM: body.lengthM,
      widthM: body.widthM,
    };
  }

  return {
    times,
    measure(nowUs, place, near, weather, faults) {
      times.measured(nowUs);
      const loss = lossShare(faults);
      if (loss > 0 && chanceOf(faultRng, loss)) return;
      if (weather !== weatherNow) {
        if (!sameWeather(weather, weatherNow)) rangeNowM = sensorRangeM(profile.kind, profile.rangeM, weather);
        weatherNow = weather;
      }
      pose.xM = place.xM + place.cosYaw * profile.xM - place.sinYaw * profile.yM;
      pose.yM = place.yM + place.sinYaw * profile.xM + place.cosYaw * profile.yM;
      pose.cosYaw = place.cosYaw * cosMount - place.sinYaw * sinMount;
      pose.sinYaw = place.sinYaw * cosMount + place.cosYaw * sinMount;
      viewer.look(pose, rangeNowM, profile.fovRad, near);
      let objects: SensedObject[] | undefined;
      let shown = 0;
      for (let i = 0; i < viewer.count; i += 1) {
        const s = viewer.sightings[i] as Sighting;
        if (!s.visible) continue;
        const detected = !miss.next();
        const track = trackOf(s.body.id, nowUs, detected);
        if (track === undefined) continue;
        shown += 1;
        if (!detected) continue;
        if (objects === undefined) objects = [];
        objects.push(sense(s, track.id, place));
      }
      if (tracks.size > shown) for (const [id, track] of tracks) if (nowUs - track.seenUs > COAST_US) tracks.delete(id);
      queue.push({ sensorId: profile.id, measuredUs: nowUs, objects: objects ?? NO_OBJECTS }, nowUs + latencyUs);
    },
    hashInto(hash) {
      hash.number(times.dueUs);
      noise.hashInto(hash);
      miss.hashInto(hash);
      hash.number(rangeNowM);
      hash.number(tracks.size);
      for (const track of tracks.values()) {
        hash.number(track.id);
        hash.number(track.seenUs);
      }
    },
  };
}
