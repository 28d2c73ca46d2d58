/**
 * Puts what the journal decided on disk, exactly as decided. The head's hash is the fence: a log that is not where the
 * journal thinks it is was written by somebody else, and then nothing may be written at all.
 */
import { GENESIS } from "../../event-log/chain.ts";
import type { Pending } from "../../event-log/journal.ts";
import { lockHead, store } from "./event-store.ts";
import type { TenantPool } from "./pool.ts";

/** Somebody else wrote to this log: this process must stop. */
export class ForeignWriteError extends Error {
  constructor(tenant: string) {
    super(`the log of ${tenant} was written by another server; this one must stop`);
    this.name = "ForeignWriteError";
  }
}

/**
 * Stores `pending` (all of one tenant, consecutive) in one transaction. Storing what is stored already does nothing, so a
 * commit whose answer got lost may be repeated. Throws on a database that is away.
 */
export async function persist(pool: TenantPool, tenant: string, pending: readonly Pending[]): Promise<void> {
  const first = pending[0];
  if (first === undefined) return;
  const events = pending.flatMap((one) => one.plan.events);
  const replies = pending.flatMap((one) => one.plan.replies);
  await pool.inTenant(tenant, async (client) => {
    const head = await lockHead(client, tenant);
    const lastHash = events.at(-1)?.hash ?? first.after.hash;
    const alreadyThere = events.length > 0 && head.hash === lastHash;
    if (!alreadyThere && head.hash !== (first.after.position === 0 ? GENESIS : first.after.hash)) throw new ForeignWriteError(tenant);
    await store(client, tenant, { results: [], events: alreadyThere ? [] : events, replies });
  });
}
