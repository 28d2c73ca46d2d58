/** Tries gates on a vehicle and sums up: which claims hold, by which margin, and which operational domain follows. */
import { InputError } from "../fleet-core/kernel/result.ts";
import { claimedCells } from "./gates/domain.ts";
import { GATE_SET } from "./gates/index.ts";
import { passed, type CaseResult, type Gate, type Subject } from "./types.ts";

export interface CaseReport extends CaseResult {
  readonly name: string;
  readonly odd: readonly string[];
  readonly pass: boolean;
}

export interface GateReport {
  readonly id: string;
  readonly title: string;
  readonly claim: string;
  readonly method: string;
  readonly sources: Gate["sources"];
  readonly outcome: "passed" | "failed" | "does not apply";
  readonly reason?: string;
  readonly cases: readonly CaseReport[];
}

/** One feature of the claimed operational domain and what became of it. */
export interface DomainCell {
  readonly cell: string;
  readonly result: "certified" | "failed" | "not tried";
  readonly cases: readonly { readonly gate: string; readonly name: string; readonly pass: boolean }[];
}

export interface ProfileReport {
  readonly schema: "atlasmesh.conformance-report/1";
  readonly profile: string;
  readonly category: string;
  readonly gateSet: string;
  readonly verdict: "pass" | "fail";
  readonly gates: readonly GateReport[];
  readonly domain: readonly DomainCell[];
}

/** Tries one case; what cannot be run is a failed case that says why. */
export function tryCase(gate: Gate, index: number, subject: Subject): CaseReport {
  const found = gate.cases(subject.claimed)[index];
  if (found === undefined) throw new RangeError(`gate ${gate.id} has no case ${index}`);
  let result: CaseResult;
  try {
    result = found.run(subject);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    result = { measures: [], facts: [{ name: "can be tried", pass: false, text: error.message }], runs: [] };
  }
  return { name: found.name, odd: found.odd, ...result, pass: passed(result) };
}

/** Tries every case of one gate. A gate without cases has proved nothing and fails. */
export function tryGate(gate: Gate, subject: Subject, onCase: (report: CaseReport) => void = () => undefined): GateReport {
  const { id, title, claim, method, sources } = gate;
  const reason = gate.without(subject.claimed);
  if (reason !== undefined) return { id, title, claim, method, sources, outcome: "does not apply", reason, cases: [] };
  const cases = gate.cases(subject.claimed).map((_, i) => {
    const report = tryCase(gate, i, subject);
    onCase(report);
    return report;
  });
  const pass = cases.length > 0 && cases.every((report) => report.pass);
  return { id, title, claim, method, sources, outcome: pass ? "passed" : "failed", cases };
}

/** The verdict is over all gates given: a report over a selection certifies nothing by itself. */
export function certify(subject: Subject, gates: readonly Gate[], onCase: (gate: Gate, report: CaseReport) => void = () => undefined): ProfileReport {
  const reports = gates.map((gate) => tryGate(gate, subject, (report) => onCase(gate, report)));
  const domain = claimedCells(subject.claimed).map((cell): DomainCell => {
    const cases = reports.flatMap((report) => report.cases.filter(({ odd }) => odd.includes(cell)).map(({ name, pass }) => ({ gate: report.id, name, pass })));
    return { cell, result: cases.length === 0 ? "not tried" : cases.every(({ pass }) => pass) ? "certified" : "failed", cases };
  });
  return {
    schema: "atlasmesh.conformance-report/1",
    profile: subject.claimed.id,
    category: subject.claimed.category,
    gateSet: GATE_SET,
    verdict: reports.every(({ outcome }) => outcome !== "failed") && domain.every(({ result }) => result !== "failed") ? "pass" : "fail",
    gates: reports,
    domain,
  };
}

/** For each plant of each gate: whether a spoilt subject fails the gate, as it must. */
export interface Detection {
  readonly gate: string;
  readonly plant: string;
  readonly caught: boolean;
  /** The case that caught it. */
  readonly by?: string;
}

export function detect(gate: Gate, subject: Subject): readonly Detection[] {
  if (gate.without(subject.claimed) !== undefined) return [];
  return gate.plants.map((plant) => {
    const spoilt = plant.plant(subject);
    const count = gate.cases(subject.claimed).length;
    for (let i = 0; i < count; i += 1) {
      const report = tryCase(gate, i, spoilt);
      if (!report.pass) return { gate: gate.id, plant: plant.name, caught: true, by: report.name };
    }
    return { gate: gate.id, plant: plant.name, caught: false };
  });
}
