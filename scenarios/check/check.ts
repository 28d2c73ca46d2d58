/**
 * Checks one OpenSCENARIO file of any kind (scenario, catalog, parameter distribution) and everything it names against
 * `rules.ts`, and says of each rule whether the file keeps it. Bad input gives findings, never an exception. Must never
 * play a scenario.
 */
import { readXml, type XmlElement } from "../../fleet-core/contract/xml.ts";
import type { Diagnostic } from "../../fleet-core/kernel/result.ts";
import { parseOpenDriveModel } from "../../fleet-core/road/open-drive.ts";
import { loadScenario } from "../load.ts";
import { readPermutations } from "../permutations.ts";
import { emptyScope, resolveText, type Scope } from "../schema/parameters.ts";
import { readParameters } from "../schema/declarations.ts";
import { folderOf, resolvePath } from "../schema/paths.ts";
import { createProblems, type Problems } from "../schema/problems.ts";
import { readCatalogEntries } from "../schema/read-catalog.ts";
import { child, children, type Reading } from "../schema/reading.ts";
import { checkSignals } from "../schema/references.ts";
import { validateDocument } from "../schema/validate.ts";
import { versionOf } from "../schema/version.ts";
import type { ReadText } from "../types.ts";
import { checkCatalogNames, checkCatalogParameters, checkOperators, checkUniqueNamesEverywhere, visit } from "./document-rules.ts";
import { checkRules, ruleByName, type CheckRule } from "./rules.ts";

export interface Finding extends Diagnostic {
  /** ASAM's id of the rule, where there is one. */
  readonly uid?: string;
}

export interface RuleResult {
  readonly rule: string;
  readonly uid: string;
  readonly status: "passed" | "failed" | "skipped";
  /** Why it was skipped. */
  readonly reason?: string;
  /** Errors found. */
  readonly findings: number;
}

export interface CheckReport {
  readonly file: string;
  readonly kind: "scenario" | "catalog" | "distribution" | "unknown";
  readonly version: string | undefined;
  /** No errors. */
  readonly valid: boolean;
  readonly diagnostics: readonly Finding[];
  readonly rules: readonly RuleResult[];
}

export interface CheckOptions {
  readonly lenient?: boolean;
  readonly parameters?: ReadonlyMap<string, string>;
}

/** Warnings of the reader that the rule calls errors: one reference with two meanings, things of another version. */
const STRICTER: ReadonlySet<string> = new Set(["resolvable_storyboard_element_reference", "valid_schema"]);

export function checkFile(path: string, read: ReadText, options: CheckOptions = {}): CheckReport {
  const files = new Map<string, string>();
  const remember: ReadText = (name) => {
    const text = files.get(name) ?? read(name);
    if (text !== undefined) files.set(name, text);
    return text;
  };
  const problems = createProblems({ lenient: options.lenient ?? false, max: 1000 });
  const skipped = new Map<string, string>();
  const text = remember(path);
  const tree = text === undefined ? undefined : readXml(text, path);
  if (text === undefined) problems.error(path, undefined, "the file does not exist");
  if (tree?.ok === false) problems.add(tree.error.map((d) => ({ ...d, rule: "valid_xml_document" })));
  const root = tree?.ok === true ? tree.value : undefined;
  if (root !== undefined && root.name !== "OpenSCENARIO") problems.error(path, root, `the root element is ${root.name}`, { expected: "OpenSCENARIO", rule: "root_tag_is_openscenario" });
  const version = root === undefined || root.name !== "OpenSCENARIO" ? undefined : versionOf(root, path, createProblems({ lenient: true }));
  const kind = root === undefined || root.name !== "OpenSCENARIO" ? "unknown" : child(root, "Catalog") !== undefined ? "catalog" : child(root, "ParameterValueDistribution") !== undefined ? "distribution" : "scenario";

  if (root !== undefined && root.name === "OpenSCENARIO" && version === undefined) versionOf(root, path, problems);
  if (root !== undefined && version !== undefined) {
    const add = (list: readonly Diagnostic[]): void => problems.add(list.map((d) => (options.lenient !== true && d.severity === "warning" && d.rule !== undefined && STRICTER.has(d.rule) ? { ...d, severity: "error" as const } : d)));
    if (kind === "scenario") checkScenario(root, path, remember, problems, skipped, add, options);
    else if (kind === "catalog") checkCatalog(root, path, version, remember, problems, add);
    else checkDistribution(path, remember, add, problems, options);
    checkDocument(root, path, version, problems);
    for (const [name, content] of files) if (name !== path) checkCatalogFile(name, content, problems);
  }
  if (kind !== "scenario") for (const rule of checkRules) if (forScenarios.has(rule.name)) skipped.set(rule.name, "the file holds no scenario");

  const diagnostics = unique(problems.diagnostics).map((d): Finding => {
    const uid = d.rule === undefined ? undefined : ruleByName.get(d.rule)?.uid;
    return uid === undefined ? d : { ...d, uid };
  });
  const stopped = checkRules.find((rule) => rule.basic && diagnostics.some((d) => d.rule === rule.name && d.severity === "error"));
  return { file: path, kind, version, valid: !diagnostics.some((d) => d.severity === "error"), diagnostics, rules: checkRules.map((rule) => resultOf(rule, diagnostics, version, stopped, skipped, text !== undefined)) };
}

