/**
 * Takes up each tenant where its log left off: newest usable snapshot, then the events after it, the hash chain checked on
 * the way. A log that does not hold together stops the start; nothing is repaired in silence.
 */
import { GENESIS, verifyChain, type Sha256 } from "../../event-log/chain.ts";
import type { AsyncEventStore } from "../../event-log/adapters/port.ts";
import type { Head } from "../../event-log/journal.ts";
import type { Upcasters } from "../../event-log/upcast.ts";
import type { Platform } from "../../platform.ts";
import type { StoreWriter } from "../store-writer.ts";
import { applyStored, emptyTenant, fromSnapshot, SNAPSHOT_VERSION, snapshotOf } from "../../platform-state.ts";

const PAGE = 2000;
export const SNAPSHOT_NAME = "platform";
/** A snapshot is worth its writing when this much would be folded again without it. */
export const SNAPSHOT_EVERY = 5000;

export class BrokenLogError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "BrokenLogError";
  }
}

/** Events folded, by tenant. */
export async function recover(store: AsyncEventStore, platform: Platform, upcasters: Upcasters, sha256: Sha256): Promise<ReadonlyMap<string, number>> {
  const folded = new Map<string, number>();
  for (const tenant of await store.tenants()) {
    const held = await store.snapshot(tenant, SNAPSHOT_NAME);
    const usable = held?.schemaVersion === SNAPSHOT_VERSION ? fromSnapshot(held.data) : undefined;
    const state = usable ?? emptyTenant();
    const target = await store.head(tenant);
    let head: Head = { position: state.position, hash: GENESIS, timeMs: 0 };
    if (state.position > 0) {
      const last = (await store.readAll(tenant, state.position - 1, 1))[0];
      if (last === undefined) throw new BrokenLogError(`the snapshot of ${tenant} stands at ${state.position}, its log ends before`);
      head = { position: last.position, hash: last.hash, timeMs: last.timeMs };
    }
    const from = head.position;
    while (head.position < target.position) {
      const page = await store.readAll(tenant, head.position, PAGE);
      const fault = verifyChain(page, sha256, head);
      if (fault !== undefined || page.length === 0) throw new BrokenLogError(`the log of ${tenant} is broken at ${fault?.position ?? head.position + 1}: ${fault?.fault ?? "gap"}`);
      for (const event of page) applyStored(state, upcasters.upcast(event));
      const last = page[page.length - 1];
      if (last !== undefined) head = { position: last.position, hash: last.hash, timeMs: last.timeMs };
    }
    if (head.hash !== target.hash && target.position > 0) throw new BrokenLogError(`the log of ${tenant} does not end where its head says`);
    platform.restore(tenant, state, head);
    folded.set(tenant, head.position - from);
  }
  return folded;
}

/** Writes a snapshot of each tenant that has moved `least` events on since its last one. Only of what is on disk already. */
export async function saveSnapshots(store: AsyncEventStore, platform: Platform, writer: StoreWriter, saved: Map<string, number>, least: number): Promise<void> {
  for (const tenant of platform.tenants()) {
    const state = platform.tenant(tenant);
    if (state === undefined || state.position - (saved.get(tenant) ?? 0) < least) continue;
    const { position } = state;
    const data = snapshotOf(state);
    await writer.durable(tenant, position, 10_000);
    await store.saveSnapshot(tenant, { name: SNAPSHOT_NAME, position, schemaVersion: SNAPSHOT_VERSION, data });
    saved.set(tenant, position);
  }
}
