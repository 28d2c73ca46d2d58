/**
 * What a tenant's log says: all its organisations, fleets, vehicles, missions, trips, commands, stops, alerts, incidents.
 * One fold for the running server, a restart and an audit, so they cannot differ. Must never read anything but events.
 */
import type { z } from "zod";
import { alertEventSchema, alerts, type Alert, type AlertCommand } from "./alerts/alert.ts";
import { incidentEventSchema, incidents, type Incident, type IncidentCommand } from "./alerts/incident.ts";
import { auditEventSchema } from "./audit/audit.ts";
import { commandEventSchema, commands, type CommandCommand, type CommandState } from "./commands/command.ts";
import { fleetStopEventSchema, fleetStops, type FleetStop, type FleetStopCommand } from "./commands/fleet-stop.ts";
import { canonicalJson, decodeValue } from "./contract/json.ts";
import type { StoredEvent } from "./event-log/event.ts";
import { fleetEventSchema, fleets, type Fleet, type FleetCommand } from "./fleets/fleet.ts";
import type { Context } from "./kernel/context.ts";
import { createStateHash } from "./kernel/hash.ts";
import { invariant } from "./kernel/invariant.ts";
import { byText } from "./kernel/order.ts";
import { InputError } from "./kernel/result.ts";
import { organisationEventSchema, organisations, type Organisation, type OrganisationCommand } from "./organisations/organisation.ts";
import { planEventSchema, plans, type Plan, type PlanCommand } from "./planning/plan.ts";
import { templateEventSchema, templates, type Template, type TemplateCommand } from "./planning/template.ts";
import { tripEventSchema, trips, type Trip, type TripCommand } from "./trips/trip.ts";
import { certificateEventSchema, certificates, type CertificateCommand, type FiledCertificate } from "./vehicles/certificate.ts";
import { vehicleEventSchema, vehicles, type Vehicle, type VehicleCommand } from "./vehicles/vehicle.ts";

/** Each context: its state and its commands. */
export interface Contexts {
  readonly organisation: { readonly state: Organisation; readonly command: OrganisationCommand };
  readonly fleet: { readonly state: Fleet; readonly command: FleetCommand };
  readonly registry: { readonly state: Vehicle; readonly command: VehicleCommand };
  readonly certificate: { readonly state: FiledCertificate; readonly command: CertificateCommand };
  readonly template: { readonly state: Template; readonly command: TemplateCommand };
  readonly plan: { readonly state: Plan; readonly command: PlanCommand };
  readonly trip: { readonly state: Trip; readonly command: TripCommand };
  readonly command: { readonly state: CommandState; readonly command: CommandCommand };
  readonly stop: { readonly state: FleetStop; readonly command: FleetStopCommand };
  readonly alert: { readonly state: Alert; readonly command: AlertCommand };
  readonly incident: { readonly state: Incident; readonly command: IncidentCommand };
}
export type ContextName = keyof Contexts;

type Event = { readonly type: string; readonly data: Record<string, unknown> };
interface Entry {
  readonly context: Context<unknown, unknown, Event>;
  readonly schema: z.ZodType;
}
/** The table forgets each context's own types; `decode` below gives every event to the schema it belongs to. */
const entry = (context: unknown, schema: z.ZodType): Entry => ({ context: context as Entry["context"], schema });

export const CONTEXTS: Readonly<Record<ContextName, Entry>> = {
  organisation: entry(organisations, organisationEventSchema),
  fleet: entry(fleets, fleetEventSchema),
  registry: entry(vehicles, vehicleEventSchema),
  certificate: entry(certificates, certificateEventSchema),
  template: entry(templates, templateEventSchema),
  plan: entry(plans, planEventSchema),
  trip: entry(trips, tripEventSchema),
  command: entry(commands, commandEventSchema),
  stop: entry(fleetStops, fleetStopEventSchema),
  alert: entry(alerts, alertEventSchema),
  incident: entry(incidents, incidentEventSchema),
};
const NAMES = Object.keys(CONTEXTS) as ContextName[];
const isContext = (name: string): name is ContextName => Object.hasOwn(CONTEXTS, name);

