/**
 * Compares a play with the ground truth of a peer player: trajectories at 10 Hz and every storyboard change. Pure: the
 * texts come from outside. Used by tests and by the peer report; never by a run.
 */
import { invariant } from "../../fleet-core/kernel/invariant.ts";
import { createRng } from "../../fleet-core/kernel/rng.ts";
import { timeUs } from "../../fleet-core/kernel/time.ts";
import { absAngleDifference } from "../engine/angles.ts";
import type { LoadedScenario, StoryboardChange } from "../types.ts";

export interface PeerRow {
  readonly timeS: number;
  readonly name: string;
  readonly xM: number;
  readonly yM: number;
  readonly zM: number;
  readonly headingRad: number;
  readonly speedMps: number;
}

export interface PeerEvent {
  readonly timeS: number;
  readonly step: number;
  readonly element: string;
  readonly state: string;
  readonly name: string;
  readonly path: string;
}

const ELEMENTS = ["", "storyboard", "story", "act", "maneuverGroup", "maneuver", "event", "action"] as const;
const STATES = ["init", "standby", "running", "complete"] as const;

/** Columns `t,id,x,y,z,h,p,r,speed,…`; `#entity,ID,NAME,…` lines name the ids. */
export function parsePeerRows(text: string): readonly PeerRow[] {
  const names = new Map<string, string>();
  const rows: PeerRow[] = [];
  for (const line of text.split("\n")) {
    const cells = line.trim().split(",");
    if (cells[0] === "#entity") names.set(cells[1] ?? "", cells[2] ?? "");
    else if (/^-?\d/.test(cells[0] ?? "")) {
      const n = (i: number): number => Number(cells[i]);
      rows.push({ timeS: n(0), name: names.get(cells[1] ?? "") ?? "", xM: n(2), yM: n(3), zM: n(4), headingRad: n(5), speedMps: n(8) });
    }
  }
  return rows;
}

/** Columns `t,step,type,state,name,path`, types and states as numbers; names may hold commas, paths do not matter then. */
export function parsePeerEvents(text: string): readonly PeerEvent[] {
  const events: PeerEvent[] = [];
  for (const line of text.split("\n").slice(1)) {
    const cells = line.trim().split(",");
    if (cells.length < 5) continue;
    events.push({ timeS: Number(cells[0]), step: Number(cells[1]), element: ELEMENTS[Number(cells[2])] ?? "", state: STATES[Number(cells[3])] ?? "", name: cells[4] ?? "", path: cells.slice(5).join(",") });
  }
  return events;
}

export interface PeerTolerance {
  readonly positionM: number;
  readonly headingRad: number;
  readonly speedMps: number;
  readonly steps: number;
}

export const PEER_TOLERANCE: PeerTolerance = { positionM: 0.05, headingRad: 0.01, speedMps: 0.05, steps: 1 };

export interface PeerResult {
  readonly trajectoryOk: boolean;
  readonly eventsOk: boolean;
  readonly rows: number;
  readonly positionM: number;
  readonly headingRad: number;
  readonly speedMps: number;
  /** First row out of tolerance, in words. */
  readonly firstRow: string | undefined;
  readonly events: number;
  readonly missing: readonly string[];
}

export interface PeerOptions {
  readonly disableControllers: boolean;
  readonly stepUs: number;
  readonly tolerance?: PeerTolerance;
  /** Entities left out, such as those a peer's own controller drives. */
  readonly skip?: ReadonlySet<string>;
}

