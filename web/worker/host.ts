/**
 * Paces one run for its viewers: play, pause, single steps, speed, faults, frames, details, notes, hashes. The same code
 * sits in the page's Web Worker and in the demo server, so it must never touch a DOM, a socket, a timer or a clock of
 * its own: whoever owns it calls `pump` often and passes the time in.
 */
import { FAULT_KINDS, type Fault, type FaultKind } from "../../fleet-core/contract/fault.ts";
import type { EntityView, TwinControl, TwinNote } from "../../fleet-core/contract/twin-view.ts";
import { advance as advanceRun } from "../../twin/drive.ts";
import type { Run, RunResult } from "../../twin/types.ts";
import { PROTOCOL_VERSION, type ProfileView, type RunStatus, type ServerMessage, type ViewerMessage, type WireFrame } from "../protocol.ts";
import { createDecisionWatch } from "./decision-watch.ts";

export interface TwinHostOptions {
  readonly run: Run;
  readonly send: (message: ServerMessage) => void;
  /** Monotonic milliseconds, read inside `pump` to keep it short. */
  readonly now: () => number;
  /** Makes the same run again for `restart`; without it a restart is refused. */
  readonly renew?: () => Run;
  readonly playing?: boolean;
  /** Begins an ended run again this long after its end [ms], so that nobody finds a dead scene; needs `renew`. */
  readonly startOverMs?: number;
  /** Longest stay inside one `pump` [ms]; a page that must stay live wants about 20. */
  readonly budgetMs?: number;
}

export interface TwinHost {
  readonly run: Run;
  readonly status: RunStatus;
  /** The verdict of a run that has ended. */
  readonly result: RunResult | undefined;
  /** Everything a viewer that comes now must be told, in order. */
  welcome(): readonly ServerMessage[];
  receive(message: ViewerMessage): void;
  /** Advances the run to where it should be at `nowMs` and sends what is due. Cheap when nothing is due. */
  pump(nowMs: number): void;
}

/** Ticks between frames at normal speed: 25 frames a second. */
const FRAME_TICKS = 4;
const DETAIL_MS = 200;
const STATUS_MS = 250;
const HASH_TICKS = 100;
/** A viewer that joins late gets at most this much of the past. */
const BACKLOG_FRAMES = 900;
const BACKLOG_BYTES = 4_000_000;
const BACKLOG_TICKS = 20;
const NOTES_MAX = 2000;
const HASHES_MAX = 4000;
const ROSTERS_MAX = 64;

