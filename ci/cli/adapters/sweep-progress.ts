/** Progress of a sweep on stderr: a line that is written over on a terminal, else one now and then. */
import type { VerdictKind } from "../../../scenarios/sweep/verdict.ts";

const TERMINAL_MS = 500;
const LOG_MS = 10_000;

export interface Progress {
  took(verdict: VerdictKind): void;
  end(): void;
}

export function createProgress(total: number, resumed: number): Progress {
  const started = performance.now();
  const terminal = process.stderr.isTTY === true;
  let last = started;
  let done = resumed;
  let failed = 0;
  let notBuilt = 0;
  if (resumed > 0) process.stderr.write(`resumed: ${resumed} of ${total} variations are done\n`);

  function text(now: number): string {
    const perS = (done - resumed) / Math.max((now - started) / 1000, 1e-3);
    const leftS = perS > 0 ? (total - done) / perS : 0;
    const left = leftS > 5400 ? `${(leftS / 3600).toFixed(1)} h` : leftS > 90 ? `${(leftS / 60).toFixed(0)} min` : `${leftS.toFixed(0)} s`;
    return `${done} of ${total} (${((100 * done) / Math.max(total, 1)).toFixed(1)} %), ${failed} failing, ${notBuilt} not built, ${perS.toFixed(1)} a second, ${left} left`;
  }

  return {
    took(verdict) {
      done += 1;
      if (verdict === "fail") failed += 1;
      if (verdict === "error") notBuilt += 1;
      const now = performance.now();
      if (now - last < (terminal ? TERMINAL_MS : LOG_MS)) return;
      last = now;
      process.stderr.write(terminal ? `\r\x1b[K${text(now)}` : `${text(now)}\n`);
    },
    end() {
      if (terminal) process.stderr.write("\r\x1b[K");
    },
  };
}
