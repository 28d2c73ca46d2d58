/**
 * `atlasmesh scenario fuzz`: changed scenario files by the thousand, in child processes that may crash or hang without
 * taking the campaign along. Files come from our bank and, where it is there, the shared data. Exit 1 when anything was
 * found. A file is named by seed and number, so `--from N --count 1` makes it again.
 */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { corpusFile, makeCase, newTally, runCampaign, type CorpusFile, type FoundFault } from "../../scenarios/fuzz/campaign.ts";
import { hostileCases } from "../../scenarios/fuzz/hostile.ts";
import { judge, productLoad, type JudgePorts } from "../../scenarios/fuzz/judge.ts";
import { loadScenario } from "../../scenarios/load.ts";
import { isDistribution } from "../../scenarios/permutations.ts";
import type { ReadText } from "../../scenarios/types.ts";
import { projectRoot } from "./adapters/files.ts";
import { EXIT, numberOption, output, stringOption, UsageError, type Command, type Parsed } from "./command.ts";

/** Files a child judges before the next one takes over; what a child has found is not lost with its successor. */
const PER_CHILD = 2_000;
const CPU_BUDGET_MS = 5_000;
/** Without a word from the child for so long (wall time, on a machine that may be busy) its file counts as hanging. */
const SILENCE_MS = 120_000;
const CHILD_HEAP_MB = 1_024;
const MAX_CORPUS_BYTES = 80_000;

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const newPorts = (): JudgePorts => ({ load: productLoad, cpuMs, cpuBudgetMs: CPU_BUDGET_MS, maps: new Map(), trees: new Map() });

/** Texts below a folder by relative path, each read once. */
function readerOf(folder: string): ReadText {
  const known = new Map<string, string | undefined>();
  return (path) => {
    if (!known.has(path)) {
      const file = join(folder, ...path.split("/"));
      known.set(path, !path.startsWith("..") && existsSync(file) && statSync(file).isFile() ? readFileSync(file, "utf8") : undefined);
    }
    return known.get(path);
  };
}

function corpusBelow(folder: string): readonly CorpusFile[] {
  if (!existsSync(folder)) return [];
  const read = readerOf(folder);
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((n) => n.split("\\").join("/")).filter((n) => n.endsWith(".xosc") && statSync(join(folder, n)).size <= MAX_CORPUS_BYTES).sort();
  const maps: JudgePorts["maps"] = new Map();
  return names.flatMap((path) => {
    const text = read(path) ?? "";
    if (isDistribution(text, path) === true) return corpusFile(path, path, read) ?? [];
    const { scenario } = loadScenario(path, read, { maps });
    // What is refused unchanged would be refused changed; catalogs are changed through the scenarios that use them.
    if (scenario === undefined) return [];
    return corpusFile(path, path, read, [...scenario.files.keys()].filter((n) => n !== path && n.endsWith(".xosc"))) ?? [];
  });
}

function corpusOf(args: Parsed): readonly CorpusFile[] {
  const own = corpusBelow(join(projectRoot(), "scenarios", "bank"));
  const shared = args.values["own"] === true ? [] : corpusBelow(join(process.env["ATLASMESH_SHARED"] ?? join(projectRoot(), "..", "shared"), "data", "scenarios"));
  return [...own, ...shared];
}

interface Part {
  readonly outcomes: readonly (readonly [string, number])[];
  readonly faults: readonly FoundFault[];
  readonly faultCount: number;
  readonly files: number;
  readonly diagnostics: number;
  /** Heap in use after a collection [MB], every thousand files. */
  readonly heapMb: readonly number[];
  readonly cpuMs: number;
}

/** Judges a range in this process, saying each number before its file so that the parent knows where it is. */
function runHere(args: Parsed, seed: string, from: number, count: number): Part {
  const corpus = corpusOf(args);
  const heapMb: number[] = [];
  const collect = (globalThis as { readonly gc?: () => void }).gc;
  const started = cpuMs();
  process.stdout.write(`${from}\n`);
  const tally = runCampaign({
    seed, from, count, corpus, ports: newPorts(),
    between(index) {
      process.stdout.write(`${index + 1}\n`);
      if ((index - from) % 1000 !== 999 || collect === undefined) return;
      collect();
      heapMb.push(Math.round(process.memoryUsage().heapUsed / 1_048_576));
    },
  });
  return { outcomes: [...tally.outcomes], faults: tally.faults, faultCount: tally.faultCount, files: tally.files, diagnostics: tally.diagnostics, heapMb, cpuMs: Math.round(cpuMs() - started) };
}

