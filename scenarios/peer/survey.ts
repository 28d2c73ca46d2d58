/**
 * The whole shared set against the peer: what loads, what runs, what agrees, as figures by source. Reads nothing itself:
 * the data comes through a port. Figures are counts, so that a bar can hold each of them.
 */
import { formatDiagnostic } from "../../fleet-core/kernel/result.ts";
import type { MapCache } from "../load.ts";
import type { SharedData, SharedRun, SharedScenario } from "./adapters/shared.ts";
import { differences, judgeDeviations, type Deviation, type DeviationFault, type Difference } from "./deviations.ts";
import { judgePublished } from "./judge-published.ts";
import { plainName } from "./published.ts";

/** How many of how many. */
export interface Figure {
  readonly held: number;
  readonly of: number;
}

export interface SourceFigures {
  readonly source: string;
  readonly load: Figure;
  readonly strict: Figure;
  readonly run: Figure;
  /** Class `standard`, every row and storyboard change within tolerance. */
  readonly standard: Figure;
  /** Class `controller`: everybody the peer's controllers do not drive. */
  readonly others: Figure;
  /** With controllers off: every row and change. */
  readonly noControllers: Figure;
  /** What chance decides: speeds alike on average. */
  readonly seeds: Figure;
  readonly variations: Figure;
}

export interface Survey {
  readonly sources: readonly SourceFigures[];
  readonly published: { readonly rows: Figure; readonly changes: Figure; readonly rowsDriven: number; readonly changesDriven: number; readonly otherPatterns: number; readonly tests: number; readonly faults: readonly string[] };
  /** What the data do not hold. */
  readonly leftOut: readonly string[];
  /** What did not load or run, and why. */
  readonly broken: readonly { readonly run: string; readonly why: string }[];
  /** Runs that differ, listed or not. */
  readonly differing: readonly { readonly run: string; readonly differs: readonly Difference[]; readonly why: string }[];
  readonly faults: readonly DeviationFault[];
}

export const SOURCES = ["alks", "asam", "ncap", "esmini"] as const;
export const LOAD_ONLY = ["carla-scenario-runner"] as const;
/** Mean speeds [m/s] this near count as alike where chance decides; the share is of the peer's mean. */
const ALIKE_SHARE = 0.25;

interface Tally {
  held: number;
  of: number;
}
const tally = (): Tally => ({ held: 0, of: 0 });
function count(t: Tally, held: boolean): void {
  t.of += 1;
  if (held) t.held += 1;
}

