/**
 * What the tracks mean for the way ahead: who is in the vehicle's corridor now, who will cut in, who walks into it, who
 * crosses it. Gives the lowest acceleration any of them allows, and which one. Objects that go along the path are
 * predicted along it, persons straight on, crossing vehicles along their own heading (see `junction.ts`).
 */
import type { VehicleProfile } from "../fleet-core/contract/profile.ts";
import type { StateHash } from "../fleet-core/kernel/hash.ts";
import { secondsOf } from "../fleet-core/kernel/time.ts";
import { clamp } from "../fleet-core/kernel/units.ts";
import { HEADING_RAD, newProjection, projectWithin, segmentAt, turnAheadM, valueAt, type DrivePath, type Projection } from "./drive-path.ts";
import { followAccel, stopAccel, timeToCover, type LongitudinalLimits } from "./following.ts";
import { createJunction, WAIT_M } from "./junction.ts";
import type { Estimate } from "./localisation.ts";
import type { Track } from "./tracking.ts";

export type ThreatKind = "none" | "lead" | "cut-in" | "blocked" | "person" | "crossing";

/** Result of one look around; reused. */
export interface Surround {
  accelMps2: number;
  threat: ThreatKind;
  threatId: number;
  /** Nearest thing ahead in the corridor, whether or not it limits. */
  leadId: number;
  leadGapM: number;
  leadSpeedMps: number;
}

/** The planner keeps one and brings it up to date. */
export interface SurroundInput {
  nowUs: number;
  path: DrivePath;
  readonly at: Projection;
  readonly estimate: Readonly<Estimate>;
  limits: LongitudinalLimits;
  /** For how long the own vehicle has been at rest. */
  restS: number;
}

/** How long ahead persons are predicted. */
const CROSS_S = 4.5;
const CROSS_STEP_S = 0.5;
const CUT_IN_S = 2;
/** Objects longer than this are looked at in parts. */
const PART_M = 5;
/** Room left to a vehicle that stands in the way facing us. */
const FACING_M = 10;
const SIDE_MARGIN_M = 0.25;
/** After standing so long for a vehicle that stands too, the vehicle tries to get by slowly and more closely, for a while. */
const PATIENCE_S = 8;
const SQUEEZE_US = 8_000_000;
const SQUEEZE_MARGIN_M = 0.1;
const SQUEEZE_MPS = 1.2;
const PERSON_MARGIN_M = 0.6;

export interface Surroundings {
  look(tracks: readonly Track[], input: SurroundInput, out: Surround): void;
  hashInto(hash: StateHash): void;
}

