/**
 * The published experiment that compares the reference drivers: two cars of 4.3 m x 1.9 m, 10 Hz, speeds first and then
 * positions with the new speed. A cut-in at constant speed and lateral speed, or a leader that brakes. Works out crash,
 * smallest time to collision and largest fuzzy surrogates, to be held against the program's own results. Some cases start
 * exactly on a model's threshold, so sums keep the experiment's order. For judging drivers in scenarios use the player;
 * this world has no road.
 */
import { assess, brake, CAREFUL, createReaction, createThreat, type CarefulDriver, type ReferenceDriver } from "./reference.ts";
import { createEncounter } from "./encounter.ts";
import { rssLongitudinalM } from "./rss.ts";

const LENGTH_M = 4.3;
const WIDTH_M = 1.9;
const HZ = 10;
const STEP_US = 1_000_000 / HZ;
const STEPS = 350;
/** Lateral distance between centres before the cut-in, and how its lateral speed builds up. */
const START_LATERAL_M = 1.6 + WIDTH_M;
const LATERAL_ACCEL_MPS2 = 1.5;
/** Changes of speed without danger: towards the wished one at most this fast. */
const CRUISE_ACCEL_MPS2 = 1;
const TTC_MAX_S = 4;
const TTC_PASSED_S = 10;
const TTC_LATERAL_MIN_MPS = 0.001;

/** `none`; the ego ahead of the other when they touched, so hit from behind or aside; the ego ran into it. */
export type CrashType = 0 | 1 | 2;

export interface GridOutcome {
  readonly crash: CrashType;
  readonly minTtcS: number;
  /** Ego's speed above the other's at the first touch; 0 without. */
  readonly impactMps: number;
  readonly maxCritical: number;
  readonly maxProactive: number;
}

/** Positions are of centres; `lateralM` of the other towards the ego's line at 0, lateral speed negative when nearing. */
interface Course {
  readonly alongM: readonly number[];
  readonly lateralM: readonly number[];
  readonly alongMps: readonly number[];
  readonly lateralMps: readonly number[];
}

/** The careful driver as the program has it. */
export const CAREFUL_OF_GRID: CarefulDriver = { ...CAREFUL, ttcWhenOpening: true };

interface Ego {
  readonly alongM: number[];
  readonly alongMps: number[];
}

/** Lateral speed [m/s] towards the ego; gap [m] bumper to bumper when it has reached that speed. */
export function cutIn(driver: ReferenceDriver, egoMps: number, otherMps: number, gapM: number, lateralMps: number): GridOutcome {
  const course = cutInCourse(otherMps, gapM, lateralMps);
  const n = course.alongM.length;
  const built = n - STEPS - 1;
  const ego: Ego = { alongM: [], alongMps: [] };
  // Known beforehand: the ego's course if it does nothing, from which a decided case is judged to its end.
  const before: number[] = [0];
  for (let i = 0; i < built; i += 1) before.unshift((before[0] as number) - egoMps / HZ);
  let x = 0;
  for (let i = 0; i < n; i += 1) {
    if (i > built) x += egoMps / HZ;
    ego.alongM.push(i <= built ? (before[i] as number) : x);
    ego.alongMps.push(egoMps);
  }
  const outcome = play(driver, ego, course, driver.kind === "cc");
  return { ...outcome, minTtcS: smallestTtc(ego, course) };
}

function cutInCourse(otherMps: number, gapM: number, lateralMps: number): Course {
  const toward = -lateralMps;
  const speeds: number[] = [];
  const builtSteps = Math.ceil(toward / -(LATERAL_ACCEL_MPS2 / HZ));
  for (let i = 0; i < builtSteps; i += 1) speeds.push(i * -(LATERAL_ACCEL_MPS2 / HZ));
  const startM = gapM + LENGTH_M;
  const lateralM = [START_LATERAL_M];
  const alongM = [startM];
  let [lat, along] = [0, 0];
  for (let i = speeds.length - 1; i >= 0; i -= 1) {
    lat += -(speeds[i] as number) / HZ;
    along += -otherMps / HZ;
    lateralM.unshift(lat + START_LATERAL_M);
    alongM.unshift(along + startM);
  }
  speeds.push(toward);
  const moving = Math.floor((HZ * START_LATERAL_M) / lateralMps) + 1;
  [lat, along] = [0, 0];
  for (let i = 0; i < STEPS; i += 1) {
    const v = i < moving ? toward : 0;
    speeds.push(v);
    lat += v;
    along += otherMps;
    lateralM.push(lat / HZ + START_LATERAL_M);
    alongM.push(along / HZ + startM);
  }
  return { alongM, lateralM, alongMps: alongM.map(() => otherMps), lateralMps: speeds };
}

/**
 * The leader brakes from the first step on, down to standstill; the gap is what the driver keeps at that speed, plus
 * `moreM`: a case that starts exactly on the driver's threshold falls to one side by the last bit of a library's power
 * function, and the nudge shows the other side.
 */
