/**
 * Changes a file in one to six places: its tree (elements removed, doubled, moved, swapped with those of other files,
 * made anew from the element table; attributes and values) or its text. Everything comes from the given generator, so a
 * file is named by its seed. What comes out is bounded in size.
 */
import type { Rng } from "../../fleet-core/kernel/rng.ts";
import { grammar, ROOT_ELEMENT, ROOT_TYPE } from "../schema/grammar.ts";
import { generate, namesOf, valueOf } from "./generate.ts";
import { cloneTree, nodesOf, textOf, type Tree } from "./tree.ts";

export const MAX_TEXT = 2_000_000;

const WILD: readonly string[] = [
  "", " ", "0", "-0", "-1", "1e308", "-1e308", "1e-320", "1e400", "NaN", "INF", "-INF", "Infinity", "4294967295", "4294967296", "18446744073709551616", "9007199254740993", "2147483648", "0x10", "1,5", "١٢", "true", "1.0", "++1",
  "$", "${", "${}", "$none", "${1/0}", "${(1}", "${$x}", "${1e308*10}", "${sqrt(-1)}", "${((((((((1))))))))}", "${max()}", "${1 and 2}", "${pow(9,999)}", "\u0000", "\uFFFE", "\uD800", "a\u202Eb", "::", "A::B::C", "../../../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "C:\\x", "..\\..\\x", "%2e%2e/x", "\\\\host\\share", "__proto__", "constructor", "toString", "2026-13-41T25:61:61", "0000-00-00T00:00:00", "a".repeat(70_000), "${" + "1+".repeat(3000) + "1}", "${" + "-".repeat(200) + "1}",
];

const pick = <T>(rng: Rng, list: readonly T[]): T => list[rng.below(list.length)] as T;

/** Type of each element by the way down from the root; undefined for what the table does not know. */
function typesOf(root: Tree): ReadonlyMap<Tree, string> {
  const types = new Map<Tree, string>();
  const walk = (node: Tree, type: string): void => {
    types.set(node, type);
    for (const c of node.children) {
      const own = grammar.types.get(type)?.children.get(c.name)?.type;
      if (own !== undefined) walk(c, own);
    }
  };
  if (root.name === ROOT_ELEMENT) walk(root, ROOT_TYPE);
  return types;
}

/** `donors`: trees of other files, parts of which may be taken over. */
export function mutateTree(rng: Rng, original: Tree, donors: readonly Tree[]): Tree {
  const root = cloneTree(original);
  // Half the files get a single change: with many, most are refused at once and the rest of the reader is never met.
  const changes = rng.chance(1, 2) ? 1 : 1 + rng.below(6);
  for (let i = 0; i < changes; i += 1) change(rng, root, donors);
  return root;
}

function change(rng: Rng, root: Tree, donors: readonly Tree[]): void {
  const nodes = nodesOf(root);
  const { node, parent } = pick(rng, nodes);
  const index = parent?.children.indexOf(node) ?? -1;
  switch (rng.below(16)) {
    case 0:
      if (parent !== undefined) parent.children.splice(index, 1);
      return;
    case 1:
      if (parent !== undefined) parent.children.splice(index, 0, cloneTree(node));
      return;
    case 2:
      if (parent !== undefined) {
        const other = rng.below(parent.children.length);
        [parent.children[index], parent.children[other]] = [parent.children[other] as Tree, node];
      }
      return;
    case 3:
      pick(rng, nodes).node.children.push(cloneTree(node));
      return;
    case 4: {
      const same = donors.length === 0 ? [] : nodesOf(pick(rng, donors)).filter((d) => d.node.name === node.name);
      if (same.length > 0 && parent !== undefined) parent.children[index] = cloneTree(pick(rng, same).node);
      return;
    }
    case 5: {
      const type = pick(rng, [...grammar.types.values()]);
      node.children.push(generate(rng, namesOf(root), type.name, type.name));
      return;
    }
    case 6:
      node.name = pick(rng, [...grammar.types.keys(), "Dragon", "xml", "a:b", node.name.toLowerCase()]);
      return;
    case 7:
      if (node.attributes.length > 0) node.attributes.splice(rng.below(node.attributes.length), 1);
      return;
    case 8:
      return addAttribute(rng, root, node);
    case 9:
      if (node.attributes.length > 0) pick(rng, node.attributes)[0] = pick(rng, ["value", "name", "Name", "entityRef", "xmlns:x", "type", "data-x"]);
      return;
    case 10:
    case 11:
      if (node.attributes.length > 0) pick(rng, node.attributes)[1] = pick(rng, WILD);
      return;
    case 12: {
      const other = pick(rng, nodes).node;
      if (node.attributes.length > 0 && other.attributes.length > 0) pick(rng, node.attributes)[1] = pick(rng, other.attributes)[1];
      return;
    }
    case 13:
      return setOwnType(rng, root, node);
    default:
      return regenerate(rng, root);
  }
}

