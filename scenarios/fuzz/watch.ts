/**
 * XML trees that know what was read of them: an element when a reader asked for it, an attribute when somebody asked for
 * its value, text when it was taken. What is left over is what a reader has dropped. Looks only; changes nothing.
 */
import { readXml, xmlPath, type XmlAttribute, type XmlElement } from "../../fleet-core/contract/xml.ts";
import type { Diagnostic, Result } from "../../fleet-core/kernel/result.ts";
import type { Watched } from "../schema/reading.ts";

class WatchedAttributes extends Map<string, XmlAttribute> {
  readonly read = new Set<string>();
  override get(name: string): XmlAttribute | undefined {
    this.read.add(name);
    return super.get(name);
  }
}

export interface WatchedElement extends XmlElement, Watched {
  readonly children: readonly WatchedElement[];
  readonly readAttributes: ReadonlySet<string>;
  readonly textSeen: boolean;
  /** Holds text at all; asking does not count as reading it. */
  readonly hasText: boolean;
}

function watchTree(e: XmlElement, parent: WatchedElement | undefined): WatchedElement {
  const attributes = new WatchedAttributes();
  for (const [name, attribute] of e.attributes) attributes.set(name, attribute);
  const children: WatchedElement[] = [];
  let textSeen = false;
  const own: WatchedElement = {
    name: e.name,
    attributes,
    children,
    line: e.line,
    column: e.column,
    parent,
    seen: false,
    readAttributes: attributes.read,
    get text() {
      textSeen = true;
      return e.text;
    },
    get textSeen() {
      return textSeen;
    },
    hasText: e.text.trim() !== "",
  };
  for (const c of e.children) children.push(watchTree(c, own));
  return own;
}

export interface Watch {
  /** Stands in for `readXml`; the latest tree of each file is kept. */
  readonly parse: (text: string, file: string) => Result<XmlElement, Diagnostic[]>;
  readonly trees: ReadonlyMap<string, WatchedElement>;
}

/** Trees of files that are not watched, by their text: they need not be parsed for every changed file. The owner keeps it. */
export type TreeCache = Map<string, Result<XmlElement, Diagnostic[]>>;

/** Watches the files `wanted` names; `cache` serves the others. */
export function createWatch(wanted: (file: string) => boolean, cache: TreeCache): Watch {
  const trees = new Map<string, WatchedElement>();
  return {
    trees,
    parse(text, file) {
      if (!wanted(file)) {
        const key = `${file}\u0000${text}`;
        const known = cache.get(key) ?? readXml(text, file);
        cache.set(key, known);
        return known;
      }
      const tree = readXml(text, file);
      if (!tree.ok) return tree;
      const watched = watchTree(tree.value, undefined);
      trees.set(file, watched);
      return { ok: true, value: watched };
    },
  };
}

/** A message that speaks for everything below its element, not only for the element itself. */
const speaksForAll = (d: Diagnostic): boolean => d.severity === "error" || d.rule === "supported" || /is not an element of|does not belong here|too often or in the wrong place|is incomplete|is left out|is left aside|declared twice/.test(d.message);

/**
 * What nobody has read below `root` and no diagnostic of its file speaks of, as paths. `start`: only what lies below
 * elements for which it holds (the used entries of a catalog).
 */
export function unread(root: WatchedElement, file: string, diagnostics: readonly Diagnostic[], start: (e: WatchedElement) => boolean = (e) => e === root): readonly string[] {
  const places = new Map<string, boolean>();
  for (const d of diagnostics) {
    if (d.file !== file || d.line === undefined) continue;
    const key = `${d.line}:${d.column ?? 0}`;
    places.set(key, (places.get(key) ?? false) || speaksForAll(d));
  }
  const left: string[] = [];
  const walk = (e: WatchedElement, inside: boolean): void => {
    const within = inside || start(e);
    const said = places.get(`${e.line}:${e.column}`);
    if (said === true || attributesOf(e).some((a) => places.get(`${a.line}:${a.column}`) === true)) return;
    if (within) {
      if (!e.seen && said === undefined && e !== root && !start(e)) {
        left.push(xmlPath(e));
        return;
      }
      if (e.hasText && !e.textSeen && said === undefined) left.push(`${xmlPath(e)}/text()`);
      for (const a of attributesOf(e)) {
        if (/^(xmlns|xsi|xml)(:|$)/.test(a.name) || e.readAttributes.has(a.name) || places.has(`${a.line}:${a.column}`)) continue;
        left.push(xmlPath(e, a.name));
      }
    }
    for (const c of e.children) walk(c, within);
  };
  walk(root, false);
  return left;
}

const attributesOf = (e: WatchedElement): readonly XmlAttribute[] => [...e.attributes.values()];
