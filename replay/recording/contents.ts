/**
 * What a recording holds, before it is a file and after it was read from one: channels, messages, attachments and metadata
 * in the order they were written. Two runs recorded the same give equal contents, and equal contents give equal bytes.
 */
import type { RecorderChannel } from "../../fleet-core/kernel/ports.ts";

export interface MessageRecord {
  readonly kind: "message";
  /** Index in `channels`. */
  readonly channel: number;
  readonly timeUs: number;
  /** JSON, UTF-8. */
  readonly data: Uint8Array;
}

export interface AttachmentRecord {
  readonly kind: "attachment";
  readonly name: string;
  readonly mediaType: string;
  readonly data: Uint8Array;
}

export interface MetadataRecord {
  readonly kind: "metadata";
  readonly name: string;
  readonly entries: ReadonlyMap<string, string>;
}

export type RecordingRecord = MessageRecord | AttachmentRecord | MetadataRecord;

export interface RecordingContents {
  /** Milliseconds since 1970 UTC of the run's time 0. */
  readonly epochMs: number;
  readonly channels: readonly RecorderChannel[];
  readonly records: readonly RecordingRecord[];
}
