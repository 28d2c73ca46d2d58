import { describe, expect, test } from "vitest";
import { formatDiagnostic } from "../kernel/result.ts";
import { createXmlReader, defaultXmlLimits, parseXmlNumber, readXml, xmlPath } from "./xml.ts";
import type { XmlElement } from "./xml.ts";

function parsed(text: string): XmlElement {
  const result = readXml(text, "f.xml");
  if (!result.ok) throw new Error(result.error.map(formatDiagnostic).join("\n"));
  return result.value;
}

function refused(text: string, limits?: Parameters<typeof readXml>[2]): string[] {
  const result = readXml(text, "f.xml", limits);
  return result.ok ? ["accepted"] : result.error.map(formatDiagnostic);
}

describe("readXml", () => {
  test("elements and attributes know their line and column, counted from 1", () => {
    const root = parsed('<?xml version="1.0"?>\n<a>\n  <b x="1"\r\n     long-name = \'2 > 1\' y="x=&quot;"/>text<![CDATA[<&]]>\n</a>');
    const b = root.children[0] as XmlElement;
    expect([root.line, root.column, b.line, b.column]).toEqual([2, 1, 3, 3]);
    expect([...b.attributes.values()]).toEqual([
      { name: "x", value: "1", line: 3, column: 6 },
      { name: "long-name", value: "2 > 1", line: 4, column: 6 },
      { name: "y", value: 'x="', line: 4, column: 26 },
    ]);
    expect(root.text).toBe("\n  text<&\n");
    expect(b.parent).toBe(root);
  });

  test("a byte order mark is tolerated and does not move columns", () => {
    expect(parsed('\ufeff<a x="1"/>').attributes.get("x")?.column).toBe(4);
  });

  test("each fault of well-formedness names its place", () => {
    expect(refused("<a>\n  <b>\n</a>")).toEqual(["f.xml:3:5: error: unexpected close tag."]);
    expect(refused("<a>\n<b x=1/></a>")).toEqual(["f.xml:2:7: error: unquoted attribute value."]);
    expect(refused('<a x="1" x="2"/>')[0]).toMatch(/^f\.xml:1:\d+: error: .*(duplicate|twice)/);
    expect(refused("<a>&nbsp;</a>")[0]).toMatch(/^f\.xml:1:10: error: .*entity/);
    expect(refused("")[0]).toMatch(/^f\.xml:1:1: error: .*root/);
    expect(refused("<a/><b/>")[0]).toMatch(/^f\.xml:1:\d+: error/);
    expect(refused("<a>")[0]).toMatch(/^f\.xml:1:\d+: error: unclosed tag: a/);
  });

  test("entity declarations are refused, a plain DOCTYPE is not", () => {
    expect(refused('<!DOCTYPE a [<!ENTITY x "ha">]>\n<a/>')).toEqual(["f.xml:1:32: error: the DOCTYPE declares entities (expected no entity declarations)"]);
    expect(parsed('<!DOCTYPE a SYSTEM "a.dtd">\n<a/>').name).toBe("a");
  });

  test("size, depth, number of elements, attribute length and attribute count are limited", () => {
    expect(refused("<aaaaaaa/>", { size: 5 })).toEqual(["f.xml: error: the file has 10 characters (expected at most 5)"]);
    expect(refused("<a><b><c/></b></a>", { depth: 2 })).toEqual(["f.xml:1:7: error: elements are nested deeper than 2"]);
    expect(refused("<a><b/><c/></a>", { elements: 2 })).toEqual(["f.xml:1:8: error: more than 2 elements"]);
    expect(refused('<a x="123456"/>', { attributeLength: 5 })).toEqual(["f.xml:1:4: error: attribute x has 6 characters (expected at most 5)"]);
    expect(refused('<a x="1" y="2"/>', { attributesPerElement: 1 })).toEqual(["f.xml:1:10: error: more than 1 attributes"]);
    expect(refused(`${"<a>".repeat(5000)}`)).toEqual([`f.xml:1:${defaultXmlLimits.depth * 3 + 1}: error: elements are nested deeper than ${defaultXmlLimits.depth}`]);
  });

  test("the path counts siblings of one name only where there are several", () => {
    const root = parsed("<a><b/><c><d/></c><b/></a>");
    expect(root.children.map((c) => xmlPath(c))).toEqual(["/a/b[1]", "/a/c", "/a/b[2]"]);
    expect(xmlPath((root.children[1] as XmlElement).children[0] as XmlElement, "x")).toBe("/a/c/d/@x");
  });
});

