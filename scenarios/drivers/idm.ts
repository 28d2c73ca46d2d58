/**
 * Intelligent driver model (Treiber, Hennecke, Helbing 2000) with acceleration exponent 4, and MOBIL (Kesting, Treiber,
 * Helbing 2007) on top of it for lane changes. Pure formulas; who drives with them looks around itself.
 */

export interface IdmParameters {
  readonly wishedMps: number;
  readonly timeGapS: number;
  readonly standM: number;
  readonly accelMps2: number;
  readonly comfortBrakeMps2: number;
  /** The hardest braking it is capable of. */
  readonly brakeMaxMps2: number;
}

/** A car in town traffic, after the authors' own values (1.5 s, 2 m, 1.4 and 2 m/s²). */
export const IDM_CAR: IdmParameters = { wishedMps: 50 / 3.6, timeGapS: 1.5, standM: 2, accelMps2: 1.4, comfortBrakeMps2: 2, brakeMaxMps2: 8 };
/** A lorry or bus. */
export const IDM_HEAVY: IdmParameters = { wishedMps: 80 / 3.6, timeGapS: 1.7, standM: 2.5, accelMps2: 0.8, comfortBrakeMps2: 1.5, brakeMaxMps2: 6 };

/**
 * Acceleration [m/s²] behind a leader; `gapM` Infinity: free road. `wishedMps` may be lower than the parameters' for the
 * moment (speed limit, bend). Never below -brakeMax; a gap of 0 or less brakes as hard as it can.
 */
export function idmAcceleration(p: IdmParameters, speedMps: number, wishedMps: number, gapM: number, leadMps: number): number {
  const ratio = wishedMps > 0 ? speedMps / wishedMps : speedMps > 0 ? 2 : 1;
  const square = ratio * ratio;
  // Faster than wished (a lower limit begins): ease off comfortably rather than with the fourth power.
  const free = ratio <= 1 ? p.accelMps2 * (1 - square * square) : -p.comfortBrakeMps2 * Math.min(1, 4 * (ratio - 1));
  if (gapM === Infinity) return free;
  if (gapM <= 0) return -p.brakeMaxMps2;
  const dynamic = speedMps * p.timeGapS + (speedMps * (speedMps - leadMps)) / (2 * Math.sqrt(p.accelMps2 * p.comfortBrakeMps2));
  const share = (p.standM + (dynamic > 0 ? dynamic : 0)) / gapM;
  const a = free - p.accelMps2 * share * share;
  return a < -p.brakeMaxMps2 ? -p.brakeMaxMps2 : a;
}

/** Gap [m] at which it holds a speed below its wish behind a leader of the same speed. */
export function idmEquilibriumGapM(p: IdmParameters, speedMps: number): number {
  const square = (speedMps / p.wishedMps) * (speedMps / p.wishedMps);
  return (p.standM + speedMps * p.timeGapS) / Math.sqrt(1 - square * square);
}

export interface MobilParameters {
  /** How much the others' loss counts: 0 selfish, 1 altruistic. */
  readonly politeness: number;
  readonly thresholdMps2: number;
  /** Braking one may force on the new follower. */
  readonly safeBrakeMps2: number;
  /** Added to the wish for the side one shall keep to (right in right-hand traffic). */
  readonly keepSideMps2: number;
}

export const MOBIL_CAR: MobilParameters = { politeness: 0.25, thresholdMps2: 0.2, safeBrakeMps2: 3, keepSideMps2: 0.1 };

/** Accelerations [m/s²] before and after a change: of oneself, the follower left behind and the one ahead of whom it goes. */
export interface ChangeEffect {
  readonly ownNow: number;
  readonly ownThen: number;
  readonly oldFollowerNow: number;
  readonly oldFollowerThen: number;
  readonly newFollowerNow: number;
  readonly newFollowerThen: number;
}

/** Whether MOBIL changes lanes. `towardsKeepSide`: the new lane is on the side one shall keep to. */
export function mobilChanges(p: MobilParameters, e: ChangeEffect, towardsKeepSide: boolean): boolean {
  if (e.newFollowerThen < -p.safeBrakeMps2 || e.ownThen < -p.safeBrakeMps2) return false;
  const others = e.newFollowerThen - e.newFollowerNow + (e.oldFollowerThen - e.oldFollowerNow);
  return e.ownThen - e.ownNow + p.politeness * others > p.thresholdMps2 + (towardsKeepSide ? -p.keepSideMps2 : p.keepSideMps2);
}
