/**
 * Which tick is shown now. Live, it follows the newest frame a little behind so that there are always two frames to
 * glide between; in the past it stands, or plays on until it meets the present. Pure: time comes in as a parameter.
 */
export interface PlayheadInput {
  /** Milliseconds of wall clock since the last call. */
  readonly dtMs: number;
  readonly firstTick: number;
  readonly lastTick: number;
  readonly tickUs: number;
  /** The run is being advanced by its owner. */
  readonly running: boolean;
  /** Simulated seconds per second that the run really gives. */
  readonly rate: number;
  /** Speed at which the past is played. */
  readonly speed: number;
}

export type PlayheadMode = "live" | "past" | "past-playing";

export interface Playhead {
  readonly tick: number;
  readonly mode: PlayheadMode;
  /** Moves to a tick of the past and stands there. */
  seek(tick: number): void;
  playPast(): void;
  stand(): void;
  goLive(): void;
  advance(input: PlayheadInput): number;
}

/** How far behind the newest frame a live view stays [ms of wall clock]. */
const BEHIND_MS = 110;

export function createPlayhead(): Playhead {
  let tick = 0;
  let mode: PlayheadMode = "live";
  return {
    get tick() {
      return tick;
    },
    get mode() {
      return mode;
    },
    seek(to) {
      tick = Math.max(0, to);
      mode = "past";
    },
    playPast() {
      mode = "past-playing";
    },
    stand() {
      if (mode === "past-playing") mode = "past";
    },
    goLive() {
      mode = "live";
    },
    advance(input) {
      const ticksPerMs = 1000 / input.tickUs;
      if (mode === "past") {
        tick = Math.min(Math.max(tick, input.firstTick), input.lastTick);
        return tick;
      }
      if (mode === "past-playing") {
        tick = Math.max(tick, input.firstTick) + input.dtMs * ticksPerMs * input.speed;
        if (tick >= input.lastTick) {
          tick = input.lastTick;
          mode = "live";
        }
        return tick;
      }
      if (!input.running) {
        // Paused: arrive exactly at the newest tick, quickly but without a jump.
        const gap = input.lastTick - tick;
        tick = Math.abs(gap) > 100 || Math.abs(gap) < 0.5 ? input.lastTick : tick + gap * Math.min(1, input.dtMs / 60);
        return tick;
      }
      const rate = Math.max(0.01, input.rate);
      const goal = input.lastTick - BEHIND_MS * ticksPerMs * rate;
      const next = tick + input.dtMs * ticksPerMs * rate;
      const error = goal - next;
      // A small error is closed within half a second, a large one (a tab that slept, a fresh run) at once.
      tick = Math.abs(error) > 1000 * ticksPerMs * Math.max(1, rate) ? goal : next + error * Math.min(1, input.dtMs / 500);
      tick = Math.min(Math.max(tick, input.firstTick), input.lastTick);
      return tick;
    },
  };
}
