/**
 * Golden replays: what each scenario of the bank did, as a hash of every tick and the state of everybody each second. Compared
 * with tolerance zero, field by field; the first difference is named. A golden changes only on purpose, with a reason.
 */
import { z } from "zod";
import { POSE_COLUMNS, POSE_STRIDE } from "../../fleet-core/contract/twin-view.ts";
import { advance } from "../../twin/drive.ts";
import { createRun } from "../../twin/run.ts";
import { TICK_US, type RunSpec } from "../../twin/types.ts";
import type { LoadedScenario } from "../../scenarios/types.ts";
import { base64, fromBase64, fromHex } from "../audit/bytes.ts";

const TICKS_PER_S = 1_000_000 / TICK_US;
/** Of each tick's 64-bit hash this many bytes are kept: enough to find the tick, small enough to keep. */
const TICK_BYTES = 2;

const stateSchema = z.strictObject({ id: z.string(), pose: z.array(z.number()).length(POSE_STRIDE), behaviour: z.string().optional(), mrm: z.string().optional() });

export const goldenSchema = z.strictObject({
  schema: z.literal("atlasmesh.golden/1"),
  scenario: z.string(),
  seed: z.string(),
  untilS: z.number().positive(),
  ticks: z.int().min(0),
  endedBy: z.string(),
  verdict: z.string(),
  hash: z.string(),
  criteria: z.array(z.strictObject({ name: z.string(), pass: z.boolean() })),
  /** First bytes of the state hash after each tick, in base64. */
  tickHashes: z.string(),
  seconds: z.array(z.strictObject({ tick: z.int(), hash: z.string(), entities: z.array(stateSchema) })),
});
export type Golden = z.infer<typeof goldenSchema>;

/** Executes the scenario and keeps what a golden keeps. */
export function recordGolden(id: string, spec: RunSpec, scenario: LoadedScenario, build: string): Golden {
  const run = createRun(spec, { build, runtime: "golden", scenario });
  const seconds: Golden["seconds"][number][] = [];
  const hashes: number[] = [];
  const look = (): void => {
    const { poses } = run.frame();
    const status = new Map(run.details().map((detail) => [detail.id, detail]));
    const entities = run.roster().map((entity, i): Golden["seconds"][number]["entities"][number] => {
      const agent = status.get(entity.id)?.agent;
      return { id: entity.id, pose: Array.from({ length: POSE_STRIDE }, (_, column) => (poses[i * POSE_STRIDE + column] ?? 0) + 0), ...(agent === undefined ? {} : { behaviour: agent.behaviour, mrm: agent.mrm.kind }) };
    });
    seconds.push({ tick: run.tick, hash: run.hash(), entities });
  };
  look();
  while (run.ended === undefined) {
    advance(run, 1);
    hashes.push(...(fromHex(run.hash()) ?? new Uint8Array()).subarray(0, TICK_BYTES));
    if (run.tick % TICKS_PER_S === 0 || run.ended !== undefined) look();
  }
  const result = run.result();
  return {
    schema: "atlasmesh.golden/1", scenario: id, seed: spec.seed, untilS: spec.untilUs / 1e6, ticks: result.ticks, endedBy: result.endedBy, verdict: result.verdict, hash: result.hash,
    criteria: result.criteria.map(({ name, pass }) => ({ name, pass })), tickHashes: base64(Uint8Array.from(hashes)), seconds,
  };
}

export interface GoldenDifference {
  /** First tick whose state is another. */
  readonly tick: number;
  readonly entity: string | undefined;
  readonly field: string;
  readonly expected: string;
  readonly found: string;
  readonly text: string;
}

