/**
 * `${…}` expressions of OpenSCENARIO: numbers, `$parameters`, + - * / %, unary minus, parentheses, and/or/not, and the
 * functions below. Every result is finite or the expression is refused; transcendental functions come from kernel/math,
 * so a scenario has the same numbers everywhere. Must never reach outside its text and its parameters.
 */
import { acos, asin, atan, cos, exp, log, log10, pow, sin, tan } from "../../fleet-core/kernel/math/index.ts";
import { err, ok, type Result } from "../../fleet-core/kernel/result.ts";

export type Value = number | boolean;

/** Gives a parameter's value; a text says why there is none. */
export type Lookup = (name: string) => Result<Value, string>;

const MAX_LENGTH = 4096;
const MAX_DEPTH = 64;

interface Fn {
  readonly min: number;
  readonly max: number;
  readonly call: (args: readonly number[]) => number;
}

const one = (f: (x: number) => number): Fn => ({ min: 1, max: 1, call: (a) => f(a[0] as number) });

const functions: ReadonlyMap<string, Fn> = new Map<string, Fn>([
  // Half away from zero, as C's round(), not Math.round's half up.
  ["round", one((x) => (x < 0 ? -Math.floor(-x + 0.5) : Math.floor(x + 0.5)))],
  ["floor", one(Math.floor)],
  ["ceil", one(Math.ceil)],
  ["sqrt", one(Math.sqrt)],
  ["abs", one(Math.abs)],
  ["sign", one(Math.sign)],
  ["sin", one(sin)],
  ["cos", one(cos)],
  ["tan", one(tan)],
  ["asin", one(asin)],
  ["acos", one(acos)],
  ["atan", one(atan)],
  ["exp", one(exp)],
  ["ln", one(log)],
  ["log10", one(log10)],
  ["pow", { min: 2, max: 2, call: (a) => pow(a[0] as number, a[1] as number) }],
  ["min", { min: 1, max: 64, call: (a) => a.reduce((x, y) => (y < x ? y : x)) }],
  ["max", { min: 1, max: 64, call: (a) => a.reduce((x, y) => (y > x ? y : x)) }],
]);

/** Not in the standard's list, but in use (Euro NCAP's published scenarios). */
const constants: ReadonlyMap<string, number> = new Map([
  ["pi", Math.PI],
  ["e", Math.E],
]);

export const expressionFunctions: readonly string[] = [...functions.keys()];

/** Ends an evaluation; never leaves this file. */
class Refused extends Error {}

/** Evaluates the text between `${` and `}`. The error names what is wrong and its column in that text, from 1. */
export function evaluateExpression(text: string, lookup: Lookup): Result<Value, string> {
  if (text.length > MAX_LENGTH) return err(`the expression has ${text.length} characters, at most ${MAX_LENGTH} are allowed`);
  let at = 0;
  let depth = 0;

  const refuse = (message: string): never => {
    throw new Refused(message);
  };
  const skip = (): void => {
    while (at < text.length && /\s/.test(text[at] as string)) at += 1;
  };
  const here = (): string => `at column ${at + 1} of \${${text}}`;
  const peek = (): string => {
    skip();
    return text[at] ?? "";
  };
  const word = (): string => {
    skip();
    return /^[A-Za-z_][A-Za-z0-9_]*/.exec(text.slice(at))?.[0] ?? "";
  };
  const number = (v: Value, what: string): number => (typeof v === "number" ? v : refuse(`${what} needs a number, not ${v} ${here()}`));
  const boolean = (v: Value, what: string): boolean => (typeof v === "boolean" ? v : refuse(`${what} needs true or false, not ${v} ${here()}`));
  const finite = (v: number): number => (Number.isFinite(v) ? v : refuse(`the result is not a finite number ${here()}`));

  function or(): Value {
    let left = and();
    while (word() === "or") {
      at += 2;
      const right = boolean(and(), "or");
      left = boolean(left, "or") || right;
    }
    return left;
  }

  function and(): Value {
    let left = sum();
    while (word() === "and") {
      at += 3;
      const right = boolean(sum(), "and");
      left = boolean(left, "and") && right;
    }
    return left;
  }

  function sum(): Value {
    let left = product();
    for (let op = peek(); op === "+" || op === "-"; op = peek()) {
      at += 1;
      const right = number(product(), op);
      left = finite(op === "+" ? number(left, op) + right : number(left, op) - right);
    }
    return left;
  }

  function product(): Value {
    let left = unary();
    for (let op = peek(); op === "*" || op === "/" || op === "%"; op = peek()) {
      at += 1;
      const right = number(unary(), op);
      const l = number(left, op);
      left = finite(op === "*" ? l * right : op === "/" ? l / right : l % right);
    }
    return left;
  }

  function unary(): Value {
    depth += 1;
    if (depth > MAX_DEPTH) refuse(`nested deeper than ${MAX_DEPTH} ${here()}`);
    try {
      const op = peek();
      if (op === "-" || op === "+") {
        at += 1;
        const v = number(unary(), op);
        return op === "-" ? 0 - v : v;
      }
      if (word() === "not") {
        at += 3;
        return !boolean(unary(), "not");
      }
      return primary();
    } finally {
      depth -= 1;
    }
  }

  function primary(): Value {
    const c = peek();
    if (c === "(") {
      at += 1;
      const v = or();
      if (peek() !== ")") refuse(`) is missing ${here()}`);
      at += 1;
      return v;
    }
    if (c === "$") {
      at += 1;
      const name = word();
      if (name === "") refuse(`a parameter name is missing ${here()}`);
      at += name.length;
      const found = lookup(name);
      return found.ok ? found.value : refuse(found.error);
    }
    const literal = /^(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/.exec(text.slice(at))?.[0];
    if (literal !== undefined) {
      at += literal.length;
      return finite(Number(literal));
    }
    const name = word();
    if (name === "true" || name === "false") {
      at += name.length;
      return name === "true";
    }
    const constant = constants.get(name);
    if (constant !== undefined) {
      at += name.length;
      return constant;
    }
    const fn = functions.get(name);
    if (fn !== undefined) return call(name, fn);
    if (name !== "") return refuse(`unknown function ${name} ${here()}; known: ${expressionFunctions.join(", ")}`);
    return refuse(c === "" ? `the expression ends too early ${here()}` : `unexpected ${c} ${here()}`);
  }

  function call(name: string, fn: Fn): number {
    at += name.length;
    if (peek() !== "(") refuse(`( is missing after ${name} ${here()}`);
    const args: number[] = [];
    do {
      at += 1;
      args.push(number(or(), name));
    } while (peek() === ",");
    if (peek() !== ")") refuse(`) is missing ${here()}`);
    at += 1;
    if (args.length < fn.min || args.length > fn.max) refuse(`${name} takes ${fn.min === fn.max ? fn.min : `${fn.min} to ${fn.max}`} arguments, has ${args.length} ${here()}`);
    return finite(fn.call(args));
  }

  try {
    const value = or();
    if (peek() !== "") refuse(`unexpected ${peek()} ${here()}`);
    return ok(value);
  } catch (error) {
    if (error instanceof Refused) return err(error.message);
    throw error;
  }
}
