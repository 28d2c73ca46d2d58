/** Keeps a log's checkpoints fresh: whatever was appended is under a signed checkpoint at most `everyMs` later. */
import type { AuditLog } from "../log.ts";

/** The product asks for 2 s from event to checkpoint. */
export const CHECKPOINT_EVERY_MS = 1_000;

export interface Checkpointer {
  /** Checkpoints what is left and stops. */
  readonly stop: () => void;
}

/** `failed` hears that the storage is full: the log must then take no more events. `written` hears of each new checkpoint. */
export function startCheckpointing(log: AuditLog, on: { readonly failed: (reason: string) => void; readonly written?: (note: string) => void }, everyMs = CHECKPOINT_EVERY_MS): Checkpointer {
  const write = (): void => {
    if (log.size === log.lastSize) return;
    const note = log.checkpoint();
    if (note.ok) on.written?.(note.value);
    else on.failed(note.error);
  };
  const timer = setInterval(write, everyMs);
  return {
    stop() {
      clearInterval(timer);
      write();
    },
  };
}
