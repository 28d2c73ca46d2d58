/** Checkpoints of a log (C2SP tlog-checkpoint): origin, size, root, as the text of a signed note. One spelling each. */
import { err, ok, type Result } from "../../fleet-core/kernel/result.ts";
import { base64, fromBase64 } from "./bytes.ts";

export interface Checkpoint {
  readonly origin: string;
  readonly size: bigint;
  readonly root: Uint8Array;
  /** Lines after the root, without newline. */
  readonly extensions: readonly string[];
}

export type CheckpointFault = "checkpoint-lines" | "checkpoint-origin-empty" | "checkpoint-size-leading-zero" | "checkpoint-size" | "checkpoint-root" | "note-extra-blank";

const SIZE_MAX = (1n << 63n) - 1n;

/** A whole number from 0, one spelling. */
export function parseSize(text: string): Result<bigint, "checkpoint-size-leading-zero" | "checkpoint-size"> {
  if (/^0[0-9]+$/.test(text)) return err("checkpoint-size-leading-zero");
  if (!/^[0-9]{1,19}$/.test(text)) return err("checkpoint-size");
  const size = BigInt(text);
  return size > SIZE_MAX ? err("checkpoint-size") : ok(size);
}

export const checkpointText = (checkpoint: Omit<Checkpoint, "extensions">): string => `${checkpoint.origin}\n${checkpoint.size}\n${base64(checkpoint.root)}\n`;

/** `text` is the text of a note, with its final newline. */
export function parseCheckpoint(text: string): Result<Checkpoint, CheckpointFault> {
  if (!text.endsWith("\n")) return err("checkpoint-lines");
  const [origin = "", size = "", root = "", ...extensions] = text.slice(0, -1).split("\n");
  if (extensions.some((row) => row === "") || root === "" && size !== "") return err("note-extra-blank");
  if (root === "") return err("checkpoint-lines");
  if (origin === "") return err("checkpoint-origin-empty");
  const parsed = parseSize(size);
  if (!parsed.ok) return parsed;
  const bytes = fromBase64(root);
  if (typeof bytes === "string" || bytes.length !== 32) return err("checkpoint-root");
  return ok({ origin, size: parsed.value, root: bytes, extensions });
}
