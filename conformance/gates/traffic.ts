/** What others do in front of the vehicle: a lead that brakes, a steady lead, a cut-in, a pedestrian who crosses. */
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import { cutInLaw, r157Applies, r157FollowingM } from "../laws.ts";
import { belief, commands, NEVER_BRAKES, readings, vehicle } from "../plants.ts";
import { drive, runOf, type Trial } from "../proving/drive.ts";
import { EGO_LANE, laneWidthM, laneYM, LEFT_LANE } from "../proving/map.ts";
import { endS, gapMMin, rowAt } from "../proving/measure.ts";
import { CAR_REAR_M, type Weather } from "../proving/scenario.ts";
import { atLeast, atMost, type CaseResult, type Gate, type GateCase, type Measure, type Plant, type Subject } from "../types.ts";

export const EGO_S_M = 100;

/** Where a car's reference point lies when its rear bumper is `gapM` ahead of the ego's front. */
export const carAheadS = (p: VehicleProfile, gapM: number): number => EGO_S_M + p.geometry.lengthM - p.geometry.rearOverhangM + gapM + CAR_REAR_M;

/** Distance the vehicle wants to keep at this speed [m]. */
export const wantedGapM = (p: VehicleProfile, speedMps: number): number => Math.max(p.following.standstillGapM, speedMps * p.following.timeGapS, r157Applies(p) ? r157FollowingM(p, speedMps) : 0);

function judged(subject: Subject, trial: Trial, more: (trace: ReturnType<typeof drive>) => readonly Measure[] = () => []): CaseResult {
  const trace = drive(subject, trial);
  return {
    measures: more(trace),
    facts: [{ name: "no contact", pass: trace.contact === undefined, text: trace.contact ?? "the vehicle touched nothing" }],
    runs: [runOf(trial, trace)],
  };
}

const BLIND = readings("an agent whose object sensors report empty lists", (read) => ({ ...read, objects: read.objects.map((list) => ({ ...list, objects: [] })) }));
/** Braking comes a second more than the vehicle's time gap late. */
const LATE: Plant = {
  name: "an agent whose braking comes later than its time gap",
  plant: (subject) => {
    let waiting: { readonly nowUs: number; readonly accelMps2: number }[] = [];
    let lastUs = 0;
    return commands("late", (command, nowUs, profile) => {
      if (nowUs < lastUs) waiting = [];
      lastUs = nowUs;
      waiting.push({ nowUs, accelMps2: command.accelMps2 });
      const dueUs = nowUs - (1 + profile.following.timeGapS) * 1e6;
      while ((waiting[1]?.nowUs ?? Infinity) <= dueUs) waiting.shift();
      const due = waiting[0];
      return { ...command, accelMps2: Math.max(command.accelMps2, due !== undefined && due.nowUs <= dueUs ? due.accelMps2 : 0) };
    }).plant(subject);
  },
};

export interface LeadBrakes {
  readonly name: string;
  readonly odd: readonly string[];
  /** Speed as a share of the profile's limit. */
  readonly share: number;
  readonly surface?: string;
  readonly weather?: readonly Weather[];
}

/** The ego follows at its wanted distance; five seconds on the lead brakes to a standstill. */
export function leadBrakesCase(profile: VehicleProfile, { name, odd, share, surface, weather }: LeadBrakes): GateCase {
  const speedMps = share * profile.limits.speedMps;
  return {
    name,
    odd,
    run: (subject) => judged(subject, {
      script: {
        title: `lead brakes, ${name}`, profile,
        ...(surface === undefined ? {} : { surface }),
        ...(weather === undefined ? {} : { weather }),
        ego: { lane: EGO_LANE, sM: EGO_S_M, speedMps },
        others: [{ name: "Lead", kind: "car", place: { lane: EGO_LANE, sM: carAheadS(profile, wantedGapM(profile, speedMps)) }, speedMps, events: [{ when: { atS: 5 }, action: { kind: "speed", speedMps: 0, rateMps2: 6 } }] }],
      },
      untilS: 5 + (3 * speedMps) / profile.limits.decelMps2 + 20,
    }, (trace) => [atLeast("smallest gap", gapMMin(trace), 0.5, "m"), atMost("speed at the end", trace.speedMps[rowAt(trace, endS(trace))] ?? 0, 0.1, "m/s")]),
  };
}

