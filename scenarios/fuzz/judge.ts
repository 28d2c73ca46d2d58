/**
 * What becomes of one file: loaded strictly and played for a second, or refused with a diagnostic. Anything else is a
 * fault: an exception, a drop without a word, a refusal without a place, a state that is no number, too much time.
 * Knows neither files nor clocks; both are given.
 */
import type { Diagnostic } from "../../fleet-core/kernel/result.ts";
import { createRng } from "../../fleet-core/kernel/rng.ts";
import { timeUs } from "../../fleet-core/kernel/time.ts";
import { loadScenario, type LoadOptions, type LoadResult, type MapCache } from "../load.ts";
import { isDistribution, readPermutations } from "../permutations.ts";
import type { LoadedScenario, ReadText } from "../types.ts";
import { createWatch, unread, type TreeCache, type Watch } from "./watch.ts";

export type Outcome = "played" | "loaded-leniently" | "refused" | "distribution" | "distribution-refused";
export type FaultKind = "crash" | "silent-drop" | "no-reason" | "not-finite" | "slow";

export interface Fault {
  readonly kind: FaultKind;
  readonly detail: string;
}

export interface Judgement {
  readonly outcome: Outcome | undefined;
  readonly faults: readonly Fault[];
  readonly diagnostics: number;
}

export interface JudgePorts {
  readonly load: (path: string, read: ReadText, options: LoadOptions) => LoadResult;
  /** CPU time spent so far [ms]. */
  readonly cpuMs: () => number;
  readonly cpuBudgetMs: number;
  readonly maps: MapCache;
  readonly trees: TreeCache;
}

const STEP_US = 10_000;
const STEPS = 100;
const MAX_LISTED = 200;

export const productLoad: JudgePorts["load"] = (path, read, options) => loadScenario(path, read, options);

/** `changed`: the file that differs from an original; it and the scenario itself are watched. */
export function judge(path: string, read: ReadText, ports: JudgePorts, changed: string = path): Judgement {
  const faults: Fault[] = [];
  const before = ports.cpuMs();
  let outcome: Outcome | undefined;
  let diagnostics = 0;
  try {
    const text = read(path) ?? "";
    if (isDistribution(text, path) === true) ({ outcome, diagnostics } = judgeDistribution(path, text, read, ports, faults));
    else ({ outcome, diagnostics } = judgeScenario(path, read, ports, changed, faults));
  } catch (error) {
    faults.push({ kind: "crash", detail: error instanceof Error ? (error.stack ?? error.message).split("\n").slice(0, 6).join(" | ") : String(error) });
  }
  const spent = ports.cpuMs() - before;
  if (spent > ports.cpuBudgetMs) faults.push({ kind: "slow", detail: `${Math.round(spent)} ms of CPU time, at most ${ports.cpuBudgetMs} are allowed` });
  return { outcome, faults, diagnostics };
}

function judgeScenario(path: string, read: ReadText, ports: JudgePorts, changed: string, faults: Fault[]): { outcome: Outcome; diagnostics: number } {
  const strict = loadWatched(path, read, ports, changed, false, faults);
  if (strict.scenario !== undefined) {
    play(strict.scenario, faults);
    return { outcome: "played", diagnostics: strict.diagnostics.length };
  }
  const lenient = loadWatched(path, read, ports, changed, true, faults);
  if (lenient.scenario !== undefined) play(lenient.scenario, faults);
  return { outcome: lenient.scenario === undefined ? "refused" : "loaded-leniently", diagnostics: strict.diagnostics.length };
}

function loadWatched(path: string, read: ReadText, ports: JudgePorts, changed: string, lenient: boolean, faults: Fault[]): LoadResult {
  const watch = createWatch((file) => file === path || file === changed, ports.trees);
  const result = ports.load(path, read, { lenient, maps: ports.maps, parse: watch.parse });
  const { diagnostics } = result;
  const errors = diagnostics.filter((d) => d.severity === "error");
  if (result.scenario === undefined) checkReasons(errors, faults);
  else if (errors.length > 0) faults.push({ kind: "no-reason", detail: `loaded although ${errors[0]?.message ?? ""}` });
  else if (diagnostics.length < MAX_LISTED) for (const left of leftOver(path, watch, diagnostics)) faults.push({ kind: "silent-drop", detail: `${lenient ? "leniently: " : ""}${left}` });
  return result;
}

/** A refusal names a file, says something, and a place wherever the file could be read at all. */
function checkReasons(errors: readonly Diagnostic[], faults: Fault[]): void {
  if (errors.length === 0) faults.push({ kind: "no-reason", detail: "refused without an error" });
  for (const d of errors) {
    if (d.file === "" || d.message === "" || d.message.includes("[object ")) faults.push({ kind: "no-reason", detail: `${d.file}: ${d.message}` });
    else if (d.line === undefined && d.path !== undefined) faults.push({ kind: "no-reason", detail: `${d.path} has no line: ${d.message}` });
  }
}

function leftOver(path: string, watch: Watch, diagnostics: readonly Diagnostic[]): readonly string[] {
  const left: string[] = [];
  for (const [file, root] of watch.trees) {
    // Of a catalog only the entries in use are read: the others are a library.
    const isEntry = (e: { readonly seen: boolean; readonly parent: unknown }): boolean => e.seen && (e.parent as { readonly name?: string } | undefined)?.name === "Catalog";
    left.push(...(file === path ? unread(root, file, diagnostics) : unread(root, file, diagnostics, isEntry)));
  }
  return left.slice(0, 5);
}

/** One second, as fast as it goes; every state must be a number all the way. */
function play(scenario: LoadedScenario, faults: Fault[]): void {
  const player = scenario.play({ rng: createRng(1), stepUs: STEP_US, disableControllers: false });
  for (let step = 0; step <= STEPS && player.ended === undefined; step += 1) {
    player.step(timeUs(step * STEP_US));
    player.takeChanges();
    player.takeCommands();
    for (const actor of player.actors) {
      const s = player.state(actor.name);
      if (Number.isFinite(s.xM + s.yM + s.zM + s.headingRad + s.pitchRad + s.rollRad + s.speedMps + s.accelMps2)) continue;
      faults.push({ kind: "not-finite", detail: `${actor.name} at step ${step}: ${JSON.stringify(s)}` });
      return;
    }
  }
}

function judgeDistribution(path: string, text: string, read: ReadText, ports: JudgePorts, faults: Fault[]): { outcome: Outcome; diagnostics: number } {
  const watch = createWatch(() => true, ports.trees);
  const result = readPermutations(path, read, { parse: watch.parse });
  if (!result.ok) {
    checkReasons(result.error.filter((d) => d.severity === "error"), faults);
    return { outcome: "distribution-refused", diagnostics: result.error.length };
  }
  const { count } = result.value;
  for (const index of [0, 1, count - 1]) if (index >= 0 && index < count) for (const [name, value] of result.value.at(index)) if (/NaN|undefined/.test(value) && !text.includes(value)) faults.push({ kind: "not-finite", detail: `${name} of variation ${index} is ${value}` });
  const root = watch.trees.get(path);
  if (root !== undefined) for (const left of unread(root, path, []).slice(0, 5)) if (!left.startsWith("/OpenSCENARIO/FileHeader")) faults.push({ kind: "silent-drop", detail: left });
  return { outcome: "distribution", diagnostics: 0 };
}
