/**
 * Verification of a whole recording file: execution again, message by message, then every remaining byte of the file. Gives
 * the caller time to breathe between batches; the only asynchronous part of replay.
 */
import type { Diagnostic } from "../../fleet-core/kernel/result.ts";
import type { Divergence } from "../compare/messages.ts";
import { describeOffset } from "../recording/describe.ts";
import { writeMcap } from "../recording/adapters/mcap-file.ts";
import { createVerifier, fileDifference, type VerifierOptions, type VerifyProgress } from "../verify.ts";

export type VerifyOutcome =
  | { readonly kind: "identical"; readonly ticks: number; readonly hash: string; readonly messages: number }
  | { readonly kind: "different"; readonly ticks: number; readonly divergence: Divergence }
  /** Every message that is there is identical, but the recording ran full: what followed is not in it. */
  | { readonly kind: "truncated"; readonly ticks: number; readonly hash: string }
  /** The file is no recording, is broken, or another build made it. */
  | { readonly kind: "refused"; readonly diagnostics: readonly Diagnostic[] };

export interface VerifyFileOptions extends VerifierOptions {
  readonly onProgress?: (progress: VerifyProgress) => void;
  /** Ticks between two breaths. */
  readonly batch?: number;
  /** Awaited between batches: lets a page paint and a server answer. */
  readonly breathe?: () => Promise<void>;
}

export async function verifyRecording(bytes: Uint8Array, file: string, options: VerifyFileOptions): Promise<VerifyOutcome> {
  const made = createVerifier(bytes, file, options);
  if (!made.ok) return { kind: "refused", diagnostics: made.error };
  const verifier = made.value;
  for (;;) {
    const progress = verifier.step(options.batch ?? 200);
    options.onProgress?.(progress);
    if (progress.divergence !== undefined) return { kind: "different", ticks: progress.ticks, divergence: progress.divergence };
    if (progress.done) break;
    await options.breathe?.();
  }
  if (verifier.truncated) return { kind: "truncated", ticks: verifier.ticks, hash: verifier.hash };
  const contents = verifier.expected();
  const expected = await writeMcap(contents);
  const difference = fileDifference(bytes, expected);
  if (difference !== undefined) {
    const place = describeOffset(bytes, difference.offset);
    return {
      kind: "different",
      ticks: verifier.ticks,
      divergence: {
        tick: undefined,
        entity: undefined,
        field: place,
        topic: undefined,
        recorded: byteAt(bytes, difference.offset),
        recomputed: byteAt(expected, difference.offset),
        text: `byte ${difference.offset}, in ${place}: recorded ${byteAt(bytes, difference.offset)}, recomputed ${byteAt(expected, difference.offset)}; all ${verifier.ticks} ticks are identical`,
      },
    };
  }
  return { kind: "identical", ticks: verifier.ticks, hash: verifier.hash, messages: contents.records.filter((record) => record.kind === "message").length };
}

const byteAt = (bytes: Uint8Array, offset: number): string => (offset < bytes.length ? `0x${(bytes[offset] as number).toString(16).padStart(2, "0")}` : "end of file");
