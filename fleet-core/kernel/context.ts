/**
 * The frame of every event-sourced context: `decide` says which events a command causes or why it is refused, `evolve`
 * what an event makes of the state. Both pure. Must never know where events are kept.
 */
import { err, type Result } from "./result.ts";

/**
 * Why a command is refused. `code` is stable and for machines, `message` one sentence for people. `kind` says what sort of
 * refusal: nothing there, not now, never like this, not by you, not within what was bought.
 */
export interface Refusal {
  readonly kind: "not-found" | "conflict" | "invalid" | "forbidden" | "limit";
  readonly code: string;
  readonly message: string;
}

export const refuse = (kind: Refusal["kind"], code: string, message: string): Result<never, Refusal> => err({ kind, code, message });

export interface Context<State, Command, Event extends { readonly type: string }> {
  /** First word of its streams: `<name>/<id>`. */
  readonly name: string;
  /** Events that `command` causes; none when it says nothing new. `nowMs`: milliseconds since 1970, UTC. */
  decide(state: State | undefined, command: Command, nowMs: number): Result<readonly Event[], Refusal>;
  /** State after `event`. An event that cannot follow is a corrupt log: it throws an InvariantError. */
  evolve(state: State | undefined, event: Event, atMs: number): State;
}
