/**
 * Strict XML into a small element tree that knows where everything stands. Shared by the OpenDRIVE and OpenSCENARIO
 * readers, so that both refuse bad input with file:line:column, the element path and what was expected.
 *
 *   const tree = readXml(text, "map.xodr");                     // well-formed? within limits?
 *   if (!tree.ok) return { diagnostics: tree.error };
 *   const reader = createXmlReader("map.xodr", { lenient: false });
 *   const length = reader.requiredNumber(road, "length", { above: 0 });      // problems are collected, not thrown
 *   const rule = reader.optionalEnum(road, "rule", ["RHT", "LHT"]) ?? "RHT";
 *   for (const g of reader.children(planView, "geometry")) ...
 *   reader.ignore(userData);                                     // known, but nothing of ours
 *   reader.finish(tree.value);                                   // what nobody asked for is unknown: error or warning
 *   return reader.failed ? { diagnostics: reader.diagnostics } : { network, diagnostics: reader.diagnostics };
 *
 * A typed getter that finds something wrong records an error and returns a harmless value (0, "", first enum member),
 * so a reader goes on and reports all problems of a file at once; it must not use its result when `failed` is set.
 * The reader also remembers which attributes and children were asked for; `finish` reports the rest as unknown and
 * `vocabulary` tells what the code understands. Lenient turns only unknown names into warnings, never bad values.
 * Must never fetch anything: external entities do not exist, entity declarations are refused.
 */
import { SaxesParser } from "saxes";
import type { Diagnostic, Result } from "../kernel/result.ts";
import { err, ok } from "../kernel/result.ts";

export interface XmlAttribute {
  readonly name: string;
  readonly value: string;
  readonly line: number;
  readonly column: number;
}

export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, XmlAttribute>;
  readonly children: readonly XmlElement[];
  /** Character data and CDATA directly inside, in order, not trimmed. */
  readonly text: string;
  /** Of its `<`; lines and columns (UTF-16 units) count from 1. */
  readonly line: number;
  readonly column: number;
  readonly parent: XmlElement | undefined;
}

export interface XmlLimits {
  /** Characters of the whole text. */
  readonly size: number;
  readonly depth: number;
  readonly elements: number;
  readonly attributeLength: number;
  readonly attributesPerElement: number;
}

export const defaultXmlLimits: XmlLimits = { size: 64 * 1024 * 1024, depth: 64, elements: 2_000_000, attributeLength: 65_536, attributesPerElement: 128 };

/** Ends the parse at the first fault; never leaves this file. */
class Stop extends Error {}

interface OpenElement {
  readonly name: string;
  readonly attributes: Map<string, XmlAttribute>;
  readonly children: OpenElement[];
  text: string;
  readonly line: number;
  readonly column: number;
  readonly parent: OpenElement | undefined;
}

/**
 * Parses a whole document. A byte order mark is tolerated. Fails on the first fault of well-formedness, on a DOCTYPE
 * that declares entities, and when a limit is passed; the diagnostic then names the place.
 */
