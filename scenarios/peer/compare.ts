/**
 * Compares a play with the ground truth of a peer player: trajectories at 10 Hz and every storyboard change. Pure: the
 * texts come from outside. Used by tests and by the peer report; never by a run.
 *
 * Two things are the peer's way of writing, not of playing, and are allowed for: it moves the map and all coordinates by
 * the OpenDRIVE header's offset, and its last row shows what its actions did in the step that ended the storyboard and
 * was not finished, so that row may be one step's way further on.
 */
import { invariant } from "../../fleet-core/kernel/invariant.ts";
import { cos, sin } from "../../fleet-core/kernel/math/index.ts";
import { createRng } from "../../fleet-core/kernel/rng.ts";
import { timeUs } from "../../fleet-core/kernel/time.ts";
import { absAngleDifference } from "../engine/angles.ts";
import type { ActorState, LoadedScenario, StoryboardChange } from "../types.ts";
import { parsePeerDriven, parsePeerEvents, parsePeerRows, type PeerEvent, type PeerRow } from "./peer-files.ts";
import { createReplay } from "./replay.ts";

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
  /** Largest difference of an entity's mean speed from the peer's until our end, as a share of the peer's (at least 1 m/s). */
  readonly meanSpeedShare: number;
  /** First row out of tolerance, in words. */
  readonly firstRow: string | undefined;
  readonly events: number;
  readonly missing: readonly string[];
  /** Entities the peer's controllers drove: they follow its rows here and are not judged. */
  readonly driven: readonly string[];
}

export interface PeerOptions {
  readonly disableControllers: boolean;
  readonly stepUs: number;
  readonly tolerance?: PeerTolerance;
  /** Entities with a controller follow the peer's rows and are not judged: how a controller drives is no standard's matter. */
  readonly replayControlled?: boolean;
}

/** Plays the scenario as long as the ground truth goes and compares. */
export function comparePeer(scenario: LoadedScenario, rowsText: string, eventsText: string, options: PeerOptions): PeerResult {
  const tolerance = options.tolerance ?? PEER_TOLERANCE;
  const rows = parsePeerRows(rowsText);
  const wanted = parsePeerEvents(eventsText).filter((e) => !ofGhost(e));
  const driven = options.replayControlled === true ? new Set([...parsePeerDriven(rowsText), ...controlled(scenario, options)]) : new Set<string>();
  const replay = createReplay(rows, new Set([...driven].filter((name) => !name.endsWith(GHOST))));
  const frame = peerFrame(scenario);
  const player = scenario.play({ rng: createRng("peer"), stepUs: options.stepUs, disableControllers: options.disableControllers });
  const changes: StoryboardChange[] = [];
  const stepS = options.stepUs / 1e6;
  let positionM = 0;
  let headingRad = 0;
  let speedMps = 0;
  let firstRow: string | undefined;
  const means = new Map<string, { ours: number; peer: number; rows: number }>();
  let step = -1;
  let compared = 0;
  let endedAt = -1;
  const advance = (): void => {
    step += 1;
    // Init places and starts everybody; from then on the peer's controllers are in charge.
    if (step > 0) replay.before(player, step * stepS);
    player.step(timeUs(step * options.stepUs));
    changes.push(...player.takeChanges());
    player.takeCommands();
  };
  const endOfPeer = wanted.find((e) => e.element === "storyboard" && e.state === "complete")?.timeS ?? Infinity;
  for (const row of rows) {
    const target = Math.round((row.timeS * 1e6) / options.stepUs);
    invariant(target >= step, "the peer's rows are ordered by time");
    while (step < target) {
      if (player.ended !== undefined && endedAt < 0) endedAt = step;
      advance();
    }
    if (player.ended !== undefined && endedAt < 0) endedAt = step;
    // An end one step early is judged by its event; what stands still after it is no motion.
    if (endedAt >= 0 && endedAt < target && target - endedAt <= tolerance.steps) continue;
    if (driven.has(row.name)) continue;
    compared += 1;
    if (!player.actors.some((a) => a.name === row.name)) {
      firstRow ??= `t=${row.timeS} ${row.name}: not there`;
      positionM = Infinity;
      continue;
    }
    const s = frame(player.state(row.name));
    const unfinished = row.timeS >= endOfPeer - stepS / 2 ? Math.abs(row.speedMps) * stepS : 0;
    const d = Math.max(0, distance(s, row) - unfinished);
    const h = absAngleDifference(s.headingRad, row.headingRad);
    const v = Math.abs(s.speedMps - row.speedMps);
    const mean = means.get(row.name) ?? { ours: 0, peer: 0, rows: 0 };
    if (endedAt < 0) means.set(row.name, { ours: mean.ours + s.speedMps, peer: mean.peer + row.speedMps, rows: mean.rows + 1 });
    if (d > positionM) positionM = d;
    if (h > headingRad) headingRad = h;
    if (v > speedMps) speedMps = v;
    if (firstRow === undefined && (d > tolerance.positionM || h > tolerance.headingRad || v > tolerance.speedMps)) firstRow = describeRow(s, row);
  }
  // Scenarios without entities have no rows, and a change one step late may fall behind the last one.
  const last = Math.max(step, ...wanted.map((e) => e.step - 1)) + tolerance.steps;
  while (step < last && player.ended === undefined) advance();
  const missing = unmatched(wanted, changes, tolerance.steps);
  return {
    trajectoryOk: positionM <= tolerance.positionM && headingRad <= tolerance.headingRad && speedMps <= tolerance.speedMps,
    eventsOk: missing.length === 0,
    rows: compared,
    positionM,
    headingRad,
    speedMps,
    meanSpeedShare: Math.max(0, ...[...means.values()].map((m) => Math.abs(m.ours - m.peer) / Math.max(m.rows, Math.abs(m.peer)))),
    firstRow,
    events: wanted.length,
    missing,
    driven: [...driven].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
  };
}

