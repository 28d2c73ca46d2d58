/** What may be kept no longer: finds events past their class's time, destroys the keys of their payloads, and logs that it did. */
import { ok, type Result } from "../../fleet-core/kernel/result.ts";
import { eventBytes, parseEvent, RETENTION_YEARS, type AuditEvent, type PayloadKeys } from "./event.ts";
import type { AuditLog } from "./log.ts";

const YEAR_MS = 365.25 * 86_400_000;

/** Last moment [ms since 1970] an event of this class must be kept. */
export const keepUntilMs = (event: Pick<AuditEvent, "atMs" | "retention">): number => event.atMs + RETENTION_YEARS[event.retention] * YEAR_MS;

/**
 * Erases every sealed payload that is past its time at `nowMs`: key destroyed, ciphertext forgotten, leaf hash kept. The
 * erasure itself is an event. Gives the indices erased.
 */
export function applyRetention(log: AuditLog, keys: PayloadKeys, nowMs: number, actor: string): Result<readonly bigint[], "storage-full" | "too-large"> {
  const erased: bigint[] = [];
  for (let index = 0n; index < log.lastSize; index += 1n) {
    const bytes = log.entry(index);
    const event = bytes === undefined ? undefined : parseEvent(bytes, `entry ${index}`);
    if (event?.ok !== true || event.value.sealed === undefined || keepUntilMs(event.value) > nowMs) continue;
    keys.destroy(event.value.sealed.keyId);
    const done = log.erase(index);
    if (!done.ok) return done;
    erased.push(index);
    const note = log.append(eventBytes({ schema: "atlasmesh.audit-event/1", type: "retention.erased", atMs: nowMs, actor, subject: `entry ${index}`, retention: "restricted", data: { keyId: event.value.sealed.keyId, class: event.value.retention } }));
    if (!note.ok) return note;
  }
  return ok(erased);
}
