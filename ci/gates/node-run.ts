/**
 * The same-bits gate inside one Node process, whatever its version. `node-run.mjs SET.json [--times N]` executes every spec
 * and prints the runs of each as one line of JSON; `--spec I --run R [--from TICK --to TICK]` executes one run. Imported, it
 * prepares sets and judges.
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { InputError } from "../../fleet-core/kernel/result.ts";
import type { LoadedScenario } from "../../scenarios/types.ts";
import type { RunSpec } from "../../twin/types.ts";
import { bankList, prepareRun } from "../cli/adapters/spec.ts";
import { execute, executeAll, type GateSet, type GateSpec } from "./execute.ts";
import { loadShared } from "./shared-set.ts";

export * from "./judge.ts";
export { bankList };

export interface GateCase {
  readonly name: string;
  readonly spec: RunSpec;
  readonly untilS: number;
  readonly simulateS: number;
}

/** A scenario file or bank id as `atlasmesh run` would run it. Throws InputError. */
export function prepare(name: string, word: string, options: { seed: string; untilS: number; simulateS: number; profile?: string | undefined }): GateCase {
  const { spec } = prepareRun(word, { values: { seed: options.seed, until: String(options.untilS), profile: options.profile }, positionals: [word] });
  return { name, spec, untilS: options.untilS, simulateS: options.simulateS };
}

/** Every scenario below `folder` that loads, and why the others do not; see `shared-set.ts`. */
export function prepareShared(folder: string, options: { seed: string; untilS: number }): { readonly cases: readonly GateCase[]; readonly notLoaded: readonly { readonly name: string; readonly reason: string }[] } {
  const { spec: base } = prepareRun("demo/cut-in", { values: { seed: options.seed, until: String(options.untilS) }, positionals: [] });
  const caseOf = (name: string, scenario: LoadedScenario, parameters: ReadonlyMap<string, string>): GateCase => ({
    name, untilS: options.untilS, simulateS: 0,
    spec: { ...base, scenario: [...scenario.files.keys()][0] ?? name, files: scenario.files, parameters, lenient: true },
  });
  const { loaded, notLoaded } = loadShared(folder);
  return { cases: loaded.map(({ name, scenario, parameters }) => caseOf(name, scenario, parameters)), notLoaded };
}

/** The cases as one JSON document; each text stands in it once. */
export function setOf(cases: readonly GateCase[]): GateSet {
  const numbers = new Map<string, number>();
  const number = (text: string): number => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, numbers.size);
    return numbers.size - 1;
  };
  const specs = cases.map(({ spec, untilS, simulateS }): GateSpec => ({
    scenario: spec.scenario,
    files: [...spec.files].map(([path, text]) => [path, number(text)] as const),
    profiles: [...spec.profiles].map(([id, text]) => [id, number(text)] as const),
    parameters: [...spec.parameters],
    lenient: spec.lenient,
    egoProfile: spec.egoProfile,
    seed: Number(spec.seed),
    faults: spec.faults,
    untilS,
    simulateS,
  }));
  return { texts: [...numbers.keys()], specs };
}

function main(): void {
  const { values, positionals } = parseArgs({ options: { times: { type: "string", default: "1" }, spec: { type: "string" }, run: { type: "string", default: "0" }, from: { type: "string" }, to: { type: "string" } }, allowPositionals: true });
  const set = JSON.parse(readFileSync(positionals[0] ?? "", "utf8")) as GateSet;
  if (values.spec !== undefined) {
    const range = values.from === undefined ? undefined : { fromTick: Number(values.from), toTick: Number(values.to) };
    process.stdout.write(`${JSON.stringify(execute(set, Number(values.spec), Number(values.run), range))}\n`);
    return;
  }
  for (let time = 0; time < Number(values.times); time += 1) {
    for (let of = 0; of < set.specs.length; of += 1) process.stdout.write(`${JSON.stringify(executeAll(set, of))}\n`);
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    main();
  } catch (error) {
    process.stderr.write(`${error instanceof InputError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  }
}
