/** The event store as adapters offer it: the same calls, answered later. */
import type { EventStore } from "../store.ts";

export type AsyncEventStore = { readonly [K in keyof EventStore]: (...args: Parameters<EventStore[K]>) => Promise<ReturnType<EventStore[K]>> };

/** A store that answers at once, for code that expects one that must wait. */
export function asAsync(store: EventStore): AsyncEventStore {
  const later =
    <A extends unknown[], R>(call: (...args: A) => R) =>
    (...args: A): Promise<R> =>
      new Promise((done) => done(call(...args)));
  return {
    append: later(store.append),
    readStream: later(store.readStream),
    readAll: later(store.readAll),
    head: later(store.head),
    tenants: later(store.tenants),
    reply: later(store.reply),
    saveSnapshot: later(store.saveSnapshot),
    snapshot: later(store.snapshot),
    outbox: later(store.outbox),
    confirmPublished: later(store.confirmPublished),
    bury: later(store.bury),
    deadLetters: later(store.deadLetters),
    repairDeadLetter: later(store.repairDeadLetter),
    resolveDeadLetter: later(store.resolveDeadLetter),
    registerSchema: later(store.registerSchema),
    schema: later(store.schema),
  };
}
