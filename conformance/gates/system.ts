/** Properties of the whole: every fault has a safe and logged outcome, runs repeat bit for bit, the loop keeps its budget. */
import { FAULT_KINDS, type FaultKind } from "../../fleet-core/contract/fault.ts";
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import { agent, commands, NEVER_BRAKES, readings } from "../plants.ts";
import { drive, runOf, type Trace, type Trial } from "../proving/drive.ts";
import { EGO_LANE, laneWidthM } from "../proving/map.ts";
import { offsetMMax } from "../proving/measure.ts";
import { atMost, type Fact, type Gate, type GateCase, type Plant } from "../types.ts";
import { carAheadS, EGO_S_M, wantedGapM } from "./traffic.ts";

const FAULT_S = 6;
/** The lead brakes this long after the fault: time enough to notice, too little to have stopped for another reason. */
const LEAD_BRAKES_S = FAULT_S + 3;

function trialOf(profile: VehicleProfile, kind: FaultKind, severity: number): Trial {
  const speedMps = 0.8 * profile.limits.speedMps;
  return {
    script: {
      title: `${kind} behind a lead that brakes`, profile,
      ego: { lane: EGO_LANE, sM: EGO_S_M, speedMps },
      others: [{ name: "Lead", kind: "car", place: { lane: EGO_LANE, sM: carAheadS(profile, 1.2 * wantedGapM(profile, speedMps)) }, speedMps, events: [{ when: { atS: LEAD_BRAKES_S }, action: { kind: "speed", speedMps: 0, rateMps2: 2 } }] }],
    },
    untilS: LEAD_BRAKES_S + speedMps / profile.mrm.comfortableMps2 + 20,
    faults: [{ kind, target: "Ego", atS: FAULT_S, severity }],
  };
}

/** What came of a fault, in one word and a time. */
export function outcomeOf(trace: Trace): string {
  if (trace.mrmBeganS === undefined) return trace.notes.some(({ source, code, text }) => source === "log" || (code === "log" && text.includes("health.set")) || code === "health.set") ? "degraded" : "continued";
  return `manoeuvre after ${(trace.mrmBeganS - FAULT_S).toFixed(2)} s (${trace.reason ?? "?"})${trace.restS === undefined ? "" : `, at rest after ${(trace.restS - FAULT_S).toFixed(1)} s`}`;
}

/** Mode changes the trace shows that no note tells of. */
function unlogged(trace: Trace): readonly number[] {
  const told = new Set(trace.notes.filter(({ code }) => code.startsWith("mrm.")).map(({ timeUs }) => Math.round(timeUs / 10_000)));
  const missing: number[] = [];
  for (let i = 1; i < trace.mrm.length; i += 1) {
    if (trace.mrm[i] !== trace.mrm[i - 1] && !told.has(i) && !told.has(i - 1) && !told.has(i + 1)) missing.push((trace.timeS[i] ?? 0));
  }
  return missing;
}

const fact = (name: string, pass: boolean, text: string): Fact => ({ name, pass, text });
const SILENT: Plant = agent("an agent that never says what it does", (inner) => ({ ...inner, mrm: () => ({ kind: "none" }) }));
const DEAF = readings("an agent whose object sensors report empty lists", (read) => ({ ...read, objects: read.objects.map((list) => ({ ...list, objects: [] })) }));

export const faultMatrix: Gate = {
  id: "system.fault-matrix",
  title: "Fault matrix",
  claim: "Whatever single fault of the plan strikes, the vehicle hits nothing, stays in its lane, and says what it does.",
  sources: [{ text: "zero unlogged mode changes; outcome table fault x class", mark: "proposal" }, { text: "ISO 26262 and ISO 21448: fault injection", mark: "memory" }],
  method: "Each fault at its default severity and at its worst, behind a lead that brakes three seconds later.",
  without: () => undefined,
  cases: (profile) => (Object.keys(FAULT_KINDS) as FaultKind[])
    .filter((kind) => FAULT_KINDS[kind].target === "vehicle")
    .flatMap((kind) => [...new Set([FAULT_KINDS[kind].defaultSeverity, ...(WORST.get(kind) ?? [])])].map((severity): GateCase => ({
      name: `${kind}, severity ${severity}`,
      odd: ["faults"],
      run: (subject) => {
        const trial = trialOf(profile, kind, severity);
        const trace = drive(subject, trial);
        const silent = unlogged(trace);
        return {
          measures: [atMost("way off the middle of the lane", offsetMMax(trace, FAULT_S), (laneWidthM(profile) - profile.geometry.widthM) / 2, "m")],
          facts: [
            fact("no contact", trace.contact === undefined, `${trace.contact ?? "touched nothing"}; outcome: ${outcomeOf(trace)}`),
            fact("every mode change is logged", silent.length === 0, silent.length === 0 ? "none is missing" : `no note at ${silent.map((s) => s.toFixed(2)).join(", ")} s`),
          ],
          runs: [runOf(trial, trace, FAULT_S)],
        };
      },
    }))),
  plants: [NEVER_BRAKES, SILENT, DEAF],
};