export function survey(data: SharedData, deviations: readonly Deviation[], progress: (text: string) => void): Survey {
  const leftOut: string[] = [];
  const broken: { run: string; why: string }[] = [];
  const differing: { run: string; differs: readonly Difference[]; why: string }[] = [];
  const found = new Map<string, readonly Difference[]>();
  const sources: SourceFigures[] = [];

  /** A play that throws is no play: named, and counted as not run. */
  function attempt(run: string, make: () => SharedRun): SharedRun | undefined {
    try {
      const result = make();
      if (result.mapMissing) leftOut.push(`${run}: ${result.why}`);
      else if (!result.loaded || result.result === undefined) broken.push({ run, why: result.why });
      return result;
    } catch (error) {
      broken.push({ run, why: error instanceof Error ? error.message : String(error) });
      return undefined;
    }
  }

  /** Records how a run differs; true when it does not. */
  function agrees(run: string, r: SharedRun | undefined, withEvents: boolean): boolean {
    if (r?.result === undefined) return false;
    const differs = differences(r.result, withEvents);
    found.set(run, differs);
    if (differs.length > 0) differing.push({ run, differs, why: r.result.firstRow ?? r.result.missing[0] ?? "" });
    return differs.length === 0;
  }

  for (const source of SOURCES) {
    const maps: MapCache = new Map();
    const t = { load: tally(), strict: tally(), run: tally(), standard: tally(), others: tally(), noControllers: tally(), seeds: tally(), variations: tally() };
    for (const s of data.list(source)) {
      const name = `${source}/${s.name}`;
      progress(name);
      const r = attempt(name, () => data.run(s, "gt", maps));
      count(t.load, r?.loaded === true);
      count(t.strict, r?.strict === true);
      count(t.run, r?.result !== undefined);
      if (s.klass === "standard") count(t.standard, agrees(name, r, true));
      else if (s.klass === "controller") count(t.others, agrees(name, r, false));
      else count(t.seeds, r?.result !== undefined && r.result.meanSpeedShare <= ALIKE_SHARE);
      if (data.truth(source, "gt-nocontrollers", s.name) !== undefined) {
        const off = attempt(`${name}@no-controllers`, () => data.run(s, "gt-nocontrollers", maps));
        count(t.noControllers, agrees(`${name}@no-controllers`, off, true));
      }
    }
    for (const v of data.variations(source)) {
      const name = `${source}/${v.name}`;
      progress(name);
      const r = attempt(name, () => data.runVariation(v, maps));
      if (r?.mapMissing === true) continue;
      count(t.variations, agrees(name, r, (r?.result?.driven.length ?? 0) === 0));
    }
    sources.push({ source, ...t });
  }
  for (const source of LOAD_ONLY) {
    const t = { load: tally(), strict: tally(), run: tally() };
    for (const s of data.list(source)) {
      progress(`${source}/${s.name}`);
      const strict = data.load(s);
      const loaded = strict.scenario !== undefined ? strict : data.load(s, { lenient: true });
      const first = loaded.diagnostics.find((d) => d.severity === "error");
      if (loaded.scenario === undefined && first !== undefined) broken.push({ run: `${source}/${s.name}`, why: formatDiagnostic(first) });
      count(t.load, loaded.scenario !== undefined);
      count(t.strict, strict.scenario !== undefined);
    }
    sources.push({ source, ...t, standard: tally(), others: tally(), noControllers: tally(), seeds: tally(), variations: tally() });
  }
  return { sources, published: judgeAll(data, progress), leftOut, broken, differing, faults: judgeDeviations(deviations, found) };
}

/** The facts of the peer's own checks; where a list does not say whether controllers were on, the better reading counts. */
function judgeAll(data: SharedData, progress: (text: string) => void): Survey["published"] {
  const rows = tally();
  const changes = tally();
  const faults: string[] = [];
  let rowsDriven = 0;
  let changesDriven = 0;
  let otherPatterns = 0;
  const scenarios = new Map<string, SharedScenario>(SOURCES.flatMap((source) => data.list(source)).map((s) => [plainName(s.scenario), s]));
  const tests = data.published();
  for (const test of tests) {
    progress(`published ${test.name}`);
    otherPatterns += test.otherPatterns;
    const s = scenarios.get(test.scenario);
    const loaded = s === undefined ? undefined : (data.load(s).scenario ?? data.load(s, { lenient: true }).scenario);
    if (s === undefined || loaded === undefined) {
      faults.push(`${test.name}: no scenario ${test.scenario}`);
      rows.of += test.rows.length;
      changes.of += test.changes.length;
      continue;
    }
    const truth = data.truth(s.source, "gt", s.name)?.rows;
    const verdicts = (test.disableControllers === undefined ? [false, true] : [test.disableControllers]).map((off) => judgePublished(test, loaded, truth, off));
    const best = verdicts.reduce((a, b) => (b.faults.length < a.faults.length || (b.faults.length === a.faults.length && b.rowsDriven < a.rowsDriven) ? b : a));
    rows.of += best.rows;
    rows.held += best.rowsHeld;
    rowsDriven += best.rowsDriven;
    changesDriven += best.changesDriven;
    changes.of += best.changes;
    changes.held += best.changesHeld;
    for (const fault of best.faults) faults.push(`${test.name}: ${fault}`);
  }
  return { rows, changes, rowsDriven, changesDriven, otherPatterns, tests: tests.length, faults };
}
