import fc from "fast-check";
import { expect, test } from "vitest";
import { err } from "../../fleet-core/kernel/result.ts";
import { evaluateExpression } from "./expression.ts";

const none = () => err("no parameters");

/** A random expression and its value, built side by side. */
const expression = fc.letrec<{ node: { readonly text: string; readonly value: number } }>((tie) => ({
  node: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.integer({ min: 0, max: 1000 }).map((n) => ({ text: String(n), value: n })),
    fc.tuple(tie("node"), tie("node")).map(([a, b]) => ({ text: `(${a.text} + ${b.text})`, value: a.value + b.value })),
    fc.tuple(tie("node"), tie("node")).map(([a, b]) => ({ text: `(${a.text}-${b.text})`, value: a.value - b.value })),
    fc.tuple(tie("node"), tie("node")).map(([a, b]) => ({ text: `max(${a.text}, ${b.text})`, value: Math.max(a.value, b.value) })),
    tie("node").map((a) => ({ text: `-${a.text}`, value: 0 - a.value })),
  ),
})).node;

test("an expression has the value it was built with", () => {
  fc.assert(
    fc.property(expression, ({ text, value }) => {
      const r = evaluateExpression(text, none);
      if (text.length < 4096 && r.ok) expect(r.value).toBe(value);
      else expect(!r.ok && /deeper|characters/.test(r.error)).toBe(true);
    }),
  );
});

test("any text gives a value or a message, never an exception", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."$()+-*/%,.0123 abcpowround{}") }), (text) => {
      const r = evaluateExpression(text, none);
      expect(r.ok ? typeof r.value === "boolean" || Number.isFinite(r.value) : r.error.length > 0).toBe(true);
    }),
  );
});
