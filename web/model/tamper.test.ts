import { expect, test } from "vitest";
import { tamper } from "./tamper.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("one digit of one recorded number changes and nothing else", () => {
  const original = bytes(`${"x".repeat(200)}{"id":"bus-1","xM":12.345678,"yM":-3.25}{"tick":17}`);
  const before = original.slice();
  const { bytes: changed, what } = tamper(original);
  expect(original).toEqual(before);
  const differing = [...changed].flatMap((b, i) => (b === original[i] ? [] : [i]));
  expect(differing).toHaveLength(1);
  expect(new TextDecoder().decode(changed)).toContain('"xM":12.345675');
  expect(what).toContain("xM");
});

test("a five becomes a six, so the value always differs", () => {
  expect(new TextDecoder().decode(tamper(bytes('{"xM":1.234565}')).bytes)).toBe('{"xM":1.234566}');
});

test("bytes without any number still lose one bit", () => {
  const original = bytes("nothing here");
  const { bytes: changed } = tamper(original);
  expect(changed).not.toEqual(original);
});