const forScenarios: ReadonlySet<string> = new Set(["resolvable_signal_id_in_traffic_signal_state_action", "resolvable_traffic_signal_controller_by_traffic_signal_controller_ref", "valid_actor_reference_in_private_actions", "resolvable_entity_references", "resolvable_variable_reference", "resolvable_storyboard_element_reference", "non_existing_road_network_file"]);

function resultOf(rule: CheckRule, diagnostics: readonly Diagnostic[], version: string | undefined, stopped: CheckRule | undefined, skipped: ReadonlyMap<string, string>, readable: boolean): RuleResult {
  const findings = diagnostics.filter((d) => d.rule === rule.name && d.severity === "error").length;
  const base = { rule: rule.name, uid: rule.uid, findings };
  if (findings > 0) return { ...base, status: "failed" };
  const skip = (reason: string): RuleResult => ({ ...base, status: "skipped", reason });
  if (!readable) return skip("the file cannot be read");
  if (stopped !== undefined && !(rule.basic && checkRules.indexOf(rule) < checkRules.indexOf(stopped))) return skip(`the file breaks ${stopped.name}`);
  if (!rule.basic && version === undefined) return skip("the version is not known");
  if (version !== undefined && rule.since > version) return skip(`from version ${rule.since} on`);
  const reason = skipped.get(rule.name);
  return reason === undefined ? { ...base, status: "passed" } : skip(reason);
}

