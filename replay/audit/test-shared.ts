/** Shared vectors for tests; absent data is said by name, never passed over. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const sharedEvidence = join(process.env["ATLASMESH_SHARED"] ?? fileURLToPath(new URL("../../../shared", import.meta.url)), "data", "evidence");
export const evidenceMissing = existsSync(sharedEvidence) ? undefined : `no shared vectors at ${sharedEvidence} (ATLASMESH_SHARED)`;
if (evidenceMissing !== undefined) process.stdout.write(`LEFT OUT shared evidence vectors: ${evidenceMissing}\n`);

export const sharedText = (...path: readonly string[]): string => readFileSync(join(sharedEvidence, ...path), "utf8");

/** Paths below a folder of the shared vectors, sorted. */
export function sharedFiles(folder: string): readonly string[] {
  const root = join(sharedEvidence, folder);
  return readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort();
}

/** JSON whose whole numbers may pass 2^53: each becomes a bigint. */
export const bigJson = (text: string): unknown => JSON.parse(text.replace(/(:\s*)(-?\d+)(?=\s*[,}\n])/g, '$1"#$2"'), (_, value: unknown) => (typeof value === "string" && /^#-?\d+$/.test(value) ? BigInt(value.slice(1)) : value)) as unknown;
