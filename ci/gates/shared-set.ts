/**
 * Every scenario of a folder of outside data, as it can be loaded: OpenSCENARIO files leniently, of parameter distributions
 * the first and the last variation. A map that a file does not find by itself is looked up in its source's `manifest.json`,
 * or unpacked from a `.gz` beside it. Nothing is special about any file; what does not load is told with its reason.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { gunzipSync } from "node:zlib";
import { readXml } from "../../fleet-core/contract/xml.ts";
import { formatDiagnostic, type Diagnostic } from "../../fleet-core/kernel/result.ts";
import { loadScenario, type MapCache } from "../../scenarios/load.ts";
import { readPermutations } from "../../scenarios/permutations.ts";
import type { LoadedScenario, ReadText } from "../../scenarios/types.ts";

export interface SharedCase {
  readonly name: string;
  readonly scenario: LoadedScenario;
  readonly parameters: ReadonlyMap<string, string>;
}

export interface SharedSet {
  readonly loaded: readonly SharedCase[];
  readonly notLoaded: readonly { readonly name: string; readonly reason: string }[];
}

/** `folder`: one sub-folder for each source. */
export function loadShared(folder: string): SharedSet {
  const loaded: SharedCase[] = [];
  const notLoaded: { name: string; reason: string }[] = [];
  const maps: MapCache = new Map();
  for (const source of readdirSync(folder).sort()) {
    if (!statSync(join(folder, source)).isDirectory()) continue;
    const manifest = mapsOf(join(folder, source));
    // Maps are cached by name and text, and names are relative to the scenario's folder.
    maps.clear();
    for (const file of scenarioFiles(join(folder, source))) {
      const name = relative(folder, file).split(sep).join("/");
      const kind = kindOf(file);
      if (kind === "scenario") take(name, file, manifest.get(file), new Map());
      else if (kind === "distribution") takeVariations(name, file);
      else if (kind !== "catalog") notLoaded.push({ name, reason: kind });
    }
  }
  return { loaded, notLoaded };

  function take(name: string, file: string, map: string | undefined, parameters: ReadonlyMap<string, string>): void {
    const read = reader(dirname(file), map);
    const { scenario, diagnostics } = loadScenario(file.slice(dirname(file).length + 1), read, { lenient: true, parameters, maps });
    if (scenario === undefined) notLoaded.push({ name, reason: first(diagnostics) });
    else loaded.push({ name, scenario, parameters });
  }

  function takeVariations(name: string, file: string): void {
    const permutations = readPermutations(file.slice(dirname(file).length + 1), reader(dirname(file), undefined), { lenient: true });
    if (!permutations.ok) {
      notLoaded.push({ name, reason: first(permutations.error) });
      return;
    }
    const { count, scenarioFile } = permutations.value;
    const base = join(dirname(file), ...scenarioFile.split("/"));
    if (!existsSync(base)) notLoaded.push({ name, reason: `${scenarioFile} does not exist` });
    else for (const index of new Set([0, count - 1])) if (index >= 0) take(`${name} variation ${index}`, base, undefined, permutations.value.at(index));
  }
}

const first = (diagnostics: readonly Diagnostic[]): string => formatDiagnostic(diagnostics.find((d) => d.severity === "error") ?? { severity: "error", file: "", message: "it does not say why" });

function scenarioFiles(folder: string): readonly string[] {
  const found: string[] = [];
  const walk = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.isDirectory()) walk(join(path, entry.name));
      else if (entry.name.endsWith(".xosc")) found.push(join(path, entry.name));
    }
  };
  walk(folder);
  return found.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function kindOf(file: string): "scenario" | "distribution" | "catalog" | (string & {}) {
  const tree = readXml(readFileSync(file, "utf8"), file);
  if (!tree.ok) return first(tree.error);
  const has = (name: string): boolean => tree.value.children.some((child) => child.name === name);
  return has("ParameterValueDistribution") ? "distribution" : has("Catalog") ? "catalog" : "scenario";
}

/** Maps by scenario file, as the source's manifest has resolved them. */
function mapsOf(source: string): ReadonlyMap<string, string> {
  const file = join(source, "manifest.json");
  if (!existsSync(file)) return new Map();
  const { scenarios } = JSON.parse(readFileSync(file, "utf8")) as { readonly scenarios?: readonly { readonly scenario: string; readonly map?: string | null }[] };
  return new Map((scenarios ?? []).flatMap(({ scenario, map }) => (map === undefined || map === null || map === "" ? [] : [[join(source, scenario), join(source, map)] as const])));
}

/** Reads below `folder`; a road network that is not there is the manifest's, or lies packed beside the scenario. */
function reader(folder: string, map: string | undefined): ReadText {
  return (path) => {
    const file = join(folder, ...path.split("/"));
    if (existsSync(file) && statSync(file).isFile()) return readFileSync(file, "utf8");
    for (const packed of [`${file}.gz`, `${file}.xodr.gz`]) if (existsSync(packed)) return gunzipSync(readFileSync(packed)).toString("utf8");
    if (map !== undefined && !path.endsWith(".xosc") && existsSync(map) && statSync(map).isFile()) return readFileSync(map, "utf8");
    return undefined;
  };
}
