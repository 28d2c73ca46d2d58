/**
 * A Recorder that keeps everything in memory until it is written to a file (`adapters/mcap-file.ts`). Bounded: what no
 * longer fits is counted and said in the recording itself, never silently left out.
 */
import { canonicalJson } from "../../fleet-core/contract/json.ts";
import { invariant } from "../../fleet-core/kernel/invariant.ts";
import type { Recorder, RecorderChannel } from "../../fleet-core/kernel/ports.ts";
import type { RecordingContents, RecordingRecord } from "./contents.ts";

export const LIMIT_BYTES = 512 * 1024 * 1024;
/** Bookkeeping per record besides its data, roughly. */
export const OVERHEAD_BYTES = 120;
export const TRUNCATED = "atlasmesh.truncated";
/** Metadata of a part that was cut out of a recording for viewing. */
export const CUT = "atlasmesh.cut";

/** What a recording says of itself when message `timeUs` no longer fits. */
export const truncationOf = (timeUs: number, limitBytes: number): RecordingRecord => ({ kind: "metadata", name: TRUNCATED, entries: new Map([["timeUs", String(timeUs)], ["limitBytes", String(limitBytes)]]) });

export interface RecordingBuffer extends Recorder {
  /** Everything so far, as a file would hold it. */
  contents(): RecordingContents;
  /** The same plus what `seal` writes, without changing this buffer: a recording of a run that goes on. */
  sealed(seal: (recorder: Recorder) => void): RecordingContents;
  /** Bytes kept. */
  readonly sizeBytes: number;
  /** Time of the first message that did not fit, if any. */
  readonly fullUs: number | undefined;
}

export function createRecordingBuffer(options: { epochMs: number; limitBytes?: number }): RecordingBuffer {
  const limitBytes = options.limitBytes ?? LIMIT_BYTES;
  const channels: RecorderChannel[] = [];
  const records: RecordingRecord[] = [];
  const encoder = new TextEncoder();
  let sizeBytes = 0;
  let fullUs: number | undefined;

  const contents = (): RecordingContents => ({ epochMs: options.epochMs, channels, records });
  function keep(record: RecordingRecord, bytes: number): void {
    records.push(record);
    sizeBytes += bytes + OVERHEAD_BYTES;
  }

  return {
    channel(channel) {
      channels.push(channel);
      return channels.length - 1;
    },
    write(channelId, timeUs, message) {
      invariant(channelId >= 0 && channelId < channels.length, `no recording channel ${channelId}`);
      if (fullUs !== undefined) return;
      const data = encoder.encode(JSON.stringify(message));
      if (sizeBytes + data.length > limitBytes) {
        fullUs = timeUs;
        keep(truncationOf(timeUs, limitBytes), 0);
        return;
      }
      keep({ kind: "message", channel: channelId, timeUs, data }, data.length);
    },
    attach(name, mediaType, bytes) {
      keep({ kind: "attachment", name, mediaType, data: bytes.slice() }, bytes.length);
    },
    metadata(name, entries) {
      const sorted = new Map(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
      keep({ kind: "metadata", name, entries: sorted }, canonicalJson(entries).length);
    },
    contents,
    sealed(seal) {
      const tail = createRecordingBuffer(options);
      seal(tail);
      const added = tail.contents();
      invariant(added.channels.length === 0, "a seal writes attachments and metadata only");
      return { ...contents(), records: [...records, ...added.records] };
    },
    get sizeBytes() {
      return sizeBytes;
    },
    get fullUs() {
      return fullUs;
    },
  };
}
