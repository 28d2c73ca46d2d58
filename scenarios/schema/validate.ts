/**
 * Checks an element tree against the element table: unknown or misplaced elements, missing or unknown attributes, values
 * that cannot be of their type, text where none belongs, things newer than the file's stated version. Values holding
 * `$parameter` or `${expression}` are typed later, when they are resolved. Must never interpret anything.
 */
import { parseXmlNumber, type XmlElement } from "../../fleet-core/contract/xml.ts";
import { BASIC_TYPES, grammar, ROOT_ELEMENT, ROOT_TYPE, type Content, type ElementType } from "./grammar.ts";
import type { Problems } from "./problems.ts";

const SCHEMA = "valid_schema";

/** What is expected of a value of this attribute type, and whether `text` (without `$`) can be one. */
export function checkValue(type: string, text: string): { readonly ok: boolean; readonly expected: string } {
  switch (type) {
    case "String":
      return { ok: true, expected: "text" };
    case "Boolean":
      return { ok: /^\s*(true|false|1|0)\s*$/.test(text), expected: "true or false" };
    case "Double":
      return { ok: parseXmlNumber(text, true) !== undefined, expected: "a number" };
    case "Int":
      return { ok: inRange(text, -2147483648, 2147483647), expected: "a whole number" };
    case "UnsignedInt":
      return { ok: inRange(text, 0, 4294967295), expected: "a whole number >= 0" };
    case "UnsignedShort":
      return { ok: inRange(text, 0, 65535), expected: "a whole number from 0 to 65535" };
    case "DateTime":
      return { ok: /^\s*-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?\s*$/.test(text), expected: "a date and time such as 2026-01-31T08:00:00" };
    default: {
      const values = grammar.enums.get(type);
      return { ok: values?.has(text.trim()) ?? false, expected: `one of ${[...(values ?? new Map()).keys()].join(", ")}` };
    }
  }
}

function inRange(text: string, low: number, high: number): boolean {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) return false;
  const value = Number(text);
  return value >= low && value <= high;
}

function namesOf(content: Content | undefined): string[] {
  if (content === undefined) return [];
  return content.kind === "element" ? [content.name] : content.parts.flatMap(namesOf);
}

const oneOf = (names: readonly string[]): string => (names.length === 0 ? "no child elements" : names.length === 1 ? (names[0] as string) : `one of ${names.join(", ")}`);

function starts(content: Content, name: string): boolean {
  if (content.kind === "element") return content.name === name;
  if (content.kind !== "sequence") return content.parts.some((part) => starts(part, name));
  for (const part of content.parts) {
    if (starts(part, name)) return true;
    if (!mayBeEmpty(part)) return false;
  }
  return false;
}

function mayBeEmpty(content: Content): boolean {
  if (content.min === 0) return true;
  if (content.kind === "element") return false;
  return content.kind === "choice" ? content.parts.some(mayBeEmpty) : content.parts.every(mayBeEmpty);
}

/** Index after what matched; a fault names the child index where it stood and what should have stood there. */
type Match = { readonly ok: true; readonly next: number } | { readonly ok: false; readonly at: number; readonly expected: readonly string[] };

function match(content: Content, children: readonly XmlElement[], from: number): Match {
  let at = from;
  let count = 0;
  while (count < content.max) {
    const name = children[at]?.name;
    if (content.kind === "element") {
      if (name !== content.name) break;
      at += 1;
    } else {
      if (name === undefined || !starts(content, name)) break;
      const once = matchOnce(content.kind, content.parts, children, at);
      if (!once.ok) return once;
      at = once.next;
    }
    count += 1;
  }
  if (count >= content.min || mayBeEmpty(content)) return { ok: true, next: at };
  return { ok: false, at, expected: namesOf(content) };
}

function matchOnce(kind: "sequence" | "choice" | "all", parts: readonly Content[], children: readonly XmlElement[], from: number): Match {
  if (kind === "choice") {
    const name = children[from]?.name;
    const part = name === undefined ? undefined : parts.find((p) => starts(p, name));
    return part === undefined ? { ok: false, at: from, expected: parts.flatMap(namesOf) } : match(part, children, from);
  }
  let at = from;
  if (kind === "sequence") {
    for (const part of parts) {
      const result = match(part, children, at);
      if (!result.ok) return result;
      at = result.next;
    }
    return { ok: true, next: at };
  }
  const left = new Set(parts);
  for (;;) {
    const name = children[at]?.name;
    const part = name === undefined ? undefined : [...left].find((p) => starts(p, name));
    if (part === undefined) break;
    const result = match(part, children, at);
    if (!result.ok) return result;
    left.delete(part);
    at = result.next;
  }
  const missing = [...left].filter((p) => !mayBeEmpty(p));
  return missing.length === 0 ? { ok: true, next: at } : { ok: false, at, expected: missing.flatMap(namesOf) };
}

/**
 * Checks `root` as a whole OpenSCENARIO document. `version` is the file's `1.n`. Things that came later, or that only this
 * version requires, give a warning: files mix versions, and we read them all.
 */
