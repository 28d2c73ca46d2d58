/**
 * When waiting missions are tried, and with which vehicles. A new mission is tried with the whole fleet; one that found
 * nobody is tried with each vehicle that becomes free or changes, and with the whole fleet again every `RETRY_US`. So the
 * work follows the changes and not waiting missions times vehicles. Decides nothing itself: `chooseVehicle` does.
 */
import type { Mission } from "./contract/mission.ts";
import type { Cancel, Clock } from "./kernel/clock.ts";
import { hashText, type StateHash } from "./kernel/hash.ts";
import { invariant } from "./kernel/invariant.ts";
import { byText } from "./kernel/order.ts";
import type { Result } from "./kernel/result.ts";
import { timeUs } from "./kernel/time.ts";
import type { CoreState } from "./core-state.ts";
import { chooseVehicle, explainNone, type Candidate, type Distances } from "./dispatch/choose-vehicle.ts";
import type { MissionCommand, MissionRecord } from "./mission/mission.ts";
import type { Places, Spot } from "./places.ts";
import type { HotVehicle } from "./telemetry/ingest.ts";

export interface FleetVehicle {
  readonly vehicleId: string;
  readonly vehicleClass: string;
  /** Share of energy that must be left after a mission. */
  readonly socReserve: number;
  /** Distance full energy lasts for [m]; without it a mission only asks for energy above the reserve. */
  readonly rangeM?: number;
}

/** A vehicle whose newest report is older has no known state. */
export const SILENT_US = 5_000_000;
/** After a start the core listens this long (or until it heard all) before it dispatches. */
export const SETTLE_US = 2_000_000;
/** Missions that found nobody are tried with the whole fleet this often. */
export const RETRY_US = 10_000_000;
/** A mission nobody could take for this long fails. */
export const PATIENCE_US = 3_600_000_000;
/** A vehicle that declined a mission is left alone with it for this long, and for good after `DECLINED_MAX` times. */
export const DECLINED_REST_US = 30_000_000;
export const DECLINED_MAX = 3;
/** Missions tried with the whole fleet in one go; the rest follow `PAUSE_US` later, so that no tick takes for ever. */
export const WHOLE_MAX = 64;
const PAUSE_US = 50_000;

export interface Dispatcher {
  /** Something new to do; with `vehicleId`, this vehicle may have become able to take a mission. */
  notice(vehicleId?: string): void;
  /** Called with each heartbeat: starts after the settling time, and the regular retries. */
  beat(): void;
  isSilent(known: HotVehicle): boolean;
  spotOf(vehicleId: string): Spot | undefined;
  /** The mission is over: nothing about it need be remembered. */
  forget(missionId: string): void;
  stop(): void;
  hashInto(hash: StateHash): void;
}