export function readXml(text: string, file: string, limits: Partial<XmlLimits> = {}): Result<XmlElement, Diagnostic[]> {
  const limit = { ...defaultXmlLimits, ...limits };
  const source = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const problems: Diagnostic[] = [];
  const place = createPlace(source);
  const stop = (offset: number, message: string, expected?: string): never => {
    const { line, column } = place(offset);
    problems.push({ severity: "error", file, line, column, message, ...(expected === undefined ? {} : { expected }), rule: "xml" });
    throw new Stop(message);
  };
  if (source.length > limit.size) {
    return err([{ severity: "error", file, message: `the file has ${source.length} characters`, expected: `at most ${limit.size}`, rule: "xml" }]);
  }

  const parser = new SaxesParser({ position: true, xmlns: false });
  let root: OpenElement | undefined;
  let current: OpenElement | undefined;
  let depth = 0;
  let elements = 0;
  let lastTag = 0;

  parser.on("error", (error) => stop(parser.position, error.message.replace(/^\d+:\d+: /, "")));
  parser.on("doctype", (doctype) => {
    if (/<!ENTITY/i.test(doctype)) stop(parser.position, "the DOCTYPE declares entities", "no entity declarations");
  });
  parser.on("opentagstart", (tag) => {
    lastTag = source.lastIndexOf("<", parser.position - 1);
    depth += 1;
    elements += 1;
    if (depth > limit.depth) stop(lastTag, `elements are nested deeper than ${limit.depth}`);
    if (elements > limit.elements) stop(lastTag, `more than ${limit.elements} elements`);
    const { line, column } = place(lastTag);
    const element: OpenElement = { name: tag.name, attributes: new Map(), children: [], text: "", line, column, parent: current };
    if (current === undefined) root ??= element;
    else current.children.push(element);
    current = element;
  });
  parser.on("attribute", (attribute) => {
    const offset = attributeOffset(source, attribute.name, lastTag, parser.position);
    if (attribute.value.length > limit.attributeLength) stop(offset, `attribute ${attribute.name} has ${attribute.value.length} characters`, `at most ${limit.attributeLength}`);
    const own = current as OpenElement;
    if (own.attributes.has(attribute.name)) stop(offset, `attribute ${attribute.name} is given twice`);
    if (own.attributes.size >= limit.attributesPerElement) stop(offset, `more than ${limit.attributesPerElement} attributes`);
    const { line, column } = place(offset);
    own.attributes.set(attribute.name, { name: attribute.name, value: attribute.value, line, column });
  });
  parser.on("closetag", () => {
    depth -= 1;
    current = current?.parent;
  });
  const addText = (data: string): void => {
    if (current !== undefined) current.text += data;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);

  try {
    parser.write(source).close();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return err(problems);
  }
  return root === undefined ? err([{ severity: "error", file, line: 1, column: 1, message: "the document is empty", expected: "one root element", rule: "xml" }]) : ok(root);
}

/** Line and column of an offset. Offsets asked for one after another mostly grow, so the cursor rarely goes back. */
function createPlace(source: string): (offset: number) => { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  let at = 0;
  return (offset) => {
    if (offset < at) {
      line = 1;
      lineStart = 0;
      at = 0;
    }
    for (; at < offset && at < source.length; at += 1) {
      const unit = source.charCodeAt(at);
      if (unit === 10 || (unit === 13 && source.charCodeAt(at + 1) !== 10)) {
        line += 1;
        lineStart = at + 1;
      }
    }
    return { line, column: Math.max(1, Math.min(offset, source.length) - lineStart + 1) };
  };
}

/** Offset of an attribute's name: from its closing quote back to the opening one, then over `=` and blanks. */
function attributeOffset(source: string, name: string, tagStart: number, position: number): number {
  let close = position - 1;
  while (close > tagStart && source[close] !== '"' && source[close] !== "'") close -= 1;
  const open = source.lastIndexOf(source[close] as string, close - 1);
  const start = source.lastIndexOf(name, open - 1);
  return start > tagStart ? start : tagStart;
}

/** `/OpenDRIVE/road[2]/link`: XPath with a position wherever siblings share the name. */
export function xmlPath(element: XmlElement, attribute?: string): string {
  let path = attribute === undefined ? "" : `/@${attribute}`;
  for (let e: XmlElement | undefined = element; e !== undefined; e = e.parent) {
    const own = e;
    const same = own.parent?.children.filter((c) => c.name === own.name) ?? [];
    path = `/${own.name}${same.length > 1 ? `[${same.indexOf(own) + 1}]` : ""}${path}`;
  }
  return path;
}

export interface NumberRange {
  /** Inclusive. */
  readonly min?: number;
  readonly max?: number;
  /** Exclusive. */
  readonly above?: number;
  readonly below?: number;
  /** Also accepts INF, +INF, -INF (XML Schema) and Infinity. NaN is never accepted. */
  readonly infinite?: boolean;
  /** For the message only, such as "m". */
  readonly unit?: string;
}

export interface XmlReaderOptions {
  /** Unknown attributes and elements become warnings. */
  readonly lenient?: boolean;
  /** Diagnostics kept; what is beyond is counted and said in one last line. */
  readonly maxDiagnostics?: number;
  /** Elements that may stand anywhere and are nothing of ours (`userData`): they and all below are passed over. */
  readonly ignoreAnywhere?: readonly string[];
  /** Replaces an attribute's raw text before it is typed (`$parameter`, `${expression}`); an error becomes a diagnostic. */
  readonly resolve?: (attribute: XmlAttribute, element: XmlElement) => Result<string, string>;
}

export interface XmlReader {
  readonly file: string;
  readonly diagnostics: readonly Diagnostic[];
  /** At least one error so far. */
  readonly failed: boolean;

