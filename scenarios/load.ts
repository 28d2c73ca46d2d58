/**
 * From files to a scenario that can be played: reads the scenario, its map and its catalogs through `read`, checks
 * everything, and keeps the text of every file read, so that a recording can carry them. Bad input gives diagnostics,
 * never an exception and never a scenario.
 */
import { readXml, type XmlElement } from "../fleet-core/contract/xml.ts";
import type { Diagnostic } from "../fleet-core/kernel/result.ts";
import type { NetworkModel } from "../fleet-core/road/model.ts";
import { createRoadNetwork } from "../fleet-core/road/network.ts";
import { parseOpenDriveModel } from "../fleet-core/road/open-drive.ts";
import type { RoadNetwork } from "../fleet-core/road/types.ts";
import { createPlayer } from "./engine/player.ts";
import type { Scenario } from "./schema/model.ts";
import { baseName, folderOf, resolvePath } from "./schema/paths.ts";
import { createProblems, type Problems } from "./schema/problems.ts";
import { readScenario } from "./schema/read-scenario.ts";
import { validateDocument } from "./schema/validate.ts";
import { versionOf } from "./schema/version.ts";
import type { LoadedScenario, ReadText } from "./types.ts";

export interface LoadOptions {
  /** Unknown and unsupported elements become warnings; what cannot be played is left out. */
  readonly lenient?: boolean;
  /** Values for the scenario's parameters, by name. */
  readonly parameters?: ReadonlyMap<string, string>;
  /** A map parsed before, by the text of its file: sweeps load it once. */
  readonly maps?: MapCache;
}

export interface LoadResult {
  readonly scenario?: LoadedScenario;
  readonly diagnostics: readonly Diagnostic[];
}

/** Parsed maps, by file name and text. The owner decides how long they live. */
export type MapCache = Map<string, { readonly text: string; readonly model: NetworkModel; readonly network: RoadNetwork }>;

/** `path`: the scenario file; `read` gives it and everything it refers to, by path from the same root. */
export function loadScenario(path: string, read: ReadText, options: LoadOptions = {}): LoadResult {
  const problems = createProblems({ lenient: options.lenient ?? false });
  const files = new Map<string, string>();
  const remember: ReadText = (name) => {
    const known = files.get(name);
    if (known !== undefined) return known;
    const text = read(name);
    if (text !== undefined) files.set(name, text);
    return text;
  };

  const root = readRoot(path, remember, problems);
  if (root === undefined) return { diagnostics: problems.diagnostics };
  const version = versionOf(root, path, problems);
  if (version === undefined) return { diagnostics: problems.diagnostics };
  if (!checkKind(root, path, problems)) return { diagnostics: problems.diagnostics };
  validateDocument(root, path, version, problems);
  const model = readScenario(root, problems, { file: path, version, files: { read: remember }, parameters: options.parameters ?? new Map() });
  if (model === undefined) return { diagnostics: problems.diagnostics };
  const map = loadMap(model, root, path, remember, problems, options);
  if (map === undefined || problems.failed) return { diagnostics: problems.diagnostics };

  const scenario: LoadedScenario = {
    name: baseName(path),
    description: model.description,
    map: map.network,
    mapFile: map.file,
    epochMs: model.epochMs,
    files,
    play: (play) => createPlayer(model, map.model, map.network, play),
  };
  return { scenario, diagnostics: problems.diagnostics };
}

function readRoot(path: string, read: ReadText, problems: Problems): XmlElement | undefined {
  const text = read(path);
  if (text === undefined) {
    problems.error(path, undefined, "the file does not exist");
    return undefined;
  }
  const tree = readXml(text, path);
  if (tree.ok) return tree.value;
  problems.add(tree.error.map((d) => ({ ...d, rule: "valid_xml_document" })));
  return undefined;
}

/** A scenario has a Storyboard; catalogs and parameter distributions are OpenSCENARIO files too, but not to be played. */
function checkKind(root: XmlElement, path: string, problems: Problems): boolean {
  if (root.name !== "OpenSCENARIO") {
    problems.error(path, root, `the root element is ${root.name}`, { expected: "OpenSCENARIO", rule: "root_tag_is_openscenario" });
    return false;
  }
  const distribution = root.children.find((c) => c.name === "ParameterValueDistribution");
  if (distribution !== undefined) {
    const base = distribution.children.find((c) => c.name === "ScenarioFile")?.attributes.get("filepath")?.value ?? "a scenario";
    problems.error(path, distribution, `this file varies the parameters of ${base}; it holds no scenario of its own`, { expected: `one variation of it (--permutation N), or ${base} itself` });
    return false;
  }
  const catalog = root.children.find((c) => c.name === "Catalog");
  if (catalog !== undefined) {
    problems.error(path, catalog, "this file is a catalog", { expected: "a scenario with a Storyboard" });
    return false;
  }
  return true;
}

interface LoadedMap {
  readonly file: string;
  readonly model: NetworkModel;
  readonly network: RoadNetwork;
}

const NO_MAP: NetworkModel = { name: "none", revision: "", date: "", geoReference: undefined, originLatDeg: 0, originLonDeg: 0, offset: { xM: 0, yM: 0, zM: 0, headingRad: 0 }, roads: [], roadById: new Map(), junctions: new Map(), controllers: [] };

function loadMap(model: Scenario, root: XmlElement, path: string, read: ReadText, problems: Problems, options: LoadOptions): LoadedMap | undefined {
  const logic = root.children.find((c) => c.name === "RoadNetwork")?.children.find((c) => c.name === "LogicFile");
  if (model.logicFile === undefined) return { file: "", model: NO_MAP, network: createRoadNetwork(NO_MAP) };
  const rule = "non_existing_road_network_file";
  const file = resolvePath(folderOf(path), model.logicFile);
  if (!file.ok) {
    problems.error(path, logic, file.error, { attribute: "filepath", rule });
    return undefined;
  }
  const text = read(file.value);
  if (text === undefined) {
    problems.error(path, logic, `the road network file ${model.logicFile} does not exist`, { attribute: "filepath", expected: "an OpenDRIVE file", rule });
    return undefined;
  }
  const cached = options.maps?.get(file.value);
  if (cached !== undefined && cached.text === text) return { file: file.value, model: cached.model, network: cached.network };
  const parsed = parseOpenDriveModel(text, file.value, { lenient: options.lenient ?? false });
  problems.add(parsed.diagnostics);
  if (parsed.model === undefined) return undefined;
  const network = createRoadNetwork(parsed.model);
  options.maps?.set(file.value, { text, model: parsed.model, network });
  return { file: file.value, model: parsed.model, network };
}
