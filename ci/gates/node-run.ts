/**
 * The same-bits gate inside one Node process, whatever its version: `node-run.mjs SPEC.json [--times N] [--from TICK --to TICK]`
 * prints executions as JSON. Imported, it prepares specs and judges.
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { InputError } from "../../fleet-core/kernel/result.ts";
import { bankList, prepareRun } from "../cli/adapters/spec.ts";
import { execute, type GateSpec } from "./execute.ts";

export * from "./judge.ts";
export { bankList };

/** A spec with every file it needs inside. Throws InputError. */
export function prepare(word: string, options: { seed: string; untilS: number; profile?: string | undefined }): GateSpec {
  const { spec } = prepareRun(word, { values: { seed: options.seed, until: String(options.untilS), profile: options.profile }, positionals: [word] });
  return { scenario: spec.scenario, files: [...spec.files], profiles: [...spec.profiles], egoProfile: spec.egoProfile, seed: spec.seed, faults: spec.faults, untilS: options.untilS };
}

function main(): void {
  const { values, positionals } = parseArgs({ options: { times: { type: "string", default: "1" }, from: { type: "string" }, to: { type: "string" } }, allowPositionals: true });
  const spec = JSON.parse(readFileSync(positionals[0] ?? "", "utf8")) as GateSpec;
  const range = values.from === undefined ? undefined : { fromTick: Number(values.from), toTick: Number(values.to) };
  const executions = Array.from({ length: Number(values.times) }, () => execute(spec, range));
  process.stdout.write(JSON.stringify(executions));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    main();
  } catch (error) {
    process.stderr.write(`${error instanceof InputError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  }
}