export interface DispatcherOptions {
  readonly clock: Clock;
  readonly fleet: ReadonlyMap<string, FleetVehicle>;
  readonly state: CoreState;
  readonly hot: ReadonlyMap<string, HotVehicle>;
  readonly places: Places;
  readonly decide: (missionId: string, command: MissionCommand) => Result<number, string>;
  /** Gives the mission to the vehicle and tells it. */
  readonly assign: (missionId: string, vehicleId: string, why: string) => void;
}

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { clock, fleet, state, hot, places } = options;
  const startUs = clock.nowUs();
  const spots = new Map<string, { readonly latitudeDeg: number; readonly longitudeDeg: number; readonly spot: Spot }>();
  const trips = new Map<string, number>();
  /** Why a waiting mission found nobody last time, as a hash of codes: a new sentence with the same codes is no news. */
  const noneKeys = new Map<string, string>();
  /** Vehicles that may have become able since the last go, and missions still to be tried with the whole fleet. */
  const changed = new Set<string>();
  let retry: string[] = [];
  let timer: Cancel | undefined;
  let lastRetryUs = startUs;
  /** Something waits for a go; true from the start, the log may hold waiting missions. */
  let wanted = true;
  let stopped = false;

  const settled = (): boolean => clock.nowUs() - startUs >= SETTLE_US || hot.size === fleet.size;
  const isSilent = (known: HotVehicle): boolean => clock.nowUs() - known.report.sentUs > SILENT_US;

  function spotOf(vehicleId: string): Spot | undefined {
    const report = hot.get(vehicleId)?.report;
    if (report === undefined) return undefined;
    const cached = spots.get(vehicleId);
    if (cached?.latitudeDeg === report.latitudeDeg && cached.longitudeDeg === report.longitudeDeg) return cached.spot;
    const spot = places.spotOf(report.latitudeDeg, report.longitudeDeg);
    spots.set(vehicleId, { latitudeDeg: report.latitudeDeg, longitudeDeg: report.longitudeDeg, spot });
    return spot;
  }

  function wake(delayUs: number): void {
    wanted = true;
    if (stopped || timer !== undefined || !settled()) return;
    wanted = false;
    timer = clock.at(timeUs(clock.nowUs() + delayUs), () => {
      timer = undefined;
      go();
    });
  }

  function go(): void {
    const able = [...changed].sort(byText).flatMap((vehicleId) => fleet.get(vehicleId) ?? []);
    changed.clear();
    const due = new Set(retry.slice(0, WHOLE_MAX));
    retry = retry.slice(WHOLE_MAX);
    let left = WHOLE_MAX - due.size;
    let more = retry.length > 0;
    for (const record of [...state.missions.values()]) {
      const id = record.mission.mission_id;
      if (record.state.kind === "requested") {
        if (left > 0) tryWhole(record);
        else more = true;
        left -= 1;
      } else if (record.state.kind === "unassignable") {
        if (due.has(id)) tryWhole(record);
        else if (able.length > 0) take(record, able);
      }
    }
    if (more) wake(PAUSE_US);
  }

  function candidateFor(record: MissionRecord, vehicle: FleetVehicle): Candidate {
    const known = hot.get(vehicle.vehicleId);
    const declines = record.declines.filter((decline) => decline.vehicleId === vehicle.vehicleId);
    const last = declines.at(-1);
    const resting = last !== undefined && (declines.length >= DECLINED_MAX || clock.nowUs() - last.atUs < DECLINED_REST_US);
    return {
      vehicleId: vehicle.vehicleId,
      vehicleClass: vehicle.vehicleClass,
      socReserve: vehicle.socReserve,
      rangeM: vehicle.rangeM,
      bookedFor: state.holders.get(vehicle.vehicleId),
      barred: resting ? `declined it: ${last.reason}` : undefined,
      report: known === undefined || isSilent(known) ? undefined : { operationalState: known.report.operationalState, socRatio: known.report.energyRatio },
    };
  }

  function distancesFor(mission: Mission): Distances {
    const first = mission.stops[0];
    invariant(first !== undefined, "the contract asks for at least one stop");
    const firstSpot = places.stopSpot(first);
    return {
      tripM: tripOf(mission),
      straightM(vehicleId) {
        const spot = spotOf(vehicleId);
        if (spot === undefined || firstSpot === undefined) return undefined;
        const dx = spot.xM - firstSpot.xM;
        const dy = spot.yM - firstSpot.yM;
        return Math.sqrt(dx * dx + dy * dy);
      },
      routeM(vehicleId) {
        const spot = spotOf(vehicleId);
        const lane = spot === undefined ? undefined : places.laneAt(spot, hot.get(vehicleId)?.report.headingDeg ?? 0);
        return lane === undefined ? undefined : places.routeM(lane, first);
      },
    };
  }

  /** Assigns the mission to one of `vehicles` if one fits. */
  function take(record: MissionRecord, vehicles: Iterable<FleetVehicle>): ReturnType<typeof chooseVehicle> {
    const { mission } = record;
    const choice = chooseVehicle(mission, Array.from(vehicles, (vehicle) => candidateFor(record, vehicle)), distancesFor(mission));
    if (choice.kind === "chosen") {
      noneKeys.delete(mission.mission_id);
      const others = choice.others.filter((other) => other.code !== "class" && other.code !== "not-named").slice(0, 8).map((other) => `${other.vehicleId} ${other.text}`);
      options.assign(mission.mission_id, choice.vehicleId, others.length === 0 ? choice.why : `${choice.why}; ${others.join("; ")}`);
    }
    return choice;
  }

  function tryWhole(record: MissionRecord): void {
    const id = record.mission.mission_id;
    const choice = take(record, fleet.values());
    if (choice.kind === "chosen") return;
    const key = hashText(choice.others.map((other) => `${other.vehicleId}:${other.code}`).join());
    const reason = explainNone(record.mission, choice.others);
    let decided: Result<number, string> | undefined;
    if (clock.nowUs() - record.requestedUs > PATIENCE_US) {
      decided = options.decide(id, { kind: "fail", vehicleId: undefined, reason: `nobody could take it for ${PATIENCE_US / 1e6} s: ${reason}` });
    } else if (record.state.kind === "requested" || noneKeys.get(id) !== key) {
      noneKeys.set(id, key);
      decided = options.decide(id, { kind: "find-none", reason });
    }
    invariant(decided?.ok !== false, "a waiting mission can go on waiting, or fail");
  }

  function tripOf(mission: Mission): number {
    const cached = trips.get(mission.mission_id);
    if (cached !== undefined) return cached;
    const trip = places.tripM(mission);
    // Checked when it was requested; a map that changed since makes the way unknown, the vehicle will judge.
    const tripM = trip.ok ? trip.value : 0;
    trips.set(mission.mission_id, tripM);
    return tripM;
  }

  return {
    notice(vehicleId) {
      if (vehicleId !== undefined) changed.add(vehicleId);
      wake(0);
    },
    beat() {
      if (!settled()) return;
      if (clock.nowUs() - lastRetryUs >= RETRY_US) {
        lastRetryUs = clock.nowUs();
        retry = [...state.missions.values()].filter((record) => record.state.kind === "unassignable").map((record) => record.mission.mission_id);
        if (retry.length > 0) wake(0);
      }
      // What was asked for before the settling time was over.
      if (wanted) wake(0);
    },
    isSilent,
    spotOf,
    forget(missionId) {
      noneKeys.delete(missionId);
      trips.delete(missionId);
    },
    stop() {
      stopped = true;
      timer?.();
    },
    hashInto(hash) {
      hash.number(startUs);
      hash.number(lastRetryUs);
      hash.number(timer === undefined ? 0 : 1);
      hash.number(wanted ? 1 : 0);
      hash.text([...changed].sort(byText).join("\n"));
      hash.text(retry.join("\n"));
      for (const id of [...noneKeys.keys()].sort(byText)) hash.text(`${id} ${noneKeys.get(id) ?? ""}`);
    },
  };
}
