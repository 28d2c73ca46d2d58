/**
 * From files to a scenario that can be played: reads the scenario, its map and its catalogs through `read`, checks
 * everything, and keeps the text of every file read, so that a recording can carry them. Bad input gives diagnostics,
 * never an exception and never a scenario. A scenario opened once is loaded many times with other parameters: what does
 * not depend on them (XML trees, structure checks, maps) is kept.
 */
import { readXml, type XmlElement } from "../fleet-core/contract/xml.ts";
import type { Diagnostic } from "../fleet-core/kernel/result.ts";
import type { NetworkModel } from "../fleet-core/road/model.ts";
import { createRoadNetwork } from "../fleet-core/road/network.ts";
import { parseOpenDriveModel } from "../fleet-core/road/open-drive.ts";
import type { RoadNetwork } from "../fleet-core/road/types.ts";
import { checkDrivers } from "./drivers/spec.ts";
import { createPlayer } from "./engine/player.ts";
import type { CatalogDocuments, ParseXml } from "./schema/catalogs.ts";
import type { Scenario } from "./schema/model.ts";
import { baseName, folderOf, resolvePath } from "./schema/paths.ts";
import { createProblems, type Problems } from "./schema/problems.ts";
import { readScenario } from "./schema/read-scenario.ts";
import type { Reference } from "./schema/reading.ts";
import { checkSignals } from "./schema/references.ts";
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
  /** Reads a file's XML; whoever wants to know what becomes of each element gives another one. */
  readonly parse?: ParseXml;
}

export interface LoadResult {
  readonly scenario?: LoadedScenario;
  readonly diagnostics: readonly Diagnostic[];
}

/** Parsed maps, by file name and text. The owner decides how long they live. */
export type MapCache = Map<string, { readonly text: string; readonly model: NetworkModel; readonly network: RoadNetwork }>;

/** A scenario file read and checked as far as that goes without its parameters. */
export interface OpenedScenario {
  /** It can be loaded with no parameters whatever; the diagnostics of any `load` say why. */
  readonly broken: boolean;
  /** Loads it with these parameters. What the files say does not change between calls: `read` answers the same each time. */
  load(parameters: ReadonlyMap<string, string>): LoadResult;
}

/** `path`: the scenario file; `read` gives it and everything it refers to, by path from the same root. */
export function loadScenario(path: string, read: ReadText, options: LoadOptions = {}): LoadResult {
  return openScenario(path, read, options).load(options.parameters ?? new Map());
}

export function openScenario(path: string, read: ReadText, options: Omit<LoadOptions, "parameters"> = {}): OpenedScenario {
  const lenient = options.lenient ?? false;
  const text = read(path);
  const structure = createProblems({ lenient });
  const root = readRoot(path, text, structure, options.parse ?? readXml);
  const version = root === undefined ? undefined : versionOf(root, path, structure);
  if (root === undefined || version === undefined || !checkKind(root, path, structure)) return { broken: true, load: () => ({ diagnostics: structure.diagnostics }) };
  validateDocument(root, path, version, structure);
  const documents: CatalogDocuments = new Map();

  return {
    broken: structure.failed,
    load(parameters) {
      const problems = createProblems({ lenient });
      problems.add(structure.diagnostics);
      const files = new Map<string, string>([[path, text ?? ""]]);
      const remember: ReadText = (name) => {
        const known = files.get(name);
        if (known !== undefined) return known;
        const found = read(name);
        if (found !== undefined) files.set(name, found);
        return found;
      };
      const references: Reference[] = [];
      const model = readScenario(root, problems, { file: path, version, files: { read: remember, documents, ...(options.parse === undefined ? {} : { parse: options.parse }) }, parameters, references });
      if (model === undefined) return { diagnostics: problems.diagnostics };
      problems.add(checkDrivers(path, model.entities).map((d) => ({ ...d, ...placeOfEntity(root, d.path) })));
      const map = loadMap(model, root, path, remember, problems, options);
      if (map !== undefined) checkSignals(problems, references, new Set(map.model.roads.flatMap((road) => road.signals.map((signal) => signal.id))));
      if (map === undefined || problems.failed) return { diagnostics: problems.diagnostics };

      const scenario: LoadedScenario = {
        name: baseName(path),
        description: model.description,
        map: map.network,
        mapFile: map.file,
        epochMs: model.epochMs,
        entities: model.entities.map((entity) => entity.name),
        files,
        play: (play) => createPlayer(model, map.model, map.network, play),
      };
      return { scenario, diagnostics: problems.diagnostics };
    },
  };
}

function readRoot(path: string, text: string | undefined, problems: Problems, parse: ParseXml): XmlElement | undefined {
  if (text === undefined) {
    problems.error(path, undefined, "the file does not exist");
    return undefined;
  }
  const tree = parse(text, path);
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

/** Line and column of an entity in the file; the document's beginning when its name comes from a parameter. */
function placeOfEntity(root: XmlElement, name: string | undefined): { readonly line: number; readonly column: number } {
  const objects = root.children.find((e) => e.name === "Entities")?.children ?? [];
  const { line, column } = objects.find((e) => e.attributes.get("name")?.value === name) ?? root;
  return { line, column };
}
