/**
 * Reads the shared scenarios and their ground truth from disk. Absent data is said by name, never passed over; nothing is
 * ever written there.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { loadScenario, type LoadResult, type MapCache } from "../../load.ts";
import { readPermutations } from "../../permutations.ts";
import { comparePeer, type PeerResult } from "../compare.ts";
import { parsePublished, type PublishedTest } from "../published.ts";

export interface SharedScenario {
  readonly source: string;
  readonly name: string;
  /** Path below the source's folder. */
  readonly scenario: string;
  readonly map: string | null;
  readonly klass: string;
}

export interface SharedVariation {
  readonly source: string;
  readonly file: string;
  readonly name: string;
  readonly permutation: number;
}

interface Manifest {
  readonly scenarios: readonly Omit<SharedScenario, "source">[];
  readonly variations: readonly { readonly variation: string; readonly runs: readonly { readonly name: string; readonly permutation: number }[] }[];
}

export type Truth = "gt" | "gt-nocontrollers" | "gt-variations";

export interface SharedRun {
  readonly strict: boolean;
  readonly loaded: boolean;
  /** The data hold no such map: nothing to compare. */
  readonly mapMissing: boolean;
  /** Undefined: no ground truth, or not loaded. */
  readonly result: PeerResult | undefined;
  readonly why: string;
}

export interface SharedData {
  /** Why there is nothing to read; undefined when there is. */
  readonly missing: string | undefined;
  list(source: string): readonly SharedScenario[];
  variations(source: string): readonly SharedVariation[];
  load(s: SharedScenario, options?: { readonly lenient?: boolean; readonly maps?: MapCache }): LoadResult;
  /** Trajectories and events as text; undefined when there are none. */
  truth(source: string, folder: Truth, name: string): { readonly rows: string; readonly events: string } | undefined;
  /** Loads (strictly, then leniently), plays and compares one scenario. */
  run(s: SharedScenario, folder: "gt" | "gt-nocontrollers", maps: MapCache): SharedRun;
  /** One variation of a parameter distribution file against its ground truth. */
  runVariation(v: SharedVariation, maps: MapCache): SharedRun;
  published(): readonly PublishedTest[];
}

const STEP_US = 10_000;

export function openShared(folder: string): SharedData {
  const root = join(folder, "data", "scenarios");
  const missing = existsSync(root) ? undefined : `no shared scenarios at ${root} (ATLASMESH_SHARED)`;
  const manifest = (source: string): Manifest => JSON.parse(readFileSync(join(root, source, "manifest.json"), "utf8")) as Manifest;

  function list(source: string): readonly SharedScenario[] {
    if (existsSync(join(root, source, "manifest.json"))) return manifest(source).scenarios.map((s) => ({ ...s, source }));
    // A source without ground truth has no manifest: its scenarios lie in one folder beside their map.
    const folder = join(root, source, "examples");
    const files = readdirSync(folder).sort();
    const map = files.find((file) => /\.xodr(\.gz)?$/.test(file));
    return files.filter((file) => file.endsWith(".xosc")).map((file) => ({ source, name: basename(file, ".xosc"), scenario: `examples/${file}`, map: map === undefined ? null : `examples/${map}`, klass: "load-only" }));
  }

  /** Reader below a folder; `map` answers for road networks that a peer finds by its own search path. */
  function reader(folder: string, map: string | undefined): (path: string) => string | undefined {
    const isMap = (path: string): boolean => path.endsWith(".xodr") || (map !== undefined && basename(path) === basename(map).replace(/\.xodr(\.gz)?$/, ""));
    return (path) => {
      const file = join(folder, path);
      if (existsSync(file) && statSync(file).isFile()) return readFileSync(file, "utf8");
      if (map === undefined || !isMap(path) || !existsSync(map)) return undefined;
      return map.endsWith(".gz") ? gunzipSync(readFileSync(map)).toString("utf8") : readFileSync(map, "utf8");
    };
  }

  function load(s: SharedScenario, options: { readonly lenient?: boolean; readonly maps?: MapCache } = {}): LoadResult {
    const file = join(root, s.source, s.scenario);
    return loadScenario(basename(file), reader(dirname(file), s.map === "" || s.map === null ? undefined : join(root, s.source, s.map)), options);
  }

  function truth(source: string, folder: Truth, name: string): { readonly rows: string; readonly events: string } | undefined {
    const file = join(root, source, folder, name);
    if (!existsSync(`${file}.csv.gz`)) return undefined;
    const text = (path: string): string => gunzipSync(readFileSync(path)).toString("utf8");
    return { rows: text(`${file}.csv.gz`), events: text(`${file}.events.csv.gz`) };
  }

  function play(strict: LoadResult, lenient: () => LoadResult, files: { readonly rows: string; readonly events: string } | undefined, how: { readonly disableControllers: boolean; readonly replayControlled: boolean }): SharedRun {
    const loaded = strict.scenario !== undefined ? strict : lenient();
    const first = loaded.scenario === undefined ? loaded.diagnostics.find((d) => d.severity === "error") : strict.diagnostics.find((d) => d.severity === "error");
    const flags = { strict: strict.scenario !== undefined, loaded: loaded.scenario !== undefined, mapMissing: loaded.diagnostics.some((d) => d.severity === "error" && d.rule === "non_existing_road_network_file") };
    if (loaded.scenario === undefined || files === undefined) return { ...flags, result: undefined, why: first === undefined ? "no ground truth" : `${first.file}:${first.line ?? 0} ${first.message}` };
    const result = comparePeer(loaded.scenario, files.rows, files.events, { ...how, stepUs: STEP_US });
    return { ...flags, result, why: result.firstRow ?? result.missing[0] ?? (first === undefined ? "" : `${first.file}:${first.line ?? 0} ${first.message}`) };
  }

  return {
    missing,
    list,
    variations: (source) => manifest(source).variations.flatMap((v) => v.runs.map((run) => ({ source, file: v.variation, name: run.name, permutation: run.permutation }))),
    load,
    truth,
    run(s, folder, maps) {
      const how = { disableControllers: folder === "gt-nocontrollers", replayControlled: folder === "gt" && s.klass !== "standard" };
      return play(load(s, { maps }), () => load(s, { lenient: true }), truth(s.source, folder, s.name), how);
    },
    runVariation(v, maps) {
      const file = join(root, v.source, v.file);
      const read = reader(dirname(file), undefined);
      const permutations = readPermutations(basename(file), read, { lenient: true });
      if (!permutations.ok) return { strict: false, loaded: false, mapMissing: false, result: undefined, why: permutations.error[0]?.message ?? "" };
      const parameters = permutations.value.at(v.permutation);
      const one = (lenient: boolean): LoadResult => loadScenario(permutations.value.scenarioFile, read, lenient ? { parameters, lenient } : { parameters, maps });
      return play(one(false), () => one(true), truth(v.source, "gt-variations", v.name) ?? truth(v.source, "gt-variations", `${v.source}${/Version(\d)_(\d)/.exec(v.file)?.slice(1).join("") ?? ""}__${v.name}`), { disableControllers: false, replayControlled: true });
    },
    published: () => parsePublished(readFileSync(join(root, "esmini", "esmini-published-oracles.json"), "utf8")),
  };
}
