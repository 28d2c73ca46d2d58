/**
 * Occurrences read off a recording: what a data storage system for automated driving would have kept, with the vehicle's
 * state at that moment. Every column that the recording can fill is filled mechanically; what it cannot know says so.
 */
import { FLAG } from "../../fleet-core/contract/twin-view.ts";
import { byText } from "../../fleet-core/kernel/order.ts";
import type { RecordingContents } from "../recording/contents.ts";

export type OccurrenceKind =
  | "activation" | "deactivation" | "mrm-start" | "mrc-reached" | "mrm-failed" | "emergency-manoeuvre-start" | "collision" | "severe-vehicle-failure" | "severe-system-failure"
  | "failure-cleared" | "release" | "command-refused";

export interface VehicleState {
  readonly xM: number;
  readonly yM: number;
  readonly yawRad: number;
  readonly speedMps: number;
  readonly longitudinalMps2: number;
  readonly lateralMps2: number;
  readonly latitudeDeg: number | null;
  readonly longitudeDeg: number | null;
  readonly braking: boolean;
  readonly hazardLights: boolean;
  readonly indicators: "left" | "right" | "none";
}

export interface Occurrence {
  readonly kind: OccurrenceKind;
  readonly vehicle: string;
  /** Run time, and the same on the clock of the recording. */
  readonly timeUs: number;
  readonly utcMs: number;
  readonly reason: string;
  readonly behaviour: string;
  readonly softwareBuild: string;
  readonly recording: string;
  readonly state: VehicleState | null;
}

interface AgentView {
  readonly behaviour: string;
  readonly reason: { readonly code: string; readonly text: string };
  readonly mrm: { readonly kind: string; readonly behaviour?: string; readonly reason?: { readonly code: string; readonly text: string } };
}
interface TickView {
  readonly entities: readonly { readonly id: string; readonly xM: number; readonly yM: number; readonly yawRad: number; readonly speedMps: number; readonly accelMps2: number; readonly flags: number }[];
}

const SPEED_FLOOR_MPS = 0.1;
const OCCURRENCES_MAX = 10_000;

interface Fix {
  readonly latitude: number;
  readonly longitude: number;
}

/** Follows every entity's state from tick to tick. */
function createTracker(): { readonly states: ReadonlyMap<string, VehicleState>; tick(entities: TickView["entities"], timeUs: number): void; fix(id: string, fix: Fix): void } {
  const states = new Map<string, VehicleState>();
  const fixes = new Map<string, Fix>();
  let lastTickUs = -1;
  return {
    states,
    fix: (id, fix) => void fixes.set(id, fix),
    tick(entities, timeUs) {
      for (const e of entities) {
        const before = states.get(e.id);
        const fix = fixes.get(e.id);
        const dtS = (timeUs - lastTickUs) / 1e6;
        let turn = before === undefined ? 0 : e.yawRad - before.yawRad;
        if (turn > Math.PI) turn -= 2 * Math.PI;
        if (turn < -Math.PI) turn += 2 * Math.PI;
        states.set(e.id, {
          xM: e.xM, yM: e.yM, yawRad: e.yawRad, speedMps: e.speedMps, longitudinalMps2: e.accelMps2,
          // Centripetal: yaw rate times speed.
          lateralMps2: before === undefined || dtS <= 0 || e.speedMps < SPEED_FLOOR_MPS ? 0 : (turn / dtS) * e.speedMps,
          latitudeDeg: fix?.latitude ?? null, longitudeDeg: fix?.longitude ?? null,
          braking: (e.flags & FLAG.brake) !== 0, hazardLights: (e.flags & FLAG.hazard) !== 0,
          indicators: (e.flags & FLAG.left) !== 0 ? "left" : (e.flags & FLAG.right) !== 0 ? "right" : "none",
        });
      }
      lastTickUs = timeUs;
    },
  };
}

