/**
 * Bytes of an MCAP file to recording contents. Reads whatever is structurally an MCAP file and names what is not, with
 * the byte offset. CRCs are not judged here: the verifier compares every byte, which finds more and says where.
 */
import { McapStreamReader, type McapTypes } from "@mcap/core";
import type { RecorderChannel } from "../../fleet-core/kernel/ports.ts";
import { err, ok, type Diagnostic, type Result } from "../../fleet-core/kernel/result.ts";
import type { RecordingContents, RecordingRecord } from "./contents.ts";

const MAGIC = [0x89, 0x4d, 0x43, 0x41, 0x50, 0x30, 0x0d, 0x0a];
const FILE_BYTES_MAX = 2_147_483_648;
export const RUN_METADATA = "atlasmesh.run";

const hasMagicAt = (bytes: Uint8Array, at: number): boolean => MAGIC.every((value, i) => bytes[at + i] === value);

export interface ReadRecording {
  readonly contents: RecordingContents;
  /** Contents of `atlasmesh.run`. */
  readonly run: ReadonlyMap<string, string>;
}

/** `file` names the source in diagnostics. Fails for what is no complete MCAP file or no recording of ours. */
export function readRecording(bytes: Uint8Array, file: string): Result<ReadRecording, readonly Diagnostic[]> {
  const bad = (message: string, expected: string): Result<never, readonly Diagnostic[]> => err([{ severity: "error", file, message, expected }]);
  if (bytes.length > FILE_BYTES_MAX) return bad(`has ${bytes.length} bytes`, `at most ${FILE_BYTES_MAX}`);
  if (!hasMagicAt(bytes, 0)) return bad("does not begin with the MCAP magic", "89 4D 43 41 50 30 0D 0A at byte 0");
  if (!hasMagicAt(bytes, bytes.length - MAGIC.length)) return bad(`does not end with the MCAP magic: truncated or overwritten after byte ${bytes.length}`, "89 4D 43 41 50 30 0D 0A at the end");

  const channels: RecorderChannel[] = [];
  const indexOf = new Map<number, number>();
  const schemas = new Map<number, McapTypes.Schema>();
  const raw: { record: McapTypes.TypedMcapRecords[keyof McapTypes.TypedMcapRecords]; channel: number }[] = [];
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let run: ReadonlyMap<string, string> | undefined;
  let firstNs: bigint | undefined;
  let ended = false;
  let records = 0;
  let last = "the header";
  // Unknown chunk compressions cannot come from us; they are named by the reader's own error.
  const reader = new McapStreamReader({ validateCrcs: false });
  try {
    reader.append(bytes);
    for (let record = reader.nextRecord(); record !== undefined; record = reader.nextRecord()) {
      records += 1;
      last = record.type === "Attachment" || record.type === "Metadata" ? `${record.type} "${record.name}"` : record.type;
      switch (record.type) {
        case "Schema":
          schemas.set(record.id, record);
          break;
        case "Channel": {
          if (indexOf.has(record.id) || ended) break;
          const schema = schemas.get(record.schemaId);
          const jsonSchema: unknown = schema === undefined ? {} : JSON.parse(decoder.decode(schema.data));
          indexOf.set(record.id, channels.length);
          channels.push({ topic: record.topic, schemaName: schema?.name ?? "", jsonSchema: jsonSchema as Record<string, unknown> });
          break;
        }
        case "Message": {
          const channel = indexOf.get(record.channelId);
          if (channel === undefined) return bad(`a message names channel ${record.channelId}, which the file does not define`, "a defined channel");
          firstNs ??= record.logTime;
          raw.push({ record, channel });
          break;
        }
        case "Attachment":
          raw.push({ record, channel: -1 });
          break;
        case "Metadata":
          raw.push({ record, channel: -1 });
          if (record.name === RUN_METADATA) run = record.metadata;
          break;
        case "DataEnd":
          ended = true;
          break;
        default:
          break;
      }
    }
  } catch (error) {
    return bad(`is broken after its record ${records} (${last}): ${error instanceof Error ? error.message : String(error)}`, "well-formed MCAP records");
  }
  if (!ended || !reader.done()) return bad("has no complete data section", "DataEnd, summary and footer");
  if (run === undefined) return bad(`has no metadata "${RUN_METADATA}"`, "a recording made by atlasmesh");
  const epochMs = Number(run.get("epochMs"));
  if (!Number.isSafeInteger(epochMs)) return bad(`metadata ${RUN_METADATA}: epochMs is "${run.get("epochMs") ?? ""}"`, "whole milliseconds");
  const epochNs = BigInt(epochMs) * 1_000_000n;
  const read = raw.map(({ record, channel }): RecordingRecord => {
    switch (record.type) {
      case "Message":
        return { kind: "message", channel, timeUs: Number(record.logTime - epochNs) / 1000, data: record.data };
      case "Attachment":
        return { kind: "attachment", name: record.name, mediaType: record.mediaType, data: record.data };
      default:
        return { kind: "metadata", name: (record as McapTypes.Metadata).name, entries: (record as McapTypes.Metadata).metadata };
    }
  });
  return ok({ contents: { epochMs, channels, records: read }, run });
}
