/**
 * Judges one play from outside: did ego touch anybody, how small did its gaps get. Bookkeeping on states it is shown; it
 * never changes the play. Ahead means in ego's own strip: along the road when both are on the same one, else straight on.
 */
import { cos, sin } from "../../fleet-core/kernel/math/index.ts";
import type { ActorPlace, ActorState, ScenarioActor } from "../types.ts";

/** One actor as the judge sees it; state and place are live. */
export interface Seen {
  readonly actor: Pick<ScenarioActor, "name" | "category" | "box">;
  readonly state: Pick<ActorState, "xM" | "yM" | "zM" | "headingRad" | "speedMps">;
  readonly place: ActorPlace | undefined;
}

export interface Collision {
  readonly with: string;
  readonly atUs: number;
  readonly relativeMps: number;
}

/** Smallest value of a measure and when it was first met. */
export interface Least {
  readonly valueS: number;
  readonly atUs: number;
  readonly actor: string;
}

export interface Findings {
  readonly collision: Collision | undefined;
  /** Bumper-to-bumper gap over closing speed; 0 at contact. */
  readonly ttc: Least | undefined;
  /** Gap over ego's own speed. */
  readonly thw: Least | undefined;
}

export interface Judge {
  /** Who is there from now on; `ego` undefined: nothing to judge. */
  cast(ego: Seen | undefined, others: readonly Seen[]): void;
  look(atUs: number): void;
  findings(): Findings;
}

/** Actors further apart in height than this do not meet: one is on a bridge. */
const STOREY_M = 2.5;
/** How far ahead somebody on another road is looked for. */
const STRAIGHT_AHEAD_M = 150;
const STANDING_MPS = 1e-3;
/** A gap that stays the same is smallest when it is first met, not when rounding is. */
const SAME_S = 1e-9;
const TRAILERS: readonly string[] = ["trailer", "semitrailer"];

interface Other {
  readonly seen: Seen;
  /** Hitched to ego: its box may reach into ego's from the start, until they part. */
  hitched: boolean;
}

/** Heading on the road without a turn costs no sine: most of what drives. */
const cosOf = (h: number): number => (h === 0 ? 1 : cos(h));
const sinOf = (h: number): number => (h === 0 ? 0 : sin(h));

