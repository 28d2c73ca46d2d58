/**
 * Values that may have to be hidden later: the signed file holds a salted hash, the value and its salt stand in
 * `disclosures.json`. Taking a disclosure out hides the value and breaks no signature; changing one is found.
 */
import { z } from "zod";
import { canonicalJson } from "../../fleet-core/contract/json.ts";
import { base64, fromBase64, hex, utf8, concat } from "../audit/bytes.ts";
import type { Sha256 } from "../audit/crypto.ts";

export const SALT_BYTES = 16;

export const disclosuresSchema = z.strictObject({
  schema: z.literal("atlasmesh.disclosures/1"),
  disclosures: z.array(z.strictObject({ path: z.string().min(1).max(512), salt: z.string().max(64), value: z.unknown() })).max(100_000),
});
export type Disclosures = z.infer<typeof disclosuresSchema>;
export type Disclosure = Disclosures["disclosures"][number];

/** Stands in a signed file where the value would. */
export interface Commitment {
  readonly committed: string;
}

/** SHA-256 over salt and canonical JSON of path and value: guessing a short value needs the salt. */
export function commitmentOf(sha256: Sha256, disclosure: Disclosure): string | undefined {
  const salt = fromBase64(disclosure.salt);
  if (typeof salt === "string" || salt.length !== SALT_BYTES) return undefined;
  return hex(sha256(concat(salt, utf8(canonicalJson([disclosure.path, disclosure.value])))));
}

export function commit(sha256: Sha256, path: string, value: unknown, salt: Uint8Array): { readonly commitment: Commitment; readonly disclosure: Disclosure } {
  const disclosure: Disclosure = { path, salt: base64(salt), value };
  return { commitment: { committed: commitmentOf(sha256, disclosure) ?? "" }, disclosure };
}

/** Every commitment in a JSON value. */
export function commitmentsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(commitmentsIn);
  if (typeof value !== "object" || value === null) return [];
  const members = Object.entries(value);
  const [only] = members;
  if (members.length === 1 && only?.[0] === "committed" && typeof only[1] === "string") return [only[1]];
  return members.flatMap(([, member]) => commitmentsIn(member));
}

/** The disclosures left after taking out those of `paths` (a path, or everything below it with a final `/`). */
export function redact(all: Disclosures, paths: readonly string[]): Disclosures {
  const hidden = (path: string): boolean => paths.some((p) => (p.endsWith("/") ? path.startsWith(p) : path === p));
  return { ...all, disclosures: all.disclosures.filter((d) => !hidden(d.path)) };
}
