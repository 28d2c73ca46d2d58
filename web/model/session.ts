/**
 * The page's one running twin: opens a source, keeps the past, moves the playhead and tells the store what to show.
 * The scene reads `sample` each frame; everything else goes through the store a few times a second.
 */
import type { FaultKind } from "../../fleet-core/contract/fault.ts";
import type { ServerMessage, ViewerMessage } from "../protocol.ts";
import { openLive } from "../source/live.ts";
import { openLocal } from "../source/local.ts";
import type { LocalRequest, SourceState, TwinSource } from "../source/types.ts";
import { createDetailsLog, type DetailsLog } from "./details-log.ts";
import { createEvidence, type Evidence } from "./evidence.ts";
import { createHistory, createSample, type History, type Sample } from "./history.ts";
import { createPlayhead, type Playhead, type PlayheadMode } from "./playhead.ts";
import type { AppStore, CameraMode } from "./store.ts";
import { formatUrlState, type UrlState } from "./url-state.ts";

export interface Session {
  readonly sample: Sample;
  readonly history: History;
  readonly playhead: Playhead;
  readonly detailsLog: DetailsLog;
  readonly evidence: Evidence;
  readonly hashes: ReadonlyMap<number, string>;
  readonly tickUs: number;
  /** Goes up whenever something that is drawn changed. */
  readonly version: number;
  /** First frame of this run has been sampled. */
  readonly ready: boolean;
  start(url: UrlState): void;
  /** Called once per animation frame; true when the picture changed. */
  advance(dtMs: number): boolean;
  send(message: ViewerMessage): void;
  openLocal(request: Partial<LocalRequest>): void;
  openLive(): void;
  restart(): void;
  togglePlay(): void;
  stepForward(): void;
  stepBack(): void;
  seek(tick: number): void;
  goLive(): void;
  setSpeed(factor: number): void;
  select(id: string | undefined): void;
  setCamera(mode: CameraMode): void;
  inject(kind: FaultKind, target: string, severity: number, forS: number | undefined): void;
  shareUrl(): string;
  record(): Promise<Uint8Array | undefined>;
  toast(text: string): void;
}

const HISTORY_BYTES = 48_000_000;
const NOTES_MAX = 2000;
const HASHES_MAX = 20_000;
const SHOW_MS = 120;

