/** `atlasmesh sweep`: every variation of a parameter distribution, judged; parsed once, played many times. */
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { timeFromS } from "../../fleet-core/kernel/time.ts";
import type { DriverName } from "../../scenarios/drivers/spec.ts";
import { isDistribution } from "../../scenarios/permutations.ts";
import { createAggregator, type Aggregate } from "../../scenarios/sweep/aggregate.ts";
import type { SweepHead } from "../../scenarios/sweep/journal.ts";
import { select, type Selection } from "../../scenarios/sweep/plan.ts";
import type { Session } from "../../scenarios/sweep/session.ts";
import { verdictLine, type VariationVerdict } from "../../scenarios/sweep/verdict.ts";
import { TICK_US } from "../../twin/types.ts";
import { readText } from "./adapters/files.ts";
import { driversAndTraffic, profileTexts, scenarioPath } from "./adapters/spec.ts";
import { createSweepFile, resumeSweepFile, type SweepFile } from "./adapters/sweep-file.ts";
import { openFileSession, type SweepJob } from "./adapters/sweep-job.ts";
import { runPool } from "./adapters/sweep-pool.ts";
import { createProgress } from "./adapters/sweep-progress.ts";
import { EXIT, numberOption, stringOption, UsageError, type Command, type ExitCode, type Output, type Parsed } from "./command.ts";
import { InputError } from "../../fleet-core/kernel/result.ts";

const WORKERS_MAX = 256;
/** Failing and unbuildable variations in the result; all are in the `--out` file. */
const LISTED_MAX = 1000;
/** Of these, how many a person is shown. */
const SHOWN_MAX = 20;
/** Finished variations of a resumed sweep that are played again, to see that they still come out the same. */
const REPLAYED_MAX = 16;
/** Which of these are done is kept in memory. */
const RESUMED_OF_MAX = 10_000_000;

export const sweep: Command = {
  name: "sweep",
  summary: "plays every variation of a parameter distribution and judges each",
  usage: "DISTRIBUTION.xosc|SCENARIO.xosc [options]",
  positionals: { min: 1, max: 1 },
  options: {
    distribution: { type: "string", value: "F", help: "vary the scenario given by this distribution file, whatever scenario it names" },
    workers: { type: "string", value: "N", help: "threads (default 1); the result does not depend on it" },
    from: { type: "string", value: "N", help: "first variation, counted from 0 (default 0)" },
    limit: { type: "string", value: "N", help: "at most so many variations" },
    sample: { type: "string", value: "N", help: "of these, N evenly spread ones" },
    seed: { type: "string", value: "N", help: "root of all chance in each run (default 1); given, random values are drawn from it too" },
    until: { type: "string", value: "S", help: "longest play in simulated seconds (default 300)" },
    profile: { type: "string", value: "P", help: "drive the ego of each variation by our agent with this vehicle profile" },
    driver: { type: "string", multiple: true, value: "ACTOR=MODEL", help: "drive an actor by a reference model: idm, acc, cc, fsm, rss or reg157; may be repeated" },
    traffic: { type: "string", value: "N", help: "background vehicles on the whole map" },
    "disable-controllers": { type: "boolean", help: "ignore the file's controllers: standard default behaviour" },
    lenient: { type: "boolean", help: "unknown elements and violated constraints are warnings" },
    "min-ttc": { type: "string", value: "S", help: "fail variations whose time to collision falls below" },
    "min-thw": { type: "string", value: "S", help: "fail variations whose time headway falls below" },
    out: { type: "string", value: "F", help: "write one verdict a line (NDJSON) to a new file" },
    resume: { type: "string", value: "F", help: "go on from such a file, or begin it" },
    ndjson: { type: "boolean", help: "print the verdicts on stdout as they come, the result as the last line" },
    json: { type: "boolean", help: "print the result as one JSON document" },
  },
  examples: [
    "sweep scenarios/bank/demo/variations/cut-in.xosc",
    "sweep variations.xosc --workers 2 --resume sweep.ndjson --json      # interrupt it and call it again: it goes on",
    "sweep variations.xosc --sample 500 --profile ride-hail-sedan --min-ttc 1.5",
    "sweep variations.xosc --driver Ego=fsm --workers 2 --out fsm.ndjson",
    "sweep cut-in.xosc --distribution speeds.xosc --from 7 --limit 1     # one variation again",
  ],
  run: sweepFiles,
};