  has(element: XmlElement, attribute: string): boolean;
  requiredString(element: XmlElement, attribute: string): string;
  optionalString(element: XmlElement, attribute: string): string | undefined;
  requiredNumber(element: XmlElement, attribute: string, range?: NumberRange): number;
  optionalNumber(element: XmlElement, attribute: string, range?: NumberRange): number | undefined;
  requiredInteger(element: XmlElement, attribute: string, range?: NumberRange): number;
  optionalInteger(element: XmlElement, attribute: string, range?: NumberRange): number | undefined;
  /** true, false, 1 or 0. */
  requiredBoolean(element: XmlElement, attribute: string): boolean;
  optionalBoolean(element: XmlElement, attribute: string): boolean | undefined;
  /** Required: one of `values` exactly. */
  enumOf<T extends string>(element: XmlElement, attribute: string, values: readonly T[]): T;
  optionalEnum<T extends string>(element: XmlElement, attribute: string, values: readonly T[]): T | undefined;

  /** At most one; a second one is an error. */
  child(element: XmlElement, name: string): XmlElement | undefined;
  requiredChild(element: XmlElement, name: string): XmlElement | undefined;
  /** All children of that name in order; fewer than `min` or more than `max` is an error. */
  children(element: XmlElement, name: string, count?: { readonly min?: number; readonly max?: number }): readonly XmlElement[];
  /** The one child of an XSD choice; none (unless `optional`) or several are errors. */
  oneOf(element: XmlElement, names: readonly string[], optional?: boolean): XmlElement | undefined;
  /** Trimmed character data. */
  textOf(element: XmlElement): string;

  /** Records that an element and all below it are known and deliberately not interpreted. */
  ignore(element: XmlElement): void;
  /** Attributes and children that are allowed here but not read. */
  allow(element: XmlElement, names: { readonly attributes?: readonly string[]; readonly children?: readonly string[] }): void;
  error(at: XmlElement, message: string, detail?: ProblemDetail): void;
  warning(at: XmlElement, message: string, detail?: ProblemDetail): void;
  /** A fault one can live with: an error, or a warning when lenient. */
  complain(at: XmlElement, message: string, detail?: ProblemDetail): void;
  /** Understood by the standard but not by this reader: an error, or a warning when lenient. Marks the subtree as known. */
  unsupported(element: XmlElement, what: string): void;
  /** Reports every attribute and child below `root` that nobody asked for. Call once, at the end. */
  finish(root: XmlElement): void;
  /** What was asked for so far: element name to attribute and child names, sorted. */
  vocabulary(): ReadonlyMap<string, { readonly attributes: readonly string[]; readonly children: readonly string[] }>;
}

export interface ProblemDetail {
  /** Attribute the problem is about: its place is named instead of the element's. */
  readonly attribute?: string;
  readonly expected?: string;
  readonly rule?: string;
}

const numberForm = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The number an XML Schema double stands for; undefined when it is none. Surrounding blanks are allowed. */
export function parseXmlNumber(text: string, infinite = false): number | undefined {
  const trimmed = text.trim();
  if (numberForm.test(trimmed)) {
    const value = Number(trimmed);
    return Number.isFinite(value) ? value : undefined;
  }
  if (infinite && /^\+?(INF|Infinity)$/.test(trimmed)) return Infinity;
  if (infinite && /^-(INF|Infinity)$/.test(trimmed)) return -Infinity;
  return undefined;
}

function rangeText(kind: string, range: NumberRange): string {
  const parts: string[] = [];
  if (range.min !== undefined) parts.push(`>= ${range.min}`);
  if (range.above !== undefined) parts.push(`> ${range.above}`);
  if (range.max !== undefined) parts.push(`<= ${range.max}`);
  if (range.below !== undefined) parts.push(`< ${range.below}`);
  return `${kind}${parts.length === 0 ? "" : ` ${parts.join(" and ")}`}${range.unit === undefined ? "" : ` [${range.unit}]`}`;
}

