/** What the vehicle does when something fails: it degrades or ends in a minimal risk condition, and stays there. */
import type { Fault, FaultKind } from "../../fleet-core/contract/fault.ts";
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import { mrmDecelMps2 } from "../laws.ts";
import { agent, commands, readings } from "../plants.ts";
import { drive, runOf, type Trace, type Trial } from "../proving/drive.ts";
import { EGO_LANE, laneWidthM } from "../proving/map.ts";
import { decelMps2Max, endS, offsetMMax, restAtS, rowAt, speedMpsMax } from "../proving/measure.ts";
import type { Weather } from "../proving/scenario.ts";
import { atMost, type Fact, type Gate, type GateCase, type Measure, type Plant, type Subject } from "../types.ts";

const FAULT_S = 8;

const fault = (kind: FaultKind, severity: number, atS = FAULT_S, clearS?: number): Fault => ({ kind, target: "Ego", atS, severity, ...(clearS === undefined ? {} : { clearS }) });

const alone = (profile: VehicleProfile, title: string, more: Partial<Trial> & { readonly weather?: readonly Weather[] }): Trial => ({
  script: { title, profile, ego: { lane: EGO_LANE, sM: 50, speedMps: profile.limits.speedMps }, ...(more.weather === undefined ? {} : { weather: more.weather }) },
  untilS: more.untilS ?? 60,
  ...(more.faults === undefined ? {} : { faults: more.faults }),
  ...(more.operator === undefined ? {} : { operator: more.operator }),
});

/** Room beside the vehicle in its lane [m]. */
const roomM = (p: VehicleProfile): number => (laneWidthM(p) - p.geometry.widthM) / 2;

/** Longest time from full operational speed to rest that the vehicle's own manoeuvre needs [s]. */
const stopS = (p: VehicleProfile): number => p.limits.speedMps / p.mrm.comfortableMps2 + 3;

const fact = (name: string, pass: boolean, text: string): Fact => ({ name, pass, text });

/** What every manoeuvre must keep to, from its beginning to the end of the trace. */
function manoeuvre(p: VehicleProfile, trace: Trace, causeS: number, withinS: number): { measures: readonly Measure[]; facts: readonly Fact[] } {
  const began = trace.mrmBeganS;
  if (began === undefined) return { measures: [], facts: [fact("manoeuvre begins", false, `no minimal risk manoeuvre within ${(endS(trace) - causeS).toFixed(0)} s of the cause`)] };
  const rest = restAtS(trace, began);
  const limit = mrmDecelMps2(p);
  const hazardRow = rowAt(trace, began + 0.1);
  return {
    measures: [
      atMost("from the cause to the manoeuvre", began - causeS, withinS, "s"),
      atMost(`deceleration, ${limit.source.text}`, decelMps2Max(trace, began, rest ?? Infinity), limit.value + 0.1, "m/s2"),
      ...(rest === undefined ? [] : [atMost("from the manoeuvre to rest", rest - began, stopS(p), "s")]),
      atMost("way off the middle of the lane", offsetMMax(trace, began, rest ?? Infinity), roomM(p), "m"),
    ],
    facts: [
      fact("comes to rest", rest !== undefined, rest === undefined ? "the vehicle never came to rest" : `at rest ${(rest - began).toFixed(1)} s after the manoeuvre began`),
      fact("hazard lights", trace.hazard[hazardRow] === true, trace.hazard[hazardRow] === true ? "on" : "off 0.1 s after the manoeuvre began"),
      fact("reason is logged", trace.notes.some(({ code }) => code === "mrm.operating") && (trace.reason ?? "") !== "", `reason ${trace.reason ?? "none"}`),
    ],
  };
}

/** After the cause is gone nothing moves until it is released; then it drives on. */
function restart(trace: Trace, clearedS: number, releasedS: number): readonly Fact[] {
  const creep = speedMpsMax(trace, clearedS, releasedS - 0.1);
  const after = speedMpsMax(trace, releasedS, Infinity);
  return [
    fact("no restart by itself", creep < 0.05, `greatest speed between the end of the cause and the release: ${creep.toFixed(2)} m/s`),
    fact("drives on after an authorised release", after > 0.5, `greatest speed after the release: ${after.toFixed(2)} m/s`),
  ];
}