/** `file` names the recording. In time order; of one moment, by vehicle. */
export function occurrencesOf(contents: RecordingContents, build: string, file: string): readonly Occurrence[] {
  const decoder = new TextDecoder();
  const json = (bytes: Uint8Array): unknown => JSON.parse(decoder.decode(bytes)) as unknown;
  const found: Occurrence[] = [];
  const tracker = createTracker();
  const { states } = tracker;
  const agents = new Map<string, AgentView>();
  const collided = new Set<string>();
  const say = (kind: OccurrenceKind, vehicle: string, timeUs: number, reason: string): void => {
    if (found.length < OCCURRENCES_MAX) found.push({ kind, vehicle, timeUs, utcMs: contents.epochMs + Math.round(timeUs / 1000), reason, behaviour: agents.get(vehicle)?.behaviour ?? "unknown", softwareBuild: build, recording: file, state: states.get(vehicle) ?? null });
  };
  function tick(view: TickView, timeUs: number): void {
    tracker.tick(view.entities, timeUs);
    for (const e of view.entities) {
      if ((e.flags & FLAG.collided) === 0 || collided.has(e.id)) continue;
      collided.add(e.id);
      say("collision", e.id, timeUs, "contact with another body");
    }
  }

  function agent(id: string, view: AgentView, timeUs: number): void {
    const before = agents.get(id);
    agents.set(id, view);
    const drives = (v: AgentView | undefined): boolean => v !== undefined && v.behaviour !== "idle" && v.behaviour !== "held";
    if (!drives(before) && drives(view) && view.mrm.kind === "none") say("activation", id, timeUs, view.reason.text);
    if (drives(before) && !drives(view)) say("deactivation", id, timeUs, view.reason.text);
    if (before?.mrm.kind === view.mrm.kind) return;
    const reason = view.mrm.reason?.text ?? view.reason.text;
    if (view.mrm.kind === "operating") {
      say("mrm-start", id, timeUs, reason);
      if (view.mrm.behaviour === "emergency-stop") say("emergency-manoeuvre-start", id, timeUs, reason);
    } else if (view.mrm.kind === "succeeded") say("mrc-reached", id, timeUs, reason);
    else if (view.mrm.kind === "failed") say("mrm-failed", id, timeUs, reason);
    else if (before !== undefined) say("release", id, timeUs, view.reason.text);
  }

  function note(view: { readonly source: string; readonly code: string; readonly text: string }, timeUs: number): void {
    const vehicle = /^([^\s:]+)/.exec(view.text)?.[1] ?? view.source;
    const known = states.has(vehicle) ? vehicle : states.has(view.source) ? view.source : vehicle;
    if (view.code === "fault.set") say(/core|link|gnss|lidar|camera|compute/.test(view.text) ? "severe-system-failure" : "severe-vehicle-failure", known, timeUs, view.text);
    else if (view.code === "fault.clear") say("failure-cleared", known, timeUs, view.text);
    else if (/refused|forged|replayed|expired|stale/.test(view.code)) say("command-refused", known, timeUs, view.text);
  }

  for (const record of contents.records) {
    if (record.kind !== "message") continue;
    const topic = contents.channels[record.channel]?.topic ?? "";
    const vehicle = /^\/vehicle\/([^/]+)\/(agent|location)$/.exec(topic);
    if (topic === "/atlasmesh/tick") tick(json(record.data) as TickView, record.timeUs);
    else if (topic === "/atlasmesh/note") note(json(record.data) as { source: string; code: string; text: string }, record.timeUs);
    else if (vehicle?.[2] === "location") tracker.fix(vehicle[1] ?? "", json(record.data) as Fix);
    else if (vehicle?.[2] === "agent") agent(vehicle[1] ?? "", json(record.data) as AgentView, record.timeUs);
  }
  return found.sort((a, b) => a.timeUs - b.timeUs || byText(a.vehicle, b.vehicle));
}

/** State of one vehicle at each second of a recording. */
export function seriesOf(contents: RecordingContents, vehicle: string): readonly { readonly timeUs: number; readonly state: VehicleState }[] {
  const series: { timeUs: number; state: VehicleState }[] = [];
  const decoder = new TextDecoder();
  const tracker = createTracker();
  for (const record of contents.records) {
    if (record.kind !== "message") continue;
    const topic = contents.channels[record.channel]?.topic ?? "";
    if (topic === `/vehicle/${vehicle}/location`) tracker.fix(vehicle, JSON.parse(decoder.decode(record.data)) as Fix);
    if (topic !== "/atlasmesh/tick") continue;
    tracker.tick((JSON.parse(decoder.decode(record.data)) as TickView).entities.filter((e) => e.id === vehicle), record.timeUs);
    const state = tracker.states.get(vehicle);
    if (record.timeUs % 1_000_000 === 0 && state !== undefined) series.push({ timeUs: record.timeUs, state });
  }
  return series;
}

/** Vehicles of a recording: those that have an agent, sorted. */
export const vehiclesOf = (contents: RecordingContents): readonly string[] => [...new Set(contents.channels.flatMap((channel) => /^\/vehicle\/([^/]+)\/agent$/.exec(channel.topic)?.[1] ?? []))].sort(byText);

/** Profile id by vehicle, as the agents said at their start. */
export function profilesOf(contents: RecordingContents): ReadonlyMap<string, string> {
  const decoder = new TextDecoder();
  const found = new Map<string, string>();
  for (const record of contents.records) {
    if (record.kind !== "message" || contents.channels[record.channel]?.topic !== "/atlasmesh/note") continue;
    const match = /^(\S+): boot \S+, profile (\S+)$/.exec((JSON.parse(decoder.decode(record.data)) as { text: string }).text);
    if (match?.[1] !== undefined && match[2] !== undefined && !found.has(match[1])) found.set(match[1], match[2]);
  }
  return found;
}
