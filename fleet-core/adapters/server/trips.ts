/** Trips as the server runs them: the questions policy is asked, the dry run over the real fleet, and what comes due. */
import { plans, tripIdOf, type Plan } from "../../planning/plan.ts";
import type { Itinerary } from "../../contract/phase.ts";
import type { PolicyVerdict } from "../../contract/ids.ts";
import type { Organisation } from "../../organisations/organisation.ts";
import type { Ask } from "../../platform.ts";
import type { TenantState } from "../../platform-state.ts";
import { feasibilityOf, type Candidate, type Feasibility } from "../../trips/feasibility.ts";
import { heldBy } from "../../trips/trip.ts";
import { unfitReason, type Vehicle } from "../../vehicles/vehicle.ts";

export type TripQuestion = "trip.create" | "trip.assign" | "trip.resume" | "trip.monitor";

/** Energy as last told, 0 to 1; undefined when not heard. */
export type EnergyOf = (vehicleId: string) => number | undefined;

export interface AskPolicy {
  readonly decide: (input: Readonly<Record<string, unknown>>) => PolicyVerdict;
  readonly nowMs: number;
  readonly subject: { readonly tenant: string; readonly role: string };
  readonly organisation: Organisation | undefined;
  readonly state: TenantState;
  readonly energyOf: EnergyOf;
}

/** What policy says about a trip, perhaps with this vehicle. */
export function tripVerdict(ask: AskPolicy, kind: TripQuestion, itinerary: Itinerary, priority: number, vehicle: Vehicle | undefined): PolicyVerdict {
  const { organisation } = ask;
  const fleetId = vehicle?.fleetId ?? itinerary.requirements.fleetId;
  const fleet = fleetId === undefined ? undefined : ask.state.tables.fleet.get(fleetId);
  const energyRatio = vehicle === undefined ? undefined : ask.energyOf(vehicle.id);
  return ask.decide({
    kind,
    now_ms: ask.nowMs,
    subject: ask.subject,
    tenant: { sector: organisation?.sector ?? "", active: organisation?.active ?? false, constraints: {} },
    ...(fleet === undefined ? {} : { fleet: { id: fleet.id, status: fleet.status, limits: fleet.limits } }),
    trip: { vehicle_class: itinerary.requirements.vehicleClass, priority },
    ...(vehicle === undefined ? {} : { vehicle: { ...(energyRatio === undefined ? {} : { energy_ratio: energyRatio }), ...(vehicle.health === undefined ? {} : { health: vehicle.health.score }) } }),
    conditions: {},
  });
}

/** Trip that binds each vehicle: under way, or over but perhaps still driven. */
export function boundVehicles(state: TenantState): ReadonlyMap<string, string> {
  const bound = new Map<string, string>();
  for (const trip of state.tables.trip.values()) {
    const vehicleId = heldBy(trip) ?? trip.stray;
    if (vehicleId !== undefined) bound.set(vehicleId, trip.id);
  }
  return bound;
}

/** The dry run over all vehicles of the tenant. */
export function dryRun(ask: AskPolicy, itinerary: Itinerary, priority: number): Feasibility {
  const bound = boundVehicles(ask.state);
  const candidates: Candidate[] = [];
  for (const vehicle of ask.state.tables.registry.values()) {
    if (vehicle.service === "decommissioned") continue;
    const fleet = ask.state.tables.fleet.get(vehicle.fleetId);
    const unfit = unfitReason(vehicle, ask.nowMs);
    const trip = bound.get(vehicle.id);
    // Policy is asked last, and only about who could do it otherwise: it is the dearest question.
    const able = unfit === undefined && trip === undefined && vehicle.vehicleClass === itinerary.requirements.vehicleClass;
    const verdict = able ? tripVerdict(ask, "trip.assign", itinerary, priority, vehicle) : undefined;
    candidates.push({
      vehicleId: vehicle.id,
      vehicleClass: vehicle.vehicleClass,
      fleetId: vehicle.fleetId,
      unfit,
      boundBy: trip === undefined ? undefined : `trip ${trip}`,
      fleetStopped: fleet?.status === "active" ? undefined : `its fleet is ${fleet?.status ?? "unknown"}`,
      health: vehicle.health?.score,
      energyRatio: ask.energyOf(vehicle.id),
      energyRatioMin: fleet?.limits.energyRatioMin ?? 0,
      approachM: undefined,
      denied: verdict === undefined || verdict.allowed ? undefined : verdict.reasons,
    });
  }
  return feasibilityOf(itinerary, candidates);
}

/** What a plan's clock brings now: the times due and, in the same decision, their trips. Empty when nothing is due. */
export function dueTrips(ask: AskPolicy, plan: Plan): readonly Ask[] {
  const due = plans.decide(plan, { kind: "tick" }, ask.nowMs);
  if (!due.ok || due.value.length === 0) return [];
  const asks: Ask[] = [{ context: "plan", id: plan.id, command: { kind: "tick" } }];
  for (const event of due.value) {
    if (event.type !== "plan.occurred" || event.data.skipped) continue;
    const id = tripIdOf(plan.id, event.data.occurrence);
    const policy = tripVerdict(ask, "trip.create", plan.itinerary, plan.priority, undefined);
    if (policy.allowed) asks.push({ context: "trip", id, command: { kind: "create", id, itinerary: plan.itinerary, planId: plan.id, priority: plan.priority, policy } });
    else asks.push({ context: "alert", id: `${plan.id}.${event.data.occurrence}.denied`, command: { kind: "raise", id: `${plan.id}.${event.data.occurrence}.denied`, code: "trip-denied", severity: 3, subject: `plan/${plan.id}`, message: `trip ${id} was due and policy denied it: ${policy.reasons.join("; ")}`.slice(0, 1024) } });
  }
  return asks;
}
