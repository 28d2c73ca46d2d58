/**
 * Responsibility-sensitive safety: the distances it calls safe. Source: Shalev-Shwartz, Shammah, Shashua 2017,
 * arXiv 1708.06374, definitions 1 (longitudinal) and 6 (lateral). Calculation only.
 */

export interface RssParameters {
  readonly responseS: number;
  /** Worst the follower does before it responds, the least it brakes then, the most the leader brakes. */
  readonly accelMaxMps2: number;
  readonly brakeMinMps2: number;
  readonly leadBrakeMaxMps2: number;
  readonly lateralAccelMaxMps2: number;
  readonly lateralBrakeMinMps2: number;
  /** Lateral fluctuation that means nothing. */
  readonly fluctuationM: number;
}

/** Smallest safe gap [m] behind a leader driving the same way; never negative. Speeds [m/s] >= 0. */
export function rssLongitudinalM(p: RssParameters, rearMps: number, frontMps: number): number {
  const fastest = rearMps + p.responseS * p.accelMaxMps2;
  const d = rearMps * p.responseS + (p.accelMaxMps2 * p.responseS * p.responseS) / 2 + (fastest * fastest) / (2 * p.brakeMinMps2) - (frontMps * frontMps) / (2 * p.leadBrakeMaxMps2);
  return d > 0 ? d : 0;
}

/** Smallest safe gap [m] between two that drive towards each other; both speeds >= 0, `other` may brake as it should. */
export function rssOncomingM(p: RssParameters, oneMps: number, otherMps: number): number {
  const share = (v: number): number => {
    const fastest = v + p.responseS * p.accelMaxMps2;
    return ((v + fastest) / 2) * p.responseS + (fastest * fastest) / (2 * p.brakeMinMps2);
  };
  return share(oneMps) + share(otherMps);
}

/** How far [m] one body may still come to the other's side: speed towards it [m/s], negative: away. */
export function rssLateralShareM(p: RssParameters, towardsMps: number): number {
  const fastest = towardsMps + p.responseS * p.lateralAccelMaxMps2;
  const responding = ((towardsMps + fastest) / 2) * p.responseS;
  return responding + (fastest > 0 ? (fastest * fastest) / (2 * p.lateralBrakeMinMps2) : 0);
}

/** Smallest safe distance [m] side by side; both speeds towards the other body. */
export function rssLateralM(p: RssParameters, oneTowardsMps: number, otherTowardsMps: number): number {
  return p.fluctuationM + Math.max(0, rssLateralShareM(p, oneTowardsMps) + rssLateralShareM(p, otherTowardsMps));
}
