/**
 * What moves around the vehicle: one list of tracks in the map frame, fused from all object sensors. A reading belongs to
 * the track it fed before (sensor's own track number), else to the nearest track of its kind, else to a new one. Position
 * and velocity are corrected by the sensor's stated accuracy; silence ages a track out. No classification, no history.
 */
import type { VehicleProfile } from "../fleet-core/contract/profile.ts";
import type { StateHash } from "../fleet-core/kernel/hash.ts";
import { sincos } from "../fleet-core/kernel/math/index.ts";
import { secondsOf, type TimeUs } from "../fleet-core/kernel/time.ts";
import { clamp } from "../fleet-core/kernel/units.ts";
import type { ObjectList, SensedObject } from "./hal/types.ts";
import type { Localisation } from "./localisation.ts";

export interface Track {
  readonly id: number;
  readonly kind: SensedObject["kind"];
  /** Box centre in the map frame at `stateUs`. */
  xM: number;
  yM: number;
  vxMps: number;
  vyMps: number;
  cosYaw: number;
  sinYaw: number;
  lengthM: number;
  widthM: number;
  /** Rate of change of the speed over ground, smoothed. */
  accelMps2: number;
  speedMps: number;
  /** Since when it stands; -1 while it moves. */
  restUs: number;
  stateUs: number;
  seenUs: number;
  firstUs: number;
  positionVar: number;
  velocityVar: number;
  /** Its row in the table of who fed it; free for another once this track is gone. */
  readonly row: number;
}

export interface Tracking {
  readonly tracks: readonly Track[];
  update(nowUs: TimeUs, lists: readonly ObjectList[], localisation: Localisation): void;
  /** When each object sensor last measured, in profile order. */
  readonly measuredUs: Float64Array;
  /** Tracks begun since the start. */
  begun(): number;
  /** Readings that found no place since the start. */
  overflow(): number;
  hashInto(hash: StateHash): void;
}

export const TRACKS_MAX = 128;
/** A vehicle or object unseen this long is gone; a person is remembered longer, because losing one costs more. */
const FORGET_US = 700_000;
const FORGET_PERSON_US = 1_200_000;
const FED_US = 400_000;
/** Tracks to forget are looked for this often. */
const SWEEP_US = 100_000;
const ROWS_FIRST = 8;
const NEVER_US = -1e15;