async function sweepFiles(args: Parsed, out: Output): Promise<ExitCode> {
  const json = args.values["json"] === true;
  const ndjson = args.values["ndjson"] === true;
  if (json && ndjson) throw new UsageError("--json and --ndjson: expected one of them");
  const word = args.positionals[0] ?? "";
  const job = jobOf(word, args);
  const session = openFileSession(job);
  const range = { from: whole(args, "from", 0, 0), limit: whole(args, "limit", 1, Number.MAX_SAFE_INTEGER), sample: whole(args, "sample", 1, 0) };
  if (range.from >= session.count) throw new UsageError(session.count === 0 ? `${word}: the distribution holds no variation` : `--from ${range.from}: expected a whole number from 0 to ${session.count - 1}`);
  const selection = select(session.count, range.from, range.limit, range.sample);
  const workers = whole(args, "workers", 1, 1);
  if (workers > WORKERS_MAX) throw new UsageError(`--workers ${workers}: expected at most ${WORKERS_MAX}`);

  const aggregator = createAggregator(LISTED_MAX);
  const done = new Set<number>();
  const file = openRecord(args, job, session, selection, headOf(job, session, range), (verdict) => {
    done.add(verdict.variation);
    aggregator.add(verdict);
  });
  const resumed = done.size;
  if (resumed > 0 && selection.count > RESUMED_OF_MAX) throw new UsageError(`--resume: at most ${RESUMED_OF_MAX} variations at a time can be gone on with; expected parts by --from and --limit`);
  const left = resumed === 0 ? undefined : Array.from({ length: selection.count }, (_, k) => selection.at(k)).filter((variation) => !done.has(variation));
  const cpu = process.cpuUsage();
  const progress = createProgress(selection.count, resumed);
  try {
    await runPool(job, workers, left?.length ?? selection.count, (k) => left?.[k] ?? selection.at(k), (verdict) => {
      aggregator.add(verdict);
      const line = file === undefined && !ndjson ? "" : verdictLine(verdict);
      file?.write(line);
      if (ndjson) out.line(line);
      progress.took(verdict.verdict);
    });
  } finally {
    progress.end();
    file?.close();
  }
  const used = process.cpuUsage(cpu);
  const result = aggregator.result();
  const reproduce = reproducer(word, args);
  const document = documentOf(job, session, range, result, reproduce, { resumed, cpuS: (used.user + used.system) / 1e6 });
  if (json) out.json(document);
  else if (ndjson) out.line(JSON.stringify({ result: document }));
  else print(out, job, session, selection, result, reproduce);
  if (result.internal > 0) return EXIT.internal;
  if (result.verdicts.fail > 0) return EXIT.negative;
  return result.verdicts.error > 0 ? EXIT.input : EXIT.good;
}