interface ChildEnd {
  readonly part: Part | undefined;
  /** Number of the file it was at when it ended without a result. */
  readonly at: number;
  readonly why: "done" | "hang" | "crash";
  readonly note: string;
}

function runChild(words: readonly string[], from: number): Promise<ChildEnd> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--expose-gc", `--max-old-space-size=${CHILD_HEAP_MB}`, process.argv[1] ?? "", ...words], { stdio: ["ignore", "pipe", "pipe"] });
    let at = from;
    let part: Part | undefined;
    let note = "";
    let hang = false;
    const kill = (): void => {
      hang = true;
      child.kill("SIGKILL");
    };
    let timer = setTimeout(kill, SILENCE_MS);
    createInterface({ input: child.stdout }).on("line", (line) => {
      clearTimeout(timer);
      timer = setTimeout(kill, SILENCE_MS);
      if (line.startsWith("{")) part = JSON.parse(line) as Part;
      else if (/^\d+$/.test(line)) at = Number(line);
    });
    child.stderr.on("data", (data: Buffer) => {
      note = `${note}${data.toString("utf8")}`.slice(-600);
    });
    child.on("close", () => {
      clearTimeout(timer);
      resolve({ part, at, why: part !== undefined ? "done" : hang ? "hang" : "crash", note });
    });
  });
}

interface Summary {
  readonly seed: string;
  readonly files: number;
  readonly corpus: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly diagnostics: number;
  readonly faults: readonly (FoundFault | { readonly kind: "hang"; readonly detail: string; readonly file: number; readonly from: string })[];
  readonly faultCount: number;
  readonly hostile: { readonly files: number; readonly faults: readonly string[] };
  readonly heapMb: { readonly first: number; readonly last: number; readonly most: number } | undefined;
  readonly cpuS: number;
}

/** Files made to hurt, each judged as the changed ones are and refused for the right reason where it must be. */
function runHostile(): Summary["hostile"] {
  const faults: string[] = [];
  const cases = hostileCases();
  for (const made of cases) {
    const read: ReadText = (path) => made.files.get(path);
    const result = judge("a.xosc", read, newPorts());
    faults.push(...result.faults.map((f) => `${made.name}: ${f.kind} ${f.detail}`));
    if (made.refusedWith !== undefined && loadScenario("a.xosc", read).scenario !== undefined) faults.push(`${made.name}: loaded`);
  }
  return { files: cases.length, faults };
}

async function runAll(args: Parsed, seed: string, from: number, count: number): Promise<Summary> {
  const corpus = corpusOf(args);
  const tally = newTally();
  const faults: Summary["faults"][number][] = [];
  const heap: number[] = [];
  let cpu = 0;
  for (let next = from; next < from + count; ) {
    const size = Math.min(PER_CHILD, from + count - next);
    const end = await runChild(["scenario", "fuzz", "--here", "--seed", seed, "--from", String(next), "--count", String(size), ...(args.values["own"] === true ? ["--own"] : [])], next);
    if (end.part !== undefined) {
      for (const [name, n] of end.part.outcomes) tally.outcomes.set(name, (tally.outcomes.get(name) ?? 0) + n);
      tally.files += end.part.files;
      tally.diagnostics += end.part.diagnostics;
      tally.faultCount += end.part.faultCount;
      faults.push(...end.part.faults);
      heap.push(...end.part.heapMb);
      cpu += end.part.cpuMs;
      next += size;
      output.error(`${next - from} of ${count} files, ${tally.faultCount} faults`);
      continue;
    }
    // What the child had judged before is judged again by the next one, which stops short of the file that broke it.
    tally.faultCount += 1;
    const id = makeCase(seed, end.at, corpus).id;
    faults.push(end.why === "hang" ? { kind: "hang", detail: `no end after ${SILENCE_MS / 1000} s`, file: end.at, from: id } : { kind: "crash", detail: `the process ended: ${end.note}`, file: end.at, from: id });
    output.error(`file ${end.at} (${id}): ${end.why}`);
    if (end.at > next) {
      const before = await runChild(["scenario", "fuzz", "--here", "--seed", seed, "--from", String(next), "--count", String(end.at - next), ...(args.values["own"] === true ? ["--own"] : [])], next);
      for (const [name, n] of before.part?.outcomes ?? []) tally.outcomes.set(name, (tally.outcomes.get(name) ?? 0) + n);
      tally.files += before.part?.files ?? 0;
      tally.faultCount += before.part?.faultCount ?? 0;
      faults.push(...(before.part?.faults ?? []));
    }
    tally.files += 1;
    next = end.at + 1;
  }
  const heapMb = heap.length === 0 ? undefined : { first: heap[0] ?? 0, last: heap[heap.length - 1] ?? 0, most: Math.max(...heap) };
  return { seed, files: tally.files, corpus: corpus.length, outcomes: Object.fromEntries([...tally.outcomes].sort(([a], [b]) => (a < b ? -1 : 1))), diagnostics: tally.diagnostics, faults: faults.slice(0, 200), faultCount: tally.faultCount, hostile: runHostile(), heapMb, cpuS: Math.round(cpu / 1000) };
}