export interface TenantState {
  readonly tables: { readonly [N in ContextName]: Map<string, Contexts[N]["state"]> };
  /** Versions of streams that are no context's: the audit trail. */
  readonly others: Map<string, number>;
  position: number;
}

export function emptyTenant(): TenantState {
  return { tables: Object.fromEntries(NAMES.map((name) => [name, new Map()])) as unknown as TenantState["tables"], others: new Map(), position: 0 };
}

const split = (stream: string): readonly [string, string] => {
  const slash = stream.indexOf("/");
  return [stream.slice(0, slash), stream.slice(slash + 1)];
};

export function versionOf(state: TenantState, stream: string): number {
  const [name, id] = split(stream);
  return isContext(name) ? ((state.tables[name] as Map<string, { readonly version: number }>).get(id)?.version ?? 0) : (state.others.get(stream) ?? 0);
}

/** Adds one event. Throws InputError on one that does not fit its schema, InvariantError on one that cannot follow. */
export function applyStored(state: TenantState, event: StoredEvent): void {
  invariant(event.position === state.position + 1, `events come in order: position ${event.position} after ${state.position}`);
  invariant(event.version === versionOf(state, event.stream) + 1, `${event.stream} has version ${versionOf(state, event.stream)}, not ${event.version - 1}`);
  const [name, id] = split(event.stream);
  if (isContext(name)) {
    const { context, schema } = CONTEXTS[name];
    const table = state.tables[name] as Map<string, unknown>;
    const read = decodeValue({ type: event.type, data: event.data }, schema, `event ${event.position} of ${event.stream}`);
    if (!read.ok) throw new InputError(read.error);
    table.set(id, context.evolve(table.get(id), read.value as Event, event.timeMs));
  } else {
    const read = decodeValue({ type: event.type, data: event.data }, auditEventSchema, `event ${event.position} of ${event.stream}`);
    if (!read.ok) throw new InputError(read.error);
    state.others.set(event.stream, event.version);
  }
  state.position = event.position;
}

/** Digest of everything the log says; equal logs give equal digests, on every machine. */
export function hashTenant(state: TenantState): string {
  const hash = createStateHash();
  hash.number(state.position);
  for (const name of NAMES) {
    const table = state.tables[name] as Map<string, unknown>;
    hash.text(name);
    for (const id of [...table.keys()].sort(byText)) hash.text(`${id} ${canonicalJson(table.get(id))}`);
  }
  for (const stream of [...state.others.keys()].sort(byText)) hash.text(`${stream} ${state.others.get(stream) ?? 0}`);
  return hash.digest();
}

/** Changes when the form of a state changes: then a snapshot is of no use and the log is folded instead. */
export const SNAPSHOT_VERSION = 1;

export function snapshotOf(state: TenantState): unknown {
  return { tables: Object.fromEntries(NAMES.map((name) => [name, [...(state.tables[name] as Map<string, unknown>)]])), others: [...state.others], position: state.position, digest: hashTenant(state) };
}

/** The state of a snapshot; undefined when it is damaged (then the log is folded from its beginning). */
export function fromSnapshot(data: unknown): TenantState | undefined {
  const read = data as { readonly tables?: Record<string, [string, unknown][]>; readonly others?: [string, number][]; readonly position?: number; readonly digest?: string };
  if (typeof read !== "object" || read === null || typeof read.position !== "number" || !Array.isArray(read.others)) return undefined;
  const state = emptyTenant();
  for (const name of NAMES) {
    const rows = read.tables?.[name];
    if (!Array.isArray(rows)) return undefined;
    for (const [id, row] of rows) (state.tables[name] as Map<string, unknown>).set(id, row);
  }
  for (const [stream, version] of read.others) state.others.set(stream, version);
  state.position = read.position;
  return hashTenant(state) === read.digest ? state : undefined;
}
