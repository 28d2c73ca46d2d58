/**
 * Recordings to MCAP: same contents, same bytes (uncompressed, fixed chunk size and library), whether written at once from
 * memory or as the run goes on. One writer for both, so that they cannot drift apart.
 */
import { McapWriter, type IWritable, type McapWriterOptions } from "@mcap/core";
import type { RecorderChannel } from "../../../fleet-core/kernel/ports.ts";
import type { RecordingContents, RecordingRecord } from "../contents.ts";

export const LIBRARY = "atlasmesh";
/** A chunk reaches the disk when it is full: this much, about two seconds of the demo, is what a kill can cost. */
export const CHUNK_BYTES = 1024 * 1024;

/** Nanoseconds since 1970 of a run time. */
export const logTimeNs = (epochMs: number, timeUs: number): bigint => BigInt(epochMs) * 1_000_000n + BigInt(timeUs) * 1000n;

/** Takes bytes in order; they are valid during the call only. */
export interface ByteSink {
  write(bytes: Uint8Array): void;
}

/** Counts what a sink was given, as @mcap/core asks. */
export function writableOf(sink: ByteSink): IWritable {
  let size = 0;
  return {
    write(buffer) {
      sink.write(buffer);
      size += buffer.byteLength;
      return Promise.resolve();
    },
    position: () => BigInt(size),
  };
}

/** The MCAP writer every file of ours comes from. Each call must be awaited before the next. */
export const createMcapWriter = (sink: ByteSink, options: Omit<McapWriterOptions, "writable"> = {}): McapWriter => new McapWriter({ chunkSize: CHUNK_BYTES, ...options, writable: writableOf(sink) });

export interface RecordingWriter {
  channel(channel: RecorderChannel): Promise<void>;
  record(record: RecordingRecord): Promise<void>;
  end(): Promise<void>;
}

/** Channels are numbered in the order they come; a record's channel must have come before. */
export async function createRecordingWriter(sink: ByteSink, epochMs: number): Promise<RecordingWriter> {
  const writer = createMcapWriter(sink);
  await writer.start({ profile: "", library: LIBRARY });
  const encoder = new TextEncoder();
  const schemas = new Map<string, number>();
  const channelIds: number[] = [];
  const sequences: number[] = [];
  const startNs = logTimeNs(epochMs, 0);
  return {
    async channel(channel) {
      let schemaId = schemas.get(channel.schemaName);
      if (schemaId === undefined) {
        schemaId = await writer.registerSchema({ name: channel.schemaName, encoding: "jsonschema", data: encoder.encode(JSON.stringify(channel.jsonSchema)) });
        schemas.set(channel.schemaName, schemaId);
      }
      channelIds.push(await writer.registerChannel({ topic: channel.topic, schemaId, messageEncoding: "json", metadata: new Map() }));
      sequences.push(0);
    },
    async record(record) {
      switch (record.kind) {
        case "message": {
          const time = logTimeNs(epochMs, record.timeUs);
          const sequence = (sequences[record.channel] ?? 0) + 1;
          sequences[record.channel] = sequence;
          await writer.addMessage({ channelId: channelIds[record.channel] ?? 0, sequence, logTime: time, publishTime: time, data: record.data });
          break;
        }
        case "attachment":
          await writer.addAttachment({ name: record.name, mediaType: record.mediaType, logTime: startNs, createTime: startNs, data: record.data });
          break;
        case "metadata":
          await writer.addMetadata({ name: record.name, metadata: new Map(record.entries) });
          break;
      }
    },
    end: () => writer.end(),
  };
}

/** Keeps copies of what it is given. */
export function createMemorySink(): ByteSink & { bytes(): Uint8Array } {
  const parts: Uint8Array[] = [];
  let size = 0;
  return {
    write(buffer) {
      parts.push(buffer.slice());
      size += buffer.byteLength;
    },
    bytes() {
      const whole = new Uint8Array(size);
      let at = 0;
      for (const part of parts) {
        whole.set(part, at);
        at += part.length;
      }
      return whole;
    },
  };
}

export async function writeMcap(contents: RecordingContents): Promise<Uint8Array> {
  const sink = createMemorySink();
  const writer = await createRecordingWriter(sink, contents.epochMs);
  for (const channel of contents.channels) await writer.channel(channel);
  for (const record of contents.records) await writer.record(record);
  await writer.end();
  return sink.bytes();
}
