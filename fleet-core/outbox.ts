/**
 * Gets commands to vehicles: sends each open one, again and again in growing steps, until it is answered or its time is
 * over. Holds no decision: what is open stands in the event log, so a restarted core goes on where the log says.
 * Must never send a command that is not in the log, and never after its expiration.
 */
import { encodeJson } from "./contract/json.ts";
import type { Cancel, Clock } from "./kernel/clock.ts";
import type { StateHash } from "./kernel/hash.ts";
import { byText } from "./kernel/order.ts";
import type { Log, Transport } from "./kernel/ports.ts";
import { timeUs } from "./kernel/time.ts";
import type { CommandRecord } from "./dispatch/commanding.ts";

/** A command lives this long; then the vehicle must refuse it and the core stops sending it. */
export const COMMAND_LIFE_US = 30_000_000;
export const ATTEMPTS_MAX = 40;

export interface Outbox {
  /** Sends now and keeps trying. A command that is already on its way is left alone. */
  add(record: CommandRecord): void;
  /** Answered or overtaken: no more sending. */
  remove(commandId: string): void;
  /** One extra datagram of a command that may be answered already. */
  repeat(record: CommandRecord): void;
  stop(): void;
  hashInto(hash: StateHash): void;
}

interface Pending {
  readonly record: CommandRecord;
  attempts: number;
  dueUs: number;
  cancel: Cancel;
}

/** Wait after the n-th attempt (from 1): 0.5, 1, 2, 4, 4 ... s; critical commands 0.25 s for the first 8, then 1 s. */
function backoffUs(record: CommandRecord, attempts: number): number {
  if (record.command.priority === "CRITICAL") return attempts <= 8 ? 250_000 : 1_000_000;
  return Math.min(4_000_000, 250_000 * (1 << Math.min(attempts, 4)));
}

/** `expired` is called once when a command's time is over without `remove`. */
export function createOutbox(options: { readonly clock: Clock; readonly transport: Transport; readonly log: Log; readonly expired: (record: CommandRecord, attempts: number) => void }): Outbox {
  const { clock, transport, log } = options;
  const pending = new Map<string, Pending>();

  function transmit(record: CommandRecord): void {
    const sent = transport.send(record.command.vehicle_id, "command", encodeJson(record.command));
    if (!sent.ok) log.write("warn", "outbox", `${record.command.command_id} to ${record.command.vehicle_id} not sent: ${sent.error}`);
  }

  function wake(item: Pending): void {
    const { record } = item;
    if (clock.nowUs() >= record.expirationUs) {
      pending.delete(record.command.command_id);
      options.expired(record, item.attempts);
      return;
    }
    if (item.attempts < ATTEMPTS_MAX) {
      item.attempts += 1;
      transmit(record);
    }
    const next = item.attempts < ATTEMPTS_MAX ? clock.nowUs() + backoffUs(record, item.attempts) : record.expirationUs;
    item.dueUs = Math.min(next, record.expirationUs);
    item.cancel = clock.at(timeUs(item.dueUs), () => wake(item));
  }

  return {
    add(record) {
      if (pending.has(record.command.command_id)) return;
      const item: Pending = { record, attempts: 0, dueUs: 0, cancel: () => undefined };
      pending.set(record.command.command_id, item);
      wake(item);
    },
    remove(commandId) {
      pending.get(commandId)?.cancel();
      pending.delete(commandId);
    },
    repeat: transmit,
    stop() {
      for (const item of pending.values()) item.cancel();
      pending.clear();
    },
    hashInto(hash) {
      hash.number(pending.size);
      for (const id of [...pending.keys()].sort(byText)) {
        const item = pending.get(id) as Pending;
        hash.text(id);
        hash.number(item.attempts);
        hash.number(item.dueUs);
      }
    },
  };
}
