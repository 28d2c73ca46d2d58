export const root: string;
export function filesBelow(folder: string): string[];
export function closureOf(entries: readonly string[]): string[];
export function buildDigest(): string;
export function treeDigest(part: "node" | "web" | "verifier"): string;
