/**
 * What the tracks mean for the way ahead: who is in the vehicle's corridor now, who will cut in, who walks into it, who
 * crosses it. Gives the lowest acceleration any of them allows, and which one. Objects that go along the path are
 * predicted along it, persons straight on, crossing vehicles along their own heading (see `junction.ts`).
 */
import type { VehicleProfile } from "../fleet-core/contract/profile.ts";
import type { StateHash } from "../fleet-core/kernel/hash.ts";
import { secondsOf } from "../fleet-core/kernel/time.ts";
import { clamp } from "../fleet-core/kernel/units.ts";
import { newProjection, projectWithin, segmentAt, valueAt, type DrivePath, type Projection } from "./drive-path.ts";
import { followAccel, stopAccel, timeToCover, type LongitudinalLimits } from "./following.ts";
import { createJunction } from "./junction.ts";
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

export interface SurroundInput {
  readonly nowUs: number;
  readonly path: DrivePath;
  readonly at: Projection;
  readonly estimate: Readonly<Estimate>;
  readonly limits: LongitudinalLimits;
  /** For how long the own vehicle has been at rest. */
  readonly restS: number;
}

/** How long ahead persons are predicted. */
const CROSS_S = 4.5;
const CROSS_STEP_S = 0.5;
const CUT_IN_S = 2;
const SIDE_MARGIN_M = 0.25;
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

  /** How far the outer front corner swings out of the lane in the bend that leads to `sM`, positive for a left bend. */
  function swingM(path: DrivePath, sM: number, hint: number): number {
    const fromM = Math.max(0, sM - frontM);
    const toM = clamp(sM, fromM + 0.5, Math.max(path.lengthM, fromM + 0.5));
    const a = segmentAt(path, fromM, hint);
    const turn = valueAt(path, path.headingRad, segmentAt(path, toM, a), toM) - valueAt(path, path.headingRad, a, fromM);
    return clamp((turn / (toM - fromM)) * frontM * frontM * 0.5, -3, 3);
  }

  /** Clear space between an object's side and the corridor; negative inside it. */
  function clearM(path: DrivePath, p: Projection, halfAcrossM: number, marginM: number): number {
    const swing = swingM(path, p.sM, p.index);
    const outer = swing > 0 ? p.dM < 0 : p.dM > 0;
    return Math.abs(p.dM) - halfAcrossM - halfM - marginM - (outer ? Math.abs(swing) : 0);
  }

  const junction = createJunction({ frontM, rearOverhangM, leftHandTraffic, clearM });

  function take(out: Surround, accelMps2: number, threat: ThreatKind, track: Track): void {
    if (accelMps2 < out.accelMps2) {
      out.accelMps2 = accelMps2;
      out.threat = threat;
      out.threatId = track.id;
    }
  }

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
    // Beside the vehicle only touching counts: it cannot be avoided by stopping short of it.
    const clear = clearM(path, here, halfAcrossM, gapM < -0.5 ? 0 : margin);

    if (clear < 0 && !behind) {
      if (gapM < out.leadGapM) {
        out.leadGapM = gapM;
        out.leadId = track.id;
        out.leadSpeedMps = vAlong;
      }
      // An oncoming one gets the rest of the way to itself: stop where half the gap is left.
      const oncoming = vAlong < -1;
      const accel = followAccel(oncoming ? gapM / 2 : gapM, own, Math.max(0, vAlong), vAlong > 0 ? track.accelMps2 : 0, limits);
      take(out, accel, person ? "person" : vAlong > 0.5 ? "lead" : "blocked", track);
      return;
    }
    if (behind && gapM < -lengthM) return;

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
      if (closing > 0.4 && clear / closing < 1.5 && gapM > 0) take(out, followAccel(gapM / 2, own, 0, 0, limits), "crossing", track);
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
      const fromI = segmentAt(path, at.sM - 10, at.index);
      const toI = segmentAt(path, at.sM + frontM + horizonM, at.index) + 1;
      const reach2 = (horizonM + frontM + 15) * (horizonM + frontM + 15);
      for (const track of tracks) {
        const dx = track.xM - estimate.xM;
        const dy = track.yM - estimate.yM;
        if (dx * dx + dy * dy < reach2) lookAt(track, input, fromI, toI, out);
      }
      const crossing = junction.decide(input);
      if (crossing !== undefined) take(out, crossing.accelMps2, "crossing", crossing.track);
    },
    hashInto: (hash) => junction.hashInto(hash),
  };
}
