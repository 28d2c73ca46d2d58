/**
 * Empties the outbox: hands each stored event to whoever listens, in order, at least once, and confirms it. A listener that
 * fails leaves the event in the outbox; after some attempts it goes to the dead letters, so that one bad event does not
 * hold up all others.
 */
import type { AsyncEventStore } from "../../event-log/adapters/port.ts";
import type { OutboxEntry } from "../../event-log/store.ts";
import { canonicalJson } from "../../contract/json.ts";

export type Listener = (entry: OutboxEntry) => Promise<void> | void;

const BATCH = 200;
const IDLE_MS = 250;
export const ATTEMPTS_MAX = 5;

export interface Relay {
  /** Something new may be in the outbox. */
  kick(): void;
  /** Publishes what is there now; resolves with how much. */
  drain(tenant: string): Promise<number>;
  stop(): Promise<void>;
}

export function createRelay(options: { readonly store: AsyncEventStore; readonly tenants: () => readonly string[]; readonly listeners: ReadonlyMap<string, Listener>; readonly onError?: (error: unknown) => void }): Relay {
  const { store } = options;
  const attempts = new Map<string, number>();
  let stopped = false;
  let wake: (() => void) | undefined;

  async function publish(tenant: string, entry: OutboxEntry): Promise<boolean> {
    for (const [name, listener] of options.listeners) {
      const key = `${tenant} ${entry.position} ${name}`;
      try {
        await listener(entry);
        attempts.delete(key);
      } catch (error) {
        const tried = (attempts.get(key) ?? 0) + 1;
        attempts.set(key, tried);
        options.onError?.(error);
        if (tried < ATTEMPTS_MAX) return false;
        attempts.delete(key);
        await store.bury(tenant, { topic: "system.dlq", source: `listener:${name}`, reasonCode: "listener-failed", reason: (error instanceof Error ? error.message : String(error)).slice(0, 512), payload: canonicalJson(entry.event), schemaSubject: entry.event.type });
      }
    }
    return true;
  }

  async function drain(tenant: string): Promise<number> {
    const entries = await store.outbox(tenant, BATCH);
    const done: number[] = [];
    for (const entry of entries) {
      // Order matters: what comes after a failed one waits for it.
      if (!(await publish(tenant, entry))) break;
      done.push(entry.position);
    }
    if (done.length > 0) await store.confirmPublished(tenant, done);
    return done.length;
  }

  const loop = (async (): Promise<void> => {
    while (!stopped) {
      let published = 0;
      try {
        for (const tenant of options.tenants()) published += await drain(tenant);
      } catch (error) {
        options.onError?.(error);
      }
      if (published < BATCH && !stopped) {
        await new Promise<void>((done) => {
          const timer = setTimeout(done, IDLE_MS);
          wake = () => {
            clearTimeout(timer);
            done();
          };
        });
      }
    }
  })();

  return {
    kick: () => wake?.(),
    drain,
    async stop() {
      stopped = true;
      wake?.();
      await loop;
    },
  };
}
