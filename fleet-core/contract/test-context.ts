/**
 * Model-based testing of a context: random rows of commands against the real `decide` and `evolve` and a simple model
 * beside it. Holds for every context: refusals change nothing, events survive JSON and their own schema, the replay of the
 * log is the state, and times never stop it. What a context promises beyond that its model says.
 */
import fc from "fast-check";
import { expect } from "vitest";
import type { z } from "zod";
import { canonicalJson } from "./json.ts";
import type { Context } from "../kernel/context.ts";

export const START_MS = 1_800_000_000_000;

export interface Step<State, Command, Event> {
  readonly before: State | undefined;
  readonly command: Command;
  readonly nowMs: number;
  readonly events: readonly Event[];
  /** Refusal code, undefined when accepted. */
  readonly refused: string | undefined;
  readonly after: State | undefined;
}

export interface ModelTest<State, Command, Event extends { readonly type: string }, Model> {
  readonly context: Context<State, Command, Event>;
  readonly eventSchema: z.ZodType<Event>;
  readonly commandSchema: z.ZodType<Command>;
  readonly commands: readonly fc.Arbitrary<Command>[];
  readonly model: () => Model;
  /** Asserts what the model promises and moves it on. */
  readonly follow: (model: Model, step: Step<State, Command, Event>) => void;
  /** Time between two commands [ms]. */
  readonly gapMs?: fc.Arbitrary<number>;
  readonly runs?: number;
  /** Rows that lead deep into a life; each run starts with one of them (or none), then goes on by chance. */
  readonly openings?: readonly (readonly NoInfer<Command>[])[];
  /** Kinds of events and refusals that must have been seen, or the test proves nothing. */
  readonly mustReach: readonly string[];
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) freeze(member);
  }
  return value;
}

interface Real<State, Event> {
  state: State | undefined;
  nowMs: number;
  readonly log: { readonly event: Event; readonly atMs: number }[];
}

export function checkContext<State, Command extends { readonly kind: string }, Event extends { readonly type: string }, Model extends object>(test: ModelTest<State, Command, Event, Model>): void {
  const reached = new Set<string>();
  const asCommand = ([command, gapMs]: [Command, number]): fc.Command<Model, Real<State, Event>> => ({
    check: () => true,
    toString: () => `+${gapMs} ms ${JSON.stringify(command)}`,
    run(model, real) {
      real.nowMs += gapMs;
      const asked = test.commandSchema.parse(JSON.parse(JSON.stringify(command)));
      const { state: before, nowMs } = real;
      const decided = test.context.decide(before, asked, nowMs);
      const events = decided.ok ? decided.value : [];
      for (const event of events) {
        const stored = test.eventSchema.parse(JSON.parse(canonicalJson(event)));
        // Frozen: whoever changed a state in place would throw.
        real.state = freeze(test.context.evolve(real.state, stored, nowMs));
        real.log.push({ event: stored, atMs: nowMs });
        reached.add(event.type);
      }
      if (!decided.ok) {
        reached.add(`refused ${decided.error.code}`);
        expect(decided.error.message.length).toBeGreaterThan(0);
      }
      const after = real.state;
      if (after !== undefined) expect((after as { readonly version: number }).version).toBe(real.log.length);
      test.follow(model, { before, command: asked, nowMs, events, refused: decided.ok ? undefined : decided.error.code, after });
    },
  });
  const gaps = test.gapMs ?? fc.nat(10_000);
  fc.assert(
    fc.property(fc.constantFrom<readonly Command[]>([], ...(test.openings ?? [])), fc.commands(test.commands.map((arbitrary) => fc.tuple(arbitrary, gaps).map(asCommand)), { maxCommands: 25 }), (opening, commands) => {
      const real: Real<State, Event> = { state: undefined, nowMs: START_MS, log: [] };
      const model = test.model();
      for (const command of opening) asCommand([command, 1]).run(model, real);
      fc.modelRun(() => ({ model, real }), commands);
      let replayed: State | undefined;
      for (const { event, atMs } of real.log) replayed = test.context.evolve(replayed, event, atMs);
      if (real.state !== undefined) expect(canonicalJson(replayed)).toBe(canonicalJson(real.state));
    }),
    { numRuns: test.runs ?? 120, seed: 11 },
  );
  expect([...reached]).toEqual(expect.arrayContaining([...test.mustReach]));
}

export const DIGEST_A = "a".repeat(64);
export const DIGEST_B = "b".repeat(64);
export const allow = { allowed: true, inputDigest: DIGEST_A, bundle: "test-1", reasons: [], constraints: {} };
export const deny = { ...allow, allowed: false, reasons: ["outside its area"] };