const inRange = (value: number, range: NumberRange): boolean =>
  (range.min === undefined || value >= range.min) && (range.max === undefined || value <= range.max) && (range.above === undefined || value > range.above) && (range.below === undefined || value < range.below);

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export function createXmlReader(file: string, options: XmlReaderOptions = {}): XmlReader {
  const lenient = options.lenient ?? false;
  const maxDiagnostics = options.maxDiagnostics ?? 200;
  const diagnostics: Diagnostic[] = [];
  let failed = false;
  let leftOut = 0;
  const seen = new Set<XmlElement | XmlAttribute>();
  const ignored = new Set<XmlElement>();
  const ignoreAnywhere = new Set(options.ignoreAnywhere ?? []);
  const asked = new Map<string, { attributes: Set<string>; children: Set<string> }>();

  function askedOf(element: XmlElement): { attributes: Set<string>; children: Set<string> } {
    let names = asked.get(element.name);
    if (names === undefined) {
      names = { attributes: new Set(), children: new Set() };
      asked.set(element.name, names);
    }
    return names;
  }

  function report(severity: "error" | "warning", at: XmlElement, message: string, detail: ProblemDetail = {}): void {
    if (severity === "error") failed = true;
    if (diagnostics.length >= maxDiagnostics) {
      leftOut += 1;
      diagnostics[maxDiagnostics] = { severity: failed ? "error" : "warning", file, message: `${leftOut} further problems are not listed` };
      return;
    }
    const spot = detail.attribute === undefined ? at : (at.attributes.get(detail.attribute) ?? at);
    diagnostics.push({
      severity,
      file,
      line: spot.line,
      column: spot.column,
      path: xmlPath(at, detail.attribute),
      message,
      ...(detail.expected === undefined ? {} : { expected: detail.expected }),
      ...(detail.rule === undefined ? {} : { rule: detail.rule }),
    });
  }

  /** Resolved text; undefined when absent, or when resolving failed (then reported). */
  function raw(element: XmlElement, name: string, expected: string | undefined): { value: string | undefined; reported: boolean } {
    askedOf(element).attributes.add(name);
    const attribute = element.attributes.get(name);
    if (attribute === undefined) {
      if (expected === undefined) return { value: undefined, reported: false };
      report("error", element, `attribute ${name} is missing`, { attribute: name, expected });
      return { value: undefined, reported: true };
    }
    seen.add(attribute);
    if (options.resolve === undefined) return { value: attribute.value, reported: false };
    const resolved = options.resolve(attribute, element);
    if (resolved.ok) return { value: resolved.value, reported: false };
    report("error", element, resolved.error, { attribute: name });
    return { value: undefined, reported: true };
  }

  /** `kind` says what is expected; `parse` gives undefined for text that is not it. */
  function typed<T>(element: XmlElement, name: string, required: boolean, kind: string, parse: (text: string) => T | undefined): T | undefined {
    const { value } = raw(element, name, required ? kind : undefined);
    if (value === undefined) return undefined;
    const result = parse(value);
    if (result === undefined) report("error", element, `attribute ${name} is ${JSON.stringify(value)}`, { attribute: name, expected: kind });
    return result;
  }

  const number = (element: XmlElement, name: string, required: boolean, range: NumberRange): number | undefined =>
    typed(element, name, required, rangeText("a number", range), (text) => {
      const value = parseXmlNumber(text, range.infinite);
      return value !== undefined && inRange(value, range) ? value : undefined;
    });
  const integer = (element: XmlElement, name: string, required: boolean, range: NumberRange): number | undefined =>
    typed(element, name, required, rangeText("a whole number", range), (text) => {
      const value = /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : NaN;
      return Number.isSafeInteger(value) && inRange(value, range) ? value : undefined;
    });
  const boolean = (element: XmlElement, name: string, required: boolean): boolean | undefined =>
    typed(element, name, required, "true or false", (text) => (/^\s*(true|1)\s*$/.test(text) ? true : /^\s*(false|0)\s*$/.test(text) ? false : undefined));
  const oneWord = <T extends string>(element: XmlElement, name: string, required: boolean, values: readonly T[]): T | undefined =>
    typed(element, name, required, `one of ${values.join(", ")}`, (text) => values.find((v) => v === text.trim()));

  function childrenOf(element: XmlElement, name: string): XmlElement[] {
    askedOf(element).children.add(name);
    const found = element.children.filter((c) => c.name === name);
    for (const c of found) seen.add(c);
    return found;
  }

  function child(element: XmlElement, name: string): XmlElement | undefined {
    const found = childrenOf(element, name);
    if (found.length > 1) report("error", found[1] as XmlElement, `second ${name} in ${element.name}`, { expected: "at most one" });
    return found[0];
  }

  function namesText(names: Iterable<string>): string {
    const sorted = [...names].sort(byCodeUnit);
    return sorted.length === 0 ? "none here" : sorted.length === 1 ? (sorted[0] as string) : `one of ${sorted.join(", ")}`;
  }

  return {
    file,
    diagnostics,
    get failed() {
      return failed;
    },
    has(element, attribute) {
      askedOf(element).attributes.add(attribute);
      return element.attributes.has(attribute);
    },
    requiredString: (element, attribute) => raw(element, attribute, "text").value ?? "",
    optionalString: (element, attribute) => raw(element, attribute, undefined).value,
    requiredNumber: (element, attribute, range = {}) => number(element, attribute, true, range) ?? 0,
    optionalNumber: (element, attribute, range = {}) => number(element, attribute, false, range),
    requiredInteger: (element, attribute, range = {}) => integer(element, attribute, true, range) ?? 0,
    optionalInteger: (element, attribute, range = {}) => integer(element, attribute, false, range),
    requiredBoolean: (element, attribute) => boolean(element, attribute, true) ?? false,
    optionalBoolean: (element, attribute) => boolean(element, attribute, false),
    enumOf: (element, attribute, values) => oneWord(element, attribute, true, values) ?? (values[0] as (typeof values)[number]),
    optionalEnum: (element, attribute, values) => oneWord(element, attribute, false, values),
    child,
    requiredChild(element, name) {
      const found = child(element, name);
      if (found === undefined) report("error", element, `${element.name} has no ${name}`, { expected: `one ${name}` });
      return found;
    },
    children(element, name, count = {}) {
      const found = childrenOf(element, name);
      if (found.length < (count.min ?? 0)) report("error", element, `${element.name} has ${found.length} ${name}`, { expected: `at least ${count.min}` });
      if (found.length > (count.max ?? Infinity)) report("error", found[count.max as number] as XmlElement, `${element.name} has ${found.length} ${name}`, { expected: `at most ${count.max}` });
      return found;
    },
    oneOf(element, names, optional = false) {
      const found = names.flatMap((name) => childrenOf(element, name));
      if (found.length === 0 && !optional) report("error", element, `${element.name} lacks its content`, { expected: namesText(names) });
      if (found.length > 1) report("error", found[1] as XmlElement, `${element.name} has both ${(found[0] as XmlElement).name} and ${(found[1] as XmlElement).name}`, { expected: namesText(names) });
      return found[0];
    },
    textOf: (element) => element.text.trim(),
    ignore(element) {
      seen.add(element);
      ignored.add(element);
    },
    allow(element, names) {
      const own = askedOf(element);
      for (const name of names.attributes ?? []) {
        own.attributes.add(name);
        const attribute = element.attributes.get(name);
        if (attribute !== undefined) seen.add(attribute);
      }
      for (const name of names.children ?? []) {
        for (const c of childrenOf(element, name)) ignored.add(c);
      }
    },
    error: (at, message, detail) => report("error", at, message, detail),
    warning: (at, message, detail) => report("warning", at, message, detail),
    complain: (at, message, detail) => report(lenient ? "warning" : "error", at, message, detail),
    unsupported(element, what) {
      seen.add(element);
      ignored.add(element);
      report(lenient ? "warning" : "error", element, `${what} is not supported`);
    },
    finish(root) {
      const severity = lenient ? "warning" : "error";
      const stack: XmlElement[] = [root];
      for (let element = stack.pop(); element !== undefined; element = stack.pop()) {
        if (ignored.has(element)) continue;
        const names = askedOf(element);
        for (const attribute of element.attributes.values()) {
          // Namespace declarations and xsi hints are not part of either standard's vocabulary and change nothing.
          if (seen.has(attribute) || /^(xmlns|xsi)(:|$)/.test(attribute.name)) continue;
          report(severity, element, `unknown attribute ${attribute.name}`, { attribute: attribute.name, expected: namesText(names.attributes) });
        }
        const inside: XmlElement[] = [];
        for (const c of element.children) {
          if (ignoreAnywhere.has(c.name)) continue;
          if (seen.has(c)) inside.push(c);
          else report(severity, c, `unknown element ${c.name} in ${element.name}`, { expected: namesText(names.children) });
        }
        for (let i = inside.length - 1; i >= 0; i -= 1) stack.push(inside[i] as XmlElement);
      }
    },
    vocabulary: () => {
      const table = new Map<string, { attributes: readonly string[]; children: readonly string[] }>();
      for (const name of [...asked.keys()].sort(byCodeUnit)) {
        const own = asked.get(name) as { attributes: Set<string>; children: Set<string> };
        table.set(name, { attributes: [...own.attributes].sort(byCodeUnit), children: [...own.children].sort(byCodeUnit) });
      }
      return table;
    },
  };
}