/** Worse than the default, as far as physics leaves a way out. */
const WORST = new Map<FaultKind, readonly number[]>([
  ["gnss-jump", [0.2, 1]],
  ["wheel-speed-bias", [0.05, 0.9]],
  ["actuator-lag", [0.8]],
  ["compute-stall", [0.5]],
  ["link-loss", [0.5]],
]);

export const determinism: Gate = {
  id: "system.determinism",
  title: "Determinism",
  claim: "The same trial gives the same bits; another seed gives others.",
  sources: [{ text: "(EU) 2022/1426 Annex III Part 4 3.2.6.4: deterministic re-execution", mark: "secondary" }],
  method: "A trial with a fault is run twice with one seed and once with another; state hashes are compared. Across engines: the same-bits gate of `npm test`.",
  without: () => undefined,
  cases: (profile) => [{
    name: "three runs",
    odd: [],
    run: (subject) => {
      const trial = trialOf(profile, "gnss-jump", 0.6);
      const [a, b, other] = [drive(subject, trial), drive(subject, trial), drive(subject, { ...trial, seed: "2" })];
      const [hashA, hashB, hashOther] = [a.run.hash(), b.run.hash(), other.run.hash()];
      return {
        measures: [],
        facts: [fact("same seed, same bits", hashA === hashB, `${hashA} and ${hashB}`), fact("another seed, other bits", hashA !== hashOther, `${hashA} and ${hashOther}`)],
        runs: [runOf(trial, a)],
      };
    },
  }],
  plants: [{
    name: "an agent that remembers earlier runs",
    plant: (subject) => {
      let runs = 0;
      let lastUs = Infinity;
      return commands("", (command, nowUs) => {
        if (nowUs < lastUs) runs += 1;
        lastUs = nowUs;
        return { ...command, steerRad: command.steerRad + runs * 1e-9 };
      }).plant(subject);
    },
  }],
};

/** The gate of the control loop needs a clock, which this room has not: the caller brings one [ms]. */
export const controlLoop = (nowMs: () => number): Gate => ({
  id: "system.control-loop",
  title: "Control loop",
  claim: "95 of 100 agent ticks take less than 50 ms, 99 less than 100 ms.",
  sources: [{ text: "product requirement: control loop p95 below 50 ms, alert at 100 ms", mark: "proposal" }],
  method: "Each tick of the agent is timed on this machine while it follows traffic; wall-clock time, so no part of any digest.",
  without: () => undefined,
  cases: (profile) => [{
    name: "following traffic",
    odd: [],
    run: (subject) => {
      const ticksMs: number[] = [];
      const timed = agent("timed", (inner) => ({
        ...inner,
        tick: (now) => {
          const from = nowMs();
          inner.tick(now);
          ticksMs.push(nowMs() - from);
        },
      })).plant(subject);
      const trial = trialOf(profile, "camera-dropout", 0.5);
      const trace = drive(timed, trial);
      const sorted = ticksMs.sort((a, b) => a - b);
      const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
      return { measures: [atMost("tick, 95 of 100", at(0.95), 50, "ms"), atMost("tick, 99 of 100", at(0.99), 100, "ms")], facts: [], runs: [runOf(trial, trace)] };
    },
  }],
  plants: [agent("an agent that dawdles 60 ms in each tenth tick", (inner) => {
    let ticks = 0;
    return {
      ...inner,
      tick: (now) => {
        inner.tick(now);
        ticks += 1;
        if (ticks % 10 !== 0) return;
        const from = nowMs();
        while (nowMs() - from < 60);
      },
    };
  })],
});
