/**
 * The platform: all contexts of all tenants in one place, deciding one thing after the other. Each decision and its audit
 * entry go into the log together. Synchronous and without a clock of its own: the same in the twin and in production. Must
 * never give one tenant's state to a call for another.
 */
import { auditEvent, AUDIT_STREAM, type AuditEntry } from "./audit/audit.ts";
import { canonicalJson } from "./contract/json.ts";
import type { Cause, StoredEvent } from "./event-log/event.ts";
import { EMPTY_HEAD, type Head, type Journal } from "./event-log/journal.ts";
import type { Idempotency, StreamWrite } from "./event-log/store.ts";
import type { Refusal } from "./kernel/context.ts";
import { invariant } from "./kernel/invariant.ts";
import { byText } from "./kernel/order.ts";
import { err, ok, type Result } from "./kernel/result.ts";
import { applyStored, CONTEXTS, emptyTenant, versionOf, type ContextName, type Contexts, type TenantState } from "./platform-state.ts";

/** One thing to decide. */
export type Ask = { readonly [N in ContextName]: { readonly context: N; readonly id: string; readonly command: Contexts[N]["command"] } }[ContextName];

export interface Decision {
  readonly cause: Cause;
  /** Decided in order, each on the state the ones before leave; all or none. */
  readonly asks: readonly Ask[];
  readonly audit?: Omit<AuditEntry, "outcome" | "code" | "actor">;
  /** Reply to keep for later asks under the same key. */
  readonly idempotency?: Idempotency;
  /** Version of the first ask's subject the caller saw (If-Match). */
  readonly expectedVersion?: number;
}

export interface Done {
  readonly events: readonly StoredEvent[];
  /** Position after which all of it is in the log. */
  readonly position: number;
}

export interface Platform {
  tenants(): readonly string[];
  /** State to read; never to be changed by the caller. Undefined for a tenant that has no event. */
  tenant(id: string): TenantState | undefined;
  decide(tenant: string, decision: Decision): Result<Done, Refusal>;
  /** An audit entry for what never came to a decision: denied, malformed. */
  note(tenant: string, cause: Cause, entry: AuditEntry): Result<Done, Refusal>;
  /** Takes up a tenant where the log left off. */
  restore(tenant: string, state: TenantState, head: Head): void;
}

const BUSY: Refusal = { kind: "limit", code: "busy", message: "the store is behind; try again shortly" };

export function createPlatform(options: { readonly journal: Journal; readonly nowMs: () => number; readonly onEvents?: (tenant: string, events: readonly StoredEvent[]) => void }): Platform {
  const { journal, nowMs } = options;
  const tenants = new Map<string, TenantState>();

  function commit(tenant: string, cause: Cause, writes: readonly StreamWrite[], idempotency?: Idempotency): Result<Done, Refusal> {
    const state = tenants.get(tenant) ?? emptyTenant();
    const appended = journal.append(tenant, { cause, writes, ...(idempotency === undefined ? {} : { idempotency }) }, (stream) => versionOf(state, stream));
    if (!appended.ok) {
      if (appended.error.kind === "busy") return err(BUSY);
      if (appended.error.kind === "invalid") return err({ kind: "invalid", code: "invalid", message: appended.error.message });
      invariant(false, `the platform is the one writer of its logs, yet ${appended.error.kind}`);
    }
    const events = appended.value.kind === "appended" ? appended.value.events : [];
    if (events.length > 0) tenants.set(tenant, state);
    for (const event of events) applyStored(state, event);
    if (events.length > 0) options.onEvents?.(tenant, events);
    return ok({ events, position: state.position });
  }

  return {
    tenants: () => [...tenants.keys()].sort(byText),
    tenant: (id) => tenants.get(id),
    decide(tenant, decision) {
      const state = tenants.get(tenant) ?? emptyTenant();
      // Timestamps of a log never fall, and what is decided must agree with what will be written.
      const atMs = Math.max(nowMs(), journal.head(tenant).timeMs);
      const working = new Map<string, unknown>();
      const writes = new Map<string, { expectedVersion: number; events: StreamWrite["events"][number][] }>();
      let refusal: Refusal | undefined;
      const first = decision.asks[0];
      if (first !== undefined && decision.expectedVersion !== undefined) {
        const actual = versionOf(state, `${first.context}/${first.id}`);
        if (actual !== decision.expectedVersion) refusal = { kind: "conflict", code: "version", message: `it has version ${actual}, not ${decision.expectedVersion}` };
      }
      for (const ask of decision.asks) {
        if (refusal !== undefined) break;
        const stream = `${ask.context}/${ask.id}`;
        const { context } = CONTEXTS[ask.context];
        let held = working.has(stream) ? working.get(stream) : (state.tables[ask.context] as Map<string, unknown>).get(ask.id);
        const decided = context.decide(held, ask.command, atMs);
        if (!decided.ok) {
          refusal = decided.error;
          break;
        }
        const write = writes.get(stream) ?? { expectedVersion: versionOf(state, stream), events: [] };
        for (const event of decided.value) {
          const data = JSON.parse(canonicalJson(event.data)) as Record<string, unknown>;
          write.events.push({ type: event.type, schemaVersion: 1, data });
          held = context.evolve(held, { type: event.type, data }, atMs);
        }
        working.set(stream, held);
        if (write.events.length > 0) writes.set(stream, write);
      }
      const rows: StreamWrite[] = refusal === undefined ? [...writes].map(([stream, write]) => ({ stream, ...write })) : [];
      const outcome = refusal === undefined ? (rows.length > 0 ? "done" : "unchanged") : "refused";
      if (decision.audit !== undefined) {
        const entry = auditEvent({ ...decision.audit, actor: decision.cause.actor, outcome, code: refusal?.code ?? "" });
        rows.push({ stream: AUDIT_STREAM, expectedVersion: versionOf(state, AUDIT_STREAM), events: [{ type: entry.type, schemaVersion: 1, data: entry.data }] });
      }
      if (refusal !== undefined) {
        const noted = rows.length === 0 ? undefined : commit(tenant, decision.cause, rows);
        // A refusal that could not be audited is still a refusal; that the store is behind the caller learns first.
        return noted !== undefined && !noted.ok ? noted : err(refusal);
      }
      return commit(tenant, decision.cause, rows, decision.idempotency);
    },
    note(tenant, cause, entry) {
      const state = tenants.get(tenant) ?? emptyTenant();
      const event = auditEvent(entry);
      return commit(tenant, cause, [{ stream: AUDIT_STREAM, expectedVersion: versionOf(state, AUDIT_STREAM), events: [{ type: event.type, schemaVersion: 1, data: event.data }] }]);
    },
    restore(tenant, state, head) {
      invariant(!tenants.has(tenant), `tenant ${tenant} is there already`);
      invariant(state.position === head.position, `state at ${state.position}, log at ${head.position}`);
      if (head.position > EMPTY_HEAD.position) tenants.set(tenant, state);
      journal.open(tenant, head);
    },
  };
}
