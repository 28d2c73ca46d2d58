/**
 * The hash chain of a tenant's log: each event carries the digest of the one before, so nobody can change, drop, insert
 * or reorder events without every later digest giving it away. SHA-256 comes from outside (`node:crypto`, WebCrypto…).
 */
import { canonicalJson } from "../contract/json.ts";
import type { StoredEvent } from "./event.ts";

/** Digest function: SHA-256 of UTF-8 text, lower-case hexadecimal. */
export type Sha256 = (text: string) => string;

/** What the first event of a tenant points back to. */
export const GENESIS = "0".repeat(64);

/** Digest of an event: SHA-256 over its canonical JSON (RFC 8785) without `hash`. */
export function linkHash(event: Omit<StoredEvent, "hash">, sha256: Sha256): string {
  const { tenant, position, stream, version, type, schemaVersion, timeMs, actor, correlationId, causationId, data, previousHash } = event;
  return sha256(canonicalJson({ tenant, position, stream, version, type, schemaVersion, timeMs, actor, correlationId, causationId, data, previousHash }));
}

export type ChainFault = { readonly position: number; readonly fault: "gap" | "broken-link" | "changed" };

/**
 * First place where `events` (consecutive, ascending) do not form a chain, or undefined. `from` is what the first of them
 * must follow: position and digest of the event before, position 0 and `GENESIS` for a whole log.
 */
export function verifyChain(events: readonly StoredEvent[], sha256: Sha256, from: { readonly position: number; readonly hash: string } = { position: 0, hash: GENESIS }): ChainFault | undefined {
  let { position, hash } = from;
  for (const event of events) {
    if (event.position !== position + 1) return { position: event.position, fault: "gap" };
    if (event.previousHash !== hash) return { position: event.position, fault: "broken-link" };
    if (linkHash(event, sha256) !== event.hash) return { position: event.position, fault: "changed" };
    position = event.position;
    hash = event.hash;
  }
  return undefined;
}
