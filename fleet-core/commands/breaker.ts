/**
 * Circuit breaker towards one vehicle: after some failures in a row nothing is sent for a while, then one attempt decides.
 * Pure; whoever sends asks first. A stop is never held back.
 */
export interface BreakerOptions {
  readonly failures: number;
  /** First pause; doubles with each further failure up to `pauseMsMax`. */
  readonly pauseMs: number;
  readonly pauseMsMax: number;
}

export const BREAKER: BreakerOptions = { failures: 5, pauseMs: 2000, pauseMsMax: 60_000 };

export type Breaker =
  | { readonly kind: "closed"; readonly failures: number }
  | { readonly kind: "open"; readonly untilMs: number; readonly pauseMs: number }
  /** One attempt is on its way; others wait for its end. */
  | { readonly kind: "trying"; readonly sinceMs: number; readonly pauseMs: number };

export const CLOSED: Breaker = { kind: "closed", failures: 0 };

export type Permit = { readonly kind: "send"; readonly breaker: Breaker } | { readonly kind: "wait"; readonly untilMs: number };

/** May something be sent now? The breaker to keep comes with the answer. A trial without an end counts as failed in time. */
export function permit(breaker: Breaker, nowMs: number): Permit {
  if (breaker.kind === "closed") return { kind: "send", breaker };
  const untilMs = breaker.kind === "open" ? breaker.untilMs : breaker.sinceMs + breaker.pauseMs;
  return nowMs < untilMs ? { kind: "wait", untilMs } : { kind: "send", breaker: { kind: "trying", sinceMs: nowMs, pauseMs: breaker.pauseMs } };
}

export const succeeded = (): Breaker => CLOSED;

export function failed(breaker: Breaker, nowMs: number, options: BreakerOptions = BREAKER): Breaker {
  if (breaker.kind === "closed") return breaker.failures + 1 < options.failures ? { kind: "closed", failures: breaker.failures + 1 } : { kind: "open", untilMs: nowMs + options.pauseMs, pauseMs: options.pauseMs };
  // A late failure of something sent earlier says nothing new.
  if (breaker.kind === "open") return breaker;
  const pauseMs = Math.min(options.pauseMsMax, breaker.pauseMs * 2);
  return { kind: "open", untilMs: nowMs + pauseMs, pauseMs };
}
