import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { formatDiagnostic } from "../kernel/result.ts";
import { canonicalJson, decodeJson, decodeValue, encodeJson, fieldPath, parseJson } from "./json.ts";

const any = z.unknown();
const complain = (text: string | Uint8Array, schema: z.ZodType = any, limits?: { bytes: number; depth: number }): string[] => {
  const read = decodeJson(text, schema, "f.json", limits);
  return read.ok ? [] : read.error.map(formatDiagnostic);
};

describe("strict JSON", () => {
  test.each([
    ["", "1:1", "found the end of the text", "a JSON value"],
    ["nul", "1:1", "found 'n'", "a JSON value"],
    ["[1,2,]", "1:6", "found ']'", "a JSON value"],
    ["[1 2]", "1:4", "found '2' in a list", "',' or ']'"],
    ["{\n  \"a\": 1,\n  b: 2\n}", "3:3", "found 'b' in an object", "a member name in quotation marks"],
    ['{"a" 1}', "1:6", "found '1' after a member name", "':'"],
    ['{"a":1}}', "1:8", "found '}' after the value", "the end of the text"],
    ['{"a":1,\n"a":2}', "2:1", "member 'a' appears twice", "each name once"],
    ['{"__proto__":{}}', "1:2", "member name __proto__ is not accepted", "another name"],
    ['["abc', "1:2", "a string is not closed", "a closing quotation mark"],
    ['["a\tb"]', "1:4", "a string holds control character 9", "it escaped"],
    ['["\\x41"]', "1:3", "a string holds an unknown escape", "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX"],
    ['["\\u12"]', "1:3", "a string holds an unknown escape", "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX"],
    ['["\\ud800"]', "1:2", "a string holds half a surrogate pair", "whole characters"],
    ["[01]", "1:3", "a number goes on with '1'", "a number without leading zeros, with digits after point and exponent"],
    ["[1.]", "1:3", "a number goes on with '.'", "a number without leading zeros, with digits after point and exponent"],
    ["[-]", "1:2", "a minus sign is followed by no number", "digits"],
    ["[1e999]", "1:2", "number 1e999 is too large", "a magnitude below 1.8e308"],
    ["[NaN]", "1:2", "found 'N'", "a JSON value"],
    ["\u00a01", "1:1", "found '\u00a0'", "a JSON value"],
  ])("%j is refused at line:column %s", (text, at, message, expected) => {
    expect(complain(text)).toEqual([`f.json:${at}: error: ${message} (expected ${expected})`]);
  });

  test("size and depth are bounded, bytes and characters alike", () => {
    expect(complain("[[[1]]]", any, { bytes: 100, depth: 2 })).toEqual(["f.json:1:3: error: values are nested deeper than 2 (expected at most 2 levels)"]);
    expect(complain("[[1]]", any, { bytes: 100, depth: 2 })).toEqual([]);
    expect(complain("[1,2,3]", any, { bytes: 6, depth: 2 })).toEqual(["f.json: error: has 7 characters (expected at most 6)"]);
    expect(complain(new TextEncoder().encode("[1,2,3]"), any, { bytes: 6, depth: 2 })).toEqual(["f.json: error: has 7 bytes (expected at most 6)"]);
    expect(complain("[".repeat(100_000))).toEqual(["f.json:1:33: error: values are nested deeper than 32 (expected at most 32 levels)"]);
  });

  test("bytes that are not UTF-8 are refused; a byte order mark is nothing", () => {
    expect(complain(Uint8Array.of(0x22, 0xff, 0x22))).toEqual(["f.json: error: is not UTF-8 text (expected JSON in UTF-8)"]);
    expect(decodeJson(Uint8Array.of(0xef, 0xbb, 0xbf, 0x31), any, "f")).toEqual({ ok: true, value: 1 });
    expect(decodeJson("\ufeff1", any, "f")).toEqual({ ok: true, value: 1 });
  });

  test("it reads whatever JSON.parse reads, to the same value", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom(undefined, 1, "\t"), (text, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), null, indent);
        if (spaced.includes("__proto__") || /\\ud[89a-f]/.test(spaced)) return;
        expect(parseJson(spaced, "f")).toEqual({ ok: true, value: JSON.parse(spaced) });
      }),
      { numRuns: 2000, seed: 41 },
    );
  });

  test("what it refuses among mutilated texts JSON.parse refuses too, save for the duties of I-JSON", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.nat(), fc.constantFrom("", ",", "}", "]", '"', "0", "\\", "e", "-", " "), (text, at, put) => {
        const i = at % (text.length + 1);
        const broken = text.slice(0, i) + put + text.slice(i + 1);
        const ours = parseJson(broken, "f");
        let theirs: boolean;
        try {
          JSON.parse(broken);
          theirs = true;
        } catch {
          theirs = false;
        }
        if (ours.ok) expect(theirs).toBe(true);
        else if (theirs) expect(ours.error[0]?.message).toMatch(/appears twice|surrogate|__proto__|too large/);
      }),
      { numRuns: 5000, seed: 42 },
    );
  });
});

