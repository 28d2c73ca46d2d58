/**
 * The four reference drivers that say which collisions are avoidable: careful and competent driver (CC), fuzzy safety model
 * (FSM), responsibility-sensitive safety (RSS) and the performance text of Regulation 157. `assess` says whether an
 * encounter is dangerous, `brake` how the driver brakes then. State is one small record; nothing here looks around.
 * Sources: UN R157 Annex 4 Appendix 3 and 5.2.5.2; Mattas et al. 2020 and 2022; arXiv 1708.06374; parameters and edge
 * rules of the public JRC-FSM program.
 */
import { timeHeadwayS, timeToLevelS, type Encounter } from "./encounter.ts";
import { criticalFuzzy, proactiveFuzzy, type FuzzyParameters } from "./fuzzy.ts";
import { cutInLimitS } from "./r157.ts";
import { rssLateralShareM, rssLongitudinalM, type RssParameters } from "./rss.ts";

const G_MPS2 = 9.81;

interface Braking {
  readonly reactionS: number;
  readonly brakeMaxMps2: number;
  /** Growth of the braking [m/s³]; Infinity: at once. */
  readonly jerkMps3: number;
  /** Braking during the reaction, foot off the pedal. */
  readonly releaseMps2: number;
}

export interface CarefulDriver extends Braking {
  readonly kind: "cc";
  readonly ttcS: number;
  /** Takes an opening gap by the same measure, so brakes on until it is wide: the program's edge rule. */
  readonly ttcWhenOpening: boolean;
  /** Below this headway a hard braking or revealed leader is dangerous. */
  readonly headwayS: number;
  /** A leader braking harder than this is noticed as such. */
  readonly noticedBrakeMps2: number;
}
export interface FuzzyDriver extends Braking {
  readonly kind: "fsm";
  readonly fuzzy: FuzzyParameters;
  /** A passing is counted on only if it is over this much earlier than the other comes in. */
  readonly passMarginS: number;
}
export interface RssDriver extends Braking {
  readonly kind: "rss";
  readonly rss: RssParameters;
}
export interface RegulationDriver extends Braking {
  readonly kind: "reg157";
  /** The other counts from this lateral distance on. */
  readonly besideM: number;
  /** Added to the limit for the step between two looks; the law knows no steps. */
  readonly lookMarginS: number;
}
export type ReferenceDriver = CarefulDriver | FuzzyDriver | RssDriver | RegulationDriver;
export type ReferenceKind = ReferenceDriver["kind"];

/** Braking ramps to 0.774 g in 0.6 s. */
const HARD: Pick<Braking, "brakeMaxMps2" | "jerkMps3"> = { brakeMaxMps2: 0.774 * G_MPS2, jerkMps3: 12.65 };

export const CAREFUL: CarefulDriver = { kind: "cc", reactionS: 0.75, ...HARD, releaseMps2: 0.4, ttcS: 2, ttcWhenOpening: false, headwayS: 2, noticedBrakeMps2: 5 };
export const FUZZY: FuzzyDriver = {
  kind: "fsm", reactionS: 0.75, ...HARD, releaseMps2: 0, passMarginS: 0.1,
  fuzzy: { reactionS: 0.75, comfortBrakeMps2: 4, hardBrakeMps2: 6, leadBrakeMps2: 7, standM: 2, bandM: 2 },
};
export const RSS: RssDriver = {
  kind: "rss", reactionS: 0.75, ...HARD, releaseMps2: 0,
  rss: { responseS: 0.75, accelMaxMps2: 3, brakeMinMps2: 6, leadBrakeMaxMps2: 6, lateralAccelMaxMps2: 1, lateralBrakeMinMps2: 1, fluctuationM: 0.3 },
};
export const REGULATION: RegulationDriver = { kind: "reg157", reactionS: 0.35, brakeMaxMps2: 6, jerkMps3: Infinity, releaseMps2: 0, besideM: 0.5, lookMarginS: 0.1 };

export const REFERENCE_DRIVERS: readonly ReferenceDriver[] = [CAREFUL, FUZZY, RSS, REGULATION];

/** What an encounter means to a driver; reused by the caller. */
export interface Threat {
  dangerous: boolean;
  /** Fuzzy surrogates; 0 for the other models. */
  critical: number;
  proactive: number;
}
export const createThreat = (): Threat => ({ dangerous: false, critical: 0, proactive: 0 });