export function carFollowing(driver: ReferenceDriver, speedMps: number, leadBrakeMps2: number, moreM = 0): GridOutcome & { readonly initialGapM: number } {
  const initialGapM = followingGapM(driver, speedMps) + moreM;
  const alongMps: number[] = [];
  const alongM: number[] = [];
  const ego: Ego = { alongM: [], alongMps: [] };
  let sum = 0;
  for (let i = 0; i < STEPS; i += 1) {
    const v = Math.max(0, speedMps - (i * leadBrakeMps2) / HZ);
    sum += v;
    alongMps.push(v);
    alongM.push(sum / HZ + (initialGapM + LENGTH_M));
    ego.alongMps.push(speedMps);
    ego.alongM.push((speedMps * (i + 1)) / HZ);
  }
  const zero = alongM.map(() => 0);
  const outcome = play(driver, ego, { alongM, alongMps, lateralM: zero, lateralMps: zero }, false, driver.kind === "cc");
  return { ...outcome, initialGapM };
}

/** Gap [m] the driver follows at: safe by its own measure should the leader brake. */
function followingGapM(driver: ReferenceDriver, v: number): number {
  switch (driver.kind) {
    case "cc":
    case "reg157":
      return 2 * v;
    case "fsm": {
      const { fuzzy: p } = driver;
      return v * p.reactionS + (v * v) / (2 * p.comfortBrakeMps2) - (v * v) / (2 * p.leadBrakeMps2) + p.standM + p.bandM;
    }
    case "rss": {
      // Safe still after the response time in which the leader brakes at its hardest.
      const { rss: p } = driver;
      return rssLongitudinalM(p, v, Math.max(0, v - p.responseS * p.leadBrakeMaxMps2)) + (p.leadBrakeMaxMps2 * p.responseS * p.responseS) / 2;
    }
  }
}

/**
 * Lets the driver drive, changing `ego`. `closesCase`: a driver who sees the other in his lane without danger has the case
 * behind him. `alert`: reacts to the leader's braking from the first step on.
 */
function play(driver: ReferenceDriver, ego: Ego, other: Course, closesCase: boolean, alert = false): Omit<GridOutcome, "minTtcS"> & { readonly minTtcS: number } {
  const reaction = createReaction(driver);
  const threat = createThreat();
  const e = createEncounter();
  e.lengthsM = LENGTH_M;
  let [crash, impactMps, maxCritical, maxProactive]: [CrashType, number, number, number] = [0, 0, 0, 0];
  let calm = true;
  const wishedMps = ego.alongMps[0] as number;
  for (let i = 0; i + 1 < other.alongM.length; i += 1) {
    const at = (column: readonly number[], k = i): number => column[k] as number;
    const v = at(ego.alongMps);
    e.egoMps = v;
    e.egoAccelMps2 = i === 0 ? 0 : (v - at(ego.alongMps, i - 1)) * HZ;
    e.otherMps = at(other.alongMps);
    e.aheadM = at(other.alongM) - at(ego.alongM);
    e.gapM = Math.abs(e.aheadM) - LENGTH_M / 2 - LENGTH_M / 2;
    e.besideM = Math.abs(at(other.lateralM)) - WIDTH_M / 2 - WIDTH_M / 2;
    e.approachMps = -at(other.lateralMps);
    assess(driver, e, threat);
    if (alert) threat.dangerous = true;
    let next = v;
    if (threat.dangerous) {
      next = v - brake(driver, reaction, threat, STEP_US) / HZ;
      if (next < 0) next = 0;
      calm = false;
    } else if (calm) next = Math.max(Math.min(wishedMps, v + CRUISE_ACCEL_MPS2 / HZ), v - CRUISE_ACCEL_MPS2 / HZ);
    ego.alongMps[i + 1] = next;
    ego.alongM[i + 1] = at(ego.alongM) + next / HZ;
    const touching = e.besideM < 0 && e.gapM < 0;
    if (touching && crash === 0) {
      crash = e.aheadM < 0 ? 1 : 2;
      impactMps = v - e.otherMps;
    }
    if (closesCase && !threat.dangerous && e.aheadM >= 0 && e.besideM <= 0) break;
    maxCritical = Math.max(maxCritical, threat.critical);
    maxProactive = Math.max(maxProactive, threat.proactive);
    if (!closesCase && other.lateralM[0] === 0 && (v === 0 || crash !== 0)) break;
  }
  return { crash, impactMps, maxCritical, maxProactive, minTtcS: 0 };
}

/** Two-dimensional: the later of meeting lengthwise and sideways, at most 4 s; 0 while they overlap. */
function smallestTtc(ego: Ego, other: Course): number {
  let smallest = Infinity;
  for (let i = 0; i < other.alongM.length; i += 1) {
    const beside = Math.abs(other.lateralM[i] as number) - WIDTH_M / 2 - WIDTH_M / 2;
    const gap = (other.alongM[i] as number) - (ego.alongM[i] as number) - LENGTH_M / 2 - LENGTH_M / 2;
    const closing = (ego.alongMps[i] as number) - (other.alongMps[i] as number);
    const nearing = other.lateralMps[i] === 0 ? TTC_LATERAL_MIN_MPS : -(other.lateralMps[i] as number);
    const alongS = gap < -2 * LENGTH_M ? TTC_PASSED_S : gap <= 0 ? 0 : closing <= 0 ? TTC_MAX_S : Math.min(gap / closing, TTC_MAX_S);
    const besideS = beside < 0 ? 0 : Math.min(beside / nearing, TTC_MAX_S);
    smallest = Math.min(smallest, Math.max(alongS, besideS));
  }
  return smallest;
}
