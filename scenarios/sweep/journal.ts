/**
 * The record of a sweep: a head that says what it is a sweep of, then one verdict a line. Decides whether a sweep may go on
 * from such a record, and what of it still counts when the writer was killed in the middle of a line. Pure; files are read
 * and cut by whoever owns them.
 */
import { err, ok, type Diagnostic, type Result } from "../../fleet-core/kernel/result.ts";
import { parseVerdictLine, type VariationVerdict } from "./verdict.ts";

/** Everything that decides the verdicts; two sweeps with equal heads give equal lines. */
export interface SweepHead {
  readonly sweep: "atlasmesh.sweep/1";
  readonly scenario: string;
  readonly distribution: string;
  /** Digest of the texts of both. */
  readonly files: string;
  readonly build: string;
  readonly seed: string;
  readonly profile: string;
  readonly drivers: string;
  readonly traffic: number;
  readonly valueSeed: string;
  readonly variations: number;
  readonly from: number;
  readonly limit: number;
  readonly sample: number;
  readonly untilS: number;
  readonly disableControllers: boolean;
  readonly lenient: boolean;
  readonly minTtcS: number | null;
  readonly minThwS: number | null;
}

const NAMES: Readonly<Record<keyof SweepHead, string>> = {
  sweep: "kind of file", scenario: "scenario", distribution: "distribution", files: "text of scenario or distribution", build: "build", seed: "seed (--seed)", profile: "vehicle profile (--profile)",
  drivers: "driver models (--driver)", traffic: "background vehicles (--traffic)", valueSeed: "seed of random values (--seed)",
  variations: "number of variations", from: "first variation (--from)", limit: "number asked for (--limit)", sample: "sample (--sample)", untilS: "longest play (--until)",
  disableControllers: "--disable-controllers", lenient: "--lenient", minTtcS: "--min-ttc", minThwS: "--min-thw",
};
const FIELDS = Object.keys(NAMES) as (keyof SweepHead)[];

/** One line of JSON, fields in a fixed order. */
export const headLine = (head: SweepHead): string => JSON.stringify(Object.fromEntries(FIELDS.map((field) => [field, head[field]])));

export interface Journal {
  /** Takes the next whole line, without its end. An error says why the record cannot be gone on from. */
  line(text: string): Result<VariationVerdict | undefined, Diagnostic>;
  /** Whether a head was met. */
  readonly begun: boolean;
  /** What remains after the last line end: only what the head or a verdict may begin with. */
  rest(text: string): Result<void, Diagnostic>;
}

/** Reads a record line by line against the sweep that wants to go on. `file` is for messages. */
export function createJournal(file: string, head: SweepHead, isSelected: (variation: number) => boolean): Journal {
  const wanted = headLine(head);
  const seen = new Set<number>();
  let lines = 0;
  const bad = (message: string, expected: string, column = 1): Result<never, Diagnostic> => err({ severity: "error", file, line: lines + 1, column, message, expected });

  function readHead(text: string): Result<undefined, Diagnostic> {
    if (text === wanted) return ok(undefined);
    let other: unknown;
    try {
      other = JSON.parse(text);
    } catch {
      other = undefined;
    }
    const found = (typeof other === "object" && other !== null ? other : {}) as Record<string, unknown>;
    if (found["sweep"] !== head.sweep) return bad("this is no record of a sweep", "a file written by sweep --out");
    const differs = FIELDS.filter((field) => found[field] !== head[field]);
    const shown = differs.map((field) => `${NAMES[field]}: ${show(found[field])} there, ${show(head[field])} now`);
    return bad(`this record is of another sweep: ${shown.join("; ") || "its head is written differently"}`, "the same sweep, or another file");
  }

  return {
    get begun() {
      return lines > 0;
    },
    line(text) {
      if (lines === 0) {
        const first = readHead(text);
        if (first.ok) lines = 1;
        return first;
      }
      const verdict = parseVerdictLine(text);
      if (!verdict.ok) return bad(`the line ${verdict.error}`, "a verdict as sweep writes it");
      const { variation } = verdict.value;
      if (!isSelected(variation)) return bad(`variation ${variation} is not asked for`, "a variation of this sweep");
      if (seen.has(variation)) return bad(`variation ${variation} stands there twice`, "each variation once");
      seen.add(variation);
      lines += 1;
      return verdict;
    },
    rest(text) {
      if (text === "") return ok(undefined);
      const ours = lines === 0 ? wanted.startsWith(text) || text === wanted : '{"variation":'.startsWith(text.slice(0, 13));
      return ours ? ok(undefined) : bad("the last line is not the beginning of a sweep's line", "a file written by sweep --out");
    },
  };
}

function show(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
  return text === "" ? "none" : text.length > 40 ? `${text.slice(0, 12)}…` : text;
}
