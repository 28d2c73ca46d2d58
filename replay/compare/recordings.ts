/** First difference between two recordings, message by message in the order they were written. Executes nothing. */
import { ok, type Diagnostic, type Result } from "../../fleet-core/kernel/result.ts";
import { TICK_US } from "../../twin/types.ts";
import { readRecording, type ReadRecording } from "../recording/read.ts";
import { divergenceOf, type Divergence, type MessageView } from "./messages.ts";

interface Source {
  readonly bytes: Uint8Array;
  readonly file: string;
}

const messagesOf = ({ contents }: ReadRecording): readonly MessageView[] =>
  contents.records.flatMap((record) => (record.kind === "message" ? [{ channel: contents.channels[record.channel] as MessageView["channel"], timeUs: record.timeUs, data: record.data }] : []));

export function diffRecordings(a: Source, b: Source): Result<{ readonly divergence: Divergence | undefined; readonly messages: number }, readonly Diagnostic[]> {
  const left = readRecording(a.bytes, a.file);
  if (!left.ok) return left;
  const right = readRecording(b.bytes, b.file);
  if (!right.ok) return right;
  const as = messagesOf(left.value);
  const bs = messagesOf(right.value);
  const messages = Math.max(as.length, bs.length);
  for (let i = 0; i < messages; i += 1) {
    const divergence = divergenceOf(as[i], bs[i], TICK_US);
    if (divergence !== undefined) return ok({ divergence, messages });
  }
  return ok({ divergence: undefined, messages });
}