export const leadBrakes: Gate = {
  id: "traffic.lead-brakes",
  title: "Lead vehicle brakes fully",
  claim: "A vehicle ahead that brakes with full performance is not hit.",
  sources: [{ text: "UN R157 5.2.5.1", mark: "memory" }, { text: "off-road classes: the same demand", mark: "proposal" }],
  method: "The ego follows at its wanted distance; the lead brakes to a standstill with 6 m/s2.",
  without: () => undefined,
  cases: (profile) => [1, 0.6].map((share) => leadBrakesCase(profile, { name: `at ${(share * profile.limits.speedMps * 3.6).toFixed(0)} km/h`, odd: ["traffic"], share })),
  plants: [NEVER_BRAKES, BLIND, LATE, vehicle("brakes with a fifth of their force", (p) => ({ ...p, brake: { ...p.brake, decelMps2Max: 0.2 * p.brake.decelMps2Max } }))],
};

export const following: Gate = {
  id: "traffic.following-distance",
  title: "Following distance",
  claim: "Behind a slower vehicle the steady distance is at least that of the rule.",
  sources: [{ text: "UN R157 5.2.3.3 with its table (M and N)", mark: "read" }, { text: "other classes: the time gap of the profile", mark: "proposal" }],
  method: "A lead at a steady speed is caught up with; the mean gap of the last ten seconds is held against the rule.",
  without: () => undefined,
  cases: (profile) => [0.35, 0.7].map((share): GateCase => {
    const leadMps = share * profile.limits.speedMps;
    const ruleM = r157Applies(profile) ? r157FollowingM(profile, leadMps) : Math.max(profile.following.standstillGapM, leadMps * profile.following.timeGapS);
    const closingMps = profile.limits.speedMps - leadMps;
    const catchUpM = (closingMps * closingMps) / profile.limits.decelMps2 + 20;
    return {
      name: `behind ${(leadMps * 3.6).toFixed(0)} km/h`,
      odd: ["speed", "traffic"],
      run: (subject) => judged(subject, {
        script: {
          title: `following at ${(leadMps * 3.6).toFixed(0)} km/h`, profile,
          ego: { lane: EGO_LANE, sM: EGO_S_M, speedMps: profile.limits.speedMps },
          others: [{ name: "Lead", kind: "car", place: { lane: EGO_LANE, sM: carAheadS(profile, 2 * ruleM + catchUpM) }, speedMps: leadMps, events: [] }],
        },
        untilS: 70,
      }, (trace) => {
        const rows = trace.gapM.slice(-1000);
        const meanM = rows.reduce((sum, gap) => sum + gap, 0) / rows.length;
        return [atLeast("steady gap", meanM, ruleM, "m"), atMost("steady gap, not absurdly long", meanM, 3 * ruleM + 15, "m")];
      }),
    };
  }),
  plants: [
    belief("an agent that keeps half the time gap", (p) => ({ ...p, following: { ...p.following, timeGapS: 0.5 * p.following.timeGapS, standstillGapM: 0.5 * p.following.standstillGapM } })),
    BLIND,
  ],
};

