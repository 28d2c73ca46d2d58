import type { McapTypes } from "@mcap/core";
import { McapIndexedReader } from "@mcap/core";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { evidenceMissing, sharedFiles } from "../../audit/test-shared.ts";
import { createMcapWriter, createMemorySink } from "../../recording/adapters/mcap-file.ts";
import { readMcap } from "./read-file.ts";

type Fields = Readonly<Record<string, unknown>>;
interface Variant {
  readonly records: readonly { readonly type: string; readonly fields: readonly (readonly [string, unknown])[] }[];
  readonly meta: { readonly variant: { readonly features: readonly string[] } };
}
const files = evidenceMissing === undefined ? sharedFiles("mcap-conformance").filter((file) => file.endsWith(".mcap")) : [];
const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(file));
const variantOf = (file: string): Variant => JSON.parse(readFileSync(file.replace(/mcap$/, "json"), "utf8")) as Variant;

const snake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
/** A value as the suite writes it: numbers as text, bytes as lists of text, maps as objects. */
function plain(value: unknown): unknown {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return [...value].map(String);
  if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]) => [String(k), plain(v)]));
  if (Array.isArray(value)) return value.map(plain);
  return value;
}
const serial = (record: { readonly type: string }): unknown => ({
  type: record.type,
  fields: Object.entries(record).filter(([name]) => name !== "type").map(([name, value]): [string, unknown] => [snake(name), plain(value)]).sort(([a], [b]) => (a < b ? -1 : 1)),
});
const logTime = (record: Variant["records"][number]): number => Number(record.fields.find(([name]) => name === "log_time")?.[1]);
const sorted = (text: unknown): unknown => JSON.parse(JSON.stringify(text, (_, v: unknown) => (typeof v === "object" && v !== null && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v)));

describe.skipIf(evidenceMissing !== undefined)("MCAP conformance, through our reader and writer", () => {
  it("reads every variant as the suite says, to the end and with right CRCs", () => {
    expect(files.length).toBeGreaterThan(200);
    const wrong = files.filter((file) => {
      const read = readMcap(bytesOf(file));
      const expected = variantOf(file).records;
      // Like the suite's own runners: the index of messages follows from the chunks and is not part of the comparison.
      const found = read.records.filter((record) => record.type !== "MessageIndex").map(serial);
      return !read.complete || JSON.stringify(sorted(found)) !== JSON.stringify(sorted(expected.filter((record) => record.type !== "MessageIndex")));
    });
    expect(wrong).toEqual([]);
  });

  it("reads the messages of every indexed variant by its index", async () => {
    let seen = 0;
    for (const file of files) {
      const { records, meta } = variantOf(file);
      if (!["ch", "chx", "rch", "rsh", "mx"].every((feature) => meta.variant.features.includes(feature)) || !records.some((record) => record.type === "Message")) continue;
      const bytes = bytesOf(file);
      const reader = await McapIndexedReader.Initialize({ readable: { size: () => Promise.resolve(BigInt(bytes.length)), read: (offset, size) => Promise.resolve(bytes.subarray(Number(offset), Number(offset + size))) } });
      const messages: unknown[] = [];
      for await (const message of reader.readMessages()) messages.push(serial(message));
      expect(sorted(messages), file).toEqual(sorted(records.filter((record) => record.type === "Message").sort((a, b) => logTime(a) - logTime(b))));
      seen += 1;
    }
    expect(seen).toBeGreaterThan(0);
  });

  it("writes every variant without padding to the very bytes", async () => {
    let written = 0;
    const wrong: string[] = [];
    for (const file of files) {
      const variant = variantOf(file);
      if (variant.meta.variant.features.includes("pad")) continue;
      written += 1;
      if (Buffer.compare(await write(variant), bytesOf(file)) !== 0) wrong.push(file);
    }
    expect(written).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });

  it("finds a changed byte in every file that has CRCs over it", () => {
    const bytes = bytesOf(files.find((file) => file.includes("TenMessages-ch")) ?? "");
    for (let at = 40; at < bytes.length - 20; at += 7) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(readMcap(changed).complete, `byte ${at}`).toBe(false);
    }
  });
});

async function write({ records, meta }: Variant): Promise<Uint8Array> {
  const on = (feature: string): boolean => meta.variant.features.includes(feature);
  const sink = createMemorySink();
  const writer = createMcapWriter(sink, {
    useStatistics: on("st"), useSummaryOffsets: on("sum"), useChunks: on("ch"), repeatSchemas: on("rsh"), repeatChannels: on("rch"),
    useAttachmentIndex: on("ax"), useMetadataIndex: on("mdx"), useMessageIndex: on("mx"), useChunkIndex: on("chx"), startChannelId: 1,
  });
  const data = (value: unknown): Uint8Array => Uint8Array.from(value as string[], Number);
  const map = (value: unknown): Map<string, string> => new Map(Object.entries(value as Record<string, string>));
  for (const record of records) {
    const f: Fields = Object.fromEntries(record.fields);
    const text = (name: string): string => f[name] as string;
    if (record.type === "Header") await writer.start({ library: text("library"), profile: text("profile") });
    else if (record.type === "Schema") await writer.registerSchema({ name: text("name"), encoding: text("encoding"), data: data(f["data"]) });
    else if (record.type === "Channel") await writer.registerChannel({ schemaId: Number(f["schema_id"]), topic: text("topic"), messageEncoding: text("message_encoding"), metadata: map(f["metadata"]) });
    else if (record.type === "Message") await writer.addMessage({ channelId: Number(f["channel_id"]), sequence: Number(f["sequence"]), logTime: BigInt(text("log_time")), publishTime: BigInt(text("publish_time")), data: data(f["data"]) } satisfies McapTypes.Message);
    else if (record.type === "Attachment") await writer.addAttachment({ name: text("name"), mediaType: text("media_type"), logTime: BigInt(text("log_time")), createTime: BigInt(text("create_time")), data: data(f["data"]) });
    else if (record.type === "Metadata") await writer.addMetadata({ name: text("name"), metadata: map(f["metadata"]) });
    // What follows is written by the writer itself, schemas and channels repeated in the summary included.
    else if (record.type === "DataEnd") break;
  }
  await writer.end();
  return sink.bytes();
}