/** An element made anew from the table, at its own place: valid in structure, unlike anything in our files. */
function regenerate(rng: Rng, root: Tree): void {
  const types = typesOf(root);
  const known = nodesOf(root).filter(({ node, parent }) => parent !== undefined && types.has(node));
  if (known.length === 0) return;
  const { node, parent } = pick(rng, known);
  const type = types.get(node);
  if (parent === undefined || type === undefined) return;
  const names = namesOf(root);
  parent.children[parent.children.indexOf(node)] = generate(rng, names, node.name, type);
}

function addAttribute(rng: Rng, root: Tree, node: Tree): void {
  const type = typesOf(root).get(node);
  const rules = [...(grammar.types.get(type ?? "")?.attributes.values() ?? [])].filter((rule) => !node.attributes.some(([name]) => name === rule.name));
  if (rules.length === 0) return;
  const rule = pick(rng, rules);
  node.attributes.push([rule.name, valueOf(rng, namesOf(root), rule.name, rule.type)]);
}

/** Another value of the right type for one attribute. */
function setOwnType(rng: Rng, root: Tree, node: Tree): void {
  const type = grammar.types.get(typesOf(root).get(node) ?? "");
  if (type === undefined || node.attributes.length === 0) return;
  const attribute = pick(rng, node.attributes);
  const rule = type.attributes.get(attribute[0]);
  if (rule !== undefined) attribute[1] = valueOf(rng, namesOf(root), rule.name, rule.type);
}

/** Damages the text itself. */
export function mutateText(rng: Rng, text: string): string {
  const at = rng.below(Math.max(1, text.length));
  const length = 1 + rng.below(200);
  switch (rng.below(9)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(at + length);
    case 2:
      return text.slice(0, at) + text.slice(at, at + length) + text.slice(at);
    case 3:
      return text.slice(0, at) + pick(rng, ["<", ">", "&", '"', "'", "\u0000", "]]>", "<!--", "<![CDATA[", "<?x", "</", "/>", "&amp;", "&#0;", "&x;", "&#x110000;", "\uFEFF", "\uD800"]) + text.slice(at);
    case 4:
      return `<!DOCTYPE x [<!ENTITY a "b">]>${text.replace(/^<\?xml[^>]*\?>/, "")}`;
    case 5:
      return text.slice(0, at) + String.fromCharCode(rng.below(65536)) + text.slice(at + 1);
    case 6:
      return text.replace(/^<\?xml[^>]*\?>/, '<?xml version="1.1" encoding="UTF-16"?>');
    case 7:
      return text + text.slice(at);
    default:
      return text.replaceAll('"', "'");
  }
}

/** A changed file, as text of at most MAX_TEXT characters. */
export function mutate(rng: Rng, original: Tree, donors: readonly Tree[]): string {
  const text = textOf(mutateTree(rng, original, donors));
  return (rng.chance(1, 8) ? mutateText(rng, text) : text).slice(0, MAX_TEXT);
}
