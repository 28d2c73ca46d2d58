/**
 * Parameter distribution files: which scenario they vary, and the parameter values of each variation. Deterministic
 * distributions are enumerated, the last one varying fastest; stochastic ones are drawn, each variation from a stream of
 * its own. Nothing is kept per variation. Must never load or play the scenario.
 */
import { readXml, type XmlElement } from "../fleet-core/contract/xml.ts";
import { err, ok, type Diagnostic, type Result } from "../fleet-core/kernel/result.ts";
import type { ParseXml } from "./schema/catalogs.ts";
import { emptyScope } from "./schema/parameters.ts";
import { folderOf, resolvePath } from "./schema/paths.ts";
import { createProblems } from "./schema/problems.ts";
import { child, children, every, first, integer, needed, number, optionalNumber, text, unsupported, type Reading } from "./schema/reading.ts";
import { validateDocument } from "./schema/validate.ts";
import { versionOf } from "./schema/version.ts";
import { readStochastic, streamOf } from "./stochastic.ts";
import type { ReadText } from "./types.ts";

export interface Permutations {
  /** The varied scenario, from the same root as the distribution file. */
  readonly scenarioFile: string;
  readonly count: number;
  /** Parameter values of variation `index`, 0 <= index < count. */
  at(index: number): ReadonlyMap<string, string>;
  /** Names of all varied parameters, in the file's order. */
  readonly parameters: readonly string[];
  /** What random values are drawn from: the file's randomSeed, else the caller's; undefined when nothing is random. */
  readonly seed: string | undefined;
}

export interface PermutationOptions {
  readonly lenient?: boolean;
  /** Seed of random values; wins over the file's randomSeed. Without either it is 0. */
  readonly seed?: string;
  /** As in `LoadOptions`. */
  readonly parse?: ParseXml;
}

/** One axis: a number of alternatives, each setting one or several parameters. */
interface Axis {
  readonly count: number;
  readonly names: readonly string[];
  values(index: number): readonly (readonly [string, string])[];
}

const MAX_COUNT = 1e12;
const SMALL = 1e-6;

/** Whether a document is a parameter distribution at all; undefined when it cannot be read. */
export function isDistribution(text: string, file: string): boolean | undefined {
  const tree = readXml(text, file);
  return tree.ok ? tree.value.children.some((c) => c.name === "ParameterValueDistribution") : undefined;
}

export function readPermutations(path: string, read: ReadText, options: PermutationOptions = {}): Result<Permutations, readonly Diagnostic[]> {
  const problems = createProblems({ lenient: options.lenient ?? false });
  const source = read(path);
  if (source === undefined) {
    problems.error(path, undefined, "the file does not exist");
    return err(problems.diagnostics);
  }
  const tree = (options.parse ?? readXml)(source, path);
  if (!tree.ok) return err(tree.error);
  const root = tree.value;
  const version = versionOf(root, path, problems);
  if (version === undefined) return err(problems.diagnostics);
  validateDocument(root, path, version, problems);
  const r: Reading = { file: path, version, scope: emptyScope, problems, catalogs: { find: () => undefined }, references: [], depth: 0, groups: new Map(), variables: new Set() };
  const distribution = child(root, "ParameterValueDistribution");
  if (distribution === undefined) {
    problems.error(path, root, "this file varies no parameters", { expected: "a ParameterValueDistribution" });
    return err(problems.diagnostics);
  }
  const file = needed(r, distribution, "ScenarioFile");
  const scenarioFile = file === undefined ? err("") : resolvePath(folderOf(path), text(r, file, "filepath"));
  if (file !== undefined && !scenarioFile.ok) problems.error(path, file, scenarioFile.error, { attribute: "filepath" });
  const stochastic = child(distribution, "Stochastic");
  if (stochastic !== undefined) return readRandom(r, stochastic, scenarioFile, options);
  const deterministic = child(distribution, "Deterministic");
  const axes = (deterministic === undefined ? [] : every(deterministic)).flatMap((e) => readAxis(r, e) ?? []);
  const count = axes.reduce((product, axis) => product * axis.count, 1);
  if (count > MAX_COUNT) problems.error(path, deterministic, `the file describes ${count} variations`, { expected: `at most ${MAX_COUNT}` });
  checkUnique(r, deterministic, axes.map((a) => a.names));
  if (problems.failed || !scenarioFile.ok) return err(problems.diagnostics);
  return ok({
    seed: undefined,
    scenarioFile: scenarioFile.value,
    count: axes.length === 0 ? 0 : count,
    parameters: axes.flatMap((a) => a.names),
    at(index) {
      const values: (readonly [string, string])[] = [];
      let rest = index;
      for (let i = axes.length - 1; i >= 0; i -= 1) {
        const axis = axes[i] as Axis;
        values.unshift(...axis.values(rest % axis.count));
        rest = Math.floor(rest / axis.count);
      }
      return new Map(values);
    },
  });
}

