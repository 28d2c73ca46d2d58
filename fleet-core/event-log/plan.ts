/**
 * What an append comes to, decided from what the store holds: either a refusal, or everything to be written. Both stores
 * use it inside their own lock, so they cannot differ in what they accept. Writes nothing itself.
 */
import { canonicalJson } from "../contract/json.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import { linkHash, type Sha256 } from "./chain.ts";
import type { StoredEvent } from "./event.ts";
import type { Append, Appended, AppendRefusal, Idempotency } from "./store.ts";

/** What is stored now, as far as these appends are concerned. */
export interface Held {
  readonly head: { readonly position: number; readonly hash: string; readonly timeMs: number };
  /** 0 for a stream that does not exist. */
  readonly versionOf: (stream: string) => number;
  /** Unexpired reply under a key. */
  readonly replyOf: (key: string) => { readonly requestDigest: string; readonly reply: unknown } | undefined;
}

export interface AppendPlan {
  readonly results: readonly Appended[];
  readonly events: readonly StoredEvent[];
  readonly replies: readonly Idempotency[];
}

const copyOf = <T>(value: T): T => JSON.parse(canonicalJson(value)) as T;

/** `appends` must have passed `checkAppends`. `nowMs`: milliseconds since 1970, UTC; time never falls within a log. */
export function planAppend(tenant: string, appends: readonly Append[], held: Held, nowMs: number, sha256: Sha256): Result<AppendPlan, AppendRefusal> {
  const versions = new Map<string, number>();
  const replies = new Map<string, Idempotency>();
  const results: Appended[] = [];
  const events: StoredEvent[] = [];
  let { position, hash } = held.head;
  const timeMs = Math.max(nowMs, held.head.timeMs);
  for (const { cause, writes, idempotency } of appends) {
    if (idempotency !== undefined) {
      const known = replies.get(idempotency.key) ?? held.replyOf(idempotency.key);
      if (known !== undefined && known.requestDigest !== idempotency.requestDigest) return err({ kind: "key-reused", key: idempotency.key });
      if (known !== undefined) {
        results.push({ kind: "replayed", reply: known.reply });
        continue;
      }
      replies.set(idempotency.key, copyOf({ ...idempotency, reply: idempotency.reply ?? null }));
    }
    const from = events.length;
    for (const write of writes) {
      let version = versions.get(write.stream) ?? held.versionOf(write.stream);
      if (version !== write.expectedVersion) return err({ kind: "conflict", stream: write.stream, expectedVersion: write.expectedVersion, actualVersion: version });
      for (const event of write.events) {
        version += 1;
        position += 1;
        const link = { tenant, position, stream: write.stream, version, type: event.type, schemaVersion: event.schemaVersion, timeMs, actor: cause.actor, correlationId: cause.correlationId, causationId: cause.causationId, data: copyOf(event.data), previousHash: hash };
        hash = linkHash(link, sha256);
        events.push(Object.freeze({ ...link, hash }));
      }
      versions.set(write.stream, version);
    }
    results.push({ kind: "appended", events: events.slice(from) });
  }
  return ok({ results, events, replies: [...replies.values()] });
}