export function validateDocument(root: XmlElement, file: string, version: string, problems: Problems): void {
  if (root.name !== ROOT_ELEMENT) {
    problems.error(file, root, `the root element is ${root.name}`, { expected: ROOT_ELEMENT, rule: "root_tag_is_openscenario" });
    return;
  }
  check(root, ROOT_TYPE);

  function check(element: XmlElement, typeName: string): void {
    const type = grammar.types.get(typeName);
    if (type === undefined) return;
    checkAttributes(element, type);
    if (!type.text && element.text.trim() !== "") problems.strict(file, element, `${element.name} holds the text ${JSON.stringify(element.text.trim().slice(0, 40))}`, { expected: "no text here", rule: SCHEMA });
    const known: XmlElement[] = [];
    for (const child of element.children) {
      if (type.children.has(child.name)) known.push(child);
      else problems.strict(file, child, `${child.name} is not an element of ${element.name}`, { expected: oneOf([...type.children.keys()]), rule: SCHEMA });
    }
    if (type.content !== undefined) {
      const result = match(type.content, known, 0);
      if (!result.ok) {
        const child = known[result.at];
        if (child === undefined) problems.strict(file, element, `${element.name} is incomplete`, { expected: oneOf(result.expected), rule: SCHEMA });
        else problems.strict(file, child, `${child.name} does not belong here in ${element.name}`, { expected: oneOf(result.expected), rule: SCHEMA });
      } else if (result.next < known.length) {
        const child = known[result.next] as XmlElement;
        problems.strict(file, child, `${child.name} stands too often or in the wrong place in ${element.name}`, { expected: describe(type.content), rule: SCHEMA });
      }
    }
    const met = new Set<string>();
    for (const child of known) {
      const rule = type.children.get(child.name);
      if (rule === undefined) continue;
      // The match ends at its first fault; what is there once too often is left aside by the readers, so it is said.
      if (met.has(child.name) && problems.lenient && !repeats(type.content, child.name)) problems.strict(file, child, `${child.name} stands too often in ${element.name}; it is left aside`, { expected: `one ${child.name}`, rule: SCHEMA });
      met.add(child.name);
      const since = laterOf(rule.since, grammar.types.get(rule.type)?.since ?? "1.0");
      if (since > version) problems.warning(file, child, `${child.name} exists since version ${since}, the file says ${version}`, { rule: SCHEMA });
      check(child, rule.type);
    }
  }

  function checkAttributes(element: XmlElement, type: ElementType): void {
    for (const attribute of element.attributes.values()) {
      if (/^(xmlns|xsi|xml)(:|$)/.test(attribute.name)) continue;
      const rule = type.attributes.get(attribute.name);
      if (rule === undefined) {
        problems.strict(file, element, `${attribute.name} is not an attribute of ${element.name}`, { attribute: attribute.name, expected: type.attributes.size === 0 ? "no attributes" : oneOf([...type.attributes.keys()]), rule: SCHEMA });
        continue;
      }
      if (rule.since > version) problems.warning(file, element, `${attribute.name} exists since version ${rule.since}, the file says ${version}`, { attribute: attribute.name, rule: SCHEMA });
      if (attribute.value.trim().startsWith("$")) continue;
      const value = checkValue(rule.type, attribute.value);
      if (!value.ok) problems.strict(file, element, `${attribute.name} is ${JSON.stringify(attribute.value)}`, { attribute: attribute.name, expected: value.expected, rule: SCHEMA });
      else if (!BASIC_TYPES.has(rule.type)) {
        const since = grammar.enums.get(rule.type)?.get(attribute.value.trim()) ?? "1.0";
        if (since > version && since > rule.since) problems.warning(file, element, `${attribute.name}="${attribute.value}" exists since version ${since}, the file says ${version}`, { attribute: attribute.name, rule: SCHEMA });
      }
    }
    for (const rule of type.attributes.values()) {
      if (element.attributes.has(rule.name)) continue;
      const missing = { expected: checkValue(rule.type, "").expected, rule: SCHEMA };
      if (rule.required) problems.strict(file, element, `${element.name} has no ${rule.name}`, missing);
      else if (rule.requiredIn !== undefined && version >= rule.requiredIn.from && version <= rule.requiredIn.to) problems.warning(file, element, `${element.name} has no ${rule.name}, which version ${version} requires`, missing);
    }
  }
}

/** Whether `name` may stand more than once. */
function repeats(content: Content | undefined, name: string): boolean {
  if (content === undefined) return false;
  if (content.kind === "element") return content.name === name && content.max > 1;
  return content.parts.some((part) => repeats(part, name) || (content.max > 1 && namesOf(part).includes(name)));
}

const laterOf = (a: string, b: string): string => (a > b ? a : b);

function describe(content: Content): string {
  const suffix = content.min === 0 ? (content.max === 1 ? "?" : "*") : content.max === 1 ? "" : "+";
  if (content.kind === "element") return `${content.name}${suffix}`;
  const body = content.parts.map(describe).join(content.kind === "sequence" ? ", " : content.kind === "choice" ? " | " : " & ");
  return suffix === "" ? body : `(${body})${suffix}`;
}