export function createSession(store: AppStore, base: URL): Session {
  const history = createHistory({ bytesMax: HISTORY_BYTES });
  const playhead = createPlayhead();
  const detailsLog = createDetailsLog();
  const evidence = createEvidence(store);
  const sample = createSample();
  const hashes = new Map<number, string>();
  let source: TwinSource | undefined;
  let local: LocalRequest | undefined;
  let tickUs = 10_000;
  let ready = false;
  let version = 0;
  let sinceShown = 1e9;
  let drawnTick = -1;
  let drawnRoster = -2;
  let detailsTick = -1;
  let wantVehicle: string | undefined;
  let everOpen = false;
  let mayFallBack = false;
  let toastTimer: number | undefined;
  let retries = 0;
  /** The run stands only because somebody looks at its past; meeting the present again sets it going. */
  let pausedBySeek = false;

  const state = store.getState;
  const set = store.setState;

  function toast(text: string): void {
    if (toastTimer !== undefined) window.clearTimeout(toastTimer);
    set({ toast: text });
    toastTimer = window.setTimeout(() => set({ toast: undefined }), 6000);
  }

  function clear(): void {
    history.clear();
    detailsLog.clear();
    hashes.clear();
    playhead.goLive();
    pausedBySeek = false;
    ready = false;
    drawnTick = -1;
    drawnRoster = -2;
    detailsTick = -1;
    version += 1;
    set({ roster: [], details: new Map(), missions: [], notes: [], decisions: [], plan: { faults: [], operator: [] }, refusal: undefined, view: "live" });
  }

  function close(): void {
    source?.close();
    source = undefined;
    clear();
    evidence.reset();
    set({ header: undefined, status: undefined, source: { kind: "connecting" } });
  }

  function onState(next: SourceState): void {
    set({ source: next });
    if (next.kind === "open") everOpen = true;
    if (next.kind === "lost" && !everOpen && mayFallBack) {
      retries += 1;
      const first = state().scenarios[0];
      if (retries >= 2 && first !== undefined) {
        mayFallBack = false;
        openLocalRun({ scenario: first.id });
        toast("no-server");
      }
    }
  }

  function onMessage(message: ServerMessage): void {
    switch (message.kind) {
      case "hello": {
        clear();
        tickUs = message.info.tickUs;
        set({
          header: { info: message.info, untilTick: message.untilTick, mapName: message.mapName, mesh: message.mesh, profiles: new Map(message.profiles.map((p) => [p.id, p])), egoProfile: message.egoProfile },
          source: { kind: "open" },
        });
        break;
      }
      case "plan":
        set({ plan: { faults: message.faults, operator: message.operator } });
        break;
      case "roster":
        history.setRoster(message.version, message.entities);
        version += 1;
        break;
      case "frames":
        history.push(message.frames);
        break;
      case "details":
        detailsLog.add(message.tick, message.details);
        if (state().selected === undefined) chooseVehicle(message.details.map((d) => d.id));
        break;
      case "notes":
        set({ notes: [...state().notes, ...message.notes].slice(-NOTES_MAX) });
        break;
      case "missions":
        set({ missions: message.missions });
        break;
      case "decision": {
        const others = state().decisions.filter((d) => d.id !== message.decision.id);
        set({ decisions: [...others, message.decision].sort((a, b) => a.id - b.id).slice(-32) });
        break;
      }
      case "hashes":
        for (const [tick, hash] of message.hashes) {
          hashes.set(tick, hash);
          if (hashes.size > HASHES_MAX) for (const first of hashes.keys()) { hashes.delete(first); break; }
        }
        break;
      case "status":
        set({ status: message.status });
        break;
      case "refused":
        set({ refusal: { control: message.control, reason: message.reason } });
        toast(message.reason);
        break;
    }
  }

  /** The vehicle the address asked for, else the first bus, else the first one there is. */
  function chooseVehicle(ids: readonly string[]): void {
    const wanted = wantVehicle !== undefined && ids.includes(wantVehicle) ? wantVehicle : (ids.find((id) => /bus/i.test(id)) ?? ids[0]);
    if (wanted !== undefined) set({ selected: wanted });
  }

  /** Bank id of the present scenario: the run knows its name, the list knows where it is kept. */
  function currentScenario(): string | undefined {
    if (local !== undefined) return local.scenario;
    const name = state().header?.info.scenario.replace(/\.xosc$/, "");
    return name === undefined ? undefined : (state().scenarios.find((s) => s.id === name || s.id.endsWith(`/${name}`))?.id ?? name);
  }

  function resumeAfterPast(): void {
    if (!pausedBySeek) return;
    pausedBySeek = false;
    source?.send({ kind: "play" });
  }

  function openLiveRun(): void {
    close();
    local = undefined;
    set({ mode: "live", selected: undefined });
    source = openLive({ onMessage, onState }, base);
  }

  function openLocalRun(request: Partial<LocalRequest>): void {
    const scenario = request.scenario ?? currentScenario() ?? state().scenarios[0]?.id;
    close();
    if (scenario === undefined) {
      set({ mode: "local", source: { kind: "failed", reason: "no scenario is known" } });
      return;
    }
    local = { scenario, seed: request.seed, faults: request.faults ?? [], operator: request.operator ?? [], egoProfile: request.egoProfile, startS: request.startS };
    set({ mode: "local", selected: undefined });
    source = openLocal({ onMessage, onState }, base, local);
  }

  /** Pushes what the panels need, at most eight times a second. */
  function show(): void {
    const entry = playhead.mode === "live" ? detailsLog.at(Number.MAX_SAFE_INTEGER) : detailsLog.at(playhead.tick);
    const present = state();
    const change: Partial<Mutable> = {};
    if (entry !== undefined && entry.tick !== detailsTick) {
      detailsTick = entry.tick;
      change.details = entry.details;
      change.detailsTick = entry.tick;
    }
    if (present.roster !== sample.roster) change.roster = sample.roster;
    if (present.view !== playhead.mode) change.view = playhead.mode;
    if (Object.keys(change).length > 0) set(change);
  }

  const running = (): boolean => {
    const status = state().status;
    return status !== undefined && status.ended === undefined && (status.playing || status.goalTick !== undefined);
  };

  return {
    sample,
    history,
    playhead,
    detailsLog,
    evidence,
    hashes,
    get tickUs() {
      return tickUs;
    },
    get version() {
      return version;
    },
    get ready() {
      return ready;
    },
    start(url) {
      wantVehicle = url.vehicle;
      set({ problems: url.problems, ...(url.camera === undefined ? {} : { camera: url.camera as CameraMode }) });
      const asksLocal = url.mode === "local" || (url.mode === undefined && (url.scenario !== undefined || url.seed !== undefined || url.faults.length > 0 || url.operator.length > 0));
      mayFallBack = url.mode === undefined;
      const listed = fetch(new URL("api/scenarios", base))
        .then(async (r) => {
          if (!r.ok) throw new Error(`the server answered ${r.status} for the list of scenarios`);
          set({ scenarios: (await r.json()) as AppState["scenarios"] });
        })
        .catch((problem: unknown) => set({ problems: [...state().problems, problem instanceof Error ? problem.message : String(problem)] }));
      const open = (): void => openLocalRun({ ...(url.scenario === undefined ? {} : { scenario: url.scenario }), seed: url.seed, faults: url.faults, operator: url.operator, egoProfile: url.egoProfile, startS: url.timeS });
      if (!asksLocal) openLiveRun();
      else if (url.scenario !== undefined) open();
      else void listed.then(open);
    },
    advance(dtMs) {
      const status = state().status;
      const before: PlayheadMode = playhead.mode;
      const tick = playhead.advance({
        dtMs,
        firstTick: history.firstTick,
        lastTick: history.lastTick,
        tickUs,
        running: running(),
        rate: status?.goalTick !== undefined ? Math.max(1, status.achieved) : Math.min(status?.speed ?? 1, Math.max(0.1, status?.achieved || (status?.speed ?? 1))),
        speed: status?.speed ?? 1,
      });
      if (before !== playhead.mode) resumeAfterPast();
      sinceShown += dtMs;
      const got = history.sample(tick, sample);
      if (got && !ready) {
        ready = true;
        version += 1;
      }
      if (sinceShown >= SHOW_MS) {
        sinceShown = 0;
        show();
      }
      const changed = got && (sample.tick !== drawnTick || sample.rosterVersion !== drawnRoster);
      drawnTick = sample.tick;
      drawnRoster = sample.rosterVersion;
      return changed;
    },
    send: (message) => source?.send(message),
    openLocal: openLocalRun,
    openLive: openLiveRun,
    restart() {
      if (state().mode === "local" && local !== undefined) openLocalRun({ ...local, startS: undefined });
      else if (state().source.kind === "failed") openLiveRun();
      else source?.send({ kind: "restart" });
    },
    togglePlay() {
      if (playhead.mode === "past") playhead.playPast();
      else if (playhead.mode === "past-playing") playhead.stand();
      else {
        pausedBySeek = false;
        source?.send({ kind: running() ? "pause" : "play" });
      }
      show();
    },
    stepForward() {
      if (playhead.mode !== "live" && playhead.tick < history.lastTick) {
        const next = Math.floor(playhead.tick) + 1;
        if (next >= history.lastTick) playhead.goLive();
        else playhead.seek(next);
      } else source?.send({ kind: "step", ticks: 1 });
      show();
    },
    stepBack() {
      if (playhead.mode === "live" && state().mode === "local") source?.send({ kind: "pause" });
      pausedBySeek = false;
      playhead.seek(Math.max(history.firstTick, Math.ceil(playhead.tick) - 1));
      show();
    },
    seek(tick) {
      if (tick >= history.lastTick) {
        playhead.goLive();
        resumeAfterPast();
      } else {
        // Nobody else watches a local run, so it waits; a shared one goes on without us.
        if (state().mode === "local" && playhead.mode === "live" && running()) {
          pausedBySeek = true;
          source?.send({ kind: "pause" });
        }
        playhead.seek(tick);
      }
      show();
    },
    goLive() {
      playhead.goLive();
      resumeAfterPast();
      show();
    },
    setSpeed: (factor) => source?.send({ kind: "speed", factor }),
    select(id) {
      set({ selected: id });
      version += 1;
    },
    setCamera(mode) {
      set({ camera: mode });
      version += 1;
    },
    inject(kind, target, severity, forS) {
      set({ refusal: undefined });
      if (playhead.mode !== "live") playhead.goLive();
      source?.send({ kind: "inject", fault: { kind, target, severity, forS } });
      if (!running()) source?.send({ kind: "play" });
    },
    shareUrl() {
      const s = state();
      const info = s.header?.info;
      const url = new URL(base);
      url.search = formatUrlState({ scenario: currentScenario(), egoProfile: s.header?.egoProfile, seed: info?.seed, ...s.plan, timeS: (Math.round(playhead.tick) * tickUs) / 1e6, camera: s.camera, vehicle: s.selected, mode: "local" });
      return url.href;
    },
    async record() {
      if (source === undefined) return undefined;
      const from = source;
      return evidence.record(() => from.recording());
    },
    toast,
  };
}

type AppState = ReturnType<AppStore["getState"]>;
type Mutable = { -readonly [K in keyof AppState]: AppState[K] };
