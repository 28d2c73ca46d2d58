/** The manifest: an in-toto Statement v1 that names every file by its digest. */
import { z } from "zod";
import { canonicalJson } from "../../fleet-core/contract/json.ts";
import { byText } from "../../fleet-core/kernel/order.ts";
import { hex, utf8 } from "../audit/bytes.ts";
import type { Sha256 } from "../audit/crypto.ts";
import { ENVELOPE, type BundleFiles } from "./layout.ts";

export const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
export const BUNDLE_PREDICATE = "urn:atlasmesh:evidence-bundle:v1";
const FILES_MAX = 10_000;

const digest = z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/, "64 hex digits") });

export const predicateSchema = z.strictObject({
  bundleId: z.string().min(1).max(128),
  createdMs: z.int(),
  createdBy: z.string().min(1).max(256),
  /** Digest of the deterministic code that made and executes the recordings. */
  build: z.string().max(128),
  log: z.strictObject({ origin: z.string().min(1) }),
  retention: z.strictObject({ class: z.enum(["public", "internal", "confidential", "restricted"]), untilMs: z.int() }),
});

export const statementSchema = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(z.strictObject({ name: z.string().min(1).max(255), digest })).min(1).max(FILES_MAX),
  predicateType: z.literal(BUNDLE_PREDICATE),
  predicate: predicateSchema,
});
export type Statement = z.infer<typeof statementSchema>;

/** Canonical bytes of the manifest over all files that are to be signed. */
export function statementOf(sha256: Sha256, files: BundleFiles, predicate: Statement["predicate"]): Uint8Array {
  const subject = [...files.keys()].filter((path) => !ENVELOPE.includes(path)).sort(byText).map((name) => ({ name, digest: { sha256: hex(sha256(files.get(name) as Uint8Array)) } }));
  return utf8(canonicalJson({ _type: STATEMENT_TYPE, subject, predicateType: BUNDLE_PREDICATE, predicate } satisfies Statement));
}