/** Plays the scenario as long as the ground truth goes and compares. */
export function comparePeer(scenario: LoadedScenario, rowsText: string, eventsText: string, options: PeerOptions): PeerResult {
  const tolerance = options.tolerance ?? PEER_TOLERANCE;
  const rows = parsePeerRows(rowsText);
  const wanted = parsePeerEvents(eventsText);
  const player = scenario.play({ rng: createRng("peer"), stepUs: options.stepUs, disableControllers: options.disableControllers });
  const changes: StoryboardChange[] = [];
  let positionM = 0;
  let headingRad = 0;
  let speedMps = 0;
  let firstRow: string | undefined;
  let step = -1;
  let compared = 0;
  let endedAt = -1;
  for (const row of rows) {
    const target = Math.round((row.timeS * 1e6) / options.stepUs);
    invariant(target >= step, "the peer's rows are ordered by time");
    for (; step < target; ) {
      if (player.ended !== undefined && endedAt < 0) endedAt = step;
      step += 1;
      player.step(timeUs(step * options.stepUs));
      changes.push(...player.takeChanges());
      player.takeCommands();
    }
    if (player.ended !== undefined && endedAt < 0) endedAt = step;
    // An end one step early is judged by its event; what stands still after it is no motion.
    if (endedAt >= 0 && endedAt < target && target - endedAt <= tolerance.steps) continue;
    if (options.skip?.has(row.name) === true) continue;
    compared += 1;
    if (!player.actors.some((a) => a.name === row.name)) {
      firstRow ??= `t=${row.timeS} ${row.name}: not there`;
      positionM = Infinity;
      continue;
    }
    const s = player.state(row.name);
    const dx = s.xM - row.xM;
    const dy = s.yM - row.yM;
    const dz = s.zM - row.zM;
    const d = Math.sqrt(dx * dx + dy * dy + dz * dz);
    const h = absAngleDifference(s.headingRad, row.headingRad);
    const v = Math.abs(s.speedMps - row.speedMps);
    if (d > positionM) positionM = d;
    if (h > headingRad) headingRad = h;
    if (v > speedMps) speedMps = v;
    if (firstRow === undefined && (d > tolerance.positionM || h > tolerance.headingRad || v > tolerance.speedMps)) {
      const f = (x: number): string => x.toFixed(3);
      firstRow = `t=${row.timeS} ${row.name}: (${f(s.xM)}, ${f(s.yM)}, ${f(s.zM)}) h ${f(s.headingRad)} v ${f(s.speedMps)}, peer (${f(row.xM)}, ${f(row.yM)}, ${f(row.zM)}) h ${f(row.headingRad)} v ${f(row.speedMps)}`;
    }
  }
  // Scenarios without entities have no rows, and a change one step late may fall behind the last one.
  const last = Math.max(step, ...wanted.map((e) => e.step - 1)) + tolerance.steps;
  while (step < last && player.ended === undefined) {
    step += 1;
    player.step(timeUs(step * options.stepUs));
    changes.push(...player.takeChanges());
  }
  const missing = unmatched(wanted, changes, tolerance.steps);
  return {
    trajectoryOk: positionM <= tolerance.positionM && headingRad <= tolerance.headingRad && speedMps <= tolerance.speedMps,
    eventsOk: missing.length === 0,
    rows: compared,
    positionM,
    headingRad,
    speedMps,
    firstRow,
    events: wanted.length,
    missing,
  };
}

/** Peer events without a change of ours of the same element, state and path within `steps`; each change counts once. */
function unmatched(wanted: readonly PeerEvent[], changes: readonly StoryboardChange[], steps: number): readonly string[] {
  const used = new Set<StoryboardChange>();
  const missing: string[] = [];
  for (const e of wanted) {
    let best: StoryboardChange | undefined;
    for (const c of changes) {
      if (used.has(c) || c.element !== e.element || c.state !== e.state || c.path !== e.path || Math.abs(c.step - e.step) > steps) continue;
      if (best === undefined || Math.abs(c.step - e.step) < Math.abs(best.step - e.step)) best = c;
    }
    if (best !== undefined) used.add(best);
    else {
      const near = changes.filter((c) => c.element === e.element && c.state === e.state && c.path === e.path).map((c) => c.step);
      missing.push(`step ${e.step} ${e.element} ${e.state} ${e.path === "" ? e.name : e.path}${near.length === 0 ? " (never)" : ` (ours at ${near.slice(0, 5).join(", ")})`}`);
    }
  }
  return missing;
}
