/**
 * Facts the peer's own checks assert: states at a time (rows) and storyboard changes (taken from its log patterns). Values
 * are written with a few digits, some cut off by a pattern; each counts as exactly as it is written.
 */

export interface PublishedRow {
  readonly timeS: number;
  readonly name: string;
  /** x, y, z, heading, pitch, roll, speed, as many as are given. */
  readonly values: readonly PublishedValue[];
}

export interface PublishedValue {
  readonly value: number;
  /** What the digits leave open. */
  readonly slack: number;
}

export interface PublishedChange {
  readonly timeS: number;
  readonly slackS: number;
  readonly name: string;
  readonly state: "running" | "complete" | "standby";
}

export interface PublishedTest {
  readonly name: string;
  /** File name of the scenario in the form of `plainName`. */
  readonly scenario: string;
  readonly stepUs: number;
  /** Undefined: the list does not say (its arguments were cut off). */
  readonly disableControllers: boolean | undefined;
  readonly rows: readonly PublishedRow[];
  readonly changes: readonly PublishedChange[];
  /** Patterns that say nothing about a play: log wording, conditions, the peer's ghosts and SUMO. */
  readonly otherPatterns: number;
}

interface Raw {
  readonly test: string;
  readonly scenarios: readonly string[];
  readonly extra_args: readonly string[];
  readonly common_args: string;
  readonly csv_rows: readonly string[];
  readonly log_patterns: readonly string[];
}

/** Letters and digits of a file's name, in lower case: the sources spell the same scenarios differently. */
export const plainName = (path: string): string => (path.split("/").pop() ?? path).replace(/\.xosc$/i, "").toLowerCase().replace(/[^a-z0-9]/g, "");

export function parsePublished(text: string): readonly PublishedTest[] {
  return (JSON.parse(text) as readonly Raw[]).map((raw) => {
    const given = raw.extra_args.join(" ");
    const step = [...`${raw.common_args} ${given}`.matchAll(/--fixed_timestep\s+([\d.]+)/g)].pop();
    const changes = raw.log_patterns.flatMap((p) => parseChange(p) ?? []);
    return {
      name: raw.test,
      scenario: plainName(raw.scenarios.find((s) => s.endsWith(".xosc") && !s.includes("Loading")) ?? ""),
      stepUs: Math.round(Number(step?.[1] ?? "0.01") * 1e6),
      disableControllers: /disable_controllers/.test(given) ? true : /\\\n/.test(given) ? undefined : false,
      rows: raw.csv_rows.flatMap((r) => parseRow(r) ?? []),
      changes,
      otherPatterns: raw.log_patterns.length - changes.length,
    };
  });
}

function parseValue(cell: string): PublishedValue | undefined {
  const m = /^(-?\d+(?:\.(\d*))?)(\.\*)?$/.exec(cell.trim());
  if (m === null) return undefined;
  const digit = (m[2] ?? "").split("").reduce((unit) => unit / 10, 1);
  // Cut off by a pattern, the rest of the digits may be anything; written out, the last one is rounded.
  return { value: Number(m[1]), slack: m[3] === undefined ? digit / 2 : digit };
}

function parseRow(line: string): PublishedRow | undefined {
  const cells = line.replace(/\\+n/g, "").split(",");
  const time = parseValue(cells[0] ?? "");
  const name = (cells[2] ?? "").trim().replace(/\\+/g, "");
  const values = cells.slice(3, 10).map(parseValue);
  if (time === undefined || name === "" || values.length < 7 || values.some((v) => v === undefined)) return undefined;
  return { timeS: time.value, name, values: values as PublishedValue[] };
}

const STATES: ReadonlyMap<string, PublishedChange["state"]> = new Map([["runningState", "running"], ["completeState", "complete"], ["standbyState", "standby"]]);

function parseChange(pattern: string): PublishedChange | undefined {
  const text = pattern.replace(/\\+n/g, "").replace(/^\^/, "").replace(/\\*\[info\\*\]\s*/, "");
  const m = /^\.?(-?\d+\.(\d+))\.\*\s(.+)$/.exec(text);
  if (m === null) return undefined;
  const [, time = "", digits = "", rest = ""] = m;
  const slackS = digits.split("").reduce((unit) => unit / 10, 1);
  const change = /^(.+) \w+State -> \w+Transition -> (\w+State)/.exec(rest);
  const state = STATES.get(change?.[2] ?? "");
  if (change !== null && state !== undefined) return { timeS: Number(time), slackS, name: change[1] ?? "", state };
  const over = /^(.+) complete after \d+ execution/.exec(rest);
  return over === null ? undefined : { timeS: Number(time), slackS, name: over[1] ?? "", state: "complete" };
}
