/**
 * JSON at the door, for everybody: `decodeJson` turns bytes or text into a checked value, or into diagnostics that name
 * file, line, column and field; `encodeJson` writes canonical bytes (same value, same bytes, on every engine).
 * Twin, agents and core send and receive their messages with these two. Must never let unchecked data through.
 *
 *     const read = decodeJson(payload, telemetrySchema, "telemetry of v07");
 *     if (!read.ok) return refuse(read.error);            // Diagnostic[]
 *     transport.send("core", "telemetry", encodeJson(telemetry));
 */
import type { z } from "zod";
import { invariant } from "../kernel/invariant.ts";
import { byText } from "../kernel/order.ts";
import { err, ok, type Diagnostic, type Result } from "../kernel/result.ts";
import { hasLoneSurrogate, JSON_LIMITS, lineColumn, parseJson, placeKey, type JsonLimits, type JsonPlace } from "./json-syntax.ts";

export { JSON_LIMITS, parseJson, type JsonLimits } from "./json-syntax.ts";

/** More complaints than this about one document help nobody; the last one then says how many were left out. */
const DIAGNOSTICS_MAX = 20;

/** A value already in memory (a field of another document, say) against a schema; places are field paths only. */
export function decodeValue<S extends z.ZodType>(value: unknown, schema: S, file: string): Result<z.output<S>, readonly Diagnostic[]> {
  const parsed = schema.safeParse(value);
  return parsed.success ? ok(parsed.data) : err(diagnose(parsed.error.issues, value, file, undefined));
}

/**
 * JSON `input` (UTF-8 bytes or text) that satisfies `schema`. `file` names the source in diagnostics. Refuses text that
 * is not strict JSON (see `json-syntax.ts`), is too long or nested too deeply, before the schema sees it.
 */
export function decodeJson<S extends z.ZodType>(input: Uint8Array | string, schema: S, file: string, limits: JsonLimits = JSON_LIMITS): Result<z.output<S>, readonly Diagnostic[]> {
  const text = typeof input === "string" ? ok(input) : decodeUtf8(input, file, limits);
  if (!text.ok) return text;
  const value = parseJson(text.value, file, limits);
  if (!value.ok) return value;
  const parsed = schema.safeParse(value.value);
  if (parsed.success) return ok(parsed.data);
  // Only a bad document pays for knowing where its values stand.
  const places = new Map<string, JsonPlace>();
  parseJson(text.value, file, limits, places);
  return err(diagnose(parsed.error.issues, value.value, file, { text: text.value, places }));
}

function decodeUtf8(bytes: Uint8Array, file: string, limits: JsonLimits): Result<string, readonly Diagnostic[]> {
  if (bytes.length > limits.bytes) return err([{ severity: "error", file, message: `has ${bytes.length} bytes`, expected: `at most ${limits.bytes}`, rule: "json.size" }]);
  try {
    return ok(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return err([{ severity: "error", file, message: "is not UTF-8 text", expected: "JSON in UTF-8", rule: "json.encoding" }]);
  }
}

/** `stops[2].lane`: the field path as people write it. */
export function fieldPath(path: readonly PropertyKey[]): string {
  let text = "";
  for (const part of path) text += typeof part === "number" ? `[${part}]` : `${text === "" ? "" : "."}${String(part)}`;
  return text;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const part of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Record<PropertyKey, unknown>)[part];
  }
  return at;
}