describe("the reader", () => {
  test("typed getters return values, and record place, path and expectation when they cannot", () => {
    const root = parsed('<a n="1.5e1" i="7" b="true" e="blue"\n bad="1,5" neg="-1" frac="1.5" yes="yes" red="rot" nan="NaN"/>');
    const r = createXmlReader("f.xml");
    expect([r.requiredNumber(root, "n"), r.requiredInteger(root, "i"), r.requiredBoolean(root, "b"), r.enumOf(root, "e", ["red", "blue"]), r.requiredString(root, "e")]).toEqual([15, 7, true, "blue", "blue"]);
    expect([r.optionalNumber(root, "q"), r.optionalInteger(root, "q"), r.optionalBoolean(root, "q"), r.optionalEnum(root, "q", ["z"]), r.optionalString(root, "q")]).toEqual([undefined, undefined, undefined, undefined, undefined]);
    expect(r.failed).toBe(false);
    expect([r.requiredNumber(root, "bad"), r.requiredNumber(root, "neg", { min: 0, unit: "m" }), r.requiredInteger(root, "frac"), r.requiredBoolean(root, "yes"), r.enumOf(root, "red", ["red", "blue"]), r.requiredNumber(root, "nan"), r.requiredNumber(root, "gone")]).toEqual([0, 0, 0, false, "red", 0, 0]);
    expect(r.failed).toBe(true);
    expect(r.diagnostics.map(formatDiagnostic)).toEqual([
      'f.xml:2:2: error: /a/@bad: attribute bad is "1,5" (expected a number)',
      'f.xml:2:12: error: /a/@neg: attribute neg is "-1" (expected a number >= 0 [m])',
      'f.xml:2:21: error: /a/@frac: attribute frac is "1.5" (expected a whole number)',
      'f.xml:2:32: error: /a/@yes: attribute yes is "yes" (expected true or false)',
      'f.xml:2:42: error: /a/@red: attribute red is "rot" (expected one of red, blue)',
      'f.xml:2:52: error: /a/@nan: attribute nan is "NaN" (expected a number)',
      "f.xml:1:1: error: /a/@gone: attribute gone is missing (expected a number)",
    ]);
  });

  test("children are counted", () => {
    const root = parsed("<a>\n<b/><b/><c/></a>");
    const r = createXmlReader("f.xml");
    r.child(root, "b");
    r.requiredChild(root, "d");
    r.children(root, "c", { min: 2 });
    r.children(root, "b", { max: 1 });
    r.oneOf(root, ["x", "y"]);
    r.oneOf(root, ["b", "c"]);
    expect(r.oneOf(root, ["x"], true)).toBeUndefined();
    expect(r.diagnostics.map(formatDiagnostic)).toEqual([
      "f.xml:2:5: error: /a/b[2]: second b in a (expected at most one)",
      "f.xml:1:1: error: /a: a has no d (expected one d)",
      "f.xml:1:1: error: /a: a has 1 c (expected at least 2)",
      "f.xml:2:5: error: /a/b[2]: a has 2 b (expected at most 1)",
      "f.xml:1:1: error: /a: a lacks its content (expected one of x, y)",
      "f.xml:2:5: error: /a/b[2]: a has both b and b (expected one of b, c)",
    ]);
  });

  test("what nobody asked for is unknown: an error, or a warning when lenient", () => {
    const text = '<a x="1" q="2" xmlns:xsi="u" xsi:schemaLocation="v">\n <b z="3"/>\n <userData><any thing="1"/></userData><odd><deep/></odd><c k="1"/></a>';
    const read = (lenient: boolean): string[] => {
      const root = parsed(text);
      const r = createXmlReader("f.xml", { lenient });
      r.requiredNumber(root, "x");
      r.child(root, "b");
      r.allow(root, { children: ["userData"] });
      const c = r.child(root, "c");
      if (c !== undefined) r.allow(c, { attributes: ["k"] });
      r.finish(root);
      expect(r.failed).toBe(!lenient);
      return r.diagnostics.map(formatDiagnostic);
    };
    expect(read(false)).toEqual([
      "f.xml:1:10: error: /a/@q: unknown attribute q (expected x)",
      "f.xml:3:39: error: /a/odd: unknown element odd in a (expected one of b, c, userData)",
      "f.xml:2:5: error: /a/b/@z: unknown attribute z (expected none here)",
    ]);
    expect(read(true).map((d) => d.replace("warning", "error"))).toEqual(read(false));
  });

  test("values can be resolved before they are typed", () => {
    const root = parsed('<a v="$speed" w="$none"/>');
    const r = createXmlReader("f.xml", { resolve: (a) => (a.value === "$speed" ? { ok: true, value: "12" } : { ok: false, error: `unknown parameter ${a.value}` }) });
    expect(r.requiredNumber(root, "v")).toBe(12);
    expect(r.requiredNumber(root, "w")).toBe(0);
    expect(r.diagnostics.map(formatDiagnostic)).toEqual(["f.xml:1:15: error: /a/@w: unknown parameter $none"]);
  });

  test("the list of problems is bounded and says how many it left out", () => {
    const root = parsed("<a/>");
    const r = createXmlReader("f.xml", { maxDiagnostics: 2 });
    for (let i = 0; i < 5; i += 1) r.requiredNumber(root, `n${i}`);
    expect(r.diagnostics.map((d) => d.message)).toEqual(["attribute n0 is missing", "attribute n1 is missing", "3 further problems are not listed"]);
  });

  test("unsupported content is said and not reported twice", () => {
    const root = parsed("<a><railroad><switch/></railroad></a>");
    const r = createXmlReader("f.xml", { lenient: true });
    r.unsupported(root.children[0] as XmlElement, "railroad");
    r.finish(root);
    expect(r.diagnostics.map(formatDiagnostic)).toEqual(["f.xml:1:4: warning: /a/railroad: railroad is not supported"]);
  });

  test("elements allowed anywhere are passed over, a tolerable fault is an error only when strict", () => {
    for (const lenient of [false, true]) {
      const root = parsed("<a><userData><x/></userData></a>");
      const r = createXmlReader("f.xml", { lenient, ignoreAnywhere: ["userData"] });
      r.complain(root, "odd", { rule: "r1" });
      r.finish(root);
      expect(r.diagnostics).toEqual([{ severity: lenient ? "warning" : "error", file: "f.xml", line: 1, column: 1, path: "/a", message: "odd", rule: "r1" }]);
    }
  });

  test("the vocabulary is what the code asked for", () => {
    const root = parsed("<a/>");
    const r = createXmlReader("f.xml");
    r.optionalNumber(root, "y");
    r.optionalNumber(root, "x");
    r.child(root, "b");
    expect([...r.vocabulary()]).toEqual([["a", { attributes: ["x", "y"], children: ["b"] }]]);
  });
});

test("numbers are XML Schema doubles, never NaN or overflow", () => {
  expect(["1", "-.5", "+2.", "1E-3", " 4 "].map((t) => parseXmlNumber(t))).toEqual([1, -0.5, 2, 0.001, 4]);
  expect(["", "0x10", "1e999", "NaN", "INF", "1 2", "--1", "1_0"].map((t) => parseXmlNumber(t))).toEqual(Array.from({ length: 8 }, () => undefined));
  expect([parseXmlNumber("INF", true), parseXmlNumber("-INF", true)]).toEqual([Infinity, -Infinity]);
});
