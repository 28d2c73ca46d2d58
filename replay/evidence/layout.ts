/**
 * Where things lie in a bundle. The manifest signs every file except the envelope around it (its own signature and the
 * log that proves it) and the disclosures, which stand or fall by commitments inside signed files.
 */
export const MANIFEST = "manifest.dsse.json";
export const CHECKPOINT = "log/checkpoint";
export const ENTRIES = "log/entries.jsonl";
export const LEAVES = "log/leaves";
export const PROOF = "log/manifest.tlog-proof";
export const DISCLOSURES = "disclosures.json";
export const ENVELOPE: readonly string[] = [MANIFEST, CHECKPOINT, ENTRIES, LEAVES, PROOF, DISCLOSURES];

export const RUNS_FOLDER = "06-runs/";
/** What an auditor should find, by number; each number's first file must be there. Source: our own list, no outside authority. */
export const CONTENTS: readonly { readonly number: number; readonly title: string; readonly files: readonly string[] }[] = [
  { number: 1, title: "What, when, who; scope and clause map", files: ["01-statement.json"] },
  { number: 2, title: "Vehicles: profile digests, controllers, software ids, SBOM", files: ["02-vehicles.json", "02-sbom.cdx.json"] },
  { number: 3, title: "Operational design domain and map", files: ["03-odd.json"] },
  { number: 4, title: "Scenario set, coverage and seeds", files: ["04-scenarios.json"] },
  { number: 5, title: "Build provenance and tool credibility", files: ["05-provenance.json", "05-credibility.json"] },
  { number: 6, title: "Results per run, with recordings", files: ["06-runs.json"] },
  { number: 7, title: "Failures, waivers, near misses", files: ["07-failures.json"] },
  { number: 8, title: "Occurrences", files: ["08-occurrences.json"] },
  { number: 9, title: "Software updates", files: ["09-updates.json"] },
  { number: 10, title: "Keys, revocations, security log", files: ["10-security.json"] },
  { number: 11, title: "Safety case", files: ["11-safety-case.json"] },
  { number: 12, title: "Chain of custody, retention, redactions", files: ["12-custody.json"] },
  { number: 13, title: "Manifest, proof and cosignatures", files: [MANIFEST, PROOF, CHECKPOINT] },
  { number: 14, title: "Verifier, instructions, expected hashes", files: ["14-expected.json", "14-instructions.txt"] },
];

const SEGMENT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Undefined for a path a bundle may hold: relative, plain segments, at most four deep. */
export function pathFault(path: string): "path-traversal" | "path-form" | undefined {
  const parts = path.split("/");
  if (path.startsWith("/") || path.includes("\\") || parts.some((part) => part === ".." || part === ".")) return "path-traversal";
  return path.length <= 255 && parts.length <= 4 && parts.every((part) => SEGMENT.test(part)) ? undefined : "path-form";
}

/** Files of a bundle by path. */
export type BundleFiles = ReadonlyMap<string, Uint8Array>;
