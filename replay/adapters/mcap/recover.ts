/**
 * A recording whose writer was killed, made whole again: every record that reached the disk, an index, and a note in the
 * file itself that it ends early. Adds nothing that was not there.
 */
import type { McapTypes } from "@mcap/core";
import { err, ok, type Diagnostic, type Result } from "../../../fleet-core/kernel/result.ts";
import { createMemorySink, createRecordingWriter } from "../../recording/adapters/mcap-file.ts";
import { TRUNCATED } from "../../recording/buffer.ts";
import { RUN_METADATA } from "../../recording/read.ts";
import type { RecordingRecord } from "../../recording/contents.ts";
import { readMcap, tornChunk, type McapRecord } from "./read-file.ts";

export interface Recovered {
  readonly bytes: Uint8Array;
  readonly messages: number;
  /** Run time of the last message. */
  readonly lastUs: number;
  /** What was wrong with the file; undefined when it was whole (then `bytes` are its own). */
  readonly problem: string | undefined;
}

/** Fails for what is no recording, or was cut off before it said which run it tells of. */
export async function recoverRecording(bytes: Uint8Array, file: string): Promise<Result<Recovered, readonly Diagnostic[]>> {
  const bad = (message: string, expected: string): Result<never, readonly Diagnostic[]> => err([{ severity: "error", file, message, expected }]);
  const read = readMcap(bytes);
  const records: readonly McapRecord[] = read.complete ? read.records : [...read.records.filter((record) => record.type !== "Footer"), ...tornChunk(bytes)];
  const run = records.find((record): record is Extract<McapRecord, { type: "Metadata" }> => record.type === "Metadata" && record.name === RUN_METADATA);
  const epochMs = Number(run?.metadata.get("epochMs"));
  if (run === undefined || !Number.isSafeInteger(epochMs)) return bad(`cannot be recovered: no metadata "${RUN_METADATA}" reached the file`, "the beginning of a recording made by atlasmesh");
  const epochNs = BigInt(epochMs) * 1_000_000n;
  const sink = createMemorySink();
  const writer = await createRecordingWriter(sink, epochMs);
  const schemas = new Map<number, McapTypes.Schema>();
  const channels = new Map<number, number>();
  let messages = 0;
  let lastUs = 0;
  let truncated = false;
  for (const record of records) {
    let kept: RecordingRecord | undefined;
    if (record.type === "Schema") schemas.set(record.id, record);
    else if (record.type === "DataEnd") break;
    else if (record.type === "Channel" && !channels.has(record.id)) {
      const schema = schemas.get(record.schemaId);
      channels.set(record.id, channels.size);
      await writer.channel({ topic: record.topic, schemaName: schema?.name ?? "", jsonSchema: schema === undefined ? {} : (JSON.parse(new TextDecoder().decode(schema.data)) as Record<string, unknown>) });
    } else if (record.type === "Message") {
      const channel = channels.get(record.channelId);
      if (channel === undefined) return bad(`cannot be recovered: a message names channel ${record.channelId}, which the file does not define`, "a defined channel");
      const timeUs = Number(record.logTime - epochNs) / 1000;
      kept = { kind: "message", channel, timeUs, data: record.data };
      messages += 1;
      lastUs = Math.max(lastUs, timeUs);
    } else if (record.type === "Attachment") kept = { kind: "attachment", name: record.name, mediaType: record.mediaType, data: record.data };
    else if (record.type === "Metadata") {
      kept = { kind: "metadata", name: record.name, entries: record.metadata };
      truncated ||= record.name === TRUNCATED;
    }
    if (kept !== undefined) await writer.record(kept);
  }
  if (read.complete) return ok({ bytes, messages, lastUs, problem: undefined });
  if (!truncated) await writer.record({ kind: "metadata", name: TRUNCATED, entries: new Map([["reason", "recovered"], ["timeUs", String(lastUs)]]) });
  await writer.end();
  return ok({ bytes: sink.bytes(), messages, lastUs, problem: read.problem });
}