const GHOST = "_ghost";

/** A ghost that runs ahead is the peer's own means of driving; what it does is in no file. */
const ofGhost = (e: PeerEvent): boolean => e.name.startsWith("AddedGhost") || e.name.endsWith("_ghost-copy");

/** Entities to which the file gives a controller. */
function controlled(scenario: LoadedScenario, options: PeerOptions): readonly string[] {
  const scout = scenario.play({ rng: createRng("peer"), stepUs: options.stepUs, disableControllers: options.disableControllers });
  scout.step(timeUs(0));
  return scout.actors.filter((a) => a.controller !== undefined).map((a) => a.name);
}

/** States as the peer writes them: moved by the header's offset, then turned about the origin. */
export function peerFrame(scenario: LoadedScenario): (s: ActorState) => ActorState {
  const offset = scenario.map.headerOffset;
  if (offset === undefined) return (s) => s;
  const c = cos(offset.headingRad);
  const n = sin(offset.headingRad);
  return (s) => {
    const x = s.xM + offset.xM;
    const y = s.yM + offset.yM;
    return { ...s, xM: x * c - y * n, yM: x * n + y * c, zM: s.zM + offset.zM, headingRad: s.headingRad + offset.headingRad };
  };
}

function distance(s: ActorState, row: PeerRow): number {
  const dx = s.xM - row.xM;
  const dy = s.yM - row.yM;
  const dz = s.zM - row.zM;
  return Math.sqrt(dx * dx + dy * dy + dz * dz);
}

function describeRow(s: ActorState, row: PeerRow): string {
  const f = (x: number): string => x.toFixed(3);
  return `t=${row.timeS} ${row.name}: (${f(s.xM)}, ${f(s.yM)}, ${f(s.zM)}) h ${f(s.headingRad)} v ${f(s.speedMps)}, peer (${f(row.xM)}, ${f(row.yM)}, ${f(row.zM)}) h ${f(row.headingRad)} v ${f(row.speedMps)}`;
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
