/**
 * Asking policy: a question in, a verdict with its reasons out, and a record of both. The rules are Rego, compiled; how
 * they are run comes from outside. Must never say yes because something failed: no rules, a broken answer or an exception
 * is a no that says so.
 */
import { z } from "zod";
import { canonicalJson } from "../contract/json.ts";
import type { PolicyVerdict } from "../contract/ids.ts";

/** Runs the compiled rules on a question; may throw. */
export type Evaluate = (input: unknown) => unknown;

export interface Policy {
  /** `input` is plain data, its `now_ms` included: the same question gives the same verdict. */
  decide(input: Readonly<Record<string, unknown>>): PolicyVerdict;
  readonly bundle: string;
}

const answerSchema = z.strictObject({
  allowed: z.boolean(),
  reasons: z.array(z.string()),
  constraints: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  overridden: z.array(z.string()),
});

/** Version named when there are no rules at all. */
export const NO_BUNDLE = "none";

/** `sha256`: lower-case hexadecimal digest of UTF-8 text. */
export function createPolicy(options: { readonly evaluate: Evaluate | undefined; readonly bundle: string; readonly sha256: (text: string) => string }): Policy {
  const { evaluate, bundle, sha256 } = options;
  return {
    bundle: evaluate === undefined ? NO_BUNDLE : bundle,
    decide(input) {
      const inputDigest = sha256(canonicalJson(input));
      const deny = (reason: string): PolicyVerdict => ({ allowed: false, inputDigest, bundle: evaluate === undefined ? NO_BUNDLE : bundle, reasons: [reason], constraints: {} });
      if (evaluate === undefined) return deny("policy-unavailable: there are no rules, so nothing is allowed");
      let raw: unknown;
      try {
        raw = evaluate(input);
      } catch {
        return deny("policy-unavailable: the rules could not be evaluated, so nothing is allowed");
      }
      const answer = answerSchema.safeParse(raw);
      if (!answer.success) return deny("policy-unavailable: the rules gave no proper answer, so nothing is allowed");
      const { allowed, reasons, constraints, overridden } = answer.data;
      // An answer that allows and gives reasons against it is no proper answer either.
      if (allowed && reasons.length > 0) return deny("policy-unavailable: the rules contradict themselves, so nothing is allowed");
      const notes = overridden.map((code) => `overridden: ${code}`);
      return { allowed, inputDigest, bundle, reasons: [...reasons, ...notes].slice(0, 32).map((reason) => reason.slice(0, 256)), constraints };
    },
  };
}