function jobOf(word: string, args: Parsed): SweepJob {
  const path = scenarioPath(word);
  const given = stringOption(args, "distribution");
  const varies = isDistribution(readText(path), path) === true;
  if (!varies && given === undefined) throw new UsageError(`${word} varies no parameters; expected a ParameterValueDistribution file, or --distribution F`);
  if (varies && given !== undefined) throw new UsageError(`--distribution ${given}: ${word} is a distribution itself; expected a scenario`);
  if (given !== undefined) readText(given);
  const folder = dirname(resolve(path));
  const profiles = profileTexts();
  const egoProfile = stringOption(args, "profile");
  if (egoProfile !== undefined && !profiles.has(egoProfile)) throw new UsageError(`--profile ${egoProfile}: expected one of ${[...profiles.keys()].join(", ")}`);
  const { drivers = new Map<string, DriverName>(), traffic } = driversAndTraffic(args);
  const limit = (name: string): number | undefined => (stringOption(args, name) === undefined ? undefined : numberOption(args, name, 0, 0));
  return {
    folder,
    egoProfile,
    profiles,
    build: __ATLASMESH_BUILD__,
    settings: {
      distribution: given === undefined ? basename(path) : relative(folder, resolve(given)).split(sep).join("/"),
      scenario: given === undefined ? undefined : basename(path),
      seed: stringOption(args, "seed") ?? "1",
      valueSeed: stringOption(args, "seed"),
      drivers,
      traffic,
      stepUs: TICK_US,
      untilUs: timeFromS(numberOption(args, "until", 0.01, 300)),
      disableControllers: args.values["disable-controllers"] === true,
      lenient: args.values["lenient"] === true,
      limits: { minTtcS: limit("min-ttc"), minThwS: limit("min-thw") },
    },
  };
}

function whole(args: Parsed, name: string, min: number, fallback: number): number {
  const value = numberOption(args, name, min, fallback);
  if (!Number.isSafeInteger(value)) throw new UsageError(`--${name} ${value}: expected a whole number`);
  return value;
}

type Range = { readonly from: number; readonly limit: number; readonly sample: number };

function headOf(job: SweepJob, session: Session, range: Range): SweepHead {
  const { settings } = job;
  return {
    sweep: "atlasmesh.sweep/1", scenario: session.scenarioFile, distribution: settings.distribution, files: session.files, build: job.build, seed: settings.seed, profile: job.egoProfile ?? "",
    drivers: [...settings.drivers].map(([actor, name]) => `${actor}=${name}`).join(" "), traffic: settings.traffic ?? 0, valueSeed: settings.valueSeed ?? "",
    variations: session.count, ...range, untilS: settings.untilUs / 1e6, disableControllers: settings.disableControllers, lenient: settings.lenient,
    minTtcS: settings.limits.minTtcS ?? null, minThwS: settings.limits.minThwS ?? null,
  };
}

function openRecord(args: Parsed, job: SweepJob, session: Session, selection: Selection, head: SweepHead, known: (verdict: VariationVerdict) => void): SweepFile | undefined {
  const [fresh, resume] = [stringOption(args, "out"), stringOption(args, "resume")];
  if (fresh !== undefined && resume !== undefined) throw new UsageError("--out and --resume: expected one of them; --resume also begins a new file");
  if (fresh !== undefined) return createSweepFile(fresh, head);
  if (resume === undefined) return undefined;
  // Maps and catalogs may have changed since: one finished variation for each set of inputs must come out as it did.
  const samples = new Map<string, VariationVerdict>();
  const file = resumeSweepFile(resume, head, selection.has, (verdict) => {
    if (verdict.inputs !== undefined && samples.size < REPLAYED_MAX && !samples.has(verdict.inputs)) samples.set(verdict.inputs, verdict);
    known(verdict);
  });
  for (const verdict of samples.values()) {
    if (verdictLine(session.verdict(verdict.variation)) === verdictLine(verdict)) continue;
    file.close();
    throw new InputError([{ severity: "error", file: resume, message: `variation ${verdict.variation} comes out differently now: a map, a catalog or a profile has changed since (${join(job.folder, verdict.map ?? "")})`, expected: "the files this record was begun with, or another record" }]);
  }
  return file;
}

