/** A broken assumption: stops a run in the twin, triggers a minimal risk manoeuvre on a vehicle. */
export class InvariantError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "InvariantError";
  }
}

/**
 * Throws when `condition` is false. Stays on in production; `message` says what was expected and what was found. Where it
 * is asked often, `if (!condition) invariant(false, …)`: writing numbers into a sentence costs far more than the check.
 */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** Throws unless `value` is a finite number; NaN and infinities never enter the state. */
export function invariantFinite(value: number, name: string): void {
  if (!Number.isFinite(value)) throw new InvariantError(`${name} must be finite, is ${value}`);
}
