/** What every store refuses before it looks at its data: names, sizes, numbers of events. */
import { z } from "zod";
import { decodeValue } from "../contract/json.ts";
import { canonicalJson } from "../contract/json.ts";
import { formatDiagnostic } from "../kernel/result.ts";
import { causeSchema, EVENT_LIMITS, newEventSchema, streamSchema } from "./event.ts";
import type { Append, AppendRefusal } from "./store.ts";

const appendSchema = z.strictObject({
  cause: causeSchema,
  writes: z.array(z.strictObject({ stream: streamSchema, expectedVersion: z.int().min(0), events: z.array(newEventSchema).max(EVENT_LIMITS.eventsPerAppend) })).max(EVENT_LIMITS.eventsPerAppend),
  idempotency: z.strictObject({ key: z.string().min(1).max(256), requestDigest: z.string().min(1).max(128), reply: z.unknown(), expiresMs: z.int() }).optional(),
});

/** The first thing wrong with the form of `appends`; undefined when a store may go on. */
export function checkAppends(appends: readonly Append[]): Extract<AppendRefusal, { kind: "invalid" }> | undefined {
  for (const append of appends) {
    const read = decodeValue(append, appendSchema, "append");
    if (!read.ok) return { kind: "invalid", message: read.error.slice(0, 3).map(formatDiagnostic).join("; ") };
    for (const { stream, events } of append.writes) {
      for (const event of events) {
        let bytes: number;
        try {
          bytes = canonicalJson(event.data).length;
        } catch (error) {
          return { kind: "invalid", message: `${event.type} of ${stream}: ${error instanceof Error ? error.message : String(error)}` };
        }
        if (bytes > EVENT_LIMITS.dataBytes) return { kind: "invalid", message: `${event.type} of ${stream} has ${bytes} characters of data; at most ${EVENT_LIMITS.dataBytes}` };
      }
    }
  }
  return undefined;
}
