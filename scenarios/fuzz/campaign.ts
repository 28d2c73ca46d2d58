/**
 * A campaign: files number `from` to `from + count` of a seed, made from a corpus, judged one by one, and counted. File n
 * is the same in every campaign of that seed and corpus. Never touches the disk; the corpus brings its files along.
 */
import { createRng, type Rng } from "../../fleet-core/kernel/rng.ts";
import type { ReadText } from "../types.ts";
import { judge, type Fault, type JudgePorts, type Judgement } from "./judge.ts";
import { mutate } from "./mutate.ts";
import { treeOf, type Tree } from "./tree.ts";

export interface CorpusFile {
  /** Says where it comes from, in reports. */
  readonly id: string;
  /** As `read` knows it. */
  readonly path: string;
  readonly read: ReadText;
  readonly tree: Tree;
  /** OpenSCENARIO files it refers to, changed now and then in its stead. */
  readonly parts: readonly { readonly path: string; readonly tree: Tree }[];
}

export interface FoundFault extends Fault {
  readonly file: number;
  readonly from: string;
}

export interface Tally {
  files: number;
  outcomes: Map<string, number>;
  faults: FoundFault[];
  faultCount: number;
  diagnostics: number;
}

const MAX_FAULTS = 200;

/** A corpus entry from text; undefined when it is no XML or too large to be changed a hundred thousand times. */
export function corpusFile(id: string, path: string, read: ReadText, parts: readonly string[] = []): CorpusFile | undefined {
  const tree = treeOf(read(path) ?? "");
  if (tree === undefined) return undefined;
  return { id, path, read, tree, parts: parts.flatMap((p) => (treeOf(read(p) ?? "") === undefined ? [] : [{ path: p, tree: treeOf(read(p) ?? "") as Tree }])) };
}

export interface FuzzCase {
  readonly id: string;
  readonly path: string;
  readonly read: ReadText;
  /** Path of the changed file, and its text. */
  readonly changed: string;
  readonly text: string;
}

export function makeCase(seed: string, index: number, corpus: readonly CorpusFile[]): FuzzCase {
  const rng = createRng(`fuzz ${seed}`).fork(String(index));
  const base = corpus[rng.below(corpus.length)] as CorpusFile;
  const part = base.parts.length > 0 && rng.chance(1, 6) ? base.parts[rng.below(base.parts.length)] : undefined;
  const text = mutate(rng, part?.tree ?? base.tree, donorsOf(rng, corpus));
  const changed = part?.path ?? base.path;
  return { id: base.id, path: base.path, changed, text, read: (path) => (path === changed ? text : base.read(path)) };
}

const donorsOf = (rng: Rng, corpus: readonly CorpusFile[]): readonly Tree[] => [(corpus[rng.below(corpus.length)] as CorpusFile).tree];

export const newTally = (): Tally => ({ files: 0, outcomes: new Map(), faults: [], faultCount: 0, diagnostics: 0 });

export function count(tally: Tally, index: number, id: string, judgement: Judgement): void {
  tally.files += 1;
  tally.diagnostics += judgement.diagnostics;
  const name = judgement.outcome ?? "fault";
  tally.outcomes.set(name, (tally.outcomes.get(name) ?? 0) + 1);
  for (const fault of judgement.faults) {
    tally.faultCount += 1;
    if (tally.faults.length < MAX_FAULTS) tally.faults.push({ ...fault, file: index, from: id });
  }
}

/** `between` is called after each file. */
export function runCampaign(options: { readonly seed: string; readonly from: number; readonly count: number; readonly corpus: readonly CorpusFile[]; readonly ports: JudgePorts; readonly between?: (index: number, tally: Tally) => void }): Tally {
  const tally = newTally();
  for (let index = options.from; index < options.from + options.count; index += 1) {
    const made = makeCase(options.seed, index, options.corpus);
    count(tally, index, made.id, judge(made.path, made.read, options.ports, made.changed));
    options.between?.(index, tally);
  }
  return tally;
}