export function createTracking(profile: VehicleProfile, start: TimeUs): Tracking {
  const sensors = profile.sensors.objects;
  const indexById = new Map(sensors.map((sensor, i) => [sensor.id, i]));
  const tracks: Track[] = [];
  const measuredUs = new Float64Array(sensors.length).fill(start);
  const pose = new Float64Array(4);
  const trig = new Float64Array(2);
  /**
   * Who fed which track: for each sensor a block of `rows` places, in each the sensor's own track number and when it last
   * fed the track of that row. `trackOf` is the track of a row; undefined where the row is free.
   */
  let rows = ROWS_FIRST;
  let fedBy = new Int32Array(sensors.length * rows);
  let fedUs = new Float64Array(sensors.length * rows).fill(NEVER_US);
  const trackOf: (Track | undefined)[] = [];
  let nextId = 1;
  let overflow = 0;
  let sweepUs = -1;

  function takeRow(): number {
    let row = 0;
    while (trackOf[row] !== undefined) row += 1;
    if (row === trackOf.length) trackOf.push(undefined);
    if (row === rows) growRows();
    return row;
  }

  function freeRow(row: number): void {
    trackOf[row] = undefined;
    for (let i = 0; i < sensors.length; i += 1) fedUs[i * rows + row] = NEVER_US;
  }

  function growRows(): void {
    const [before, by, us] = [rows, fedBy, fedUs];
    rows *= 2;
    fedBy = new Int32Array(sensors.length * rows);
    fedUs = new Float64Array(sensors.length * rows).fill(NEVER_US);
    for (let i = 0; i < sensors.length; i += 1) {
      fedBy.set(by.subarray(i * before, (i + 1) * before), i * rows);
      fedUs.set(us.subarray(i * before, (i + 1) * before), i * rows);
    }
  }

  function feed(sensorIndex: number, list: ObjectList, seen: SensedObject): void {
    const sensor = sensors[sensorIndex] as (typeof sensors)[number];
    const px = pose[0] as number;
    const py = pose[1] as number;
    const c = pose[2] as number;
    const s = pose[3] as number;
    const xM = px + c * seen.xM - s * seen.yM;
    const yM = py + s * seen.xM + c * seen.yM;
    const vxMps = c * seen.vxMps - s * seen.vyMps;
    const vyMps = s * seen.vxMps + c * seen.vyMps;
    const rangeM = Math.sqrt(seen.xM * seen.xM + seen.yM * seen.yM);
    const sigmaM = sensor.rangeSigmaM + sensor.bearingSigmaRad * rangeM + 0.02;
    const sigmaMps = sensor.speedSigmaMps + 0.05;

    let track = trackFedBy(sensorIndex, seen.trackId, list.measuredUs);
    if (track === undefined) track = nearest(sensorIndex, seen, xM, yM, vxMps, vyMps, list.measuredUs, 1.2 + 3 * sigmaM);
    if (track === undefined) {
      if (tracks.length >= TRACKS_MAX) {
        overflow += 1;
        return;
      }
      track = {
        id: nextId++, kind: seen.kind, xM, yM, vxMps, vyMps, cosYaw: 1, sinYaw: 0, lengthM: seen.lengthM, widthM: seen.widthM,
        accelMps2: 0, speedMps: Math.sqrt(vxMps * vxMps + vyMps * vyMps), restUs: -1, stateUs: list.measuredUs, seenUs: list.measuredUs, firstUs: list.measuredUs,
        positionVar: sigmaM * sigmaM, velocityVar: sigmaMps * sigmaMps, row: takeRow(),
      };
      trackOf[track.row] = track;
      tracks.push(track);
    } else {
      const ageS = secondsOf(list.measuredUs - track.stateUs);
      const forwardS = Math.max(0, ageS);
      // A reading older than the state is compared with where the track was then, and moves the state all the same.
      const dx = xM - (track.xM + track.vxMps * ageS);
      const dy = yM - (track.yM + track.vyMps * ageS);
      const positionVar = track.positionVar + forwardS * forwardS * 2 + track.velocityVar * forwardS * forwardS;
      const velocityVar = track.velocityVar + 16 * forwardS * forwardS;
      const gain = positionVar / (positionVar + sigmaM * sigmaM);
      const velocityGain = velocityVar / (velocityVar + sigmaMps * sigmaMps);
      if (forwardS > 0) {
        track.xM += track.vxMps * forwardS;
        track.yM += track.vyMps * forwardS;
        track.stateUs = list.measuredUs;
      }
      track.xM += gain * dx;
      track.yM += gain * dy;
      track.vxMps += velocityGain * (vxMps - track.vxMps);
      track.vyMps += velocityGain * (vyMps - track.vyMps);
      track.positionVar = (1 - gain) * positionVar;
      track.velocityVar = (1 - velocityGain) * velocityVar;
      track.lengthM += 0.2 * (seen.lengthM - track.lengthM);
      track.widthM += 0.2 * (seen.widthM - track.widthM);
      const speed = Math.sqrt(track.vxMps * track.vxMps + track.vyMps * track.vyMps);
      if (forwardS >= 0.01) {
        const share = clamp(forwardS / 0.35, 0, 1);
        track.accelMps2 += share * (clamp((speed - track.speedMps) / forwardS, -12, 12) - track.accelMps2);
        track.speedMps = speed;
      }
    }
    track.seenUs = Math.max(track.seenUs, list.measuredUs);
    fedBy[sensorIndex * rows + track.row] = seen.trackId;
    fedUs[sensorIndex * rows + track.row] = list.measuredUs;
    // Two thresholds, because speeds are noisy: a track must really move before it counts as moving again.
    if (track.speedMps > 0.6) track.restUs = -1;
    else if (track.speedMps < 0.3 && track.restUs < 0) track.restUs = list.measuredUs;
    sincos(seen.yawRad, trig);
    const sy = trig[0] as number;
    const cy = trig[1] as number;
    track.cosYaw = c * cy - s * sy;
    track.sinYaw = s * cy + c * sy;
  }

  function trackFedBy(sensorIndex: number, sensorTrack: number, measured: number): Track | undefined {
    const block = sensorIndex * rows;
    for (let row = 0; row < trackOf.length; row += 1) {
      if (fedBy[block + row] === sensorTrack && measured - (fedUs[block + row] as number) < FORGET_PERSON_US) return trackOf[row];
    }
    return undefined;
  }

  function nearest(sensorIndex: number, seen: SensedObject, xM: number, yM: number, vxMps: number, vyMps: number, measured: number, gateM: number): Track | undefined {
    let best: Track | undefined;
    let bestD2 = gateM * gateM;
    for (const track of tracks) {
      if (track.kind !== seen.kind) continue;
      // This sensor sees another thing there: two objects side by side stay two.
      if (measured - (fedUs[sensorIndex * rows + track.row] as number) < FED_US) continue;
      const ageS = secondsOf(measured - track.stateUs);
      const dx = xM - (track.xM + track.vxMps * ageS);
      const dy = yM - (track.yM + track.vyMps * ageS);
      const dvx = vxMps - track.vxMps;
      const dvy = vyMps - track.vyMps;
      if (dvx * dvx + dvy * dvy > 25) continue;
      const d2 = dx * dx + dy * dy;
      if (d2 < bestD2) {
        bestD2 = d2;
        best = track;
      }
    }
    return best;
  }

  const isGone = (track: Track, nowUs: number): boolean => nowUs - track.seenUs > (track.kind === "pedestrian" ? FORGET_PERSON_US : FORGET_US);

  function forget(nowUs: number): void {
    let kept = 0;
    for (const track of tracks) {
      if (isGone(track, nowUs)) freeRow(track.row);
      else tracks[kept++] = track;
    }
    tracks.length = kept;
  }

  return {
    tracks,
    measuredUs,
    update(nowUs, lists, localisation) {
      for (const list of lists) {
        const sensorIndex = indexById.get(list.sensorId);
        if (sensorIndex === undefined || list.measuredUs > nowUs) continue;
        measuredUs[sensorIndex] = Math.max(measuredUs[sensorIndex] as number, list.measuredUs);
        if (list.objects.length === 0) continue;
        localisation.poseAt(list.measuredUs, pose);
        for (const seen of list.objects) feed(sensorIndex, list, seen);
      }
      if (nowUs < sweepUs) return;
      sweepUs = nowUs + SWEEP_US;
      let gone = 0;
      for (const track of tracks) if (isGone(track, nowUs)) gone += 1;
      if (gone > 0) forget(nowUs);
    },
    begun: () => nextId - 1,
    overflow: () => overflow,
    hashInto(hash) {
      hash.number(nextId);
      hash.number(overflow);
      hash.number(sweepUs);
      for (const us of measuredUs) hash.number(us);
      hash.number(tracks.length);
      for (const t of tracks) {
        hash.number(t.id);
        for (const value of [t.xM, t.yM, t.vxMps, t.vyMps, t.cosYaw, t.sinYaw, t.lengthM, t.widthM, t.accelMps2, t.speedMps, t.restUs, t.stateUs, t.seenUs, t.positionVar, t.velocityVar]) hash.number(value);
        for (let i = 0; i < sensors.length; i += 1) hash.number(fedBy[i * rows + t.row] as number);
      }
    },
  };
}
