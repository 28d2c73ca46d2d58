/**
 * Carries the journal to the database, many decisions in one transaction, and tells who waits when theirs is on disk. A
 * database that is away is tried again and again: nothing decided is lost, nothing undecided is told. Must never say
 * "durable" before the commit was confirmed.
 */
import type { Journal, Pending } from "../event-log/journal.ts";

export interface StoreWriter {
  /** Something may be pending. */
  kick(): void;
  /** Resolves when everything decided for `tenant` up to `position` is on disk; rejects when that takes longer than `withinMs`. */
  durable(tenant: string, position: number, withinMs: number): Promise<void>;
  /** Since when the database has not answered; undefined while it does. */
  readonly failingSinceMs: number | undefined;
  /** Stores what is pending and stops. Rejects when it could not within `withinMs`. */
  close(withinMs: number): Promise<void>;
}

export class NotDurableError extends Error {
  constructor() {
    super("not confirmed on disk in time; ask again with the same Idempotency-Key");
    this.name = "NotDurableError";
  }
}

const BATCH = 500;
const RETRY_MS = [50, 100, 250, 500, 1000] as const;

interface Waiter {
  readonly tenant: string;
  readonly position: number;
  readonly done: () => void;
}

/** `persist`: stores consecutive decisions of one tenant, repeatable. `fatal`: called once for an error no retry can mend. */
export function createStoreWriter(options: { readonly journal: Journal; readonly persist: (tenant: string, pending: readonly Pending[]) => Promise<void>; readonly isFatal: (error: unknown) => boolean; readonly fatal: (error: unknown) => void; readonly nowMs: () => number; readonly onBatch?: (decisions: number, durationMs: number) => void; readonly onError?: (error: unknown) => void }): StoreWriter {
  const { journal } = options;
  const stored = new Map<string, number>();
  let waiters: Waiter[] = [];
  let running = false;
  let dead = false;
  let failures = 0;
  let failingSinceMs: number | undefined;

  /** The longest row of decisions of one tenant at the head of the queue. */
  function nextBatch(): readonly Pending[] {
    const pending = journal.pending(BATCH);
    const end = pending.findIndex((one) => one.tenant !== pending[0]?.tenant);
    return end < 0 ? pending : pending.slice(0, end);
  }

  async function run(): Promise<void> {
    running = true;
    for (;;) {
      const batch = nextBatch();
      const tenant = batch[0]?.tenant;
      if (tenant === undefined || dead) break;
      const from = options.nowMs();
      try {
        await options.persist(tenant, batch);
      } catch (error) {
        if (options.isFatal(error)) {
          dead = true;
          options.fatal(error);
          break;
        }
        failingSinceMs ??= options.nowMs();
        options.onError?.(error);
        await new Promise((done) => setTimeout(done, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]));
        failures += 1;
        continue;
      }
      failures = 0;
      failingSinceMs = undefined;
      journal.stored(batch.length);
      const position = batch.findLast((one) => one.plan.events.length > 0)?.plan.events.at(-1)?.position;
      if (position !== undefined) stored.set(tenant, position);
      options.onBatch?.(batch.length, options.nowMs() - from);
      release();
    }
    running = false;
    release();
  }

  const isStored = (tenant: string, position: number): boolean => journal.backlog === 0 || (stored.get(tenant) ?? 0) >= position;

  function release(): void {
    const ready = waiters.filter((waiter) => isStored(waiter.tenant, waiter.position));
    if (ready.length === 0) return;
    waiters = waiters.filter((waiter) => !ready.includes(waiter));
    for (const waiter of ready) waiter.done();
  }

  const kick = (): void => {
    if (!running && !dead) void run();
  };

  return {
    kick,
    durable(tenant, position, withinMs) {
      if (isStored(tenant, position)) return Promise.resolve();
      kick();
      return new Promise((done, fail) => {
        const waiter: Waiter = {
          tenant,
          position,
          done: () => {
            clearTimeout(late);
            done();
          },
        };
        const late = setTimeout(() => {
          waiters = waiters.filter((one) => one !== waiter);
          fail(new NotDurableError());
        }, withinMs);
        waiters.push(waiter);
      });
    },
    get failingSinceMs() {
      return dead ? (failingSinceMs ?? 0) : failingSinceMs;
    },
    async close(withinMs) {
      const untilMs = options.nowMs() + withinMs;
      kick();
      while (journal.backlog > 0 && !dead && options.nowMs() < untilMs) await new Promise((done) => setTimeout(done, 10));
      const left = journal.backlog;
      dead = true;
      if (left > 0) throw new Error(`${left} decisions could not be stored; nobody was told that they were done`);
    },
  };
}
