/**
 * Who goes first where paths cross: decided from what both sides can see, so that both come to the same answer without a
 * word. Each crossing vehicle is followed along its own heading to the zone it shares with our corridor.
 *
 * 1. Who is clear of the zone in time goes; who stands waits for who moves.
 * 2. Both moving, or both standing: who turns across oncoming traffic waits; else who comes from the right goes first
 *    (left-hand traffic: from the left). Whoever has to wait stops before the first zone of all, so as to block nobody.
 * 3. Whoever has the right of way brakes all the same when the other no longer can.
 * 4. Nobody waits for ever for somebody who stands: after a pause that grows with the own heading in the map frame, so
 *    that two who cross never set off together, it goes.
 */
import type { StateHash } from "../fleet-core/kernel/hash.ts";
import { atan2, TAU } from "../fleet-core/kernel/math/index.ts";
import { US_PER_S } from "../fleet-core/kernel/time.ts";
import { clamp } from "../fleet-core/kernel/units.ts";
import { newProjection, projectWithin, segmentAt, turnAheadM, type DrivePath, type Projection } from "./drive-path.ts";
import { requiredDecel, stopAccel, timeToCover } from "./following.ts";
import type { SurroundInput } from "./surround.ts";
import type { Track } from "./tracking.ts";

export interface JunctionOptions {
  readonly frontM: number;
  readonly rearOverhangM: number;
  readonly leftHandTraffic: boolean;
  /** Clear space beside the corridor, negative inside it. */
  readonly clearM: (path: DrivePath, p: Projection, halfAcrossM: number, marginM: number) => number;
}

export interface Junction {
  /** Forgets the last look; call before `consider`. */
  begin(): void;
  /** Notes the zone this vehicle shares with the corridor, if it heads for one. */
  consider(track: Track, input: SurroundInput, xM: number, yM: number, fromI: number, toI: number): void;
  /** Notes a zone found otherwise. */
  share(zone: Zone): void;
  /** The acceleration the crossing vehicles allow, and for whom; undefined when none matters. */
  decide(input: SurroundInput): { readonly accelMps2: number; readonly track: Track } | undefined;
  hashInto(hash: StateHash): void;
}

export interface Zone {
  readonly track: Track;
  /** From own front to the zone, and until the own rear has left it. */
  readonly toM: number;
  readonly throughM: number;
  /** The same for the other. */
  readonly otherToM: number;
  readonly otherThroughM: number;
  readonly fromRight: boolean;
  /** It comes towards us and our path bends across its. */
  readonly oncoming: boolean;
}

const MARGIN_M = 0.5;
/** With its front farther in than this the vehicle is in the zone and leaves it, instead of stopping in it. */
const IN_ZONE_M = -0.3;
const ZONES_MAX = 16;
/** Waiting place: this far before the own turn. */
export const WAIT_M = 5;
/** Stop this far before the zone. */
const SHORT_M = 1.2;
/** The other is believed to stop as long as this is enough; less while it does not brake at all. */
const OTHER_DECEL_MPS2 = 3.5;
const OTHER_DECEL_UNSEEN_MPS2 = 2.2;
/** Pause before going although somebody with the right of way stands: shortest, and added over a full turn of heading. */
const PAUSE_S = 1.5;
const PAUSE_TURN_S = 8;
const SEIZE_US = 5 * US_PER_S;