export function createSurround(profile: VehicleProfile, leftHandTraffic: boolean): Surroundings {
  const { lengthM, widthM, rearOverhangM } = profile.geometry;
  const frontM = lengthM - rearOverhangM;
  const halfM = widthM / 2;
  const here = newProjection();
  const then = newProjection();
  const part = newProjection();
  let squeezeUntilUs = -1;
  /** Segments of the last look-ups behind and ahead: the next are found near them. */
  let backI = 0;
  let farI = 0;
  const sweep = new Float64Array(2);

  /**
   * How far the front swings out of the lane when it is at `sM`, positive in a left bend: the rear axle follows the path, the
   * front goes straight on from it. First order: the integral of the heading over the reach, by Simpson's rule.
   */
  function swingM(path: DrivePath, sM: number, hint: number): number {
    const rearI = segmentAt(path, sM - frontM, hint);
    const midI = segmentAt(path, sM - frontM / 2, rearI);
    const rear = valueAt(path, HEADING_RAD, rearI, sM - frontM);
    const mid = valueAt(path, HEADING_RAD, midI, sM - frontM / 2) - rear;
    const front = valueAt(path, HEADING_RAD, segmentAt(path, sM, midI), sM) - rear;
    return clamp((frontM * (4 * mid + front)) / 6, -4, 4);
  }

  /** Clear space between an object's side and the corridor; negative inside it. */
  function clearM(path: DrivePath, p: Projection, halfAcrossM: number, marginM: number): number {
    return Math.abs(p.dM) - halfAcrossM - halfM - marginM - sweptM(path, p.sM, p.dM, p.index);
  }

  /** How much of the space beside the lane the vehicle's front takes at `sM`, on the side of `dM`. */
  function sweptM(path: DrivePath, sM: number, dM: number, hint: number): number {
    const swing = swingM(path, sM, hint);
    return (swing > 0 ? dM < 0 : dM > 0) ? Math.abs(swing) : 0;
  }

  /**
   * Somebody comes along the path in the next lane. If the front will swing into that lane, the two share a zone there:
   * [from, to] along the path, written to `sweep`. False when there is room for both everywhere.
   */
  function sweepMeets(path: DrivePath, p: Projection, halfAcrossM: number, fromM: number, toM: number): boolean {
    const roomM = Math.abs(p.dM) - halfAcrossM - halfM - SIDE_MARGIN_M;
    sweep[0] = Infinity;
    sweep[1] = -Infinity;
    for (let s = toM; s >= fromM; s -= 2) {
      if (sweptM(path, s, p.dM, p.index) <= roomM) continue;
      sweep[0] = s;
      sweep[1] = Math.max(sweep[1] as number, s);
    }
    return sweep[0] < Infinity;
  }

  const junction = createJunction({ frontM, rearOverhangM, leftHandTraffic, clearM });

  function take(out: Surround, accelMps2: number, threat: ThreatKind, track: Track): void {
    if (accelMps2 < out.accelMps2) {
      out.accelMps2 = accelMps2;
      out.threat = threat;
      out.threatId = track.id;
    }
  }

  /**
   * Gap from the own front to the nearest part of an object that is in the corridor; Infinity when none is. Long objects
   * are looked at in parts: one end of a bus may stand in a bend that its middle is clear of.
   */
  function nearestInWay(track: Track, input: SurroundInput, xM: number, yM: number, marginM: number, fromI: number, toI: number): number {
    const { path, at } = input;
    const parts = Math.min(8, Math.ceil(track.lengthM / PART_M));
    const partM = track.lengthM / parts;
    let nearest = Infinity;
    for (let n = 0; n < parts; n += 1) {
      const offset = (n + 0.5) * partM - track.lengthM / 2;
      if (parts === 1) copyProjection(here, part);
      else projectWithin(path, xM + track.cosYaw * offset, yM + track.sinYaw * offset, fromI, toI, part);
      const along = Math.abs(track.cosYaw * part.tx + track.sinYaw * part.ty);
      const across = Math.abs(track.sinYaw * part.tx - track.cosYaw * part.ty);
      const half = (along * partM + across * track.widthM) / 2;
      if (part.sM + half < at.sM + frontM - 0.5) continue;
      const gapM = part.sM - half - (at.sM + frontM);
      // Beside the vehicle only touching counts: it cannot be avoided by stopping short of it.
      if (gapM < nearest && clearM(path, part, (across * partM + along * track.widthM) / 2, gapM < -0.5 ? 0 : marginM) < 0) nearest = gapM;
    }
    return nearest;
  }

  /**
   * What somebody in the corridor allows. A vehicle that faces this one needs room to turn out of its way, so it is met
   * early; nobody drives on towards one that comes.
   */
  function accelBehind(inWayM: number, own: number, vAlong: number, track: Track, input: SurroundInput): number {
    const { path, at, limits } = input;
    const facing = track.kind === "vehicle" && track.cosYaw * here.tx + track.sinYaw * here.ty < -0.3;
    let gapM = inWayM;
    if (facing) {
      const frontAtM = at.sM + frontM;
      const frontI = segmentAt(path, frontAtM, at.index);
      const waitM = turnAheadM(path, frontI, segmentAt(path, frontAtM + Math.max(0, inWayM), frontI)) - WAIT_M - frontAtM;
      // Not in the turn yet: leave the turn to it.
      if (waitM > -WAIT_M + 1) gapM = Math.min(gapM, Math.max(waitM, 0) + FACING_M + limits.standstillGapM);
    }
    if (vAlong < -1) return own < 1 ? -0.5 : followAccel(gapM / 2 - (facing ? FACING_M / 2 : 0), own, 0, 0, limits);
    return followAccel(facing ? gapM - FACING_M : gapM, own, Math.max(0, vAlong), vAlong > 0 ? track.accelMps2 : 0, facing && gapM > 1 ? gentle(limits) : limits);
  }

  /** Room that is only wished for is not braked for hard. */
  const gentle = (limits: LongitudinalLimits): LongitudinalLimits => ({ ...limits, brakeMps2: limits.decelMps2 });

  function lookAt(track: Track, input: SurroundInput, fromI: number, toI: number, out: Surround): void {
    const { path, at, estimate, limits } = input;
    const own = Math.max(0, estimate.speedMps);
    const ageS = clamp(secondsOf(input.nowUs - track.stateUs), 0, 1);
    const xM = track.xM + track.vxMps * ageS;
    const yM = track.yM + track.vyMps * ageS;
    projectWithin(path, xM, yM, fromI, toI, here);
    const person = track.kind === "pedestrian";
    const margin = person ? PERSON_MARGIN_M : SIDE_MARGIN_M;
    const along = Math.abs(track.cosYaw * here.tx + track.sinYaw * here.ty);
    const across = Math.abs(track.sinYaw * here.tx - track.cosYaw * here.ty);
    const halfAlongM = (along * track.lengthM + across * track.widthM) / 2;
    const halfAcrossM = (across * track.lengthM + along * track.widthM) / 2;
    const vAlong = track.vxMps * here.tx + track.vyMps * here.ty;
    const vAcross = track.vyMps * here.tx - track.vxMps * here.ty;
    const gapM = here.sM - halfAlongM - (at.sM + frontM);
    const behind = here.sM + halfAlongM < at.sM + frontM - 0.5;
    const squeezing = !person && track.restUs >= 0 && input.nowUs < squeezeUntilUs;
    const inWayM = nearestInWay(track, input, xM, yM, squeezing ? SQUEEZE_MARGIN_M : margin, fromI, toI);
    if (squeezing && inWayM === Infinity) take(out, SQUEEZE_MPS - own, "blocked", track);
    if (inWayM < Infinity) {
      if (inWayM < out.leadGapM) {
        out.leadGapM = inWayM;
        out.leadId = track.id;
        out.leadSpeedMps = vAlong;
      }
      if (!person && track.restUs >= 0 && input.restS > PATIENCE_S && input.nowUs >= squeezeUntilUs) squeezeUntilUs = input.nowUs + SQUEEZE_US;
      take(out, accelBehind(inWayM, own, vAlong, track, input), person ? "person" : track.restUs < 0 && vAlong > 0 ? "lead" : "blocked", track);
      return;
    }
    if (behind && gapM < -lengthM) return;
    const clear = clearM(path, here, halfAcrossM, margin);

    const closing = here.dM > 0 ? -vAcross : vAcross;
    const sameWay = vAlong > 0 && closing < 0.6 * vAlong;
    if (!person && sameWay) {
      if (closing > 0.25 && clear / closing < CUT_IN_S && gapM > -lengthM * 0.5) {
        const accel = followAccel(Math.max(gapM, 0.5), own, vAlong, track.accelMps2, limits);
        // Its tail is still beside the vehicle: make room without braking for a gap that is not there yet.
        take(out, gapM < 1 ? Math.max(accel, -limits.decelMps2) : accel, "cut-in", track);
      }
      return;
    }
    const oncomingAlong = vAlong < 0 && closing < 0.6 * -vAlong;
    if (oncomingAlong && Math.abs(here.dM) < 6) {
      // Where we turn off, it does not: then it goes straight on as seen in the map, not along our path.
      if (gapM > 0 && turnAheadM(path, at.index, here.index) < Infinity) {
        junction.consider(track, input, xM, yM, fromI, toI);
        return;
      }
      // Drifting out of its lane towards us.
      if (closing > 0.4 && clear / closing < 1.5 && gapM > 0) take(out, followAccel(gapM / 2, own, 0, 0, limits), "crossing", track);
      const frontAtM = at.sM + frontM;
      if (gapM > 0 && sweepMeets(path, here, halfAcrossM, Math.max(frontAtM - 2, here.sM - halfAlongM - 60), here.sM - halfAlongM)) {
        const [nearM = 0, farM = 0] = sweep;
        junction.share({ track, toM: nearM - frontAtM, throughM: farM - (at.sM - rearOverhangM) + 2, otherToM: Math.max(0, here.sM - halfAlongM - farM - 2), otherThroughM: here.sM + halfAlongM - nearM, fromRight: false, oncoming: true });
      }
      return;
    }
    if (!person) junction.consider(track, input, xM, yM, fromI, toI);
    else if (track.speedMps > 0.1) lookWalking(track, input, xM, yM, fromI, toI, out);
  }

  /** A person who will be in the corridor when the vehicle gets there. */
  function lookWalking(track: Track, input: SurroundInput, xM: number, yM: number, fromI: number, toI: number, out: Surround): void {
    const { path, at, estimate, limits } = input;
    const own = Math.max(0, estimate.speedMps);
    const half = Math.max(track.lengthM, track.widthM) / 2;
    let enterS = -1;
    let leaveS = CROSS_S;
    let nearM = Infinity;
    let farM = -Infinity;
    for (let tS = CROSS_STEP_S; tS <= CROSS_S; tS += CROSS_STEP_S) {
      projectWithin(path, xM + track.vxMps * tS, yM + track.vyMps * tS, fromI, toI, then);
      if (clearM(path, then, half, PERSON_MARGIN_M) < 0) {
        if (enterS < 0) enterS = tS - CROSS_STEP_S;
        nearM = Math.min(nearM, then.sM - half);
        farM = Math.max(farM, then.sM + half);
      } else if (enterS >= 0) {
        leaveS = tS;
        break;
      }
    }
    const toZoneM = nearM - (at.sM + frontM);
    if (enterS < 0 || toZoneM < -0.5) return;
    const clearS = timeToCover(farM - (at.sM - rearOverhangM) + 1, own, 0.6 * limits.accelMps2);
    const reachS = timeToCover(toZoneM, own, 0.6 * limits.accelMps2);
    if (clearS < enterS - 1 || reachS > leaveS + 1) return;
    take(out, stopAccel(toZoneM - 1.5, own, limits.decelMps2, limits.brakeMps2, limits.brakeLagS), "person", track);
  }

  return {
    look(tracks, input, out) {
      out.accelMps2 = Infinity;
      out.threat = "none";
      out.threatId = 0;
      out.leadId = 0;
      out.leadGapM = Infinity;
      out.leadSpeedMps = 0;
      junction.begin();
      if (tracks.length === 0) return;
      const { path, at, estimate, limits } = input;
      const own = Math.max(0, estimate.speedMps);
      const horizonM = Math.max(45, frontM + 30 + (own * own) / (1.4 * limits.decelMps2) + own * limits.timeGapS);
      const fromI = (backI = segmentAt(path, at.sM - 10, backI));
      const toI = (farI = segmentAt(path, at.sM + frontM + horizonM, farI)) + 1;
      const reach2 = (horizonM + frontM + 15) * (horizonM + frontM + 15);
      for (const track of tracks) {
        const dx = track.xM - estimate.xM;
        const dy = track.yM - estimate.yM;
        if (dx * dx + dy * dy < reach2) lookAt(track, input, fromI, toI, out);
      }
      const crossing = junction.decide(input);
      if (crossing !== undefined) take(out, crossing.accelMps2, "crossing", crossing.track);
    },
    hashInto(hash) {
      hash.number(squeezeUntilUs);
      junction.hashInto(hash);
    },
  };
}

function copyProjection(from: Projection, to: Projection): void {
  to.sM = from.sM;
  to.dM = from.dM;
  to.index = from.index;
  to.tx = from.tx;
  to.ty = from.ty;
}
