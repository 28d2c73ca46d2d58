/**
 * A tenant: an organisation with a tier, entitlements and members. Everything else belongs to exactly one. Must never say
 * yes to a feature that was not bought, has run out, or belongs to a suspended organisation.
 */
import { z } from "zod";
import { idSchema, momentMsSchema, sentenceSchema, titleSchema } from "../contract/ids.ts";
import type { Context } from "../kernel/context.ts";
import { refuse } from "../kernel/context.ts";
import { invariant } from "../kernel/invariant.ts";
import { ok } from "../kernel/result.ts";

export const SECTORS = ["logistics", "mining", "transit", "ride-hail", "defense", "industrial"] as const;
export const TIERS = ["basic", "professional", "enterprise"] as const;
/** Roles of people in an organisation, least to most; what each may do is policy's. */
export const ROLES = ["rider", "regulator", "operator", "maintainer", "engineer", "admin"] as const;
export type Role = (typeof ROLES)[number];
export const MEMBERS_MAX = 10_000;
export const ENTITLEMENTS_MAX = 64;

const feature = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, "lower-case words joined by hyphens");
const sector = z.enum(SECTORS);
const tier = z.enum(TIERS);
/** `limit`: how many at most; without it as many as you like. `untilMs`: bought until. */
const grant = z.strictObject({ feature, limit: z.int().min(0).optional(), untilMs: momentMsSchema.optional() });
const member = z.strictObject({ subject: z.string().min(1).max(256), role: z.enum(ROLES) });

export const organisationCommandSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("create"), id: idSchema, name: titleSchema, sector, tier }),
  z.strictObject({ kind: z.literal("rename"), name: titleSchema }),
  z.strictObject({ kind: z.literal("change-tier"), tier }),
  z.strictObject({ kind: z.literal("grant"), ...grant.shape }),
  z.strictObject({ kind: z.literal("withdraw"), feature }),
  z.strictObject({ kind: z.literal("set-member"), ...member.shape }),
  z.strictObject({ kind: z.literal("remove-member"), subject: z.string().min(1).max(256) }),
  z.strictObject({ kind: z.literal("suspend"), reason: sentenceSchema }),
  z.strictObject({ kind: z.literal("reactivate") }),
]);
export type OrganisationCommand = z.infer<typeof organisationCommandSchema>;

export const organisationEventSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("organisation.created"), data: z.strictObject({ id: idSchema, name: titleSchema, sector, tier }) }),
  z.strictObject({ type: z.literal("organisation.renamed"), data: z.strictObject({ name: titleSchema }) }),
  z.strictObject({ type: z.literal("organisation.tier-changed"), data: z.strictObject({ tier }) }),
  z.strictObject({ type: z.literal("organisation.granted"), data: grant }),
  z.strictObject({ type: z.literal("organisation.withdrawn"), data: z.strictObject({ feature }) }),
  z.strictObject({ type: z.literal("organisation.member-set"), data: member }),
  z.strictObject({ type: z.literal("organisation.member-removed"), data: z.strictObject({ subject: z.string() }) }),
  z.strictObject({ type: z.literal("organisation.suspended"), data: z.strictObject({ reason: sentenceSchema }) }),
  z.strictObject({ type: z.literal("organisation.reactivated"), data: z.strictObject({}) }),
]);
export type OrganisationEvent = z.infer<typeof organisationEventSchema>;

export interface Organisation {
  readonly id: string;
  readonly name: string;
  readonly sector: (typeof SECTORS)[number];
  readonly tier: (typeof TIERS)[number];
  readonly active: boolean;
  readonly suspendedFor: string;
  readonly entitlements: Readonly<Record<string, { readonly limit: number | undefined; readonly untilMs: number | undefined }>>;
  readonly members: Readonly<Record<string, Role>>;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly version: number;
}

