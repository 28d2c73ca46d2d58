/**
 * One fact of the event log, and the same fact as a CloudEvents 1.0 document for whoever reads it outside. Must never
 * carry a secret: what is written here stays for ever.
 */
import { z } from "zod";
import { isoUtc } from "../kernel/time.ts";
import { topicOf, type Topic } from "./topics.ts";

/** Limits of one event; more belongs into an attachment, not into the log. */
export const EVENT_LIMITS = { dataBytes: 262_144, eventsPerAppend: 1000 } as const;

const name = /^[A-Za-z0-9][A-Za-z0-9._:@/-]*$/;
export const tenantIdSchema = z.string().min(1).max(64).regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and hyphens");
export const streamSchema = z.string().min(3).max(256).regex(/^[a-z][a-z0-9-]*\/[^/\s][^\s]*$/, "a context and an id, such as fleet/f-1");
export const eventTypeSchema = z.string().min(3).max(128).regex(/^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+$/, "words joined by dots, such as fleet.created");
const traceSchema = z.string().min(1).max(128).regex(name, "letters, digits and . _ : @ / -");

/** What a caller hands in. */
export const newEventSchema = z.strictObject({
  type: eventTypeSchema,
  /** Version of the data's schema, from 1. */
  schemaVersion: z.int().min(1),
  data: z.record(z.string(), z.unknown()),
});
export type NewStoredEvent = Readonly<z.infer<typeof newEventSchema>>;

export interface StoredEvent {
  readonly tenant: string;
  /** 1 for the tenant's first event. */
  readonly position: number;
  readonly stream: string;
  /** 1 for the stream's first event. */
  readonly version: number;
  readonly type: string;
  readonly schemaVersion: number;
  /** Milliseconds since 1970, UTC; never falls within a tenant. */
  readonly timeMs: number;
  readonly actor: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** SHA-256 [hex] of the event before; of nothing for the first (`GENESIS`). */
  readonly previousHash: string;
  /** SHA-256 [hex] over everything above, `previousHash` included. */
  readonly hash: string;
}

/** Who caused it and what it belongs to. An empty causation id: the command came from outside. */
export const causeSchema = z.strictObject({
  actor: z.string().min(1).max(256),
  correlationId: traceSchema,
  causationId: z.union([z.literal(""), traceSchema]),
});
export type Cause = Readonly<z.infer<typeof causeSchema>>;

/** Unique for ever: a tenant's positions are never given twice. */
export const eventId = (event: Pick<StoredEvent, "tenant" | "position">): string => `${event.tenant}:${event.position}`;

/** CloudEvents 1.0, structured JSON. Extension attributes are lower-case letters and digits, as the specification asks. */
export interface CloudEvent {
  readonly specversion: "1.0";
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: "application/json";
  readonly dataschema: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly tenantid: string;
  readonly topic: Topic;
  readonly sequence: string;
  readonly streamversion: number;
  readonly actor: string;
  readonly correlationid: string;
  readonly causationid?: string;
  readonly previoushash: string;
  readonly hash: string;
}

/** `source`: URI reference of the log, such as `/atlasmesh/fleet-core`. */
export function toCloudEvent(event: StoredEvent, source: string): CloudEvent {
  return {
    specversion: "1.0",
    id: eventId(event),
    source,
    type: `atlasmesh.${event.type}`,
    subject: event.stream,
    time: isoUtc(event.timeMs, 0),
    datacontenttype: "application/json",
    dataschema: `atlasmesh:${event.type}/${event.schemaVersion}`,
    data: event.data,
    tenantid: event.tenant,
    topic: topicOf(event.type),
    // Zero-padded, so that texts sort as numbers do (CloudEvents sequence extension).
    sequence: String(event.position).padStart(16, "0"),
    streamversion: event.version,
    actor: event.actor,
    correlationid: event.correlationId,
    ...(event.causationId === "" ? {} : { causationid: event.causationId }),
    previoushash: event.previousHash,
    hash: event.hash,
  };
}
