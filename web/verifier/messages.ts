/** What the page and its worker say to each other. Bundles go in once; verdicts and progress come back. */
import type { BundleVerdict } from "../../replay/evidence/verdict.ts";

export interface InputFile {
  /** Relative path of a file out of a folder, or a file's name. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export type ToWorker =
  | { readonly kind: "bundle"; /** Answers bear the same: an answer about an earlier bundle is thrown away. */ readonly request: number; readonly files: readonly InputFile[]; readonly trust: Uint8Array | undefined; readonly nowMs: number }
  | { readonly kind: "execute"; readonly request: number; readonly file: string };

export type Executed =
  | { readonly kind: "identical"; readonly ticks: number; readonly hash: string }
  | { readonly kind: "different"; readonly tick: number | undefined; readonly ticks: number; readonly entity: string | undefined; readonly field: string; readonly recorded: string; readonly recomputed: string; readonly text: string }
  | { readonly kind: "truncated"; readonly ticks: number }
  | { readonly kind: "refused"; readonly text: string };

export type FromWorker =
  | { readonly kind: "verdict"; readonly request: number; readonly verdict: BundleVerdict; readonly elapsedMs: number }
  /** The container must not be opened, or the trust file is none. */
  | { readonly kind: "refused"; readonly request: number; readonly code: string; readonly text: string }
  | { readonly kind: "progress"; readonly request: number; readonly file: string; readonly tick: number; readonly ticks: number }
  | { readonly kind: "executed"; readonly request: number; readonly file: string; readonly outcome: Executed; readonly elapsedMs: number }
  | { readonly kind: "failed"; readonly text: string };
