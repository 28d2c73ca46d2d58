/**
 * JSON text to plain data, strictly (RFC 8259 with the duties of I-JSON, RFC 7493): a member name twice, a lone
 * surrogate or a number beyond a double is an error, not a silent choice. `JSON.parse` is not used because its messages
 * differ between engines, it keeps the last of two equal names, and it does not say where a value stood.
 * Must never recurse deeper than `depth` or accept more than `bytes`.
 */
import { err, ok, type Diagnostic, type Result } from "../kernel/result.ts";

export interface JsonLimits {
  /** Characters of text (UTF-16 units), or bytes when bytes are given. */
  readonly bytes: number;
  /** Nesting of arrays and objects. */
  readonly depth: number;
}

export const JSON_LIMITS: JsonLimits = { bytes: 1 << 20, depth: 32 };

/** Where a value stands in the text; `keyAt` equals `valueAt` outside objects. */
export interface JsonPlace {
  readonly keyAt: number;
  readonly valueAt: number;
}

/** Key of a path in a places table. */
export const placeKey = (path: readonly PropertyKey[]): string => path.map(String).join("\u0000");

class SyntaxFailure extends Error {
  readonly at: number;
  readonly expected: string | undefined;
  constructor(at: number, message: string, expected?: string) {
    super(message);
    this.at = at;
    this.expected = expected;
  }
}

const [QUOTE, BACKSLASH, COMMA, COLON, MINUS] = [0x22, 0x5c, 0x2c, 0x3a, 0x2d];
const [BRACE, BRACE_END, BRACKET, BRACKET_END] = [0x7b, 0x7d, 0x5b, 0x5d];
const ESCAPES = new Map([["\"", "\""], ["\\", "\\"], ["/", "/"], ["b", "\b"], ["f", "\f"], ["n", "\n"], ["r", "\r"], ["t", "\t"]]);
/** A surrogate without its partner. */
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

export const hasLoneSurrogate = (text: string): boolean => LONE_SURROGATE.test(text);

/** Line and column, from 1, of an offset; a column counts UTF-16 units. */
export function lineColumn(text: string, at: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let start = 0;
  for (let i = text.indexOf("\n"); i >= 0 && i < at; i = text.indexOf("\n", i + 1)) {
    line += 1;
    start = i + 1;
  }
  return { line, column: at - start + 1 };
}

/** Parses `text`; `places`, when given, receives where each value stands, by `placeKey` of its path. */
export function parseJson(text: string, file: string, limits: JsonLimits = JSON_LIMITS, places?: Map<string, JsonPlace>): Result<unknown, readonly Diagnostic[]> {
  if (text.length > limits.bytes) {
    return err([{ severity: "error", file, message: `has ${text.length} characters`, expected: `at most ${limits.bytes}`, rule: "json.size" }]);
  }
  try {
    return ok(readAll(text, limits.depth, places));
  } catch (failure) {
    if (!(failure instanceof SyntaxFailure)) throw failure;
    const expected = failure.expected === undefined ? {} : { expected: failure.expected };
    return err([{ severity: "error", file, ...lineColumn(text, failure.at), message: failure.message, ...expected, rule: "json.syntax" }]);
  }
}

