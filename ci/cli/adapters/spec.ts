/** From words on the command line to a RunSpec: scenario file or bank id, profiles, fault plan. */
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { existsSync } from "node:fs";
import { NO_FAULTS, type Fault, type FaultPlan } from "../../../fleet-core/contract/fault.ts";
import { formatDiagnostic, InputError } from "../../../fleet-core/kernel/result.ts";
import { timeFromS } from "../../../fleet-core/kernel/time.ts";
import { bankIds, resolveBankId } from "../../../scenarios/bank.ts";
import { DRIVER_NAMES, isDriverName, type DriverName } from "../../../scenarios/drivers/spec.ts";
import { VEHICLES_MAX } from "../../../scenarios/engine/traffic/traffic.ts";
import { loadScenario } from "../../../scenarios/load.ts";
import { scenarioOfMap } from "../../../scenarios/map-scenario.ts";
import { isDistribution, readPermutations } from "../../../scenarios/permutations.ts";
import type { LoadedScenario } from "../../../scenarios/types.ts";
import { parseFaultArgument, parseFaultPlan } from "../../../twin/faults/parse.ts";
import type { RunSpec } from "../../../twin/types.ts";
import { numberOption, output, stringOption, UsageError, type Parsed } from "../command.ts";
import { listBelow, projectRoot, readText } from "./files.ts";

export const bankFolder = (): string => join(projectRoot(), "scenarios", "bank");
export const bankList = (): readonly string[] => bankIds(listBelow(bankFolder(), ".xosc").map((path) => `bank/${path}`));

/** Path of a scenario given as a file or a bank id; InputError with suggestions when it is neither. */
export function scenarioPath(word: string): string {
  if (word.endsWith(".xosc") || word.endsWith(".xml") || word.endsWith(".xodr") || existsSync(word)) return word;
  const found = resolveBankId(word, bankList());
  if (!found.ok) throw new InputError(found.error);
  return join(bankFolder(), `${found.value}.xosc`);
}

export function profileTexts(): ReadonlyMap<string, string> {
  const folder = join(projectRoot(), "edge-agent", "profiles");
  return new Map(listBelow(folder, ".json").filter((name) => !name.endsWith(".schema.json") && !name.includes("/")).map((name) => [basename(name, ".json"), readText(join(folder, name))]));
}

const readerIn = (folder: string) => (name: string): string | undefined => {
  const file = join(folder, ...name.split("/"));
  return existsSync(file) ? readText(file) : undefined;
};

/** A seed given on the command line also draws the values of stochastic distributions; otherwise their file's own does. */
const seedOfValues = (args: Parsed): { readonly seed?: string } => {
  const seed = stringOption(args, "seed");
  return seed === undefined ? {} : { seed };
};

/** The scenario a parameter distribution varies and the values of one variation; a scenario itself varies nothing. */
function variationOf(path: string, args: Parsed): { path: string; parameters: ReadonlyMap<string, string> } {
  const parameters = new Map<string, string>();
  const wanted = stringOption(args, "permutation");
  const distribution = !path.endsWith(".xodr") && isDistribution(readText(path), path) === true;
  if (wanted !== undefined && !distribution) throw new UsageError(`--permutation ${wanted}: ${path} varies no parameters; expected a ParameterValueDistribution file`);
  let found = path;
  if (distribution) {
    const permutations = readPermutations(basename(path), readerIn(dirname(resolve(path))), { lenient: args.values["lenient"] === true, ...seedOfValues(args) });
    if (!permutations.ok) throw new InputError(permutations.error);
    const index = numberOption(args, "permutation", 0, 0);
    const { count, scenarioFile } = permutations.value;
    if (!Number.isInteger(index) || index >= count) throw new UsageError(`--permutation ${index}: expected a whole number from 0 to ${count - 1}`);
    for (const [name, value] of permutations.value.at(index)) parameters.set(name, value);
    found = join(dirname(path), ...scenarioFile.split("/"));
  }
  const given = args.values["parameter"];
  for (const word of Array.isArray(given) ? given.map(String) : []) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
    if (name === undefined || value === undefined) throw new UsageError(`--parameter ${word}: expected NAME=VALUE`);
    parameters.set(name, value);
  }
  return { path: found, parameters };
}

