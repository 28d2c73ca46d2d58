/**
 * `window.__atlasmesh`: what end-to-end tests and curious people may ask the page. Read-only but for `session`; no part
 * of the page depends on it.
 */
import type { Session } from "./session.ts";
import type { AppState, AppStore } from "./store.ts";

export interface TestHook {
  /** A first frame has been shown. */
  readonly ready: boolean;
  /** Tick shown now (fractional while gliding). */
  readonly tick: number;
  /** Newest tick the source has sent. */
  readonly lastTick: number;
  readonly mode: "live" | "local" | undefined;
  readonly drawCalls: number;
  readonly triangles: number;
  /** Milliseconds of JavaScript in the last draw. */
  readonly renderMs: number;
  readonly frames: number;
  /** Graphics: `high`, `low` (software) or `none`. */
  readonly quality: string;
  readonly renderer: string;
  /** State hash [16 hex digits] at a tick: every whole second, and ticks asked for with `askHash`. */
  hashAt(tick: number): string | undefined;
  /** Asks the source for the hash of its present tick. */
  askHash(): void;
  readonly state: AppState;
  readonly session: Session;
}

declare global {
  interface Window {
    __atlasmesh?: TestHook;
  }
}

export function installTestHook(session: Session, store: AppStore, stats: { readonly drawCalls: number; readonly triangles: number; readonly renderMs: number; readonly frames: number }, quality: { readonly webgl: boolean; readonly high: boolean; readonly renderer: string }): void {
  window.__atlasmesh = {
    get ready() {
      return session.ready;
    },
    get tick() {
      return session.playhead.tick;
    },
    get lastTick() {
      return session.history.lastTick;
    },
    get mode() {
      return store.getState().mode;
    },
    get drawCalls() {
      return stats.drawCalls;
    },
    get triangles() {
      return stats.triangles;
    },
    get renderMs() {
      return stats.renderMs;
    },
    get frames() {
      return stats.frames;
    },
    quality: quality.webgl ? (quality.high ? "high" : "low") : "none",
    renderer: quality.renderer,
    hashAt: (tick) => session.hashes.get(tick),
    askHash: () => session.send({ kind: "hash" }),
    get state() {
      return store.getState();
    },
    session,
  };
}
