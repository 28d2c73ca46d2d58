/**
 * Makes elements the element table allows, with values of the right types and names the document knows: parts of the
 * language that no file of ours uses are met this way. What it makes is structurally valid; whether it makes sense is for
 * the reader to say.
 */
import type { Rng } from "../../fleet-core/kernel/rng.ts";
import { grammar, type Content, type ElementType } from "../schema/grammar.ts";
import { nodesOf, type Tree } from "./tree.ts";

/** Names a document declares, by the attribute that refers to them. */
export interface Names {
  readonly entities: readonly string[];
  readonly parameters: readonly string[];
  readonly variables: readonly string[];
  readonly monitors: readonly string[];
  readonly storyboard: readonly string[];
  readonly roads: readonly string[];
}

export function namesOf(root: Tree): Names {
  const of = (...elements: readonly string[]): readonly string[] => nodesOf(root).filter(({ node }) => elements.includes(node.name)).flatMap(({ node }) => node.attributes.filter(([name]) => name === "name").map(([, value]) => value));
  const roads = new Set(nodesOf(root).flatMap(({ node }) => node.attributes.filter(([name]) => name === "roadId").map(([, value]) => value)));
  return { entities: of("ScenarioObject", "EntitySelection"), parameters: of("ParameterDeclaration"), variables: of("VariableDeclaration"), monitors: of("MonitorDeclaration"), storyboard: of("Story", "Act", "ManeuverGroup", "Maneuver", "Event", "Action"), roads: roads.size === 0 ? ["1"] : [...roads] };
}

const pick = <T>(rng: Rng, list: readonly T[]): T | undefined => (list.length === 0 ? undefined : list[rng.below(list.length)]);

const NUMBERS = ["0", "1", "2", "5", "10", "0.5", "30", "100", "3.5", "-1", "0.1", "1000", "1e-3"] as const;
const MAX_DEPTH = 14;

export function generate(rng: Rng, names: Names, element: string, typeName: string, depth = 0): Tree {
  const type = grammar.types.get(typeName);
  const tree: Tree = { name: element, attributes: [], children: [], text: "" };
  if (type === undefined) return tree;
  for (const rule of type.attributes.values()) {
    if (rule.required || rng.chance(2, 5)) tree.attributes.push([rule.name, valueOf(rng, names, rule.name, rule.type)]);
  }
  if (type.text) tree.text = pick(rng, ["", "text", "a = 1", "<x/>"]) ?? "";
  if (type.content !== undefined) fill(rng, names, type, type.content, depth, tree.children);
  return tree;
}

function fill(rng: Rng, names: Names, type: ElementType, content: Content, depth: number, into: Tree[]): void {
  const deep = depth > MAX_DEPTH;
  const most = Math.min(content.max, content.min + (deep ? 0 : rng.below(content.max > 1 ? 3 : 2)));
  for (let i = 0; i < most; i += 1) {
    if (content.kind === "element") into.push(generate(rng, names, content.name, content.type, depth + 1));
    else if (content.kind === "choice") {
      const part = pick(rng, content.parts);
      if (part !== undefined) fill(rng, names, type, part, depth, into);
    } else for (const part of content.parts) fill(rng, names, type, part, depth, into);
  }
}

/** A value an attribute of this name and type may have. */
export function valueOf(rng: Rng, names: Names, name: string, type: string): string {
  switch (name) {
    case "entityRef":
    case "masterEntityRef":
    case "trailerRef":
      return pick(rng, names.entities) ?? "Ego";
    case "parameterRef":
    case "parameterName":
      return pick(rng, names.parameters) ?? "p";
    case "variableRef":
      return pick(rng, names.variables) ?? "v";
    case "monitorRef":
      return pick(rng, names.monitors) ?? "m";
    case "storyboardElementRef":
      return pick(rng, names.storyboard) ?? "Event";
    case "roadId":
      return pick(rng, names.roads) ?? "1";
    case "laneId":
      return pick(rng, ["-1", "1", "-2", "2"]) ?? "-1";
    case "name":
      return `n${rng.below(1000)}`;
    default:
      return typedValue(rng, type);
  }
}

function typedValue(rng: Rng, type: string): string {
  switch (type) {
    case "Boolean":
      return rng.chance(1, 2) ? "true" : "false";
    case "Double":
      return pick(rng, NUMBERS) ?? "0";
    case "Int":
      return pick(rng, ["0", "1", "-1", "2", "-3"]) ?? "0";
    case "UnsignedInt":
    case "UnsignedShort":
      return pick(rng, ["0", "1", "2", "4"]) ?? "1";
    case "DateTime":
      return "2026-03-01T06:00:00";
    case "String":
      return pick(rng, ["a", "b", "on", "7", "true"]) ?? "a";
    default:
      return pick(rng, [...(grammar.enums.get(type)?.keys() ?? [])]) ?? "x";
  }
}
