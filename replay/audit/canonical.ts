/**
 * Events as RFC 8785 text: exactly one spelling per event, so that a hash means the event and not its formatting. What is
 * not canonical is refused with the reason, never repaired.
 */
import { canonicalJson, parseJson } from "../../fleet-core/contract/json.ts";
import { err, ok, type Result } from "../../fleet-core/kernel/result.ts";
import { textOf } from "./bytes.ts";

export type CanonicalFault = "json-encoding" | "json-duplicate-key" | "json-not-a-number" | "json-syntax" | "json-negative-zero" | "json-number-form" | "json-not-canonical";

const LIMITS = { bytes: 64 * 1024 * 1024, depth: 32 };
/** Outside strings: what stands between the quotes is not looked at. */
const withoutStrings = (text: string): string => text.replace(/"(?:[^"\\]|\\.)*"/g, '""');

/** Strict JSON of any spelling; a name twice, NaN and infinities are named. */
export function parseStrict(bytes: Uint8Array, file: string): Result<unknown, { readonly fault: CanonicalFault; readonly text: string }> {
  const text = textOf(bytes);
  if (text === undefined) return err({ fault: "json-encoding", text: `${file} is not UTF-8` });
  const parsed = parseJson(text, file, LIMITS);
  if (parsed.ok) return ok(parsed.value);
  const d = parsed.error[0];
  const where = `${file}${d?.line === undefined ? "" : `:${d.line}:${d.column ?? 1}`}: ${d?.message ?? "is not JSON"}`;
  const outside = withoutStrings(text);
  if (/\b(?:NaN|Infinity)\b/.test(outside)) return err({ fault: "json-not-a-number", text: where });
  return err({ fault: /twice|duplicate/i.test(where) ? "json-duplicate-key" : "json-syntax", text: where });
}

/** A value that is written exactly as RFC 8785 writes it. */
export function parseCanonical(bytes: Uint8Array, file: string): Result<unknown, { readonly fault: CanonicalFault; readonly text: string }> {
  const parsed = parseStrict(bytes, file);
  if (!parsed.ok) return parsed;
  const text = textOf(bytes) ?? "";
  const canonical = canonicalJson(parsed.value);
  if (canonical === text) return parsed;
  let at = 0;
  while (at < text.length && text[at] === canonical[at]) at += 1;
  const where = `${file} differs from its canonical form at character ${at + 1}`;
  const outside = withoutStrings(text);
  if (/(?<![0-9.eE])-0(?:\.0*)?(?:[eE][+-]?[0-9]+)?(?![0-9.eE])/.test(outside)) return err({ fault: "json-negative-zero", text: where });
  const numbers = outside.match(/-?[0-9][0-9.eE+-]*/g) ?? [];
  return err({ fault: numbers.some((number) => JSON.stringify(Number(number)) !== number) ? "json-number-form" : "json-not-canonical", text: where });
}