/** Reads a scenario with everything it names; prints warnings, throws InputError on errors. */
export function readScenario(path: string, lenient = false, parameters: ReadonlyMap<string, string> = new Map()): { scenario: LoadedScenario; key: string } {
  readText(path);
  const folder = dirname(resolve(path));
  // A map alone is run with nobody on it but what the options add.
  const isMap = path.endsWith(".xodr");
  const key = isMap ? `${basename(path, ".xodr")}.xosc` : basename(path);
  const read = readerIn(folder);
  const { scenario, diagnostics } = loadScenario(key, isMap ? (name) => (name === key ? scenarioOfMap(basename(path)) : read(name)) : read, { lenient, parameters });
  // Diagnostics name files relative to the scenario; people read them relative to where they stand.
  const here = relative(process.cwd(), folder).split(sep).join("/");
  const shown = diagnostics.map((d) => ({ ...d, file: here === "" ? d.file : `${here}/${d.file}` }));
  const errors = shown.filter((d) => d.severity === "error");
  if (scenario === undefined || errors.length > 0) throw new InputError(errors);
  for (const warning of shown) output.error(formatDiagnostic(warning));
  return { scenario, key };
}

/** `--faults` words: plan files or short forms, each may be given several times. */
export function faultPlan(words: readonly string[]): FaultPlan {
  const faults: Fault[] = [];
  for (const word of words) {
    if (existsSync(word) || word.endsWith(".json")) {
      const plan = parseFaultPlan(readText(word), word);
      if (!plan.ok) throw new InputError(plan.error);
      faults.push(...plan.value.faults);
      continue;
    }
    const parsed = parseFaultArgument(word);
    if (!parsed.ok) throw new InputError(parsed.error);
    faults.push(...(Array.isArray(parsed.value) ? parsed.value : [parsed.value]));
  }
  return faults.length === 0 ? NO_FAULTS : { schema: "atlasmesh.fault-plan/1", faults };
}

export interface PreparedRun {
  readonly spec: RunSpec;
  readonly scenario: LoadedScenario;
}

/** `--driver ACTOR=MODEL` and `--traffic N`. */
export function driversAndTraffic(args: Parsed): Pick<RunSpec, "drivers" | "traffic"> {
  const drivers = new Map<string, DriverName>();
  const words = args.values["driver"];
  for (const word of Array.isArray(words) ? words.map(String) : []) {
    const [, actor, model] = /^(.+)=([^=]+)$/s.exec(word) ?? [];
    if (actor === undefined || model === undefined || !isDriverName(model)) throw new UsageError(`--driver ${word}: expected ACTOR=MODEL with one of ${DRIVER_NAMES.join(", ")}`);
    drivers.set(actor, model);
  }
  const traffic = stringOption(args, "traffic");
  if (traffic !== undefined && (!/^\d+$/.test(traffic) || Number(traffic) > VEHICLES_MAX)) throw new UsageError(`--traffic ${traffic}: expected a whole number from 0 to ${VEHICLES_MAX}`);
  return { ...(drivers.size === 0 ? {} : { drivers }), ...(traffic === undefined ? {} : { traffic: Number(traffic) }) };
}

/** RunSpec from the options shared by `run`, `demo` and `bench`. */
export function prepareRun(word: string, args: Parsed): PreparedRun {
  const lenient = args.values["lenient"] === true;
  const { path, parameters } = variationOf(scenarioPath(word), args);
  const { scenario, key } = readScenario(path, lenient, parameters);
  const profiles = profileTexts();
  const egoProfile = stringOption(args, "profile");
  if (egoProfile !== undefined && !profiles.has(egoProfile)) throw new UsageError(`--profile ${egoProfile}: expected one of ${[...profiles.keys()].join(", ")}`);
  const backend = stringOption(args, "backend") ?? "native";
  if (backend !== "native") throw new UsageError(`--backend ${backend}: expected native (CARLA and Gazebo come behind the same interface later)`);
  const words = args.values["faults"];
  return {
    scenario,
    spec: {
      scenario: key,
      files: scenario.files,
      parameters,
      lenient,
      profiles,
      egoProfile,
      seed: stringOption(args, "seed") ?? "1",
      faults: faultPlan(Array.isArray(words) ? words.map(String) : []),
      operator: [],
      backend,
      untilUs: timeFromS(numberOption(args, "until", 0.01, 300)),
      disableControllers: args.values["disable-controllers"] === true,
      ...driversAndTraffic(args),
    },
  };
}

export const runtimeLabel = (): string => `node ${process.versions.node} v8 ${process.versions.v8}`;