export function createJunction(options: JunctionOptions): Junction {
  const { frontM, rearOverhangM, leftHandTraffic, clearM } = options;
  const zones: Zone[] = [];
  const then = newProjection();
  /** Until then a vehicle that waited long enough goes on, though still slow. */
  let seizeUntilUs = -1;
  /** Track that was given the way, kept until it is through or stands. */
  let waitingFor = 0;

  function consider(track: Track, input: SurroundInput, xM: number, yM: number, fromI: number, toI: number): void {
    if (zones.length >= ZONES_MAX) return;
    const { path, at } = input;
    // A vehicle goes where it points, or straight back; its heading is known better than the direction of a slow motion.
    const sense = track.vxMps * track.cosYaw + track.vyMps * track.sinYaw < -0.8 ? -1 : 1;
    const cx = sense * track.cosYaw;
    const cy = sense * track.sinYaw;
    const reachM = clamp(5 * track.speedMps, 14, 60);
    const stepM = Math.max(1.5, reachM / 20);
    let enterM = -1;
    let leaveM = reachM;
    let nearM = Infinity;
    let farM = -Infinity;
    let fromRight = false;
    let oncoming = false;
    for (let r = 0; r <= reachM; r += stepM) {
      projectWithin(path, xM + cx * r, yM + cy * r, fromI, toI, then);
      const along = Math.abs(cx * then.tx + cy * then.ty);
      const across = Math.abs(cy * then.tx - cx * then.ty);
      if (clearM(path, then, (across * track.lengthM + along * track.widthM) / 2, MARGIN_M) < 0) {
        if (enterM < 0) {
          enterM = Math.max(0, r - stepM);
          fromRight = cy * then.tx - cx * then.ty > 0;
          oncoming = cx * then.tx + cy * then.ty < -0.85;
        }
        const half = (along * track.lengthM + across * track.widthM) / 2;
        nearM = Math.min(nearM, then.sM - half);
        farM = Math.max(farM, then.sM + half);
      } else if (enterM >= 0) {
        leaveM = r;
        break;
      }
    }
    if (enterM < 0 || farM < at.sM - rearOverhangM) return;
    zones.push({ track, toM: nearM - MARGIN_M - (at.sM + frontM), throughM: farM + MARGIN_M - (at.sM - rearOverhangM), otherToM: enterM, otherThroughM: leaveM, fromRight, oncoming });
  }

  /** Whether this vehicle must let the other go first. */
  function mustWait(zone: Zone, input: SurroundInput): boolean {
    const { limits, estimate, nowUs } = input;
    const { track } = zone;
    const own = Math.max(0, estimate.speedMps);
    // In the zone already: leave it, the corridor check stops for what is really in the way.
    if (zone.toM < IN_ZONE_M) return false;
    const otherStands = track.restUs >= 0 && nowUs - track.restUs > 0.5 * US_PER_S;
    const seizing = nowUs < seizeUntilUs;
    const ownStands = own < 0.3 && !seizing;
    if (otherStands) {
      if (!ownStands) return false;
      // A vehicle that stands far from the zone is parked, not waiting for it.
      if (zone.otherToM > 10 || firstByRule(zone)) return false;
      return input.restS <= PAUSE_S + PAUSE_TURN_S * headingShare(input);
    }
    const accel = 0.6 * limits.accelMps2;
    const ownClearS = timeToCover(zone.throughM, own, accel);
    const ownReachS = timeToCover(zone.toM, own, accel);
    // That it brakes now is no promise to stop: two who both believed that would creep into each other's way.
    const otherReachS = timeToCover(zone.otherToM, track.speedMps, 0.8);
    const otherClearS = zone.otherThroughM / Math.max(1, track.speedMps);
    if (track.id === waitingFor && zone.toM > 0) return true;
    if (ownClearS + 1 < otherReachS) return false;
    if (ownReachS > otherClearS + 1 && track.speedMps > 1) return false;
    if (ownStands) return true;
    const needs = requiredDecel(zone.toM - own * limits.brakeLagS, own, 99);
    if (needs > 0.8 * limits.brakeMps2 && zone.toM < 0.6 * own) return false;
    const otherNeeds = requiredDecel(zone.otherToM, track.speedMps, 99);
    // Noticed late, and the other can still stop at ease: it sees that this one no longer does, and lets it go.
    if (!firstByRule(zone)) return needs < 0.45 * limits.brakeMps2 || otherNeeds > 1.5;
    const otherCannot = otherNeeds > (track.accelMps2 < -0.7 ? OTHER_DECEL_MPS2 : OTHER_DECEL_UNSEEN_MPS2);
    return otherCannot && otherReachS < ownClearS + 0.5;
  }

  function firstByRule(zone: Zone): boolean {
    if (zone.oncoming) return false;
    return leftHandTraffic ? zone.fromRight : !zone.fromRight;
  }

  return {
    begin() {
      if (zones.length > 0) zones.length = 0;
    },
    consider,
    share(zone) {
      if (zones.length < ZONES_MAX) zones.push(zone);
    },
    decide(input) {
      let first: Zone | undefined;
      for (const zone of zones) if (mustWait(zone, input) && (first === undefined || zone.toM < first.toM)) first = zone;
      const own = Math.max(0, input.estimate.speedMps);
      waitingFor = first?.track.id ?? 0;
      if (first === undefined) {
        // It waited, and now goes on: from here on it counts as moving, though it has hardly begun to.
        const waited = zones.some((zone) => zone.toM >= IN_ZONE_M && zone.toM < 12 && zone.track.restUs >= 0);
        if (waited && own < 0.3 && input.restS > PAUSE_S && input.nowUs >= seizeUntilUs) seizeUntilUs = input.nowUs + SEIZE_US;
        return undefined;
      }
      let stopM = first.toM;
      // Stopping inside somebody else's zone would block it.
      for (const zone of zones) {
        if (zone.toM <= IN_ZONE_M || zone.toM >= stopM) continue;
        if (own < 0.5 || requiredDecel(zone.toM + 0.3 - own * input.limits.brakeLagS, own, 99) < 0.7 * input.limits.brakeMps2) stopM = zone.toM;
      }
      // Before the own turn nobody is in the way, wherever the zone is.
      const frontAtM = input.at.sM + frontM;
      const frontI = segmentAt(input.path, frontAtM, input.at.index);
      const waitM = turnAheadM(input.path, frontI, segmentAt(input.path, frontAtM + Math.max(0, stopM), frontI)) - WAIT_M - frontAtM;
      if (waitM > 1 - WAIT_M && waitM < stopM && (own < 0.5 || requiredDecel(waitM + WAIT_M - own * input.limits.brakeLagS, own, 99) < 0.7 * input.limits.brakeMps2)) stopM = waitM + SHORT_M;
      const hardestMps2 = Math.max(0.8 * input.limits.brakeMps2, input.limits.decelMps2);
      const wishedMps2 = stopAccel(stopM - SHORT_M, own, input.limits.decelMps2, hardestMps2, input.limits.brakeLagS);
      // The distance kept from the zone is a wish, the zone itself is not.
      const accelMps2 = Math.max(wishedMps2, -Math.max(1.3 * input.limits.decelMps2, requiredDecel(stopM - 0.2, own, hardestMps2)));
      return { accelMps2, track: first.track };
    },
    hashInto(hash) {
      hash.number(seizeUntilUs);
      hash.number(waitingFor);
    },
  };
}

/** Own heading as a share of a full turn, 0 to 1. */
const headingShare = (input: SurroundInput): number => (atan2(input.estimate.sinYaw, input.estimate.cosYaw) + TAU / 2) / TAU;