export function assess(driver: ReferenceDriver, e: Encounter, out: Threat): void {
  out.dangerous = false;
  out.critical = 0;
  out.proactive = 0;
  // What the ego has passed is no longer its business.
  if (e.aheadM < 0) return;
  switch (driver.kind) {
    case "cc":
      if (e.besideM > 0) return;
      out.dangerous = timeToLevelS(e) <= driver.ttcS || (driver.ttcWhenOpening && Math.abs(e.gapM) <= driver.ttcS * (e.otherMps - e.egoMps)) || (e.otherAccelMps2 < -driver.noticedBrakeMps2 && timeHeadwayS(e.gapM, e.egoMps) < driver.headwayS);
      return;
    case "reg157":
      out.dangerous = e.besideM <= driver.besideM && timeToLevelS(e) <= cutInLimitS(e.egoMps - e.otherMps, driver.brakeMaxMps2, driver.reactionS) + driver.lookMarginS;
      return;
    case "rss":
      out.dangerous = e.gapM < rssLongitudinalM(driver.rss, e.egoMps, e.otherMps) && e.besideM < driver.rss.fluctuationM + rssLateralShareM(driver.rss, Math.abs(e.approachMps));
      return;
    case "fsm":
      if (e.besideM > 0 && passesBefore(e, driver.passMarginS)) return;
      out.critical = criticalFuzzy(driver.fuzzy, e.gapM, e.egoMps, e.otherMps, e.egoAccelMps2);
      out.proactive = proactiveFuzzy(driver.fuzzy, e.gapM, e.egoMps, e.otherMps);
      out.dangerous = out.critical + out.proactive > 0;
  }
}

/** Beside: no danger while the other does not come nearer, or comes so slowly that the ego will be past it. */
function passesBefore(e: Encounter, marginS: number): boolean {
  if (e.approachMps <= 0) return true;
  const closing = e.egoMps - e.otherMps;
  if (closing === 0) return false;
  return e.besideM / e.approachMps > (Math.abs(e.aheadM) + e.lengthsM) / closing + marginS;
}

/** What a driver remembers while a danger lasts. */
export interface Reaction {
  /** Left until the brake answers; in microseconds so that no step is gained or lost by rounding. */
  waitUs: number;
  brakingMps2: number;
}
export const createReaction = (driver: ReferenceDriver): Reaction => ({ waitUs: Math.round(driver.reactionS * 1e6), brakingMps2: 0 });

export function resetReaction(driver: ReferenceDriver, reaction: Reaction): void {
  reaction.waitUs = Math.round(driver.reactionS * 1e6);
  reaction.brakingMps2 = 0;
}

/** Braking [m/s²] >= 0 for the coming step while `threat` is dangerous. */
export function brake(driver: ReferenceDriver, reaction: Reaction, threat: Threat, stepUs: number): number {
  if (reaction.waitUs > 0) {
    reaction.waitUs -= stepUs;
    reaction.brakingMps2 = driver.releaseMps2;
    return driver.releaseMps2;
  }
  const grown = driver.jerkMps3 === Infinity ? driver.brakeMaxMps2 : Math.min(reaction.brakingMps2 + driver.jerkMps3 * (stepUs / 1e6), driver.brakeMaxMps2);
  reaction.brakingMps2 = driver.kind === "fsm" ? Math.min(grown, fuzzyBraking(driver.fuzzy, threat)) : grown;
  return reaction.brakingMps2;
}

/** A critical gap is answered between comfortable and hard braking, an only proactively short one below comfort. */
const fuzzyBraking = (p: FuzzyParameters, threat: Threat): number => (threat.critical > 0 ? p.comfortBrakeMps2 + threat.critical * (p.hardBrakeMps2 - p.comfortBrakeMps2) : threat.proactive * p.comfortBrakeMps2);

/** Gap [m] a driver follows at while nothing is critical: R157 table, 2 s and 2 m, or its own model's safe distance. */
export function wishedGapM(driver: ReferenceDriver, egoMps: number, leadMps: number, followM: number): number {
  switch (driver.kind) {
    case "cc":
      return 2 + 2 * egoMps;
    case "reg157":
      return followM;
    case "rss":
      return rssLongitudinalM(driver.rss, egoMps, leadMps);
    case "fsm": {
      const { fuzzy: p } = driver;
      return Math.max(p.standM, p.standM + egoMps * p.reactionS + (egoMps * egoMps) / (2 * p.comfortBrakeMps2) - (leadMps * leadMps) / (2 * p.leadBrakeMps2) + p.bandM);
    }
  }
}
