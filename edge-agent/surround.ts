/**
 * What the tracks mean for the way ahead: who is in the vehicle's corridor now, who will cut in, who will cross it. Gives
 * the lowest acceleration any of them allows, and which one. Constant velocity for a few seconds, relative to the path
 * where an object goes along it, straight in the map where it crosses.
 *
 * Right of way among vehicles that cross, from sensed geometry alone, the same for everybody: who stands waits for who
 * moves; who turns across oncoming traffic waits; else who comes from the right (left-hand traffic: from the left) goes
 * first. Whoever has the right of way still brakes when the other no longer can.
 */
import type { VehicleProfile } from "../fleet-core/contract/profile.ts";
import { secondsOf } from "../fleet-core/kernel/time.ts";
import { clamp } from "../fleet-core/kernel/units.ts";
import { newProjection, projectWithin, segmentAt, valueAt, type DrivePath, type Projection } from "./drive-path.ts";
import { followAccel, requiredDecel, stopAccel, type LongitudinalLimits } from "./following.ts";
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
  readonly leftHandTraffic: boolean;
}

/** How long ahead crossing objects are predicted. */
const CROSS_S = 4.5;
const CROSS_STEP_S = 0.5;
const CUT_IN_S = 2;
const SIDE_MARGIN_M = 0.25;
const PERSON_MARGIN_M = 0.6;

export function createSurround(profile: VehicleProfile): { look(tracks: readonly Track[], input: SurroundInput, out: Surround): void } {
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
    const speed = track.speedMps;
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
    if (speed > 0.2 || (person && speed > 0.1)) lookCrossing(track, input, xM, yM, vAlong, fromI, toI, out);
  }

  function lookCrossing(track: Track, input: SurroundInput, xM: number, yM: number, vAlong: number, fromI: number, toI: number, out: Surround): void {
    const { path, at, estimate, limits } = input;
    const own = Math.max(0, estimate.speedMps);
    const person = track.kind === "pedestrian";
    const margin = person ? PERSON_MARGIN_M : SIDE_MARGIN_M + 0.25;
    const gain = track.speedMps > 0.01 ? 1 / track.speedMps : 0;
    // A vehicle just setting off will be faster in a moment than it is now.
    const setOff = !person && track.speedMps < 3 && track.accelMps2 > -0.3 ? 0.6 : 0;
    let enterS = -1;
    let leaveS = CROSS_S;
    let nearM = Infinity;
    let farM = -Infinity;
    let fromRight = false;
    for (let tS = CROSS_STEP_S; tS <= CROSS_S; tS += CROSS_STEP_S) {
      const reach = tS + 0.5 * setOff * tS * tS * gain;
      projectWithin(path, xM + track.vxMps * reach, yM + track.vyMps * reach, fromI, toI, then);
      const along = Math.abs(track.cosYaw * then.tx + track.sinYaw * then.ty);
      const across = Math.abs(track.sinYaw * then.tx - track.cosYaw * then.ty);
      const inside = clearM(path, then, (across * track.lengthM + along * track.widthM) / 2, margin) < 0;
      if (inside) {
        const half = (along * track.lengthM + across * track.widthM) / 2;
        if (enterS < 0) {
          enterS = tS - CROSS_STEP_S;
          fromRight = track.vyMps * then.tx - track.vxMps * then.ty > 0;
        }
        nearM = Math.min(nearM, then.sM - half);
        farM = Math.max(farM, then.sM + half);
      } else if (enterS >= 0) {
        leaveS = tS;
        break;
      }
    }
    if (enterS < 0) return;
    const toZoneM = nearM - (at.sM + frontM);
    if (farM < at.sM - rearOverhangM || toZoneM > 150) return;
    // Already in the way of it: clearing is better than stopping there, unless it is just ahead of the bumper.
    if (toZoneM < -0.5) return;
    const clearS = timeFor(farM - (at.sM - rearOverhangM) + 1, own, limits.accelMps2);
    const reachS = timeFor(toZoneM, own, limits.accelMps2);
    const early = person ? 1 : 1.5;
    if (clearS < enterS - early || reachS > leaveS + early) return;

    if (!person && hasRightOfWay(track, input, vAlong, fromRight)) {
      // Trust it to stop only while it still can.
      const otherM = Math.max(0.1, track.speedMps * Math.max(0, enterS - 0.5));
      if (requiredDecel(otherM, track.speedMps, 9) < 3 || toZoneM < 0.5 * own) return;
    }
    const stopM = toZoneM - (person ? 1.5 : 2);
    const hardest = person ? limits.brakeMps2 : Math.max(0.7 * limits.brakeMps2, limits.decelMps2);
    // Too late to stop in front of it and it is not a person: go on, the corridor check brakes if it really gets there.
    if (!person && stopM < 0 && own > 2 && requiredDecel(toZoneM, own, 99) > limits.brakeMps2) return;
    take(out, stopAccel(stopM, own, limits.decelMps2, hardest, limits.brakeLagS), person ? "person" : "crossing", track);
  }

  function hasRightOfWay(track: Track, input: SurroundInput, vAlong: number, fromRight: boolean): boolean {
    const standing = input.estimate.speedMps < 0.3;
    if (standing) return false;
    if (track.speedMps < 0.3) return true;
    // Predicted into the corridor although oncoming: it is this vehicle's path that bends across the other's.
    if (vAlong < -0.8 * track.speedMps) return false;
    return input.leftHandTraffic ? fromRight : !fromRight;
  }

  return {
    look(tracks, input, out) {
      out.accelMps2 = Infinity;
      out.threat = "none";
      out.threatId = 0;
      out.leadId = 0;
      out.leadGapM = Infinity;
      out.leadSpeedMps = 0;
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
    },
  };
}

/** Time to cover a distance when speeding up with `accelMps2` from `speedMps`. */
function timeFor(distanceM: number, speedMps: number, accelMps2: number): number {
  if (distanceM <= 0) return 0;
  const gentle = 0.6 * accelMps2;
  return (Math.sqrt(speedMps * speedMps + 2 * gentle * distanceM) - speedMps) / gentle;
}
