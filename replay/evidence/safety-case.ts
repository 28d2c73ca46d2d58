/**
 * A safety case in the Goal Structuring Notation as data, and its lint. The rules are ours: an argument that leans on
 * nothing, on itself, on evidence without a digest or on evidence that has changed since is not one.
 */
import { z } from "zod";

const id = z.string().min(1).max(64);
export const safetyCaseSchema = z.strictObject({
  schema: z.literal("atlasmesh.safety-case/1"),
  root: id,
  nodes: z.array(z.strictObject({
    id,
    kind: z.enum(["goal", "strategy", "solution", "context", "assumption", "justification"]),
    text: z.string().min(1).max(2000),
    supportedBy: z.array(id).max(200).optional(),
    inContextOf: z.array(id).max(50).optional(),
    /** Solutions: the file of the bundle and its digest. */
    evidence: z.strictObject({ file: z.string(), sha256: z.string() }).optional(),
    /** Contexts: the operational design domain they speak of, where they speak of one. */
    odd: z.string().optional(),
    /** Assumptions: who answers for them. */
    owner: z.string().optional(),
    /** Where the wording of the claim comes from: read in the text, a secondary source, or our own proposal. */
    source: z.enum(["text", "secondary source", "from memory", "our proposal"]).optional(),
    /** Goals deliberately left for later: never counts as developed. */
    undeveloped: z.boolean().optional(),
  })).min(1).max(5000),
});
export type SafetyCase = z.infer<typeof safetyCaseSchema>;

export interface CaseFault {
  readonly code: "goal-undeveloped" | "case-cycle" | "case-unknown-node" | "case-duplicate-id" | "solution-without-digest" | "solution-stale" | "context-without-odd" | "assumption-without-owner" | "case-unreachable" | "case-root";
  readonly node: string;
  readonly text: string;
}

/** `digestOf` gives the digest of a file of the bundle as it is now. Every fault, in the order of the nodes. */
export function lintSafetyCase(safetyCase: SafetyCase, digestOf: (file: string) => string | undefined): readonly CaseFault[] {
  const faults: CaseFault[] = [];
  const fault = (code: CaseFault["code"], node: string, text: string): void => void faults.push({ code, node, text });
  const nodes = new Map<string, SafetyCase["nodes"][number]>();
  for (const node of safetyCase.nodes) {
    if (nodes.has(node.id)) fault("case-duplicate-id", node.id, `${node.id} stands twice`);
    nodes.set(node.id, node);
  }
  if (nodes.get(safetyCase.root)?.kind !== "goal") fault("case-root", safetyCase.root, `the root ${safetyCase.root} is no goal`);
  let oddInContext = false;
  for (const node of safetyCase.nodes) {
    const children = [...(node.supportedBy ?? []), ...(node.inContextOf ?? [])];
    for (const child of children) if (!nodes.has(child)) fault("case-unknown-node", node.id, `${node.id} names ${child}, which is not there`);
    switch (node.kind) {
      case "goal":
      case "strategy":
        if (node.undeveloped === true || (node.supportedBy ?? []).length === 0) fault("goal-undeveloped", node.id, `${node.id} is supported by nothing`);
        break;
      case "solution":
        if (node.evidence === undefined || node.evidence.sha256 === "") fault("solution-without-digest", node.id, `${node.id} names no evidence by digest`);
        else if (digestOf(node.evidence.file) !== node.evidence.sha256) fault("solution-stale", node.id, `${node.id} leans on ${node.evidence.file} as it was, not as it is`);
        break;
      case "context":
        oddInContext ||= node.odd !== undefined && node.odd !== "";
        break;
      case "assumption":
        if (node.owner === undefined || node.owner === "") fault("assumption-without-owner", node.id, `nobody answers for ${node.id}`);
        break;
      case "justification":
        break;
    }
  }
  if (!oddInContext) fault("context-without-odd", safetyCase.root, "no context names the operational design domain");
  const state = new Map<string, "open" | "done">();
  const walk = (at: string, trail: readonly string[]): void => {
    if (state.get(at) === "done") return;
    if (state.get(at) === "open") return fault("case-cycle", at, `${[...trail.slice(trail.indexOf(at)), at].join(" -> ")} supports itself`);
    state.set(at, "open");
    for (const child of [...(nodes.get(at)?.supportedBy ?? []), ...(nodes.get(at)?.inContextOf ?? [])]) walk(child, [...trail, at]);
    state.set(at, "done");
  };
  walk(safetyCase.root, []);
  for (const node of nodes.keys()) if (!state.has(node)) {
    fault("case-unreachable", node, `${node} supports nothing of the case`);
    walk(node, []);
  }
  return faults;
}