function diagnose(issues: readonly z.core.$ZodIssue[], value: unknown, file: string, source: { text: string; places: Map<string, JsonPlace> } | undefined): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const issue of issues.slice(0, DIAGNOSTICS_MAX)) {
    const [message, expected] = explain(issue, valueAt(value, issue.path));
    const unknownKey = issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
    const path = unknownKey === undefined ? issue.path : [...issue.path, unknownKey];
    // A missing field has no place of its own: point at the object that lacks it.
    const place = source?.places.get(placeKey(path)) ?? source?.places.get(placeKey(path.slice(0, -1)));
    const at = place === undefined || source === undefined ? {} : lineColumn(source.text, unknownKey === undefined ? place.valueAt : place.keyAt);
    diagnostics.push({ severity: "error", file, ...at, path: fieldPath(path), message, ...(expected === undefined ? {} : { expected }), rule: `schema.${issue.code}` });
  }
  if (issues.length > DIAGNOSTICS_MAX) {
    diagnostics.push({ severity: "error", file, message: `${issues.length - DIAGNOSTICS_MAX} more faults in this document are not listed`, rule: "schema.more" });
  }
  return diagnostics;
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function explain(issue: z.core.$ZodIssue, value: unknown): readonly [message: string, expected: string | undefined] {
  const is = value === undefined ? "is missing" : `is ${show(value)}`;
  switch (issue.code) {
    case "invalid_type":
      return [is, issue.expected === "int" ? "a whole number" : `${/^[aeiou]/.test(issue.expected) ? "an" : "a"} ${issue.expected}`];
    case "invalid_value":
      return [is, issue.values.length === 1 ? show(issue.values[0]) : `one of ${issue.values.map(show).join(", ")}`];
    case "too_small":
      return sized(issue.origin, value, `${issue.inclusive === false ? "more than" : "at least"} ${String(issue.minimum)}`);
    case "too_big":
      return sized(issue.origin, value, `${issue.inclusive === false ? "less than" : "at most"} ${String(issue.maximum)}`);
    case "unrecognized_keys":
      return [issue.keys.length === 1 ? "is not a known field" : `is not a known field, nor ${issue.keys.length === 2 ? "is" : "are"} ${issue.keys.slice(1, 6).join(", ")}`, undefined];
    case "invalid_format":
      return [is, issue.format === "datetime" ? "a date and time such as 2026-01-01T06:00:00Z" : issue.message];
    case "invalid_union":
    case "invalid_key":
    case "invalid_element":
    case "not_multiple_of":
    case "custom":
      return [is, issue.message];
  }
}

function sized(origin: string, value: unknown, bound: string): readonly [string, string] {
  if (typeof value === "string") return [`has ${value.length} characters`, `${bound} characters`];
  if (Array.isArray(value)) return [`has ${value.length} items`, `${bound} items`];
  return [`is ${show(value)}`, origin === "int" || origin === "number" ? bound : `${bound} (${origin})`];
}

/**
 * Canonical JSON text: members sorted by UTF-16 units, no spaces, numbers and escapes as ECMAScript writes them.
 * Source: RFC 8785 (JSON Canonicalization Scheme). Members that are undefined are left out. Fails on what JSON cannot
 * carry: NaN, infinities, functions, half surrogate pairs, class instances, more than 64 levels.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

export const encodeJson = (value: unknown): Uint8Array => new TextEncoder().encode(canonicalJson(value));

function write(value: unknown, depth: number): string {
  invariant(depth <= 64, "canonical JSON holds at most 64 levels");
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    invariant(Number.isFinite(value), `JSON holds only finite numbers, got ${value}`);
    return JSON.stringify(value);
  }
  if (typeof value === "string") {
    invariant(!hasLoneSurrogate(value), "JSON text holds only whole characters, got half a surrogate pair");
    return JSON.stringify(value);
  }
  // Array.from fills holes with undefined, which is then refused by name.
  if (Array.isArray(value)) return `[${Array.from(value, (item: unknown) => write(item, depth + 1)).join(",")}]`;
  invariant(typeof value === "object", `JSON cannot hold a ${typeof value}`);
  const prototype: unknown = Object.getPrototypeOf(value);
  invariant(prototype === Object.prototype || prototype === null, "JSON holds plain objects, not instances of a class");
  const members: string[] = [];
  // Object.keys lists integer-like names first; sorting by code units makes the order independent of history.
  for (const key of Object.keys(value).sort(byText)) {
    const member = (value as Record<string, unknown>)[key];
    if (member !== undefined) members.push(`${write(key, depth + 1)}:${write(member, depth + 1)}`);
  }
  return `{${members.join(",")}}`;
}
