/**
 * Any MCAP file, record by record, with all four kinds of CRC checked: chunks and attachments by @mcap/core, data section
 * and summary here. Reports how far it came, so that an unfinished file is still worth reading.
 */
import { McapStreamReader, type McapTypes } from "@mcap/core";
import { crc32 } from "./crc.ts";

export type McapRecord = McapTypes.TypedMcapRecord;

export interface McapRead {
  /** Records before the first that is broken or not all there. */
  readonly records: readonly McapRecord[];
  /** Complete to the closing magic, every CRC right. */
  readonly complete: boolean;
  /** What is wrong, when not complete. */
  readonly problem: string | undefined;
}

const MAGIC_BYTES = 8;
const RECORD_HEAD_BYTES = 9;
const DATA_END = 0x0f;
const CHUNK = 0x06;
const DATA_END_BYTES = RECORD_HEAD_BYTES + 4;
const FOOTER_BYTES = RECORD_HEAD_BYTES + 20;

/** Offset of the DataEnd record, by walking lengths; undefined when there is none. */
function dataEndOffset(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = MAGIC_BYTES; at + RECORD_HEAD_BYTES <= bytes.length; at += RECORD_HEAD_BYTES + Number(view.getBigUint64(at + 1, true))) if (view.getUint8(at) === DATA_END) return at;
  return undefined;
}

function crcProblem(bytes: Uint8Array, dataEnd: McapTypes.DataEnd | undefined, footer: McapTypes.Footer | undefined): string | undefined {
  const at = dataEndOffset(bytes);
  if (dataEnd !== undefined && dataEnd.dataSectionCrc !== 0 && at !== undefined && crc32(bytes.subarray(0, at)) !== dataEnd.dataSectionCrc) return "the CRC of the data section is wrong";
  if (footer !== undefined && footer.summaryCrc !== 0) {
    const footerAt = bytes.length - MAGIC_BYTES - FOOTER_BYTES;
    const start = footer.summaryStart === 0n ? footerAt : Number(footer.summaryStart);
    if (crc32(bytes.subarray(start, footerAt + FOOTER_BYTES - 4)) !== footer.summaryCrc) return "the CRC of the summary is wrong";
  }
  return undefined;
}

/** Reads as far as it goes. `checkCrcs` false leaves all CRCs alone (they are compared byte by byte elsewhere). */
export function readMcap(bytes: Uint8Array, options: { readonly checkCrcs?: boolean; readonly noMagic?: boolean } = {}): McapRead {
  const checkCrcs = options.checkCrcs ?? true;
  const reader = new McapStreamReader({ validateCrcs: checkCrcs, noMagicPrefix: options.noMagic ?? false });
  const records: McapRecord[] = [];
  let problem: string | undefined;
  try {
    reader.append(bytes);
    for (let record = reader.nextRecord(); record !== undefined; record = reader.nextRecord()) records.push(record);
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  if (problem === undefined && !reader.done()) problem = `ends in the middle, ${reader.bytesRemaining()} bytes into a record`;
  if (problem === undefined && checkCrcs) {
    const find = <T extends McapRecord["type"]>(type: T): Extract<McapRecord, { type: T }> | undefined => records.find((record): record is Extract<McapRecord, { type: T }> => record.type === type);
    problem = crcProblem(bytes, find("DataEnd"), find("Footer"));
  }
  return { records, complete: problem === undefined, problem };
}

/** Records of the torn chunk an unfinished file ends with: what is whole inside it, if it is not compressed. */
export function tornChunk(bytes: Uint8Array): readonly McapRecord[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = MAGIC_BYTES;
  for (; at + RECORD_HEAD_BYTES <= bytes.length; ) {
    const end = at + RECORD_HEAD_BYTES + Number(view.getBigUint64(at + 1, true));
    if (end > bytes.length) break;
    at = end;
  }
  // Chunk: start, end, size (8 each), crc (4), compression (length 4 + text), length of records (8).
  const inside = at + RECORD_HEAD_BYTES + 28;
  if (inside + 12 > bytes.length || view.getUint8(at) !== CHUNK || view.getUint32(inside, true) !== 0) return [];
  return readMcap(bytes.subarray(inside + 12), { checkCrcs: false, noMagic: true }).records;
}

/** Bytes of DataEnd and everything after it count as the end of a file. */
export const isFinished = (bytes: Uint8Array): boolean => dataEndOffset(bytes) !== undefined && bytes.length >= DATA_END_BYTES + FOOTER_BYTES;