const fuzz: Command = {
  name: "scenario fuzz",
  summary: "changes scenario files by the thousand and looks for crashes, hangs and silent drops",
  usage: "[--count N] [--seed S] [--from N] [--own] [--show] [--json]",
  positionals: { min: 0, max: 0 },
  options: {
    count: { type: "string", value: "N", help: "files to make (1000)" },
    seed: { type: "string", value: "S", help: "names the campaign (1)" },
    from: { type: "string", value: "N", help: "number of the first file (0)" },
    own: { type: "boolean", help: "only files of our own bank, not the shared data" },
    show: { type: "boolean", help: "print the text of file --from and what is said of it" },
    here: { type: "boolean", help: "in this process, as the campaign's children run" },
    json: { type: "boolean", help: "print the counts as one JSON document" },
  },
  examples: ["scenario fuzz --count 1000 --seed 1 --json", "scenario fuzz --from 812 --show"],
  async run(args, out) {
    const seed = stringOption(args, "seed") ?? "1";
    const from = numberOption(args, "from", 0, 0);
    const count = numberOption(args, "count", 0, args.values["show"] === true ? 1 : 1000);
    if (!Number.isInteger(from) || !Number.isInteger(count)) throw new UsageError("--from and --count: expected whole numbers");
    if (args.values["show"] === true) {
      const corpus = corpusOf(args);
      const made = makeCase(seed, from, corpus);
      out.line(made.text);
      out.error(`file ${from} of seed ${seed}: ${made.changed} of ${made.id}`);
      const result = judge(made.path, made.read, newPorts(), made.changed);
      out.error(JSON.stringify(result));
      return result.faults.length === 0 ? EXIT.good : EXIT.negative;
    }
    if (args.values["here"] === true) {
      process.stdout.write(`${JSON.stringify(runHere(args, seed, from, count))}\n`);
      return EXIT.good;
    }
    const summary = await runAll(args, seed, from, count);
    if (args.values["json"] === true) out.json(summary);
    else {
      out.line(`${summary.files} files of seed ${seed} from ${summary.corpus} originals, ${summary.cpuS} s of CPU time`);
      for (const [name, n] of Object.entries(summary.outcomes)) out.line(`  ${name.padEnd(24)}${n}`);
      out.line(`  ${"faults".padEnd(24)}${summary.faultCount}`);
      out.line(`  ${"made to hurt".padEnd(24)}${summary.hostile.files}, ${summary.hostile.faults.length} faults`);
      for (const f of [...summary.faults.map((f) => `file ${f.file} (${f.from}): ${f.kind}: ${f.detail}`), ...summary.hostile.faults]) out.error(f);
    }
    return summary.faultCount + summary.hostile.faults.length === 0 ? EXIT.good : EXIT.negative;
  },
};

export const scenarioFuzzCommands: readonly Command[] = [fuzz];