export const cutIn: Gate = {
  id: "traffic.cut-in",
  title: "Cut-in",
  claim: "A slower vehicle that cuts in no closer than the rule's time to collision is not hit.",
  sources: [{ text: "(EU) 2022/1426 Annex III Part 1 1.4.2", mark: "read" }, { text: "off-road classes: the same law with the vehicle's own braking", mark: "proposal" }],
  method: "A car from the next lane crosses the marking with the rule's time to collision plus 0.3 s for the sampling of the sensors.",
  without: () => undefined,
  cases: (profile) => [0.25, 0.5].map((share): GateCase => {
    const egoMps = profile.limits.speedMps;
    const slowerMps = share * egoMps;
    const law = cutInLaw(profile);
    const ttcS = slowerMps / (2 * law.decelMps2) + law.delayS + 0.3;
    // The car's side is over the marking after it has moved sideways by the free strip beside it.
    const rateMps = 1.2;
    const untilMarkingS = Math.max(0, laneWidthM(profile) / 2 - 0.9 + 0.3) / rateMps;
    const triggerM = (ttcS + untilMarkingS) * slowerMps;
    return {
      name: `${(slowerMps * 3.6).toFixed(0)} km/h slower, ${ttcS.toFixed(2)} s`,
      odd: ["speed", "traffic", "cut-in"],
      run: (subject) => judged(subject, {
        script: {
          title: `cut-in ${(slowerMps * 3.6).toFixed(0)} km/h slower`, profile,
          ego: { lane: EGO_LANE, sM: EGO_S_M, speedMps: egoMps },
          others: [{ name: "CutIn", kind: "car", place: { lane: LEFT_LANE, sM: carAheadS(profile, triggerM + 4 * slowerMps) }, speedMps: egoMps - slowerMps, events: [{ when: { egoNearerM: triggerM }, action: { kind: "lane", lane: EGO_LANE, rateMps } }] }],
        },
        untilS: 30,
      }, (trace) => [atLeast("smallest gap", gapMMin(trace), 0.2, "m")]),
    };
  }),
  plants: [NEVER_BRAKES, BLIND, LATE],
};

export const vruCrossing: Gate = {
  id: "traffic.vru-crossing",
  title: "Pedestrian crossing",
  claim: "A pedestrian who crosses at 5 km/h in clear view is not hit.",
  sources: [{ text: "UN R157 5.2.5.3 and (EU) 2022/1426 Annex III Part 1 1.4.3.1.1: pedestrian up to 5 km/h, vehicle up to 60 km/h", mark: "secondary" }],
  method: "The pedestrian starts so that an unbraked vehicle would hit it in the middle of its front.",
  without: () => undefined,
  cases: (profile) => [1, 0.5].flatMap((share) => [1, -1].map((side): GateCase => {
    const egoMps = share * profile.limits.speedMps;
    const y = laneYM(profile, EGO_LANE);
    const startY = y + side * (laneWidthM(profile) + 2);
    const walkMps = 5 / 3.6;
    const crossS = Math.abs(startY - y) / walkMps;
    const law = cutInLaw(profile);
    // Room to see, decide and stop with the braking the cut-in law counts on.
    const wayM = Math.max(crossS * egoMps, egoMps * (law.delayS + 1) + (egoMps * egoMps) / (2 * law.decelMps2) + 5);
    const x = EGO_S_M + profile.geometry.lengthM - profile.geometry.rearOverhangM + wayM + 2 * egoMps;
    return {
      name: `at ${(egoMps * 3.6).toFixed(0)} km/h, from the ${side > 0 ? "left" : "right"}`,
      odd: ["speed", "vulnerable road users"],
      run: (subject) => judged(subject, {
        script: {
          title: `pedestrian from the ${side > 0 ? "left" : "right"} at ${(egoMps * 3.6).toFixed(0)} km/h`, profile,
          ego: { lane: EGO_LANE, sM: EGO_S_M, speedMps: egoMps },
          others: [{ name: "Walker", kind: "pedestrian", place: { xM: x, yM: startY, headingRad: side > 0 ? -1.5707963267948966 : 1.5707963267948966 }, speedMps: 0, events: [{ when: { egoNearerM: crossS * egoMps }, action: { kind: "walk", fromXM: x, fromYM: startY, toXM: x, toYM: y - side * (laneWidthM(profile) + 2), speedMps: walkMps } }] }],
        },
        untilS: 60,
      }),
    };
  })),
  plants: [NEVER_BRAKES, BLIND],
};
