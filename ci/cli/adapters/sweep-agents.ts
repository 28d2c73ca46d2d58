/** Variations with our agent in them: the same run as `atlasmesh run`, judged with a sweep's measures. */
import { NO_FAULTS } from "../../../fleet-core/contract/fault.ts";
import { POSE_STRIDE } from "../../../fleet-core/contract/twin-view.ts";
import { timeUs } from "../../../fleet-core/kernel/time.ts";
import { createJudge, type Seen } from "../../../scenarios/sweep/judge.ts";
import type { AgentRuns, SweepSettings } from "../../../scenarios/sweep/session.ts";
import { AGENT_CONTROLLER, egoOf } from "../../../twin/engine/cast.ts";
import { advance } from "../../../twin/drive.ts";
import { createRun } from "../../../twin/run.ts";
import { TICK_US, type Run } from "../../../twin/types.ts";

interface LiveState {
  xM: number;
  yM: number;
  zM: number;
  headingRad: number;
  speedMps: number;
}

/** `egoProfile`: drives the ego of every variation; without it only actors whose controller is our agent are driven by it. */
export function agentRuns(settings: SweepSettings, egoProfile: string | undefined, profiles: ReadonlyMap<string, string>, build: string): AgentRuns {
  return {
    needed: (actors) => egoProfile !== undefined || actors.some((actor) => actor.controller?.name === AGENT_CONTROLLER),
    run(scenario, parameters) {
      const key = [...scenario.files.keys()][0] ?? scenario.name;
      const run = createRun(
        { scenario: key, files: scenario.files, parameters, lenient: settings.lenient, profiles, egoProfile, seed: settings.seed, faults: NO_FAULTS, operator: [], backend: "native", untilUs: timeUs(settings.untilUs), disableControllers: settings.disableControllers, ...(settings.drivers.size === 0 ? {} : { drivers: settings.drivers }), ...(settings.traffic === undefined ? {} : { traffic: settings.traffic }) },
        { build, runtime: "sweep", scenario },
      );
      const judge = createJudge();
      const watch = watcher(run, judge);
      watch();
      while (run.ended === undefined) advance(run, 1000, watch);
      const result = run.result();
      const failed = result.criteria.filter((criterion) => !criterion.pass).map((criterion) => criterion.text);
      return { failed, outcome: { ...judge.findings(), ego: watch.ego() ?? (result.criteria.length > 0 ? "agents" : undefined), endedBy: result.endedBy, endUs: result.ticks * TICK_US, steps: result.ticks, hash: result.hash } };
    },
  };
}

function watcher(run: Run, judge: ReturnType<typeof createJudge>): (() => void) & { ego: () => string | undefined } {
  let version = -1;
  let states: readonly LiveState[] = [];
  let ego: string | undefined;
  const watch = (): void => {
    const { poses } = run.frame();
    if (run.rosterVersion !== version) {
      version = run.rosterVersion;
      const roster = run.roster();
      ego ??= egoName(run);
      states = roster.map(() => ({ xM: 0, yM: 0, zM: 0, headingRad: 0, speedMps: 0 }));
      const seen = roster.map((entity, i): Seen => ({ actor: { name: entity.id, category: entity.model, box: entity }, state: states[i] as LiveState, place: undefined }));
      judge.cast(seen.find((one) => one.actor.name === ego), seen.filter((one) => one.actor.name !== ego));
    }
    states.forEach((state, i) => {
      const at = (column: number): number => poses[i * POSE_STRIDE + column] ?? 0;
      state.xM = at(0);
      state.yM = at(1);
      state.zM = at(2);
      state.headingRad = at(3);
      state.speedMps = at(6);
    });
    judge.look(run.timeUs);
  };
  return Object.assign(watch, { ego: () => ego });
}

/** The one a profile on the command line would drive, else the first that an agent drives. */
function egoName(run: Run): string | undefined {
  const roster = run.roster();
  const driven = roster.filter((entity) => entity.driven === "agent");
  const named = egoOf(driven.map((entity) => ({ name: entity.id, kind: "vehicle", category: entity.model, box: entity, wheelbaseM: 0, performance: undefined, properties: new Map(), controller: undefined })));
  return named?.name;
}
