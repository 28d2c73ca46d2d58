/** Random access to a recording by its index: a second out of an hour costs that second, not the hour. */
import { McapIndexedReader, type McapTypes } from "@mcap/core";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { err, ok, type Diagnostic, type Result } from "../../../fleet-core/kernel/result.ts";
import { createMemorySink, createRecordingWriter, logTimeNs } from "../../recording/adapters/mcap-file.ts";
import { CUT } from "../../recording/buffer.ts";
import { RUN_METADATA } from "../../recording/read.ts";

export interface IndexedRecording {
  readonly run: ReadonlyMap<string, string>;
  readonly epochMs: number;
  readonly reader: McapIndexedReader;
  /** Messages with fromUs <= time <= toUs in time order, of all topics or of these. */
  window(fromUs: number, toUs: number, topics?: readonly string[]): AsyncIterable<{ readonly topic: string; readonly timeUs: number; readonly data: Uint8Array }>;
  close(): void;
}

function fileReadable(fd: number): McapTypes.IReadable {
  return {
    size: () => Promise.resolve(BigInt(fstatSync(fd).size)),
    read(offset, size) {
      const bytes = new Uint8Array(Number(size));
      let at = 0;
      while (at < bytes.length) {
        const count = readSync(fd, bytes, at, bytes.length - at, Number(offset) + at);
        if (count === 0) return Promise.reject(new Error(`the file ends ${bytes.length - at} bytes early`));
        at += count;
      }
      return Promise.resolve(bytes);
    },
  };
}

/** Reads index and run metadata only. Fails for a file without an index: `atlasmesh replay recover` makes one. */
export async function openIndexed(path: string): Promise<Result<IndexedRecording, readonly Diagnostic[]>> {
  const bad = (message: string, expected: string): Result<never, readonly Diagnostic[]> => err([{ severity: "error", file: path, message, expected }]);
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    return bad("cannot be read", "an existing, readable file");
  }
  try {
    const reader = await McapIndexedReader.Initialize({ readable: fileReadable(fd) });
    let run: ReadonlyMap<string, string> | undefined;
    for await (const metadata of reader.readMetadata({ name: RUN_METADATA })) run = metadata.metadata;
    const epochMs = Number(run?.get("epochMs"));
    if (run === undefined || !Number.isSafeInteger(epochMs)) {
      closeSync(fd);
      return bad(`has no metadata "${RUN_METADATA}"`, "a recording made by atlasmesh");
    }
    return ok({
      run,
      epochMs,
      reader,
      async *window(fromUs, toUs, topics) {
        const range = { startTime: logTimeNs(epochMs, fromUs), endTime: logTimeNs(epochMs, toUs), validateCrcs: true, ...(topics === undefined ? {} : { topics }) };
        for await (const message of reader.readMessages(range)) {
          yield { topic: reader.channelsById.get(message.channelId)?.topic ?? "", timeUs: Number(message.logTime - logTimeNs(epochMs, 0)) / 1000, data: message.data };
        }
      },
      close: () => closeSync(fd),
    });
  } catch (error) {
    closeSync(fd);
    return bad(`cannot be read by its index: ${error instanceof Error ? error.message : String(error)}`, "a finished recording (`atlasmesh replay recover` finishes one)");
  }
}

/** The part from `fromUs` to `toUs` as a recording of its own, for viewing: it says that it is cut, and is never verified as a whole run. */
export async function cutRecording(recording: IndexedRecording, fromUs: number, toUs: number): Promise<{ readonly bytes: Uint8Array; readonly messages: number }> {
  const sink = createMemorySink();
  const writer = await createRecordingWriter(sink, recording.epochMs);
  const { reader } = recording;
  const channels = new Map<string, number>();
  for await (const metadata of reader.readMetadata()) await writer.record({ kind: "metadata", name: metadata.name, entries: metadata.metadata });
  await writer.record({ kind: "metadata", name: CUT, entries: new Map([["fromUs", String(fromUs)], ["toUs", String(toUs)]]) });
  for await (const a of reader.readAttachments()) await writer.record({ kind: "attachment", name: a.name, mediaType: a.mediaType, data: a.data });
  for (const channel of reader.channelsById.values()) {
    const schema = reader.schemasById.get(channel.schemaId);
    channels.set(channel.topic, channels.size);
    await writer.channel({ topic: channel.topic, schemaName: schema?.name ?? "", jsonSchema: schema === undefined ? {} : (JSON.parse(new TextDecoder().decode(schema.data)) as Record<string, unknown>) });
  }
  let messages = 0;
  for await (const message of recording.window(fromUs, toUs)) {
    await writer.record({ kind: "message", channel: channels.get(message.topic) ?? 0, timeUs: message.timeUs, data: message.data });
    messages += 1;
  }
  await writer.end();
  return { bytes: sink.bytes(), messages };
}