/** The same fault found by two ways is one finding. */
function unique(list: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return list.filter((d) => {
    const key = `${d.file}\u0000${d.line ?? 0}\u0000${d.column ?? 0}\u0000${d.rule ?? d.message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function checkDocument(root: XmlElement, path: string, version: string, problems: Problems): void {
  // These rules exist from 1.2 on.
  if (version < "1.2") return;
  checkUniqueNamesEverywhere(root, path, problems);
  checkOperators(root, path, problems);
  checkCatalogNames(root, path, problems);
  checkCatalogParameters(root, path, problems);
}

/** A catalog used by the file. */
function checkCatalogFile(name: string, text: string, problems: Problems): void {
  if (!name.endsWith(".xosc")) return;
  const tree = readXml(text, name);
  if (!tree.ok) return;
  checkCatalogNames(tree.value, name, problems);
  checkCatalogParameters(tree.value, name, problems);
}

function checkScenario(root: XmlElement, path: string, read: ReadText, problems: Problems, skipped: Map<string, string>, add: (list: readonly Diagnostic[]) => void, options: CheckOptions): void {
  const result = loadScenario(path, read, { lenient: options.lenient ?? false, parameters: options.parameters ?? new Map() });
  add(result.diagnostics);
  if (result.scenario !== undefined && result.scenario.mapFile !== "") return;
  // The reader stops before the map when the file has other faults; the map's own rules are looked at all the same.
  const network = child(root, "RoadNetwork");
  const logic = network === undefined ? undefined : child(network, "LogicFile");
  const map = logic === undefined ? undefined : mapOf(root, logic, path, read, problems, options);
  if (map === undefined) skipped.set("resolvable_signal_id_in_traffic_signal_state_action", "there is no road network to look in");
  if (logic === undefined) skipped.set("non_existing_road_network_file", "the file names no road network");
}

function rootScope(root: XmlElement, path: string, parameters: ReadonlyMap<string, string>): Scope {
  const r: Reading = { file: path, version: "1.3", scope: emptyScope, problems: createProblems({ lenient: true }), catalogs: { find: () => undefined }, references: [], depth: 0, groups: new Map(), variables: new Set() };
  return readParameters(r, child(root, "ParameterDeclarations"), parameters);
}

function mapOf(root: XmlElement, logic: XmlElement, path: string, read: ReadText, problems: Problems, options: CheckOptions): ReadonlySet<string> | undefined {
  const rule = "non_existing_road_network_file";
  const scope = rootScope(root, path, options.parameters ?? new Map());
  const written = resolveText(logic.attributes.get("filepath")?.value ?? "", scope);
  if (!written.ok || written.value.trim() === "") return undefined;
  const file = resolvePath(folderOf(path), written.value);
  const text = file.ok ? read(file.value) : undefined;
  if (!file.ok || text === undefined) {
    problems.error(path, logic, file.ok ? `the road network file ${written.value} does not exist` : file.error, { attribute: "filepath", expected: "an OpenDRIVE file", rule });
    return undefined;
  }
  const model = parseOpenDriveModel(text, file.value, { lenient: true }).model;
  if (model === undefined) return undefined;
  const signals = new Set(model.roads.flatMap((road) => road.signals.map((s) => s.id)));
  visit(root, (e) => {
    if (e.name !== "TrafficSignalStateAction") return;
    const name = resolveText(e.attributes.get("name")?.value ?? "", scope);
    if (name.ok) checkSignals(problems, [{ kind: "signal", name: name.value, file: path, element: e, attribute: "name" }], signals);
  });
  return signals;
}

function checkCatalog(root: XmlElement, path: string, version: string, read: ReadText, problems: Problems, add: (list: readonly Diagnostic[]) => void): void {
  const structure = createProblems({ lenient: problems.lenient });
  validateDocument(root, path, version, structure);
  add(structure.diagnostics);
  readCatalogEntries(root, path, version, read, problems);
}

/** The distribution itself, and the scenario it varies with the values of the first and the last variation. */
function checkDistribution(path: string, read: ReadText, add: (list: readonly Diagnostic[]) => void, problems: Problems, options: CheckOptions): void {
  const permutations = readPermutations(path, read, { lenient: options.lenient ?? false });
  if (!permutations.ok) {
    add(permutations.error);
    return;
  }
  const { scenarioFile, count } = permutations.value;
  const text = read(scenarioFile);
  if (text === undefined) {
    problems.error(path, undefined, `the scenario ${scenarioFile} does not exist`, { expected: "an OpenSCENARIO file" });
    return;
  }
  const tree = readXml(text, scenarioFile);
  const list = tree.ok ? child(tree.value, "ParameterDeclarations") : undefined;
  const declared = new Set((list === undefined ? [] : children(list, "ParameterDeclaration")).map((d) => (d.attributes.get("name")?.value ?? "").replace(/^\$/, "")));
  if (tree.ok) for (const name of permutations.value.parameters) if (!declared.has(name)) problems.error(path, undefined, `the scenario ${scenarioFile} declares no parameter ${name}`, { expected: declared.size === 0 ? "no parameters" : `one of ${[...declared].slice(0, 40).join(", ")}` });
  for (const index of count === 0 ? [] : count === 1 ? [0] : [0, count - 1]) add(loadScenario(scenarioFile, read, { lenient: options.lenient ?? false, parameters: permutations.value.at(index) }).diagnostics);
}
