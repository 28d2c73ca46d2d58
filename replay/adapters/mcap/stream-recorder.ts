/**
 * A Recorder that writes to disk while the run goes on. Memory stays bounded, and a writer that is killed leaves a file
 * that can be read up to its last chunk (`recover.ts`). A file that was finished has exactly the bytes `writeMcap` gives.
 */
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { canonicalJson } from "../../../fleet-core/contract/json.ts";
import { invariant } from "../../../fleet-core/kernel/invariant.ts";
import type { Recorder, RecorderChannel } from "../../../fleet-core/kernel/ports.ts";
import { createRecordingWriter } from "../../recording/adapters/mcap-file.ts";
import { LIMIT_BYTES, OVERHEAD_BYTES, truncationOf } from "../../recording/buffer.ts";
import type { RecordingRecord } from "../../recording/contents.ts";

export interface StreamRecorder extends Recorder {
  /** Writes what has come in since the last call; whoever drives the run calls it every few hundred ticks. */
  flush(): Promise<void>;
  /** Flushes, closes the file with its index and puts it on the disk. */
  end(): Promise<void>;
  /** Time of the first message that did not fit, if any. */
  readonly fullUs: number | undefined;
}

type Pending = { readonly kind: "channel"; readonly channel: RecorderChannel } | RecordingRecord;

/** Creates or replaces `path`. Throws what the file system throws. */
export async function createStreamRecorder(path: string, options: { readonly epochMs: number; readonly limitBytes?: number }): Promise<StreamRecorder> {
  const limitBytes = options.limitBytes ?? LIMIT_BYTES;
  const fd = openSync(path, "w");
  const writer = await createRecordingWriter({
    write(bytes) {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    },
  }, options.epochMs);
  const encoder = new TextEncoder();
  let pending: Pending[] = [];
  let channels = 0;
  let sizeBytes = 0;
  let fullUs: number | undefined;

  async function flush(): Promise<void> {
    const batch = pending;
    pending = [];
    for (const item of batch) await (item.kind === "channel" ? writer.channel(item.channel) : writer.record(item));
  }

  // What counts as size is what the buffer in memory counts, so that both end at the same message.
  const keep = (record: RecordingRecord, bytes: number): void => {
    pending.push(record);
    sizeBytes += bytes + OVERHEAD_BYTES;
  };

  return {
    channel(channel) {
      pending.push({ kind: "channel", channel });
      channels += 1;
      return channels - 1;
    },
    write(channelId, timeUs, message) {
      invariant(channelId >= 0 && channelId < channels, `no recording channel ${channelId}`);
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
    flush,
    async end() {
      await flush();
      await writer.end();
      fsyncSync(fd);
      closeSync(fd);
    },
    get fullUs() {
      return fullUs;
    },
  };
}