/** Values drawn at random: as many variations as the file asks for. */
function readRandom(r: Reading, e: XmlElement, scenarioFile: Result<string, string>, options: PermutationOptions): Result<Permutations, readonly Diagnostic[]> {
  const count = integer(r, e, "numberOfTestRuns", { min: 0 });
  const fileSeed = optionalNumber(r, e, "randomSeed");
  const seed = options.seed ?? String(fileSeed ?? 0);
  const drawn = children(e, "StochasticDistribution").flatMap((d) => readStochastic(r, d) ?? []);
  checkUnique(r, e, drawn.map((d) => [d.name]));
  if (r.problems.failed || !scenarioFile.ok) return err(r.problems.diagnostics);
  return ok({ seed, scenarioFile: scenarioFile.value, count, parameters: drawn.map((d) => d.name), at: (index) => new Map(drawn.map((d) => [d.name, d.draw(streamOf(seed, d.name, index))] as const)) });
}

/** A parameter varied by two distributions would take the value of one of them and drop the other. */
function checkUnique(r: Reading, e: XmlElement | undefined, names: readonly (readonly string[])[]): void {
  const seen = new Set<string>();
  for (const list of names) {
    for (const name of list) if (seen.has(name)) r.problems.error(r.file, e, `parameter ${name} is varied twice`, { expected: "one distribution for each parameter" });
    for (const name of list) seen.add(name);
  }
}

function readAxis(r: Reading, e: XmlElement): Axis | undefined {
  if (e.name === "DeterministicMultiParameterDistribution") {
    const sets = children(child(e, "ValueSetDistribution") ?? e, "ParameterValueSet").map((set) => children(set, "ParameterAssignment").map((a): readonly [string, string] => [text(r, a, "parameterRef"), text(r, a, "value")]));
    return { count: sets.length, names: [...new Set(sets.flatMap((s) => s.map(([name]) => name)))], values: (i) => sets[i] ?? [] };
  }
  const name = text(r, e, "parameterName");
  const set = child(e, "DistributionSet");
  if (set !== undefined) {
    const values = children(set, "Element").map((v) => text(r, v, "value"));
    return { count: values.length, names: [name], values: (i) => [[name, values[i] ?? ""]] };
  }
  const range = child(e, "DistributionRange");
  if (range !== undefined) return readRange(r, range, name);
  const other = first(e);
  return other === undefined ? undefined : unsupported(r, other, other.name);
}

function readRange(r: Reading, e: XmlElement, name: string): Axis | undefined {
  const limits = needed(r, e, "Range");
  const step = number(r, e, "stepWidth", { above: 0 });
  const low = limits === undefined ? 0 : number(r, limits, "lowerLimit");
  const high = limits === undefined ? 0 : number(r, limits, "upperLimit");
  if (limits !== undefined && high < low) r.problems.error(r.file, limits, `the range runs from ${low} to ${high}`, { attribute: "upperLimit", expected: "lowerLimit <= upperLimit" });
  if (!(step > 0) || high < low) return undefined;
  const count = Math.floor((high - low + SMALL) / step) + 1;
  // Six decimals, so that 0.1 + 0.2 reads 0.3 and every variation has one name.
  return { count, names: [name], values: (i) => [[name, String(Math.round((low + i * step) * 1e6) / 1e6)]] };
}