export function createTwinHost(options: TwinHostOptions): TwinHost {
  const { send, now } = options;
  const budgetMs = options.budgetMs ?? 20;
  let run = options.run;
  let result: RunResult | undefined;
  let playing = options.playing ?? true;
  let speed = 1;
  let goalTick: number | undefined;
  let pauseAtGoal = false;
  /** Ticks owed to the wall clock, whole and part. */
  let owed = 0;
  let lastMs: number | undefined;
  let outbox: WireFrame[] = [];
  let backlog: WireFrame[] = [];
  let notes: TwinNote[] = [];
  let hashes: [number, string][] = [];
  let rosters = new Map<number, readonly EntityView[]>();
  let rosterSent = -1;
  let detailMs = -Infinity;
  let statusMs = -Infinity;
  let statusSent = "";
  let dirty = true;
  let achieved = 0;
  let rateMs: number | undefined;
  let rateTick = 0;
  let watch = createDecisionWatch();
  let endedMs: number | undefined;
  let planned = plannedOf(run);

  const status = (): RunStatus => ({ playing, speed, achieved, tick: run.tick, ended: run.ended, verdict: result?.verdict, recordedTicks: run.tick, goalTick });

  function roster(): ServerMessage | undefined {
    const version = run.rosterVersion;
    if (version === rosterSent) return undefined;
    rosterSent = version;
    const entities = run.roster();
    rosters.set(version, entities);
    for (const old of rosters.keys()) {
      if (rosters.size <= ROSTERS_MAX) break;
      rosters.delete(old);
    }
    return { kind: "roster", version, entities };
  }

  /** Takes a picture of the present tick; the roster it refers to goes out before it. */
  function capture(): void {
    const change = roster();
    if (change !== undefined) {
      flushFrames();
      send(change);
    }
    const last = outbox[outbox.length - 1];
    if (last?.tick === run.tick) return;
    const frame = run.frame();
    const wire: WireFrame = { tick: frame.tick, rosterVersion: frame.rosterVersion, poses: frame.poses.slice() };
    outbox.push(wire);
    const kept = backlog[backlog.length - 1];
    if (kept === undefined || wire.tick - kept.tick >= BACKLOG_TICKS) {
      backlog.push(wire);
      const most = Math.max(2, Math.min(BACKLOG_FRAMES, Math.floor(BACKLOG_BYTES / Math.max(1, wire.poses.byteLength))));
      if (backlog.length > most) backlog = backlog.slice(-Math.ceil(most * 0.75));
    }
  }

  function flushFrames(): void {
    if (outbox.length === 0) return;
    send({ kind: "frames", frames: outbox });
    outbox = [];
  }

  function flushNotes(): void {
    const fresh = run.takeNotes();
    if (fresh.length === 0) return;
    notes.push(...fresh);
    if (notes.length > NOTES_MAX) notes = notes.slice(-NOTES_MAX);
    send({ kind: "notes", notes: fresh });
  }

  function detailsMessage(): ServerMessage {
    return { kind: "details", tick: run.tick, details: run.details() };
  }

  function remember(tick: number, hash: string): void {
    hashes.push([tick, hash]);
    if (hashes.length > HASHES_MAX) hashes = hashes.slice(-HASHES_MAX);
    send({ kind: "hashes", hashes: [[tick, hash]] });
  }

  /** Advances under the tripwire to the next tick at which something must be looked at, at most `ticks`. */
  function advanceSome(ticks: number): void {
    openPlanned();
    let few = Math.min(ticks, HASH_TICKS - (run.tick % HASH_TICKS), (planned[0]?.tick ?? Infinity) - run.tick);
    if (watch.watching()) few = Math.min(few, 2 - (run.tick % 2));
    advanceRun(run, few);
    dirty = true;
    if (run.tick % HASH_TICKS === 0) remember(run.tick, run.hash());
    if (watch.due(run.tick)) for (const decision of watch.look(run.tick, run.details())) send({ kind: "decision", decision });
    if (run.ended !== undefined && result === undefined) {
      result = run.result();
      playing = false;
      goalTick = undefined;
      owed = 0;
    }
  }

  /** Faults that came with the run (a shared link) are watched like injected ones, from the tick they begin. */
  function openPlanned(): void {
    while (planned[0] !== undefined && planned[0].tick <= run.tick) {
      const { fault } = planned[0];
      planned = planned.slice(1);
      send({ kind: "decision", decision: watch.open(fault, run.tick, run.details().find((d) => d.id === fault.target)) });
    }
  }

  /** Frames get farther apart when the run goes faster than a page can draw. */
  const frameTicks = (): number => (goalTick !== undefined ? 25 : Math.min(20, Math.max(FRAME_TICKS, Math.round(speed * 2.5))));

  function advance(ticks: number, untilMs: number): number {
    const every = frameTicks();
    const from = run.tick;
    while (run.tick - from < ticks && run.ended === undefined) {
      advanceSome(Math.min(4, ticks - (run.tick - from), every - (run.tick % every)));
      if (run.tick % every === 0) capture();
      if (now() >= untilMs) break;
    }
    return run.tick - from;
  }

  function pump(nowMs: number): void {
    const elapsed = lastMs === undefined ? 0 : Math.max(0, nowMs - lastMs);
    lastMs = nowMs;
    if (run.ended !== undefined && options.startOverMs !== undefined && options.renew !== undefined) {
      endedMs ??= nowMs;
      if (nowMs - endedMs >= options.startOverMs) restart();
    }
    const untilMs = nowMs + budgetMs;
    if (goalTick !== undefined) {
      advance(goalTick - run.tick, untilMs);
      if (run.tick >= goalTick || run.ended !== undefined) {
        goalTick = undefined;
        owed = 0;
        if (pauseAtGoal) playing = false;
      }
    } else if (playing && run.ended === undefined) {
      owed += (elapsed * 1000 * speed) / run.info.tickUs;
      const whole = Math.floor(owed);
      const done = advance(whole, untilMs);
      owed -= done;
      // What this machine cannot deliver is dropped, never saved up: the page shows the achieved speed instead.
      if (done < whole) owed = Math.min(owed, 1);
    }
    if (dirty && (!playing || goalTick !== undefined)) capture();
    flushFrames();
    flushNotes();
    if (rateMs === undefined || nowMs - rateMs >= 1000) {
      achieved = rateMs === undefined ? 0 : ((run.tick - rateTick) * run.info.tickUs) / 1000 / (nowMs - rateMs);
      rateMs = nowMs;
      rateTick = run.tick;
    }
    if (dirty && nowMs - detailMs >= DETAIL_MS) {
      detailMs = nowMs;
      dirty = false;
      send(detailsMessage());
      send({ kind: "missions", tick: run.tick, missions: run.missions() });
    }
    sendStatus(nowMs, false);
  }

  function sendStatus(nowMs: number, force: boolean): void {
    if (!force && nowMs - statusMs < STATUS_MS) return;
    const present = status();
    const text = JSON.stringify(present);
    if (!force && text === statusSent) return;
    statusMs = nowMs;
    statusSent = text;
    send({ kind: "status", status: present });
  }

  function inject(wanted: Extract<TwinControl, { kind: "inject" }>["fault"]): void {
    const entry = FAULT_KINDS[wanted.kind as FaultKind] as (typeof FAULT_KINDS)[FaultKind] | undefined;
    if (entry === undefined) return refuse("inject", `there is no fault kind "${wanted.kind}"`);
    if (run.ended !== undefined) return refuse("inject", "the run has ended");
    const nowS = (run.tick * run.info.tickUs) / 1e6;
    const clearS = wanted.clearS ?? (wanted.forS === undefined ? undefined : nowS + wanted.forS);
    const fault: Omit<Fault, "atS"> = { kind: wanted.kind, target: wanted.target, severity: wanted.severity, ...(clearS === undefined ? {} : { clearS }) };
    const before = run.details().find((d) => d.id === wanted.target);
    const done = run.inject(fault);
    if (!done.ok) return refuse("inject", done.error);
    send({ kind: "decision", decision: watch.open(done.value, run.tick, before) });
    send(plan(run));
    dirty = true;
  }

  function refuse(control: string, reason: string): void {
    send({ kind: "refused", control, reason });
  }

  function restart(): void {
    if (options.renew === undefined) return refuse("restart", "this server keeps its run");
    run = options.renew();
    planned = plannedOf(run);
    result = undefined;
    outbox = [];
    backlog = [];
    notes = [];
    hashes = [];
    rosters = new Map();
    rosterSent = -1;
    owed = 0;
    goalTick = undefined;
    dirty = true;
    playing = true;
    rateMs = undefined;
    endedMs = undefined;
    watch = createDecisionWatch();
    for (const message of welcome()) send(message);
  }

  function receive(message: ViewerMessage): void {
    switch (message.kind) {
      case "play":
        playing = run.ended === undefined;
        break;
      case "pause":
        playing = false;
        goalTick = undefined;
        // The tick it stands at may lie between two pictures; it is shown, not the last picture before it.
        dirty = true;
        break;
      case "step":
        playing = false;
        goalTick = undefined;
        for (let i = 0; i < message.ticks && run.ended === undefined; i += 1) {
          advanceSome(1);
          capture();
        }
        flushFrames();
        flushNotes();
        send(detailsMessage());
        break;
      case "speed":
        speed = Math.min(1000, Math.max(0.01, message.factor));
        owed = 0;
        break;
      case "goto":
        if (message.tick > run.tick) {
          goalTick = message.tick;
          pauseAtGoal = message.pause;
        } else if (message.pause) playing = false;
        break;
      case "inject":
        inject(message.fault);
        break;
      case "release": {
        const done = run.release(message.vehicleId);
        if (done.ok) send(plan(run));
        else refuse("release", done.error);
        dirty = true;
        break;
      }
      case "restart":
        restart();
        break;
      case "hash":
        remember(run.tick, run.hash());
        break;
    }
    sendStatus(lastMs ?? 0, true);
  }

  function welcome(): readonly ServerMessage[] {
    flushFrames();
    flushNotes();
    const messages: ServerMessage[] = [hello(run), plan(run)];
    const fresh = roster();
    if (fresh !== undefined) send(fresh);
    const used = new Set([run.rosterVersion, ...backlog.map((f) => f.rosterVersion)]);
    for (const [version, entities] of rosters) if (used.has(version)) messages.push({ kind: "roster", version, entities });
    const frame = run.frame();
    const present: WireFrame = { tick: frame.tick, rosterVersion: frame.rosterVersion, poses: frame.poses.slice() };
    messages.push({ kind: "frames", frames: [...backlog.filter((f) => f.tick < present.tick && rosters.has(f.rosterVersion)), present] });
    if (notes.length > 0) messages.push({ kind: "notes", notes });
    messages.push(detailsMessage(), { kind: "missions", tick: run.tick, missions: run.missions() });
    for (const decision of watch.all()) messages.push({ kind: "decision", decision });
    if (hashes.length > 0) messages.push({ kind: "hashes", hashes });
    messages.push({ kind: "status", status: status() });
    return messages;
  }

  return {
    get run() {
      return run;
    },
    get status() {
      return status();
    },
    get result() {
      return result;
    },
    welcome,
    receive,
    pump,
  };
}