export function createJudge(): Judge {
  let ego: Seen | undefined;
  let others: readonly Other[] = [];
  let collision: Collision | undefined;
  let ttc: Least | undefined;
  let thw: Least | undefined;
  let looked = false;
  // Ego's heading this instant.
  let c = 1;
  let s = 0;

  function look(atUs: number): void {
    if (ego === undefined) return;
    c = cos(ego.state.headingRad);
    s = sin(ego.state.headingRad);
    for (const other of others) {
      if (Math.abs(ego.state.zM - other.seen.state.zM) > STOREY_M) continue;
      if (collision === undefined) meet(ego, other, atUs);
      ahead(ego, other.seen, atUs);
    }
    looked = true;
  }

  function meet(a: Seen, other: Other, atUs: number): void {
    const b = other.seen;
    const touching = overlap(a, b);
    if (!looked && touching && TRAILERS.includes(b.actor.category)) other.hitched = true;
    if (!touching) other.hitched = false;
    if (!touching || other.hitched) return;
    const dvx = a.state.speedMps * c - b.state.speedMps * cos(b.state.headingRad);
    const dvy = a.state.speedMps * s - b.state.speedMps * sin(b.state.headingRad);
    collision = { with: b.actor.name, atUs, relativeMps: Math.sqrt(dvx * dvx + dvy * dvy) };
    least(b, 0, atUs, true);
  }

  /** Separating axes over the two boxes seen from above. */
  function overlap(a: Seen, b: Seen): boolean {
    const p = a.actor.box;
    const q = b.actor.box;
    const rx = b.state.xM - a.state.xM;
    const ry = b.state.yM - a.state.yM;
    // Reference points lie in or near the boxes; nobody touches from so far away, and that is told without a sine.
    const reach = p.lengthM + p.widthM + q.lengthM + q.widthM + Math.abs(p.centreXM) + Math.abs(q.centreXM);
    if (rx * rx + ry * ry > reach * reach) return false;
    const cb = cos(b.state.headingRad);
    const sb = sin(b.state.headingRad);
    const dx = rx + q.centreXM * cb - q.centreYM * sb - (p.centreXM * c - p.centreYM * s);
    const dy = ry + q.centreXM * sb + q.centreYM * cb - (p.centreXM * s + p.centreYM * c);
    const cr = Math.abs(c * cb + s * sb);
    const sr = Math.abs(s * cb - c * sb);
    return (
      Math.abs(dx * c + dy * s) <= (p.lengthM + q.lengthM * cr + q.widthM * sr) / 2 &&
      Math.abs(dy * c - dx * s) <= (p.widthM + q.lengthM * sr + q.widthM * cr) / 2 &&
      Math.abs(dx * cb + dy * sb) <= (q.lengthM + p.lengthM * cr + p.widthM * sr) / 2 &&
      Math.abs(dy * cb - dx * sb) <= (q.widthM + p.lengthM * sr + p.widthM * cr) / 2
    );
  }

  function ahead(a: Seen, b: Seen, atUs: number): void {
    const from = a.place?.road;
    if (from !== undefined && from === b.place?.road) alongRoad(a, b, a.place as ActorPlace, b.place as ActorPlace, atUs);
    else straightOn(a, b, atUs);
  }

  function alongRoad(a: Seen, b: Seen, from: ActorPlace, to: ActorPlace, atUs: number): void {
    const ca = cosOf(from.hRel);
    const cb = cosOf(to.hRel);
    const facing = ca < 0 ? -1 : 1;
    const p = a.actor.box;
    const q = b.actor.box;
    const ds = facing * (to.sM + q.centreXM * cb - from.sM - p.centreXM * ca);
    if (ds <= 0) return;
    const sa = sinOf(from.hRel);
    const sb = sinOf(to.hRel);
    const dt = to.tM + q.centreXM * sb + q.centreYM * cb - from.tM - p.centreXM * sa - p.centreYM * ca;
    const aside = Math.abs(dt) - (p.widthM * Math.abs(ca) + p.lengthM * Math.abs(sa) + q.widthM * Math.abs(cb) + q.lengthM * Math.abs(sb)) / 2;
    if (aside > 0) return;
    const gap = ds - (p.lengthM * Math.abs(ca) + p.widthM * Math.abs(sa) + q.lengthM * Math.abs(cb) + q.widthM * Math.abs(sb)) / 2;
    gaps(b, gap, facing * (a.state.speedMps * ca - b.state.speedMps * cb), facing * a.state.speedMps * ca, atUs);
  }

  function straightOn(a: Seen, b: Seen, atUs: number): void {
    const rx = b.state.xM - a.state.xM;
    const ry = b.state.yM - a.state.yM;
    if (rx * rx + ry * ry > STRAIGHT_AHEAD_M * STRAIGHT_AHEAD_M || rx * c + ry * s <= 0) return;
    const p = a.actor.box;
    const q = b.actor.box;
    const cb = cos(b.state.headingRad);
    const sb = sin(b.state.headingRad);
    const dx = rx + q.centreXM * cb - q.centreYM * sb;
    const dy = ry + q.centreXM * sb + q.centreYM * cb;
    const cr = Math.abs(c * cb + s * sb);
    const sr = Math.abs(s * cb - c * sb);
    if (Math.abs(dy * c - dx * s - p.centreYM) > (p.widthM + q.lengthM * sr + q.widthM * cr) / 2) return;
    const ds = dx * c + dy * s - p.centreXM;
    if (ds <= 0) return;
    const gap = ds - (p.lengthM + q.lengthM * cr + q.widthM * sr) / 2;
    gaps(b, gap, a.state.speedMps - b.state.speedMps * (cb * c + sb * s), a.state.speedMps, atUs);
  }

  function gaps(b: Seen, gapM: number, closingMps: number, speedMps: number, atUs: number): void {
    const gap = gapM > 0 ? gapM : 0;
    if (closingMps > STANDING_MPS) least(b, gap / closingMps, atUs, true);
    if (speedMps > STANDING_MPS) least(b, gap / speedMps, atUs, false);
  }

  function least(b: Seen, valueS: number, atUs: number, isTtc: boolean): void {
    const known = isTtc ? ttc : thw;
    if (known !== undefined && known.valueS - valueS <= SAME_S) return;
    const found: Least = { valueS, atUs, actor: b.actor.name };
    if (isTtc) ttc = found;
    else thw = found;
  }

  return {
    cast(nextEgo, nextOthers) {
      const before = new Map(others.map((other) => [other.seen.actor.name, other.hitched]));
      ego = nextEgo;
      others = nextOthers.map((seen) => ({ seen, hitched: before.get(seen.actor.name) ?? false }));
    },
    look,
    findings: () => ({ collision, ttc, thw }),
  };
}
