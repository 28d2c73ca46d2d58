/**
 * Traffic signals: states set by actions, and controllers that run through their phases. A controller starts `delay`
 * seconds after the one it refers to, else at the start; its phases repeat. Only states are kept; what a state means to a
 * driver is the agent's affair.
 */
import type { SignalController } from "../schema/model.ts";

export interface Signals {
  /** State of a signal now; undefined when nothing has set it. */
  state(signal: string): string | undefined;
  phase(controller: string, timeS: number): string | undefined;
  setState(signal: string, state: string): void;
  /** Jumps a controller to a phase; false when it has none of that name. */
  setPhase(controller: string, phase: string, timeS: number): boolean;
  /** Brings the signals of all controllers up to `timeS`. */
  update(timeS: number): void;
}

interface Run {
  readonly model: SignalController;
  readonly cycleS: number;
  /** Time at which its first phase began. */
  startS: number;
  current: number;
}

export function createSignals(controllers: readonly SignalController[]): Signals {
  const states = new Map<string, string>();
  const runs = new Map<string, Run>();
  for (const model of controllers) runs.set(model.name, { model, cycleS: model.phases.reduce((sum, p) => sum + p.durationS, 0), startS: 0, current: -1 });
  for (const run of runs.values()) run.startS = startOf(run.model, 0);

  function startOf(model: SignalController, depth: number): number {
    const before = model.reference === undefined || depth > 16 ? undefined : runs.get(model.reference)?.model;
    return model.delayS + (before === undefined ? 0 : startOf(before, depth + 1));
  }

  function indexAt(run: Run, timeS: number): number {
    if (run.model.phases.length === 0 || timeS < run.startS || !(run.cycleS > 0)) return timeS < run.startS ? -1 : run.model.phases.length === 0 ? -1 : 0;
    const since = timeS - run.startS + 1e-9;
    let within = since - Math.floor(since / run.cycleS) * run.cycleS;
    for (let i = 0; i < run.model.phases.length; i += 1) {
      within -= run.model.phases[i]?.durationS ?? 0;
      if (within < 0) return i;
    }
    return run.model.phases.length - 1;
  }

  return {
    state: (signal) => states.get(signal),
    phase(controller, timeS) {
      const run = runs.get(controller);
      return run === undefined ? undefined : run.model.phases[indexAt(run, timeS)]?.name;
    },
    setState: (signal, state) => void states.set(signal, state),
    setPhase(controller, phase, timeS) {
      const run = runs.get(controller);
      const index = run?.model.phases.findIndex((p) => p.name === phase) ?? -1;
      if (run === undefined || index < 0) return false;
      let before = 0;
      for (let i = 0; i < index; i += 1) before += run.model.phases[i]?.durationS ?? 0;
      run.startS = timeS - before;
      run.current = -1;
      return true;
    },
    update(timeS) {
      for (const run of runs.values()) {
        const index = indexAt(run, timeS);
        if (index === run.current || index < 0) continue;
        run.current = index;
        for (const [signal, state] of run.model.phases[index]?.states ?? []) states.set(signal, state);
      }
    },
  };
}