/** Undefined when nothing differs. */
export function compareGolden(expected: Golden, found: Golden): GoldenDifference | undefined {
  const [a, b] = [fromBase64(expected.tickHashes), fromBase64(found.tickHashes)];
  const difference = (tick: number, entity: string | undefined, field: string, was: unknown, is: unknown, seenAt?: number): GoldenDifference => ({
    tick, entity, field, expected: String(was), found: String(is),
    text: `${expected.scenario}: first differs at tick ${tick} (${((tick * TICK_US) / 1e6).toFixed(2)} s): ${entity === undefined ? "" : `${entity}: `}${field} expected ${String(was)}, found ${String(is)}${seenAt === undefined || seenAt === tick ? "" : `, as kept at tick ${seenAt}`}`,
  });
  for (const field of ["seed", "untilS"] as const) if (expected[field] !== found[field]) return difference(0, undefined, field, expected[field], found[field]);
  if (typeof a === "string" || typeof b === "string") return difference(0, undefined, "tickHashes", "base64", "something else");
  let tick: number | undefined;
  for (let i = 0; i < Math.min(a.length, b.length) && tick === undefined; i += 1) if (a[i] !== b[i]) tick = Math.floor(i / TICK_BYTES) + 1;
  for (let i = 0; i < Math.max(expected.seconds.length, found.seconds.length); i += 1) {
    const [was, is] = [expected.seconds[i], found.seconds[i]];
    if (was === undefined || is === undefined || was.tick !== is.tick) return difference(Math.min(tick ?? Number.MAX_SAFE_INTEGER, was?.tick ?? is?.tick ?? 0, is?.tick ?? was?.tick ?? 0), undefined, "duration", was === undefined ? "ended" : `state at tick ${was.tick}`, is === undefined ? "ended" : `state at tick ${is.tick}`);
    const field = firstField(was.entities, is.entities);
    if (field !== undefined) return difference(Math.min(tick ?? was.tick, was.tick), field.entity, field.field, field.was, field.is, was.tick);
    if (was.hash !== is.hash) return difference(Math.min(tick ?? was.tick, was.tick), undefined, "state hash (no pose or behaviour differs: the difference is inside)", was.hash, is.hash, was.tick);
  }
  if (tick !== undefined) return difference(tick, undefined, "state hash", "another", "this one");
  for (const field of ["ticks", "endedBy", "verdict", "hash"] as const) if (expected[field] !== found[field]) return difference(found.ticks, undefined, field, expected[field], found[field]);
  for (const [i, was] of expected.criteria.entries()) {
    const is = found.criteria[i];
    if (is?.name !== was.name || is.pass !== was.pass) return difference(found.ticks, undefined, `criterion ${was.name}`, was.pass, is?.name === was.name ? is.pass : "absent");
  }
  return expected.criteria.length === found.criteria.length ? undefined : difference(found.ticks, undefined, "criteria", expected.criteria.length, found.criteria.length);
}

type States = Golden["seconds"][number]["entities"];

function firstField(was: States, is: States): { readonly entity: string; readonly field: string; readonly was: unknown; readonly is: unknown } | undefined {
  for (let i = 0; i < Math.max(was.length, is.length); i += 1) {
    const [a, b] = [was[i], is[i]];
    if (a === undefined || b === undefined || a.id !== b.id) return { entity: a?.id ?? b?.id ?? "", field: "presence", was: a?.id ?? "nobody", is: b?.id ?? "nobody" };
    for (let column = 0; column < POSE_STRIDE; column += 1) if (!Object.is(a.pose[column], b.pose[column])) return { entity: a.id, field: POSE_COLUMNS[column] ?? String(column), was: a.pose[column], is: b.pose[column] };
    for (const field of ["behaviour", "mrm"] as const) if (a[field] !== b[field]) return { entity: a.id, field, was: a[field], is: b[field] };
  }
  return undefined;
}

/** One line per second, so that a change is read in a diff. */
export function goldenText(golden: Golden): string {
  const { seconds, ...head } = golden;
  return `${JSON.stringify(head).slice(0, -1)},"seconds":[\n${seconds.map((second) => JSON.stringify(second)).join(",\n")}\n]}\n`;
}

export const CHANGELOG_SECTION = "## Golden replays";
const REASON_CHARACTERS_MIN = 10;

/** The changelog with a line about this update in its section. Fails when the reason says too little. */
export function changelogWith(text: string, reason: string | undefined, day: string, scenarios: readonly string[]): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: string } {
  const words = (reason ?? "").replace(/\s+/g, " ").trim();
  if (words.length < REASON_CHARACTERS_MIN) return { ok: false, problem: `a golden changes only with a reason; expected --reason with at least ${REASON_CHARACTERS_MIN} characters` };
  const list = scenarios.length <= 8 ? scenarios.join(", ") : `${scenarios.slice(0, 8).join(", ")} and ${scenarios.length - 8} more`;
  const row = `- ${day}: ${words} (${list})\n`;
  const at = text.indexOf(`${CHANGELOG_SECTION}\n`);
  if (at < 0) return { ok: true, text: `${text.replace(/\n*$/, "\n\n")}${CHANGELOG_SECTION}\n\n${row}` };
  const after = at + CHANGELOG_SECTION.length + 1;
  return { ok: true, text: `${text.slice(0, after)}\n${row}${text.slice(after).replace(/^\n/, "")}` };
}
