/**
 * The log as its one writer sees it: decides at once, keeps what is not on disk yet in order, and hands it over to be
 * stored. The state runs ahead of the disk by what is pending; nothing may be told to anybody before it is stored. Must
 * never drop or reorder what is pending.
 */
import { invariant } from "../kernel/invariant.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import { checkAppends } from "./check.ts";
import { GENESIS, type Sha256 } from "./chain.ts";
import { planAppend, type AppendPlan } from "./plan.ts";
import type { Append, Appended, AppendRefusal } from "./store.ts";

export interface Head {
  readonly position: number;
  readonly hash: string;
  readonly timeMs: number;
}

export const EMPTY_HEAD: Head = { position: 0, hash: GENESIS, timeMs: 0 };

export interface Pending {
  readonly tenant: string;
  /** What must be in the store already. */
  readonly after: Head;
  readonly plan: AppendPlan;
}

export interface Journal {
  /** Takes up a tenant where the store left off. */
  open(tenant: string, head: Head): void;
  head(tenant: string): Head;
  /** `versionOf`: the stream versions the caller's state has. Refuses when too much is pending: the disk is slow or away. */
  append(tenant: string, append: Append, versionOf: (stream: string) => number): Result<Appended, AppendRefusal | { readonly kind: "busy"; readonly pending: number }>;
  /** Everything pending, oldest first; stays pending until `stored`. */
  pending(limit: number): readonly Pending[];
  /** The first `count` of them are on disk. */
  stored(count: number): void;
  readonly backlog: number;
}

export const PENDING_MAX = 10_000;

export function createJournal(options: { readonly nowMs: () => number; readonly sha256: Sha256; readonly pendingMax?: number }): Journal {
  const pendingMax = options.pendingMax ?? PENDING_MAX;
  const heads = new Map<string, Head>();
  const waiting: Pending[] = [];
  return {
    open(tenant, head) {
      invariant(!heads.has(tenant), `the log of ${tenant} is open already`);
      heads.set(tenant, head);
    },
    head: (tenant) => heads.get(tenant) ?? EMPTY_HEAD,
    append(tenant, append, versionOf) {
      if (waiting.length >= pendingMax) return err({ kind: "busy", pending: waiting.length });
      const refused = checkAppends([append]);
      if (refused !== undefined) return err(refused);
      const after = heads.get(tenant) ?? EMPTY_HEAD;
      // Keys under way are the caller's business: it has their replies; the store checks those on disk.
      const planned = planAppend(tenant, [append], { head: after, versionOf, replyOf: () => undefined }, options.nowMs(), options.sha256);
      if (!planned.ok) return planned;
      const last = planned.value.events.at(-1);
      if (last !== undefined) heads.set(tenant, { position: last.position, hash: last.hash, timeMs: last.timeMs });
      if (last !== undefined || planned.value.replies.length > 0) waiting.push({ tenant, after, plan: planned.value });
      return ok(planned.value.results[0] as Appended);
    },
    pending: (limit) => waiting.slice(0, limit),
    stored(count) {
      invariant(count <= waiting.length, "only what is pending can have been stored");
      waiting.splice(0, count);
    },
    get backlog() {
      return waiting.length;
    },
  };
}
