/**
 * Messages between whoever runs a twin (demo server or Web Worker) and a page that shows it. Plain data in both
 * directions: a worker posts them as they are, a socket carries each as one msgpackr message. It must never hold
 * behaviour beyond coding them.
 */
import { Packr } from "msgpackr";
import type { AgentStatus } from "../fleet-core/contract/agent-status.ts";
import type { Fault } from "../fleet-core/contract/fault.ts";
import type { EntityView, MissionView, RunInfo, TwinControl, TwinNote, VehicleDetail } from "../fleet-core/contract/twin-view.ts";
import type { RoadMesh } from "../fleet-core/road/types.ts";

export const PROTOCOL_VERSION = 1;

/** What a page must know of a profile to draw its wheels; lengths in metres, vehicle frame. */
export interface ProfileView {
  readonly id: string;
  readonly name: string;
  readonly vehicleClass: string;
  readonly axles: readonly { readonly xM: number; readonly trackM: number; readonly wheelRadiusM: number; readonly tyres: number; readonly steered: boolean }[];
  readonly speedMpsMax: number;
}

/** One shown tick. `poses` has `POSE_STRIDE` columns for each entity of roster `rosterVersion`, in its order. */
export interface WireFrame {
  readonly tick: number;
  readonly rosterVersion: number;
  readonly poses: Float64Array;
}

/** What one agent decided, and at which tick, after a fault was put on it. */
export interface DecisionChange {
  readonly tick: number;
  readonly behaviour: AgentStatus["behaviour"];
  readonly reason: AgentStatus["reason"];
  readonly mrm: AgentStatus["mrm"];
  readonly targetSpeedMps: number;
}

export interface Decision {
  /** Counts from 1 within a run, in order of injection. */
  readonly id: number;
  readonly fault: Fault;
  readonly vehicleId: string;
  readonly injectedTick: number;
  readonly before: DecisionChange;
  readonly changes: readonly DecisionChange[];
  /** No more changes are looked for: enough were seen, or the watching time is over. */
  readonly closed: boolean;
}

/** An operator's release of a vehicle after a minimal risk condition. */
export interface OperatorView {
  readonly kind: "release";
  readonly atUs: number;
  readonly vehicleId: string;
}

export interface RunStatus {
  readonly playing: boolean;
  /** Simulated seconds asked for per second of the wall. */
  readonly speed: number;
  /** What the last second really gave. */
  readonly achieved: number;
  readonly tick: number;
  readonly ended: string | undefined;
  readonly verdict: string | undefined;
  readonly recordedTicks: number;
  /** Set while the run is being driven to a tick as fast as it goes. */
  readonly goalTick: number | undefined;
}

export type ServerMessage =
  | {
      readonly kind: "hello";
      readonly protocol: number;
      readonly info: RunInfo;
      readonly untilTick: number;
      readonly mapName: string;
      readonly mesh: RoadMesh;
      readonly profiles: readonly ProfileView[];
      readonly egoProfile: string | undefined;
    }
  /** Everything done to the run so far from outside: what makes it again. Sent at first and after each change. */
  | { readonly kind: "plan"; readonly faults: readonly Fault[]; readonly operator: readonly OperatorView[] }
  | { readonly kind: "roster"; readonly version: number; readonly entities: readonly EntityView[] }
  | { readonly kind: "frames"; readonly frames: readonly WireFrame[] }
  | { readonly kind: "details"; readonly tick: number; readonly details: readonly VehicleDetail[] }
  | { readonly kind: "notes"; readonly notes: readonly TwinNote[] }
  | { readonly kind: "missions"; readonly tick: number; readonly missions: readonly MissionView[] }
  | { readonly kind: "decision"; readonly decision: Decision }
  | { readonly kind: "hashes"; readonly hashes: readonly (readonly [tick: number, hash: string])[] }
  | { readonly kind: "status"; readonly status: RunStatus }
  /** A control that could not be done, and why. */
  | { readonly kind: "refused"; readonly control: string; readonly reason: string };

export type ViewerMessage =
  | TwinControl
  /** Drive on to this tick as fast as it goes; then pause there, or go on as before. */
  | { readonly kind: "goto"; readonly tick: number; readonly pause: boolean }
  /** Begin the same run again. */
  | { readonly kind: "restart" }
  /** State hash of the present tick, please. */
  | { readonly kind: "hash" };

/** Answer of `/api/scenarios`. */
export interface ScenarioListItem {
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

/** Answer of `/api/scenarios/<id>/spec`: what a run needs, as JSON. */
export interface ScenarioSpecJson {
  readonly scenario: string;
  readonly files: readonly (readonly [path: string, text: string])[];
  readonly profiles: readonly (readonly [id: string, text: string])[];
  readonly egoProfile?: string | null;
  readonly seed?: string;
  readonly untilS?: number;
  readonly faults?: readonly Fault[];
  readonly disableControllers?: boolean;
  readonly build?: string;
}

export interface Coder {
  encode(message: ServerMessage | ViewerMessage): Uint8Array<ArrayBuffer>;
  decode(bytes: Uint8Array): unknown;
}

/** One coder per connection end. `moreTypes` carries typed arrays; records are off so that no code is generated. */
export function createCoder(): Coder {
  const packr = new Packr({ useRecords: false, moreTypes: true });
  return {
    encode: (message) => packr.pack(message) as Uint8Array<ArrayBuffer>,
    decode: (bytes) => packr.unpack(bytes) as unknown,
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;
const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

/**
 * A viewer's message when it is one, undefined otherwise: the server reads it from a socket and must not trust it.
 * Numbers are checked for range; names are bounded; the fault itself is judged by the run.
 */
export function parseViewerMessage(value: unknown): ViewerMessage | undefined {
  if (!isRecord(value)) return undefined;
  switch (value["kind"]) {
    case "play":
    case "pause":
    case "restart":
    case "hash":
      return { kind: value["kind"] };
    case "step": {
      const ticks = value["ticks"];
      return isNumber(ticks) && Number.isInteger(ticks) && ticks >= 1 && ticks <= 1000 ? { kind: "step", ticks } : undefined;
    }
    case "speed": {
      const factor = value["factor"];
      return isNumber(factor) && factor > 0 && factor <= 1000 ? { kind: "speed", factor } : undefined;
    }
    case "goto": {
      const tick = value["tick"];
      return isNumber(tick) && Number.isInteger(tick) && tick >= 0 && tick <= 100_000_000 ? { kind: "goto", tick, pause: value["pause"] === true } : undefined;
    }
    case "release": {
      const id = value["vehicleId"];
      return typeof id === "string" && id.length <= 128 ? { kind: "release", vehicleId: id } : undefined;
    }
    case "inject": {
      const fault = value["fault"];
      if (!isRecord(fault)) return undefined;
      const { kind, target, severity, forS, clearS } = fault;
      if (typeof kind !== "string" || typeof target !== "string" || target.length > 128 || !isNumber(severity)) return undefined;
      if (forS !== undefined && forS !== null && !(isNumber(forS) && forS > 0)) return undefined;
      const length = isNumber(forS) ? forS : undefined;
      const wanted = { kind: kind as Fault["kind"], target, severity, forS: length };
      return { kind: "inject", fault: isNumber(clearS) ? { ...wanted, clearS } : wanted };
    }
    default:
      return undefined;
  }
}