const adminsOf = (members: Organisation["members"]): number => Object.values(members).filter((role) => role === "admin").length;
/** A name such as `__proto__` or `constructor` is nobody's. */
const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined => (Object.hasOwn(table, key) ? table[key] : undefined);
const withKey = <T>(table: Readonly<Record<string, T>>, key: string, value: T): Readonly<Record<string, T>> => Object.fromEntries([...Object.entries(table).filter(([name]) => name !== key), [key, value]]);
const withoutKey = <T>(table: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> => Object.fromEntries(Object.entries(table).filter(([name]) => name !== key));

export const organisations: Context<Organisation, OrganisationCommand, OrganisationEvent> = {
  name: "organisation",
  decide(state, command, nowMs) {
    if (command.kind === "create") {
      const { id, name, sector: s, tier: t } = command;
      if (state === undefined) return ok([{ type: "organisation.created", data: { id, name, sector: s, tier: t } }]);
      return state.name === name && state.sector === s && state.tier === t ? ok([]) : refuse("conflict", "exists", `organisation ${id} exists already`);
    }
    if (state === undefined) return refuse("not-found", "unknown", "there is no such organisation");
    if (!state.active && command.kind !== "reactivate" && command.kind !== "suspend") return refuse("conflict", "suspended", `organisation ${state.id} is suspended: ${state.suspendedFor}`);
    switch (command.kind) {
      case "rename":
        return ok(state.name === command.name ? [] : [{ type: "organisation.renamed", data: { name: command.name } }]);
      case "change-tier":
        return ok(state.tier === command.tier ? [] : [{ type: "organisation.tier-changed", data: { tier: command.tier } }]);
      case "grant": {
        const { feature: name, limit, untilMs } = command;
        if (untilMs !== undefined && untilMs <= nowMs) return refuse("invalid", "past", `an entitlement until a moment that is over grants nothing`);
        const held = own(state.entitlements, name);
        if (held === undefined && Object.keys(state.entitlements).length >= ENTITLEMENTS_MAX) return refuse("limit", "entitlements", `an organisation has at most ${ENTITLEMENTS_MAX} entitlements`);
        if (held !== undefined && held.limit === limit && held.untilMs === untilMs) return ok([]);
        return ok([{ type: "organisation.granted", data: { feature: name, ...(limit === undefined ? {} : { limit }), ...(untilMs === undefined ? {} : { untilMs }) } }]);
      }
      case "withdraw":
        return ok(own(state.entitlements, command.feature) === undefined ? [] : [{ type: "organisation.withdrawn", data: { feature: command.feature } }]);
      case "set-member": {
        const held = own(state.members, command.subject);
        if (held === command.role) return ok([]);
        if (held === undefined && Object.keys(state.members).length >= MEMBERS_MAX) return refuse("limit", "members", `an organisation has at most ${MEMBERS_MAX} members`);
        if (held === "admin" && adminsOf(state.members) === 1) return refuse("conflict", "last-admin", `${command.subject} is the last admin`);
        return ok([{ type: "organisation.member-set", data: { subject: command.subject, role: command.role } }]);
      }
      case "remove-member":
        if (own(state.members, command.subject) === undefined) return ok([]);
        if (own(state.members, command.subject) === "admin" && adminsOf(state.members) === 1) return refuse("conflict", "last-admin", `${command.subject} is the last admin`);
        return ok([{ type: "organisation.member-removed", data: { subject: command.subject } }]);
      case "suspend":
        return ok(state.active ? [{ type: "organisation.suspended", data: { reason: command.reason } }] : []);
      case "reactivate":
        return ok(state.active ? [] : [{ type: "organisation.reactivated", data: {} }]);
    }
  },
  evolve(state, event, atMs) {
    if (event.type === "organisation.created") {
      invariant(state === undefined, `organisation ${event.data.id} was created twice`);
      return { ...event.data, active: true, suspendedFor: "", entitlements: {}, members: {}, createdMs: atMs, updatedMs: atMs, version: 1 };
    }
    invariant(state !== undefined, `${event.type} for an organisation nobody created`);
    const next = { ...state, updatedMs: atMs, version: state.version + 1 };
    switch (event.type) {
      case "organisation.renamed":
        return { ...next, name: event.data.name };
      case "organisation.tier-changed":
        return { ...next, tier: event.data.tier };
      case "organisation.granted":
        return { ...next, entitlements: withKey(state.entitlements, event.data.feature, { limit: event.data.limit, untilMs: event.data.untilMs }) };
      case "organisation.withdrawn":
        return { ...next, entitlements: withoutKey(state.entitlements, event.data.feature) };
      case "organisation.member-set":
        return { ...next, members: withKey(state.members, event.data.subject, event.data.role) };
      case "organisation.member-removed":
        return { ...next, members: withoutKey(state.members, event.data.subject) };
      case "organisation.suspended":
        return { ...next, active: false, suspendedFor: event.data.reason };
      case "organisation.reactivated":
        return { ...next, active: true, suspendedFor: "" };
    }
  },
};

export type Entitled = { readonly entitled: true } | { readonly entitled: false; readonly reason: string };

/** May the organisation use `feature` now, `inUse` of it being in use already? */
export function entitledTo(organisation: Organisation, featureName: string, inUse: number, nowMs: number): Entitled {
  if (!organisation.active) return { entitled: false, reason: `organisation ${organisation.id} is suspended: ${organisation.suspendedFor}` };
  const held = own(organisation.entitlements, featureName);
  if (held === undefined) return { entitled: false, reason: `organisation ${organisation.id} is not entitled to ${featureName}` };
  if (held.untilMs !== undefined && nowMs >= held.untilMs) return { entitled: false, reason: `the entitlement to ${featureName} has run out` };
  if (held.limit !== undefined && inUse >= held.limit) return { entitled: false, reason: `all ${held.limit} of ${featureName} are in use` };
  return { entitled: true };
}

export const roleOf = (organisation: Organisation, subject: string): Role | undefined => own(organisation.members, subject);
