/**
 * The past a page can scrub through: frames by tick, within a byte limit. When full it thins out its older part rather
 * than forgetting the beginning. It must never hold on to more than its limit, and never interpolate across a gap that
 * would show movement nobody computed.
 */
import { POSE_STRIDE, type EntityView } from "../../fleet-core/contract/twin-view.ts";
import type { WireFrame } from "../protocol.ts";

export interface HistoryOptions {
  readonly bytesMax: number;
}

/** The world at a (fractional) tick. `poses` is owned by the caller of `sample` and reused. */
export interface Sample {
  tick: number;
  roster: readonly EntityView[];
  rosterVersion: number;
  poses: Float64Array;
}

export interface History {
  setRoster(version: number, entities: readonly EntityView[]): void;
  roster(version: number): readonly EntityView[] | undefined;
  /** Adds frames; one at or before the last tick replaces what was there (a run that began again). */
  push(frames: readonly WireFrame[]): void;
  clear(): void;
  readonly count: number;
  readonly firstTick: number;
  readonly lastTick: number;
  /** Writes the interpolated world at `tick` into `out`; false while there is nothing to show. */
  sample(tick: number, out: Sample): boolean;
}

const ROSTERS_MAX = 256;
const COLUMN = { yaw: 3, pitch: 4, roll: 5, flags: 9 } as const;

export function createSample(): Sample {
  return { tick: 0, roster: [], rosterVersion: -1, poses: new Float64Array(0) };
}

/** Angle between a and b [rad] the short way round. */
function lerpAngle(a: number, b: number, ratio: number): number {
  const turn = b - a;
  return a + (turn - 2 * Math.PI * Math.round(turn / (2 * Math.PI))) * ratio;
}

export function createHistory(options: HistoryOptions): History {
  let frames: WireFrame[] = [];
  let bytes = 0;
  const rosters = new Map<number, readonly EntityView[]>();

  /** Index of the last frame with tick <= `tick`, -1 when there is none. */
  function indexAt(tick: number): number {
    let low = 0;
    let high = frames.length;
    while (low < high) {
      const mid = (low + high) >>> 1;
      if ((frames[mid] as WireFrame).tick <= tick) low = mid + 1;
      else high = mid;
    }
    return low - 1;
  }

  function thin(): void {
    const newest = Math.floor(frames.length * 0.75);
    const kept = frames.filter((_, i) => i === 0 || i >= newest || i % 2 === 0);
    frames = kept.length < frames.length ? kept : frames.slice(-1);
    bytes = frames.reduce((sum, f) => sum + f.poses.byteLength, 0);
  }

  return {
    setRoster(version, entities) {
      rosters.set(version, entities);
      for (const old of rosters.keys()) {
        if (rosters.size <= ROSTERS_MAX) break;
        rosters.delete(old);
      }
    },
    roster: (version) => rosters.get(version),
    push(fresh) {
      for (const frame of fresh) {
        const last = frames[frames.length - 1];
        if (last !== undefined && frame.tick <= last.tick) {
          const keep = indexAt(frame.tick - 1) + 1;
          frames.length = keep;
          bytes = frames.reduce((sum, f) => sum + f.poses.byteLength, 0);
        }
        frames.push(frame);
        bytes += frame.poses.byteLength;
      }
      while (bytes > options.bytesMax && frames.length > 2) thin();
    },
    clear() {
      frames = [];
      bytes = 0;
      rosters.clear();
    },
    get count() {
      return frames.length;
    },
    get firstTick() {
      return frames[0]?.tick ?? 0;
    },
    get lastTick() {
      return frames[frames.length - 1]?.tick ?? 0;
    },
    sample(tick, out) {
      if (frames.length === 0) return false;
      const i = Math.max(0, indexAt(tick));
      const a = frames[i] as WireFrame;
      const roster = rosters.get(a.rosterVersion);
      if (roster === undefined) return false;
      const b = frames[i + 1];
      const ratio = b === undefined || b.tick === a.tick ? 0 : Math.min(1, Math.max(0, (tick - a.tick) / (b.tick - a.tick)));
      out.tick = b === undefined ? a.tick : a.tick + (b.tick - a.tick) * ratio;
      out.roster = roster;
      out.rosterVersion = a.rosterVersion;
      const length = roster.length * POSE_STRIDE;
      if (out.poses.length !== length) out.poses = new Float64Array(length);
      // A row moves in a straight line between two frames of one roster; across a roster change the older one stands.
      if (b === undefined || ratio === 0 || b.rosterVersion !== a.rosterVersion) {
        out.poses.set(a.poses.length === length ? a.poses : a.poses.subarray(0, length));
        return true;
      }
      for (let row = 0; row < length; row += POSE_STRIDE) {
        for (let c = 0; c < POSE_STRIDE; c += 1) {
          const x = a.poses[row + c] ?? 0;
          const y = b.poses[row + c] ?? 0;
          out.poses[row + c] = c === COLUMN.flags ? x : c >= COLUMN.yaw && c <= COLUMN.roll ? lerpAngle(x, y, ratio) : x + (y - x) * ratio;
        }
      }
      return true;
    },
  };
}