/** Goes on as soon as its manoeuvre is over. */
const RESTARTS: Plant = commands("an agent that drives off by itself", (() => {
  let restUs = -1;
  return (command, nowUs) => {
    if (nowUs < restUs) restUs = -1;
    if (!command.hazard) return command;
    if (restUs < 0) restUs = nowUs;
    return nowUs - restUs > 25_000_000 ? { ...command, accelMps2: 1, gear: "drive" as const } : command;
  };
})());
const SLAMS: Plant = commands("an agent that slams the brakes", (command) => (command.hazard ? { ...command, accelMps2: -8 } : command));
const DARK: Plant = commands("an agent that shows no hazard lights", (command) => ({ ...command, hazard: false }));
const DRIVES_ON: Plant = commands("an agent that drives on", (command) => ({ ...command, accelMps2: Math.max(0, command.accelMps2), hazard: false }));
const SILENT: Plant = agent("an agent that never says what it does", (inner) => ({ ...inner, mrm: () => ({ kind: "none" }) }));

function stopAndRelease(name: string, kind: FaultKind, severity: number, withinS: (p: VehicleProfile) => number, odd: readonly string[]) {
  return (profile: VehicleProfile): GateCase => ({
    name,
    odd,
    run: (subject: Subject) => {
      const clearS = Math.ceil(FAULT_S + withinS(profile) + stopS(profile) + 10);
      const releaseS = clearS + 30;
      const trial = alone(profile, name, { untilS: releaseS + 20, faults: [fault(kind, severity, FAULT_S, clearS)], operator: [releaseS, releaseS + 5].map((s) => ({ kind: "release", atUs: s * 1e6, vehicleId: "Ego" })) });
      const trace = drive(subject, trial);
      const { measures, facts } = manoeuvre(profile, trace, FAULT_S, withinS(profile));
      return { measures, facts: [...facts, ...restart(trace, clearS, releaseS)], runs: [runOf(trial, trace, trace.mrmBeganS)] };
    },
  });
}

export const minimalRisk: Gate = {
  id: "failures.minimal-risk-manoeuvre",
  title: "Minimal risk manoeuvre",
  claim: "A failure that forbids driving ends in a standstill in the lane: in time, gently, with hazard lights, and nothing moves again without an authorised release.",
  sources: [{ text: "UN R157 5.5.1: at most 4.0 m/s2, hazard lights, to standstill, no restart by itself", mark: "read" }, { text: "(EU) 2022/1426 Annex II 1.3.2 and 5.1", mark: "secondary" }, { text: "ISO 3691-4: no automatic restart", mark: "read" }, { text: "limits of off-road classes; time to rest by the profile's own deceleration", mark: "proposal" }],
  method: "At the profile's speed limit every lidar fails, wheel speeds lie, or the computer stalls; the failure ends, 30 s later an operator releases the vehicle, and again 5 s later in case it had to find its position first.",
  without: () => undefined,
  cases: (profile) => [
    ...(profile.sensors.objects.some(({ kind }) => kind === "lidar") ? [stopAndRelease("every lidar silent", "lidar-dropout", 1, () => 2, ["sensors"])(profile)] : []),
    stopAndRelease("wheel speeds nearly doubled", "wheel-speed-bias", 0.9, () => 2, ["sensors"])(profile),
    stopAndRelease("computer stalls for good", "compute-stall", 0.98, () => 5, ["computer"])(profile),
  ],
  plants: [RESTARTS, SLAMS, DARK, DRIVES_ON, SILENT],
};

export const linkLoss: Gate = {
  id: "failures.link-loss",
  title: "Loss of the link",
  claim: "A vehicle that no longer hears the core slows down, stops, and does not drive off by itself when the link is back.",
  sources: [{ text: "product requirement: degraded after 1 s, manoeuvre after 5 s, tunable by class", mark: "proposal" }, { text: "Goonyella 2019: motion resumed by itself when communication came back", mark: "secondary" }],
  method: "Every radio path is lost at the speed limit; it comes back when the vehicle has stood for ten seconds; 30 s later an operator releases it.",
  without: () => undefined,
  cases: (profile) => [stopAndRelease("every path lost", "link-loss", 1, (p) => p.mrm.linkMrmS + 2, ["connectivity"])(profile)],
  plants: [RESTARTS, DRIVES_ON],
};

const ODD_WITHIN_S = 2;

