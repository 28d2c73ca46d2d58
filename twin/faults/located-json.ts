/**
 * JSON with the place of every value, so that a diagnostic can name line and column of a field and not only of a syntax
 * error (engines word and place those differently). Follows RFC 8259; a repeated key is an error. Must stay pure, with a
 * limit on size and depth.
 */
import type { Diagnostic } from "../../fleet-core/kernel/result.ts";
import { err, ok, type Result } from "../../fleet-core/kernel/result.ts";

export const JSON_CHARS_MAX = 4_000_000;
export const JSON_DEPTH_MAX = 64;

export interface LocatedJson {
  readonly value: unknown;
  /** Line and column of the value at a path (`faults[2].kind`), or of its nearest enclosing value. */
  place(path: readonly (string | number)[]): { readonly line: number; readonly column: number };
}

/** `faults[2].kind` for ["faults", 2, "kind"]. */
export function pathText(path: readonly (string | number)[]): string {
  return path.map((key, i) => (typeof key === "number" ? `[${key}]` : i === 0 ? key : `.${key}`)).join("");
}

class Broken {
  readonly offset: number;
  readonly message: string;
  readonly expected: string;
  constructor(offset: number, message: string, expected: string) {
    this.offset = offset;
    this.message = message;
    this.expected = expected;
  }
}

const ESCAPES = new Map([["\"", "\""], ["\\", "\\"], ["/", "/"], ["b", "\b"], ["f", "\f"], ["n", "\n"], ["r", "\r"], ["t", "\t"]]);
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

export function parseLocatedJson(text: string, file: string): Result<LocatedJson, Diagnostic[]> {
  const offsets = new Map<string, number>();
  let at = 0;

  const show = (): string => (at >= text.length ? "the end of the file" : JSON.stringify(text[at]));
  const fail = (expected: string): never => {
    throw new Broken(at, `found ${show()}`, expected);
  };
  function blank(): void {
    while (at < text.length && " \t\n\r".includes(text[at] as string)) at += 1;
  }
  function string(): string {
    if (text[at] !== "\"") fail("a text in double quotes");
    const start = at;
    at += 1;
    let out = "";
    for (;;) {
      const c = text[at];
      if (c === undefined) throw new Broken(start, "a text that does not end", "a closing double quote");
      at += 1;
      if (c === "\"") return out;
      if (c === "\\") {
        const e = text[at] ?? "";
        at += 1;
        if (e === "u") {
          const hex = text.slice(at, at + 4);
          if (!/^[0-9a-fA-F]{4}$/.test(hex)) fail("four hexadecimal digits after \\u");
          out += String.fromCharCode(Number.parseInt(hex, 16));
          at += 4;
        } else {
          const plain = ESCAPES.get(e);
          if (plain === undefined) {
            at -= 1;
            fail("one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u");
          }
          out += plain;
        }
      } else if (c < " ") {
        at -= 1;
        fail("no control characters or line ends inside a text");
      } else {
        out += c;
      }
    }
  }
  function list(path: string, depth: number): unknown[] {
    const out: unknown[] = [];
    at += 1;
    blank();
    if (text[at] === "]") {
      at += 1;
      return out;
    }
    for (;;) {
      out.push(value(`${path}\u0000${out.length}`, depth));
      blank();
      if (text[at] === ",") at += 1;
      else if (text[at] === "]") {
        at += 1;
        return out;
      } else fail("\",\" or \"]\"");
    }
  }
  function record(path: string, depth: number): Record<string, unknown> {
    const out = new Map<string, unknown>();
    at += 1;
    blank();
    if (text[at] === "}") {
      at += 1;
      return {};
    }
    for (;;) {
      blank();
      const keyAt = at;
      const key = string();
      if (out.has(key)) throw new Broken(keyAt, `the key ${JSON.stringify(key)} is there twice`, "each key once");
      blank();
      if (text[at] !== ":") fail("\":\"");
      at += 1;
      out.set(key, value(`${path}\u0000${key}`, depth));
      blank();
      if (text[at] === ",") at += 1;
      else if (text[at] === "}") {
        at += 1;
        return Object.fromEntries(out);
      } else fail("\",\" or \"}\"");
    }
  }
  function value(path: string, depth: number): unknown {
    blank();
    if (depth > JSON_DEPTH_MAX) fail(`no more than ${JSON_DEPTH_MAX} levels`);
    offsets.set(path, at);
    const c = text[at];
    if (c === "{") return record(path, depth + 1);
    if (c === "[") return list(path, depth + 1);
    if (c === "\"") return string();
    for (const [word, meaning] of [["true", true], ["false", false], ["null", null]] as const) {
      if (text.startsWith(word, at)) {
        at += word.length;
        return meaning;
      }
    }
    NUMBER.lastIndex = at;
    const number = NUMBER.exec(text);
    if (number === null) return fail("a JSON value");
    at += number[0].length;
    return Number(number[0]);
  }
  function lineColumn(offset: number): { line: number; column: number } {
    const before = text.slice(0, offset);
    const lastBreak = before.lastIndexOf("\n");
    return { line: before.split("\n").length, column: offset - lastBreak };
  }

  if (text.length > JSON_CHARS_MAX) {
    return err([{ severity: "error", file, message: `the file has ${text.length} characters`, expected: `at most ${JSON_CHARS_MAX}` }]);
  }
  try {
    if (text.startsWith("\uFEFF")) at = 1;
    const root = value("", 0);
    blank();
    if (at < text.length) fail("nothing after the value");
    return ok({
      value: root,
      place(path) {
        for (let n = path.length; n > 0; n -= 1) {
          const offset = offsets.get(path.slice(0, n).map((key) => `\u0000${key}`).join(""));
          if (offset !== undefined) return lineColumn(offset);
        }
        return lineColumn(offsets.get("") ?? 0);
      },
    });
  } catch (problem) {
    if (!(problem instanceof Broken)) throw problem;
    return err([{ severity: "error", file, ...lineColumn(problem.offset), message: `not valid JSON: ${problem.message}`, expected: problem.expected }]);
  }
}