/** Faults of the run's own plan that are still to come, earliest first. */
function plannedOf(run: Run): readonly { readonly tick: number; readonly fault: Fault }[] {
  return run
    .spec()
    .faults.faults.map((fault) => ({ tick: Math.ceil(Math.round(fault.atS * 1e6) / run.info.tickUs), fault }))
    .filter((p) => p.tick >= run.tick)
    .sort((a, b) => a.tick - b.tick);
}

function plan(run: Run): ServerMessage {
  const spec = run.spec();
  return { kind: "plan", faults: spec.faults.faults, operator: spec.operator };
}

function hello(run: Run): ServerMessage {
  const spec = run.spec();
  const profiles: ProfileView[] = [...run.profiles.values()].map((p) => ({
    id: p.id,
    name: p.name,
    vehicleClass: p.class,
    axles: p.axles.map((a) => ({ xM: a.xM, trackM: a.trackM, wheelRadiusM: a.wheelRadiusM, tyres: a.tyres, steered: a.steered })),
    speedMpsMax: p.drive.speedMpsMax,
  }));
  return {
    kind: "hello",
    protocol: PROTOCOL_VERSION,
    info: run.info,
    untilTick: Math.floor(spec.untilUs / run.info.tickUs),
    mapName: run.map.name,
    mesh: run.map.mesh(),
    profiles,
    egoProfile: spec.egoProfile,
  };
}

