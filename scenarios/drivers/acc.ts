/**
 * Adaptive cruise control. Two laws: `accAcceleration` weighs distance and speed error as the widely used public player
 * does, so that files written for it behave alike; `followAcceleration` is the linear law the reference drivers cruise
 * with while nothing is critical. Formulas and gains are that player's published behaviour; the words are ours.
 */

export interface AccParameters {
  readonly timeGapS: number;
  readonly standM: number;
  readonly accelMaxMps2: number;
  readonly brakeMaxMps2: number;
}

export const ACC: AccParameters = { timeGapS: 1.5, standM: 3, accelMaxMps2: 3, brakeMaxMps2: 8 };

/** Closer than this it simply stops. */
export const ACC_STOP_GAP_M = 1;

/** Acceleration [m/s²]; `gapM` Infinity: nobody ahead within its sight. */
export function accAcceleration(p: AccParameters, speedMps: number, setMps: number, gapM: number, leadMps: number): number {
  if (gapM === Infinity) return limit(p, (setMps - speedMps) * 0.7 * p.accelMaxMps2, 0.7 * p.accelMaxMps2);
  if (gapM < ACC_STOP_GAP_M) return -p.brakeMaxMps2;
  const followM = p.standM + p.timeGapS * Math.max(speedMps, leadMps);
  const share = Math.min(1, (gapM - followM) / followM);
  const overSlower = speedMps - Math.min(setMps, leadMps);
  const overSet = speedMps - setMps;
  return limit(p, 2.5 * share - share * overSet - (1 - share) * overSlower, p.accelMaxMps2);
}

const limit = (p: AccParameters, a: number, accelMax: number): number => Math.max(-p.brakeMaxMps2, Math.min(a, accelMax));

/** How far ahead [m] it looks for a leader: 50 m or what stopping takes, twice. */
export const accSightM = (p: AccParameters, speedMps: number): number => Math.max(50, 2 * p.standM + (speedMps * speedMps) / p.brakeMaxMps2);

export interface FollowParameters {
  /** Per closing speed [1/s] and per metre of missing gap [1/s²]. */
  readonly speedGain: number;
  readonly gapGain: number;
  readonly accelMps2: number;
  readonly brakeMps2: number;
  /** Without anybody ahead. */
  readonly freeAccelMps2: number;
  readonly freeBrakeMps2: number;
}

export const FOLLOW: FollowParameters = { speedGain: 2, gapGain: 1, accelMps2: 3, brakeMps2: 4, freeAccelMps2: 2, freeBrakeMps2: 2 };

/** Linear following of a leader at `wishedGapM`; without one (`gapM` Infinity) back to the set speed. */
export function followAcceleration(p: FollowParameters, speedMps: number, setMps: number, gapM: number, leadMps: number, wishedGapM: number, dtS: number): number {
  const toSet = dtS > 0 ? (setMps - speedMps) / dtS : 0;
  if (gapM === Infinity) return Math.max(-p.freeBrakeMps2, Math.min(toSet, p.freeAccelMps2));
  const a = p.speedGain * (leadMps - speedMps) + p.gapGain * (gapM - wishedGapM);
  return Math.max(-p.brakeMps2, Math.min(a, p.accelMps2, toSet));
}