describe("schema faults", () => {
  const schema = z.strictObject({ name: z.string().min(2).max(4), list: z.array(z.strictObject({ n: z.int().min(0) })).max(2), kind: z.enum(["a", "b"]), one: z.literal(1).optional() });

  test("each names line, column, field, what is there and what was expected", () => {
    const text = `{\n  "name": "x",\n  "list": [\n    { "n": 1 },\n    { "n": -1, "extra": 2, "more": 3 }\n  ],\n  "one": 2\n}`;
    expect(complain(text, schema)).toEqual([
      "f.json:2:11: error: name: has 1 characters (expected at least 2 characters)",
      "f.json:5:12: error: list[1].n: is -1 (expected at least 0)",
      "f.json:5:16: error: list[1].extra: is not a known field, nor is more",
      'f.json:1:1: error: kind: is missing (expected one of "a", "b")',
      "f.json:7:10: error: one: is 2 (expected 1)",
    ]);
  });

  test("a value in memory gets field paths only", () => {
    const read = decodeValue({ name: "abc", list: [], kind: "c" }, schema, "payload");
    expect(read.ok ? [] : read.error.map(formatDiagnostic)).toEqual(['payload: error: kind: is "c" (expected one of "a", "b")']);
    expect(decodeValue({ name: "abc", list: [], kind: "a" }, schema, "payload")).toEqual({ ok: true, value: { name: "abc", list: [], kind: "a" } });
  });

  test("twenty complaints are enough; the rest is counted", () => {
    const many = complain(JSON.stringify(Array.from({ length: 50 }, () => "x")), z.array(z.number()));
    expect(many).toHaveLength(21);
    expect(many[20]).toBe("f.json: error: 30 more faults in this document are not listed");
  });

  test("a name from the message cannot break the shown line by its length", () => {
    const [line] = complain(JSON.stringify({ kind: "y".repeat(500) }), z.object({ kind: z.enum(["a"]) }));
    expect(line?.length).toBeLessThan(150);
  });

  test("paths are written as people write them", () => {
    expect(fieldPath(["stops", 2, "lane"])).toBe("stops[2].lane");
    expect(fieldPath([])).toBe("");
    expect(fieldPath([0])).toBe("[0]");
  });
});

describe("canonical JSON", () => {
  test("RFC 8785's example of numbers, texts and literals", () => {
    const value = { numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001], string: "€$\u000f\nA'B\"\\\\\"/", literals: [null, true, false] };
    expect(canonicalJson(value)).toBe('{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}');
  });

  test("RFC 8785's example of sorting: by UTF-16 units, not by code points", () => {
    const value = { "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis" };
    const order = [...canonicalJson(value).matchAll(/:"([^"]*)"/g)].map((match) => match[1]);
    expect(order).toEqual(["Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign", "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh"]);
  });

  test("the same value has the same bytes, whatever the history of its members", () => {
    expect(canonicalJson({ b: 1, a: 2, 10: 3, 9: 4 })).toBe('{"10":3,"9":4,"a":2,"b":1}');
    expect(canonicalJson({ a: -0, b: undefined })).toBe('{"a":0}');
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 8 }), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
      }),
      { numRuns: 500, seed: 43 },
    );
  });

  test("what is encoded is decoded to the same value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, stringUnit: "grapheme" }), (value) => {
        const text = canonicalJson(value);
        if (text.includes("__proto__")) return;
        const read = decodeJson(encodeJson(value), any, "f");
        expect(read.ok && canonicalJson(read.value)).toBe(text);
      }),
      { numRuns: 2000, seed: 44 },
    );
  });

  test.each([
    ["NaN", NaN, "finite"],
    ["infinity", { a: [Infinity] }, "finite"],
    ["a hole in a list", [1, , 2], "cannot hold a undefined"],
    ["a function", { f: () => 1 }, "cannot hold a function"],
    ["a big integer", 1n, "cannot hold a bigint"],
    ["a Map", new Map(), "not instances of a class"],
    ["half a character", "\ud800", "half a surrogate pair"],
    ["half a character in a name", { "\udc00": 1 }, "half a surrogate pair"],
  ])("%s is refused", (_name, value, message) => {
    expect(() => canonicalJson(value)).toThrow(message);
  });

  test("a value that contains itself is refused, not followed for ever", () => {
    const loop: Record<string, unknown> = {};
    loop["loop"] = loop;
    expect(() => canonicalJson(loop)).toThrow("at most 64 levels");
  });
});