function readAll(text: string, depthMax: number, places: Map<string, JsonPlace> | undefined): unknown {
  // A byte order mark is allowed to be there and means nothing (RFC 8259, section 8.1).
  let i = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const path: (string | number)[] = [];
  const numberText = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

  function space(): void {
    for (let c = text.charCodeAt(i); c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09; c = text.charCodeAt(i)) i += 1;
  }

  function found(): string {
    if (i >= text.length) return "the end of the text";
    const point = text.codePointAt(i) as number;
    return point < 0x20 ? `control character ${point}` : `'${String.fromCodePoint(point)}'`;
  }

  function string(): string {
    const start = i;
    i += 1;
    let value = "";
    let from = i;
    for (;;) {
      const c = text.charCodeAt(i);
      if (c === QUOTE) break;
      if (i >= text.length) throw new SyntaxFailure(start, "a string is not closed", "a closing quotation mark");
      if (c < 0x20) throw new SyntaxFailure(i, `a string holds ${found()}`, "it escaped");
      if (c !== BACKSLASH) {
        i += 1;
        continue;
      }
      value += text.slice(from, i);
      const letter = text.charAt(i + 1);
      const simple = ESCAPES.get(letter);
      if (simple !== undefined) {
        value += simple;
        i += 2;
      } else {
        const hex = text.slice(i + 2, i + 6);
        if (letter !== "u" || !/^[0-9a-fA-F]{4}$/.test(hex)) throw new SyntaxFailure(i, "a string holds an unknown escape", "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
        value += String.fromCharCode(parseInt(hex, 16));
        i += 6;
      }
      from = i;
    }
    value += text.slice(from, i);
    i += 1;
    if (hasLoneSurrogate(value)) throw new SyntaxFailure(start, "a string holds half a surrogate pair", "whole characters");
    return value;
  }

  function number(): number {
    numberText.lastIndex = i;
    const match = numberText.exec(text);
    if (match === null) throw new SyntaxFailure(i, `a minus sign is followed by no number`, "digits");
    const value = Number(match[0]);
    if (!Number.isFinite(value)) throw new SyntaxFailure(i, `number ${match[0]} is too large`, "a magnitude below 1.8e308");
    i += match[0].length;
    const next = text.charCodeAt(i);
    if ((next >= 0x30 && next <= 0x39) || next === 0x2e || next === 0x65 || next === 0x45) throw new SyntaxFailure(i, `a number goes on with ${found()}`, "a number without leading zeros, with digits after point and exponent");
    return value;
  }

  function word(name: string, value: unknown): unknown {
    if (!text.startsWith(name, i)) throw new SyntaxFailure(i, `found ${found()}`, "a JSON value");
    i += name.length;
    return value;
  }

  function value(depth: number, keyAt: number | undefined): unknown {
    space();
    places?.set(placeKey(path), { keyAt: keyAt ?? i, valueAt: i });
    const c = text.charCodeAt(i);
    if (c === QUOTE) return string();
    if (c === BRACE || c === BRACKET) {
      if (depth >= depthMax) throw new SyntaxFailure(i, `values are nested deeper than ${depthMax}`, `at most ${depthMax} levels`);
      return c === BRACE ? object(depth + 1) : array(depth + 1);
    }
    if (c === MINUS || (c >= 0x30 && c <= 0x39)) return number();
    if (c === 0x74) return word("true", true);
    if (c === 0x66) return word("false", false);
    return word("null", null);
  }

  function array(depth: number): unknown[] {
    const items: unknown[] = [];
    i += 1;
    space();
    if (text.charCodeAt(i) === BRACKET_END) {
      i += 1;
      return items;
    }
    for (;;) {
      path.push(items.length);
      items.push(value(depth, undefined));
      path.pop();
      space();
      const c = text.charCodeAt(i);
      if (c !== COMMA && c !== BRACKET_END) throw new SyntaxFailure(i, `found ${found()} in a list`, "',' or ']'");
      i += 1;
      if (c === BRACKET_END) return items;
    }
  }

  function object(depth: number): Record<string, unknown> {
    const members: Record<string, unknown> = {};
    i += 1;
    space();
    if (text.charCodeAt(i) === BRACE_END) {
      i += 1;
      return members;
    }
    for (;;) {
      space();
      const keyAt = i;
      if (text.charCodeAt(i) !== QUOTE) throw new SyntaxFailure(i, `found ${found()} in an object`, "a member name in quotation marks");
      const key = string();
      if (key === "__proto__") throw new SyntaxFailure(keyAt, "member name __proto__ is not accepted", "another name");
      if (Object.hasOwn(members, key)) throw new SyntaxFailure(keyAt, `member '${key}' appears twice`, "each name once");
      space();
      if (text.charCodeAt(i) !== COLON) throw new SyntaxFailure(i, `found ${found()} after a member name`, "':'");
      i += 1;
      path.push(key);
      members[key] = value(depth, keyAt);
      path.pop();
      space();
      const c = text.charCodeAt(i);
      if (c !== COMMA && c !== BRACE_END) throw new SyntaxFailure(i, `found ${found()} in an object`, "',' or '}'");
      i += 1;
      if (c === BRACE_END) return members;
    }
  }

  const result = value(0, undefined);
  space();
  if (i < text.length) throw new SyntaxFailure(i, `found ${found()} after the value`, "the end of the text");
  return result;
}