export const oddExit: Gate = {
  id: "failures.odd-exit",
  title: "Leaving the operational domain",
  claim: "When weather leaves the claimed operational domain the vehicle reaches a minimal risk condition.",
  sources: [{ text: "(EU) 2022/1426 Annex II 3.1.2 to 3.1.5", mark: "secondary" }],
  method: "Rain a fifth above the claimed limit, then fog a third denser than claimed, at the speed limit; just inside the limit the vehicle goes on.",
  without: () => undefined,
  cases: (profile) => {
    const leave = (name: string, weather: Omit<Weather, "atS">, odd: string): GateCase => ({
      name,
      odd: [odd],
      run: (subject) => {
        const trial = alone(profile, name, { untilS: FAULT_S + ODD_WITHIN_S + stopS(profile) + 15, weather: [{ atS: FAULT_S, ...weather }] });
        const trace = drive(subject, trial);
        return { ...manoeuvre(profile, trace, FAULT_S, ODD_WITHIN_S), runs: [runOf(trial, trace, trace.mrmBeganS)] };
      },
    });
    const stay = (name: string, weather: Omit<Weather, "atS">, odd: string): GateCase => ({
      name,
      odd: [odd],
      run: (subject) => {
        const trial = alone(profile, name, { untilS: 40, weather: [{ atS: FAULT_S, ...weather }] });
        const trace = drive(subject, trial);
        return { measures: [], facts: [fact("goes on inside its domain", trace.mrmBeganS === undefined && (trace.speedMps.at(-1) ?? 0) > 0.2, trace.mrmBeganS === undefined ? `drives at ${(trace.speedMps.at(-1) ?? 0).toFixed(1)} m/s` : `stopped, reason ${trace.reason ?? ""}`)], runs: [runOf(trial, trace)] };
      },
    });
    const { rainMmphMax, fogVisibilityMMin } = profile.odd;
    return [
      leave(`rain ${(1.2 * rainMmphMax).toFixed(0)} mm/h, ${rainMmphMax} claimed`, { rainMmph: 1.2 * rainMmphMax }, "rain"),
      leave(`sight ${(0.67 * fogVisibilityMMin).toFixed(0)} m, ${fogVisibilityMMin} claimed`, { fogVisibilityM: 0.67 * fogVisibilityMMin }, "fog"),
      stay(`rain ${(0.9 * rainMmphMax).toFixed(1)} mm/h, ${rainMmphMax} claimed`, { rainMmph: 0.9 * rainMmphMax }, "rain"),
      stay(`sight ${(1.15 * fogVisibilityMMin).toFixed(0)} m, ${fogVisibilityMMin} claimed`, { fogVisibilityM: 1.15 * fogVisibilityMMin }, "fog"),
    ];
  },
  plants: [DRIVES_ON],
};

export const localisation: Gate = {
  id: "failures.localisation",
  title: "Loss of satellite navigation",
  claim: "Without satellite fixes, or with wrong ones, the vehicle stays in its lane until it stands or fixes are back.",
  sources: [{ text: "localisation error beyond the lane margin: minimal risk manoeuvre", mark: "proposal" }],
  method: "Fixes are lost for 120 s; fixes jump by 8 m for 20 s; at the speed limit.",
  without: () => undefined,
  cases: (profile) => (["gnss-loss", "gnss-jump"] as const).map((kind): GateCase => ({
    name: kind === "gnss-loss" ? "fixes lost for 120 s" : "fixes jump by 8 m",
    odd: ["connectivity", "positioning"],
    run: (subject) => {
      const lastS = kind === "gnss-loss" ? 120 : 20;
      const trial = alone(profile, kind, { untilS: FAULT_S + lastS + 10, faults: [fault(kind, kind === "gnss-loss" ? 1 : 0.8, FAULT_S, FAULT_S + lastS)] });
      const trace = drive(subject, trial);
      const noticed = trace.notes.find(({ timeUs, source, code }) => source === "Ego" && timeUs > FAULT_S * 1e6 && code !== "fault.set" && code !== "fault.clear");
      return {
        measures: [atMost("way off the middle of the lane", offsetMMax(trace, FAULT_S), roomM(profile), "m")],
        facts: [fact("is noticed", noticed !== undefined, noticed === undefined ? "nothing was reported" : `${noticed.code}: ${noticed.text}`)],
        runs: [runOf(trial, trace, FAULT_S)],
      };
    },
  })),
  plants: [readings("a gyro that drifts by 0.6 degrees a second", (read, nowUs) => (nowUs < FAULT_S * 1e6 ? read : { ...read, imu: read.imu.map((sample) => ({ ...sample, yawRateRadps: sample.yawRateRadps + 0.01 })) }))],
};
