/** Recording contents to the bytes of an MCAP file: same contents, same bytes (uncompressed, fixed chunk size and library). */
import { McapWriter, type IWritable } from "@mcap/core";
import type { RecordingContents } from "../contents.ts";

export const LIBRARY = "atlasmesh";
const CHUNK_BYTES = 1024 * 1024;

/** Nanoseconds since 1970 of a run time. */
export const logTimeNs = (epochMs: number, timeUs: number): bigint => BigInt(epochMs) * 1_000_000n + BigInt(timeUs) * 1000n;

function createMemoryFile(): IWritable & { bytes(): Uint8Array } {
  const parts: Uint8Array[] = [];
  let size = 0;
  return {
    write(buffer) {
      parts.push(buffer.slice());
      size += buffer.byteLength;
      return Promise.resolve();
    },
    position: () => BigInt(size),
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
  const file = createMemoryFile();
  const writer = new McapWriter({ writable: file, chunkSize: CHUNK_BYTES });
  await writer.start({ profile: "", library: LIBRARY });
  const encoder = new TextEncoder();
  const schemas = new Map<string, number>();
  const channelIds: number[] = [];
  const sequences: number[] = [];
  for (const channel of contents.channels) {
    let schemaId = schemas.get(channel.schemaName);
    if (schemaId === undefined) {
      schemaId = await writer.registerSchema({ name: channel.schemaName, encoding: "jsonschema", data: encoder.encode(JSON.stringify(channel.jsonSchema)) });
      schemas.set(channel.schemaName, schemaId);
    }
    channelIds.push(await writer.registerChannel({ topic: channel.topic, schemaId, messageEncoding: "json", metadata: new Map() }));
    sequences.push(0);
  }
  const startNs = logTimeNs(contents.epochMs, 0);
  for (const record of contents.records) {
    switch (record.kind) {
      case "message": {
        const time = logTimeNs(contents.epochMs, record.timeUs);
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
  }
  await writer.end();
  return file.bytes();
}
