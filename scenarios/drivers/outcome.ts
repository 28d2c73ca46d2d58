/**
 * Judges driven scenarios by outcome instead of by trajectory: did the driven actor touch anybody, how near did it come,
 * how far is its speed from another player's. For comparing driver models whose control laws differ; tests and reports
 * use it, runs never.
 */
import { cos, sin } from "../../fleet-core/kernel/math/index.ts";
import { createRng } from "../../fleet-core/kernel/rng.ts";
import { timeUs } from "../../fleet-core/kernel/time.ts";
import { parsePeerRows } from "../peer/peer-files.ts";
import type { LoadedScenario } from "../types.ts";

export interface Outcome {
  readonly collided: boolean;
  /** Smallest distance [m] between outlines; 0 after a collision. */
  readonly minGapM: number;
  readonly endMps: number;
}

export interface OutcomeComparison {
  readonly actor: string;
  readonly ours: Outcome;
  readonly peer: Outcome;
  /** Root mean square of the difference of speeds over the peer's rows [m/s]. */
  readonly speedRmsMps: number;
  readonly rows: number;
}

interface Box {
  readonly lengthM: number;
  readonly widthM: number;
  readonly centreXM: number;
  readonly centreYM: number;
}
interface Placed {
  readonly xM: number;
  readonly yM: number;
  readonly headingRad: number;
}

const corners = (box: Box, at: Placed): readonly (readonly [number, number])[] => {
  const c = cos(at.headingRad);
  const s = sin(at.headingRad);
  return ([[1, 1], [-1, 1], [-1, -1], [1, -1]] as const).map(([i, j]) => {
    const x = box.centreXM + (i * box.lengthM) / 2;
    const y = box.centreYM + (j * box.widthM) / 2;
    return [at.xM + x * c - y * s, at.yM + x * s + y * c] as const;
  });
};

/** Distance between two upright boxes seen from above; 0 when they overlap. */
export function boxDistanceM(a: Box, atA: Placed, b: Box, atB: Placed): number {
  const p = corners(a, atA);
  const q = corners(b, atB);
  const apart = [atA.headingRad, atB.headingRad].some((h) => ([[cos(h), sin(h)], [-sin(h), cos(h)]] as const).some(([ax, ay]) => {
    const shadow = (points: typeof p): readonly number[] => points.map(([x, y]) => x * ax + y * ay);
    const [sp, sq] = [shadow(p), shadow(q)];
    return Math.max(...sp) <= Math.min(...sq) || Math.max(...sq) <= Math.min(...sp);
  }));
  if (!apart) return 0;
  let best = Infinity;
  for (const [from, to] of [[p, q], [q, p]] as const) {
    for (const [x, y] of from) {
      to.forEach(([x0, y0], i) => {
        const [x1, y1] = to[(i + 1) % 4] as readonly [number, number];
        const ex = x1 - x0;
        const ey = y1 - y0;
        const u = Math.max(0, Math.min(1, ((x - x0) * ex + (y - y0) * ey) / (ex * ex + ey * ey || 1)));
        const dx = x - x0 - u * ex;
        const dy = y - y0 - u * ey;
        best = Math.min(best, Math.sqrt(dx * dx + dy * dy));
      });
    }
  }
  return best;
}

/** Lines `#entity,ID,NAME,…,len=…,wid=…,cx=…,cy=…`. */
function peerBoxes(rows: string): ReadonlyMap<string, Box> {
  const boxes = new Map<string, Box>();
  for (const line of rows.split("\n")) {
    if (!line.startsWith("#entity,")) continue;
    const cells = line.trim().split(",");
    const value = (name: string): number => Number(cells.find((c) => c.startsWith(`${name}=`))?.slice(name.length + 1) ?? 0);
    boxes.set(cells[2] ?? "", { lengthM: value("len"), widthM: value("wid"), centreXM: value("cx"), centreYM: value("cy") });
  }
  return boxes;
}

/** Plays `scenario` with its controllers as long as the peer's rows go and holds what becomes of `actor` against them. */
export function compareOutcome(scenario: LoadedScenario, peerRows: string, actor: string, stepUs = 10_000): OutcomeComparison {
  const player = scenario.play({ rng: createRng("outcome"), stepUs, disableControllers: false });
  const boxes = peerBoxes(peerRows);
  const byTime = new Map<number, Map<string, Placed & { readonly speedMps: number }>>();
  for (const row of parsePeerRows(peerRows)) {
    const t = Math.round((row.timeS * 1e6) / stepUs);
    const at = byTime.get(t) ?? new Map<string, Placed & { readonly speedMps: number }>();
    at.set(row.name, row);
    byTime.set(t, at);
  }
  const mine = { minGapM: Infinity, endMps: 0 };
  const theirs = { minGapM: Infinity, endMps: 0 };
  let squares = 0;
  let rows = 0;
  let step = -1;
  for (const [target, peer] of [...byTime].sort((a, b) => a[0] - b[0])) {
    while (step < target) player.step(timeUs((step += 1) * stepUs));
    const own = peer.get(actor);
    if (own === undefined || !player.actors.some((a) => a.name === actor)) continue;
    const state = player.state(actor);
    const ownBox = boxes.get(actor);
    for (const [name, other] of peer) {
      const box = boxes.get(name);
      if (name !== actor && box !== undefined && ownBox !== undefined) theirs.minGapM = Math.min(theirs.minGapM, boxDistanceM(ownBox, own, box, other));
    }
    const self = player.actors.find((a) => a.name === actor);
    for (const other of player.actors) if (other.name !== actor && self !== undefined) mine.minGapM = Math.min(mine.minGapM, boxDistanceM(self.box, state, other.box, player.state(other.name)));
    squares += (state.speedMps - own.speedMps) * (state.speedMps - own.speedMps);
    rows += 1;
    mine.endMps = state.speedMps;
    theirs.endMps = own.speedMps;
  }
  const outcome = (o: typeof mine): Outcome => ({ ...o, collided: o.minGapM === 0 });
  return { actor, ours: outcome(mine), peer: outcome(theirs), speedRmsMps: Math.sqrt(squares / Math.max(1, rows)), rows };
}
