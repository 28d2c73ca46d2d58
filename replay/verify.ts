/**
 * Executes a recording again, tick by tick, and compares every message with what was recorded; tolerance zero. Synchronous
 * and incremental, so a page can show progress. It must never trust the recording: whatever it says of itself (result,
 * hash) is compared with what comes out, not repeated.
 */
import { numericsFingerprint } from "../fleet-core/kernel/math/index.ts";
import type { Recorder, RecorderChannel } from "../fleet-core/kernel/ports.ts";
import { err, InputError, ok, type Diagnostic, type Result } from "../fleet-core/kernel/result.ts";
import { advance } from "../twin/drive.ts";
import { createRun } from "../twin/run.ts";
import { TICK_US, type Run } from "../twin/types.ts";
import { divergenceOf, sameBytes, type Divergence, type MessageView } from "./compare/messages.ts";
import { createRecordingBuffer, CUT, TRUNCATED, type RecordingBuffer } from "./recording/buffer.ts";
import type { RecordingContents } from "./recording/contents.ts";
import { readRecording } from "./recording/read.ts";
import { recordRunSpec, runOfRecording, type RecordedRun } from "./run-record.ts";

export interface VerifyProgress {
  /** Ticks executed again and found identical. */
  readonly tick: number;
  /** Ticks the recording tells of. */
  readonly ticks: number;
  readonly done: boolean;
  readonly divergence: Divergence | undefined;
}

export interface Verifier {
  readonly recorded: RecordedRun;
  readonly ticks: number;
  /** The recording says that it ran full: what came after its last message is not in it. */
  readonly truncated: boolean;
  /** Executes up to `ticks` more ticks; stops at the first difference. */
  step(ticks: number): VerifyProgress;
  /** What the file should hold, once `step` said done without a difference. */
  expected(): RecordingContents;
  readonly hash: string;
}

export interface VerifierOptions {
  /** Digest of the deterministic code that executes now. */
  readonly build: string;
  /** Goes on although the builds differ; the answer then says nothing about the recorded build. */
  readonly anyBuild?: boolean;
}

/** Fails, with reasons, for files that are no recording, were made by another build, or whose inputs were changed. */
export function createVerifier(bytes: Uint8Array, file: string, options: VerifierOptions): Result<Verifier, readonly Diagnostic[]> {
  const read = readRecording(bytes, file);
  if (!read.ok) return read;
  const found = runOfRecording(read.value, file);
  if (!found.ok) return found;
  const recorded = found.value;
  const refuse = (path: string, message: string, expected: string): Result<never, readonly Diagnostic[]> => err([{ severity: "error", file, path, message, expected }]);
  if (recorded.build !== options.build && options.anyBuild !== true) return refuse("build", `was made by build ${recorded.build.slice(0, 12)}`, `this build, ${options.build.slice(0, 12)}: another build may compute other bits`);
  if (recorded.numerics !== numericsFingerprint()) return refuse("numerics", `was made with numerics ${recorded.numerics}`, `${numericsFingerprint()}: this engine's arithmetic is another`);

  if (read.value.contents.records.some((record) => record.kind === "metadata" && record.name === CUT)) return refuse(CUT, "is a part cut out of a recording", "the whole recording: a run is executed again from its beginning");

  const messages: MessageView[] = [];
  for (const record of read.value.contents.records) {
    if (record.kind === "message") messages.push({ channel: read.value.contents.channels[record.channel] as RecorderChannel, timeUs: record.timeUs, data: record.data });
  }
  const truncated = read.value.contents.records.some((record) => record.kind === "metadata" && record.name === TRUNCATED);
  const last = messages[messages.length - 1];
  const ticks = Math.round((last?.timeUs ?? 0) / TICK_US);
  let divergence: Divergence | undefined;
  let next = 0;

  const buffer = createRecordingBuffer({ epochMs: recorded.epochMs });
  const comparing = compareInto(buffer, (message) => {
    if (divergence !== undefined || (truncated && next >= messages.length)) return;
    divergence = divergenceOf(messages[next], message, TICK_US);
    next += 1;
  });
  let run: Run;
  try {
    recordRunSpec(comparing, recorded.spec, { build: recorded.build, runtime: recorded.runtime, epochMs: recorded.epochMs }, recorded.start);
    run = createRun(recorded.spec, { build: recorded.build, runtime: recorded.runtime, recorder: comparing });
  } catch (error) {
    if (error instanceof InputError) return err(error.diagnostics.map((d) => ({ ...d, file: `${file}: ${d.file}` })));
    throw error;
  }

  // What agents say at t is written on the way to t + 10 ms: a recording that ends early may end inside that step.
  const more = (): boolean => run.ended === undefined && (run.tick < ticks || (truncated && run.tick === ticks && next < messages.length));
  const progress = (): VerifyProgress => {
    const done = divergence !== undefined || !more();
    if (done && divergence === undefined && next < messages.length) divergence = divergenceOf(messages[next], undefined, TICK_US);
    return { tick: divergence === undefined ? run.tick : Math.max(0, run.tick - 1), ticks, done, divergence };
  };

  return ok({
    recorded,
    ticks,
    truncated,
    step(count) {
      for (let i = 0; i < count && divergence === undefined && more(); i += 1) advance(run, 1);
      return progress();
    },
    expected: () => buffer.sealed((recorder) => run.seal(recorder)),
    get hash() {
      return run.hash();
    },
  });
}

/** A recorder that fills `buffer` and shows each message as it comes. */
function compareInto(buffer: RecordingBuffer, see: (message: MessageView) => void): Recorder {
  const channels: RecorderChannel[] = [];
  return {
    channel(channel) {
      channels.push(channel);
      return buffer.channel(channel);
    },
    write(channelId, timeUs, message) {
      buffer.write(channelId, timeUs, message);
      const record = buffer.contents().records.at(-1);
      if (record?.kind === "message") see({ channel: channels[channelId] as RecorderChannel, timeUs, data: record.data });
    },
    attach: (name, mediaType, bytes) => buffer.attach(name, mediaType, bytes),
    metadata: (name, entries) => buffer.metadata(name, entries),
  };
}

/** First record of the file that is not as it should be although every message was: attachment, metadata, index, CRC. */
export function fileDifference(bytes: Uint8Array, expected: Uint8Array): { readonly offset: number } | undefined {
  if (sameBytes(bytes, expected)) return undefined;
  let offset = 0;
  while (offset < bytes.length && offset < expected.length && bytes[offset] === expected[offset]) offset += 1;
  return { offset };
}
