/**
 * Fuzzy surrogate safety metrics: proactive (PFS: is the gap enough should the leader brake hard?) and critical (CFS: is it
 * enough should the leader just go on?). 0 safe, 1 unsafe, between them a straight line over the gap.
 * Source: Mattas et al. 2020, Accident Analysis & Prevention 148, 105794. Never decides what to do about them.
 */

export interface FuzzyParameters {
  readonly reactionS: number;
  /** Braking of the ego: what is comfortable (safe side) and what it can (unsafe side). */
  readonly comfortBrakeMps2: number;
  readonly hardBrakeMps2: number;
  /** Braking assumed of the leader. */
  readonly leadBrakeMps2: number;
  /** Left between the bumpers at standstill, and the width of the fuzzy band beyond that. */
  readonly standM: number;
  readonly bandM: number;
}

/** 1 up to `unsafeM`, 0 from `safeM` on. */
function between(gapM: number, safeM: number, unsafeM: number): number {
  if (gapM > safeM) return 0;
  if (gapM < unsafeM) return 1;
  return safeM === unsafeM ? 1 : (gapM - safeM) / (unsafeM - safeM);
}

/** Proactive fuzzy surrogate in [0, 1]. Gap [m] bumper to bumper; speeds [m/s]. */
export function proactiveFuzzy(p: FuzzyParameters, gapM: number, egoMps: number, leadMps: number): number {
  const leadStopM = (leadMps * leadMps) / (2 * p.leadBrakeMps2);
  const stop = (brake: number): number => egoMps * p.reactionS + (egoMps * egoMps) / (2 * brake) - leadStopM;
  return between(gapM - p.standM, stop(p.comfortBrakeMps2) + p.bandM, stop(p.hardBrakeMps2));
}

/** Critical fuzzy surrogate in [0, 1]. `egoAccelMps2`: held through the reaction, harder braking than comfort not counted on. */
export function criticalFuzzy(p: FuzzyParameters, gapM: number, egoMps: number, leadMps: number, egoAccelMps2: number): number {
  const closing = egoMps - leadMps;
  if (closing <= 0) return 0;
  const held = Math.max(egoAccelMps2, -p.comfortBrakeMps2);
  const after = egoMps + p.reactionS * held;
  // Already braking enough to be the slower one before the reaction is over.
  if (after < leadMps) return gapM < (closing * closing) / Math.abs(2 * egoAccelMps2) ? 1 : 0;
  const lost = (egoMps + (held * p.reactionS) / 2 - leadMps) * p.reactionS;
  const excess = after - leadMps;
  return between(gapM, lost + (excess * excess) / (2 * p.comfortBrakeMps2), lost + (excess * excess) / (2 * p.hardBrakeMps2));
}
