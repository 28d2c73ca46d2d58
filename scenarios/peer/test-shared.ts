/** Reads the shared scenarios and their ground truth for tests; absent data is said by name, never passed over. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { loadScenario, type LoadResult, type MapCache } from "../load.ts";
import { readPermutations } from "../permutations.ts";
import { comparePeer, type PeerResult } from "./compare.ts";

const projectRoot = fileURLToPath(new URL("../..", import.meta.url));
export const sharedScenarios = join(process.env["ATLASMESH_SHARED"] ?? join(projectRoot, "..", "shared"), "data", "scenarios");
export const sharedMissing = existsSync(sharedScenarios) ? undefined : `no shared scenarios at ${sharedScenarios} (ATLASMESH_SHARED)`;

export interface SharedScenario {
  readonly source: string;
  readonly name: string;
  readonly scenario: string;
  readonly map: string | null;
  readonly klass: string;
}

interface Manifest {
  readonly scenarios: readonly Omit<SharedScenario, "source">[];
  readonly variations: readonly { readonly variation: string; readonly runs: readonly { readonly name: string; readonly permutation: number }[] }[];
}

const manifest = (source: string): Manifest => JSON.parse(readFileSync(join(sharedScenarios, source, "manifest.json"), "utf8")) as Manifest;

export function sharedList(source: string): readonly SharedScenario[] {
  return manifest(source).scenarios.map((s) => ({ ...s, source }));
}

export function sharedVariations(source: string): readonly { readonly source: string; readonly file: string; readonly name: string; readonly permutation: number }[] {
  return manifest(source).variations.flatMap((v) => v.runs.map((run) => ({ source, file: v.variation, name: run.name, permutation: run.permutation })));
}

/** Reader below a folder; `map` answers for road networks that a peer finds by its own search path. */
function reader(folder: string, map: string | undefined): (path: string) => string | undefined {
  return (path) => {
    const file = join(folder, path);
    if (existsSync(file) && statSync(file).isFile()) return readFileSync(file, "utf8");
    if (map !== undefined && path.endsWith(".xodr") && existsSync(map)) return readFileSync(map, "utf8");
    return undefined;
  };
}

export function loadShared(s: SharedScenario, options: { readonly lenient?: boolean; readonly maps?: MapCache } = {}): LoadResult {
  const file = join(sharedScenarios, s.source, s.scenario);
  return loadScenario(file.slice(dirname(file).length + 1), reader(dirname(file), s.map === "" || s.map === null ? undefined : join(sharedScenarios, s.source, s.map)), options);
}

function truth(source: string, folder: string, name: string): { readonly rows: string; readonly events: string } | undefined {
  const file = join(sharedScenarios, source, folder, name);
  if (!existsSync(`${file}.csv.gz`)) return undefined;
  const text = (path: string): string => gunzipSync(readFileSync(path)).toString("utf8");
  return { rows: text(`${file}.csv.gz`), events: text(`${file}.events.csv.gz`) };
}

export interface SharedRun {
  readonly strict: boolean;
  readonly loaded: boolean;
  /** Undefined: no ground truth, or not loaded. */
  readonly result: PeerResult | undefined;
  readonly why: string;
}

/** Loads (strictly, then leniently), plays and compares one scenario. */
export function runShared(s: SharedScenario, folder: "gt" | "gt-nocontrollers", maps: MapCache): SharedRun {
  const strict = loadShared(s, { maps });
  const loaded = strict.scenario !== undefined ? strict : loadShared(s, { lenient: true });
  const first = loaded.diagnostics.find((d) => d.severity === "error");
  const files = truth(s.source, folder, s.name);
  if (loaded.scenario === undefined || files === undefined) return { strict: strict.scenario !== undefined, loaded: loaded.scenario !== undefined, result: undefined, why: first === undefined ? "no ground truth" : `${first.file}:${first.line ?? 0} ${first.message}` };
  const result = comparePeer(loaded.scenario, files.rows, files.events, { disableControllers: folder === "gt-nocontrollers", stepUs: 10_000 });
  return { strict: strict.scenario !== undefined, loaded: true, result, why: result.firstRow ?? result.missing[0] ?? "" };
}

/** One variation of a parameter distribution file against its ground truth. */
export function runVariation(v: { readonly source: string; readonly file: string; readonly name: string; readonly permutation: number }, maps: MapCache): SharedRun {
  const file = join(sharedScenarios, v.source, v.file);
  const read = reader(dirname(file), undefined);
  const permutations = readPermutations(file.slice(dirname(file).length + 1), read, { lenient: true });
  const files = truth(v.source, "gt-variations", v.name);
  if (!permutations.ok || files === undefined) return { strict: false, loaded: false, result: undefined, why: permutations.ok ? "no ground truth" : (permutations.error[0]?.message ?? "") };
  const parameters = permutations.value.at(v.permutation);
  const strict = loadScenario(permutations.value.scenarioFile, read, { parameters, maps });
  const loaded = strict.scenario !== undefined ? strict : loadScenario(permutations.value.scenarioFile, read, { parameters, lenient: true });
  if (loaded.scenario === undefined) return { strict: false, loaded: false, result: undefined, why: loaded.diagnostics.find((d) => d.severity === "error")?.message ?? "" };
  const result = comparePeer(loaded.scenario, files.rows, files.events, { disableControllers: false, stepUs: 10_000 });
  return { strict: strict.scenario !== undefined, loaded: true, result, why: result.firstRow ?? result.missing[0] ?? "" };
}