/** The command that plays one variation again, as typed. */
function reproducer(word: string, args: Parsed): (variation: number) => string {
  const quote = (text: string): string => (/^[\w./:=+@%,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  const values = ["distribution", "seed", "until", "profile", "traffic", "min-ttc", "min-thw", "driver"].flatMap((name) => {
    const value = args.values[name];
    return (Array.isArray(value) ? value : value === undefined ? [] : [value]).flatMap((word) => [`--${name}`, quote(String(word))]);
  });
  const flags = ["disable-controllers", "lenient"].filter((name) => args.values[name] === true).map((name) => `--${name}`);
  return (variation) => ["npx atlasmesh sweep", quote(word), "--from", String(variation), "--limit", "1", ...values, ...flags].join(" ");
}

function documentOf(job: SweepJob, session: Session, range: Range, result: Aggregate, reproduce: (variation: number) => string, cost: { resumed: number; cpuS: number }): unknown {
  const row = (v: VariationVerdict): unknown => ({ variation: v.variation, reasons: v.reasons, parameters: Object.fromEntries(v.parameters), ...(v.hash === undefined ? {} : { hash: v.hash }), reproduce: reproduce(v.variation) });
  const { settings } = job;
  return {
    scenario: session.scenarioFile, distribution: settings.distribution, build: job.build, seed: settings.seed, ...(job.egoProfile === undefined ? {} : { profile: job.egoProfile }),
    stepUs: settings.stepUs, untilS: settings.untilUs / 1e6, variations: session.count, from: range.from, played: result.count,
    verdict: result.verdicts.fail > 0 ? "fail" : result.verdicts.error > 0 ? "error" : result.verdicts.pass > 0 ? "pass" : "none",
    verdicts: result.verdicts, endedBy: result.endedBy, collisions: result.collisions, simulatedS: result.simulatedS,
    ...(result.minTtcS === undefined ? {} : { minTtcS: result.minTtcS }), ...(result.minThwS === undefined ? {} : { minThwS: result.minThwS }),
    hash: result.hash,
    failing: result.failing.map(row), failingNotListed: result.verdicts.fail - result.failing.length,
    errors: result.notBuilt.map(row), errorsNotListed: result.verdicts.error - result.notBuilt.length,
    cost: { resumed: cost.resumed, cpuS: cost.cpuS, variationsPerCpuS: (result.count - cost.resumed) / Math.max(cost.cpuS, 1e-6) },
  };
}

function print(out: Output, job: SweepJob, session: Session, selection: Selection, result: Aggregate, reproduce: (variation: number) => string): void {
  const { verdicts } = result;
  out.line(`${session.scenarioFile} varied by ${job.settings.distribution}: ${selection.count} of ${session.count} variations, seed ${job.settings.seed}${job.egoProfile === undefined ? "" : `, ego ${job.egoProfile}`}`);
  out.line(`${verdicts.pass} pass, ${verdicts.fail} fail, ${verdicts.none} without a vehicle to judge, ${verdicts.error} not built; ${result.simulatedS.toFixed(0)} s simulated`);
  out.line(`ended by stop trigger ${result.endedBy["stop-trigger"]}, storyboard ${result.endedBy["storyboard-complete"]}, --until ${result.endedBy.until}`);
  if (result.minTtcS !== undefined) out.line(`smallest time to collision ${result.minTtcS.valueS.toFixed(2)} s (variation ${result.minTtcS.variation})${result.minThwS === undefined ? "" : `, time headway ${result.minThwS.valueS.toFixed(2)} s (variation ${result.minThwS.variation})`}`);
  out.line(`aggregate hash ${result.hash}, build ${job.build.slice(0, 12)}`);
  list(out, "FAIL", result.failing, verdicts.fail, reproduce);
  list(out, "not built", result.notBuilt, verdicts.error, reproduce);
}

function list(out: Output, what: string, listed: readonly VariationVerdict[], total: number, reproduce: (variation: number) => string): void {
  for (const v of listed.slice(0, SHOWN_MAX)) {
    out.line(`${what} ${v.variation} (${[...v.parameters].map(([name, value]) => `${name}=${value}`).join(", ")})`);
    for (const reason of v.reasons) out.line(`  ${reason}`);
    out.line(`  reproduce  ${reproduce(v.variation)}`);
  }
  if (total > Math.min(listed.length, SHOWN_MAX)) out.line(`${total - Math.min(listed.length, SHOWN_MAX)} more ${what === "FAIL" ? "failing" : "not built"}: see --json, or --out for all`);
}
