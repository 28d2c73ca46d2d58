/** Small XML trees that can be changed, for making test files: from text and back. Not a reader: it checks nothing. */
import { readXml, type XmlElement } from "../../fleet-core/contract/xml.ts";

export interface Tree {
  name: string;
  attributes: [string, string][];
  children: Tree[];
  text: string;
}

function copyOf(e: XmlElement): Tree {
  return { name: e.name, attributes: [...e.attributes.values()].map((a): [string, string] => [a.name, a.value]), children: e.children.map(copyOf), text: e.children.length === 0 ? e.text : "" };
}

export function treeOf(text: string): Tree | undefined {
  const tree = readXml(text, "");
  return tree.ok ? copyOf(tree.value) : undefined;
}

export const cloneTree = (t: Tree): Tree => ({ name: t.name, attributes: t.attributes.map(([n, v]): [string, string] => [n, v]), children: t.children.map(cloneTree), text: t.text });

const escapes: ReadonlyMap<string, string> = new Map([["&", "&amp;"], ["<", "&lt;"], [">", "&gt;"], ['"', "&quot;"], ["\n", "&#10;"], ["\t", "&#9;"], ["\r", "&#13;"]]);
const escape = (text: string): string => text.replaceAll(/[&<>"\n\t\r]/g, (c) => escapes.get(c) ?? c);

export function textOf(t: Tree): string {
  const parts: string[] = [];
  const write = (e: Tree): void => {
    parts.push(`<${e.name}`);
    for (const [name, value] of e.attributes) parts.push(` ${name}="${escape(value)}"`);
    if (e.children.length === 0 && e.text === "") {
      parts.push("/>\n");
      return;
    }
    parts.push(">", escape(e.text));
    for (const c of e.children) write(c);
    parts.push(`</${e.name}>\n`);
  };
  write(t);
  return `<?xml version="1.0"?>\n${parts.join("")}`;
}

/** Every element with its parent, in document order. */
export function nodesOf(root: Tree): readonly { readonly node: Tree; readonly parent: Tree | undefined }[] {
  const list: { node: Tree; parent: Tree | undefined }[] = [];
  const walk = (node: Tree, parent: Tree | undefined): void => {
    list.push({ node, parent });
    for (const c of node.children) walk(c, node);
  };
  walk(root, undefined);
  return list;
}
