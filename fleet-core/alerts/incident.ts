/** An incident: alerts that belong together, worked on by people, closed with what was learnt. A worst one is not closed by who worked on it alone. */
import { z } from "zod";
import { actorSchema, idSchema, sentenceSchema, titleSchema } from "../contract/ids.ts";
import { refuse, type Context, type Refusal } from "../kernel/context.ts";
import { invariant } from "../kernel/invariant.ts";
import { ok, type Result } from "../kernel/result.ts";
import { severitySchema, type Severity } from "./alert.ts";

export const ALERTS_MAX = 1000;
export const NOTES_MAX = 1000;

const opened = z.strictObject({ id: idSchema, title: titleSchema, severity: severitySchema, alerts: z.array(idSchema).max(64), by: actorSchema });

export const incidentCommandSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("open"), ...opened.shape }),
  z.strictObject({ kind: z.literal("attach"), alertId: idSchema }),
  z.strictObject({ kind: z.literal("assign"), to: actorSchema }),
  z.strictObject({ kind: z.literal("note"), by: actorSchema, text: sentenceSchema }),
  z.strictObject({ kind: z.literal("set-severity"), severity: severitySchema, reason: sentenceSchema }),
  z.strictObject({ kind: z.literal("mitigate"), by: actorSchema, text: sentenceSchema }),
  z.strictObject({ kind: z.literal("close"), by: actorSchema, rootCause: sentenceSchema }),
  z.strictObject({ kind: z.literal("reopen"), by: actorSchema, reason: sentenceSchema }),
]);
export type IncidentCommand = z.infer<typeof incidentCommandSchema>;

export const incidentEventSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("incident.opened"), data: opened }),
  z.strictObject({ type: z.literal("incident.attached"), data: z.strictObject({ alertId: idSchema }) }),
  z.strictObject({ type: z.literal("incident.assigned"), data: z.strictObject({ to: actorSchema }) }),
  z.strictObject({ type: z.literal("incident.noted"), data: z.strictObject({ by: actorSchema, text: sentenceSchema }) }),
  z.strictObject({ type: z.literal("incident.severity-set"), data: z.strictObject({ severity: severitySchema, reason: sentenceSchema }) }),
  z.strictObject({ type: z.literal("incident.mitigated"), data: z.strictObject({ by: actorSchema, text: sentenceSchema }) }),
  z.strictObject({ type: z.literal("incident.closed"), data: z.strictObject({ by: actorSchema, rootCause: sentenceSchema }) }),
  z.strictObject({ type: z.literal("incident.reopened"), data: z.strictObject({ by: actorSchema, reason: sentenceSchema }) }),
]);
export type IncidentEvent = z.infer<typeof incidentEventSchema>;

export interface Incident {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly status: "open" | "mitigated" | "closed";
  readonly alerts: readonly string[];
  readonly assignee: string | undefined;
  readonly notes: readonly { readonly atMs: number; readonly by: string; readonly text: string }[];
  readonly rootCause: string;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly version: number;
}

export const incidents: Context<Incident, IncidentCommand, IncidentEvent> = {
  name: "incident",
  decide(state, command): Result<readonly IncidentEvent[], Refusal> {
    if (command.kind === "open") {
      const { kind: _, ...data } = command;
      if (state === undefined) return ok([{ type: "incident.opened", data: { ...data, alerts: [...new Set(data.alerts)] } }]);
      return state.title === data.title ? ok([]) : refuse("conflict", "exists", `incident ${state.id} exists already`);
    }
    if (state === undefined) return refuse("not-found", "unknown", "there is no such incident");
    if (state.status === "closed" && command.kind !== "reopen") return command.kind === "close" ? ok([]) : refuse("conflict", "closed", `incident ${state.id} is closed`);
    switch (command.kind) {
      case "attach":
        if (state.alerts.includes(command.alertId)) return ok([]);
        return state.alerts.length >= ALERTS_MAX ? refuse("limit", "alerts", `an incident has at most ${ALERTS_MAX} alerts`) : ok([{ type: "incident.attached", data: { alertId: command.alertId } }]);
      case "assign":
        return ok(state.assignee === command.to ? [] : [{ type: "incident.assigned", data: { to: command.to } }]);
      case "note":
        return state.notes.length >= NOTES_MAX ? refuse("limit", "notes", `an incident has at most ${NOTES_MAX} notes`) : ok([{ type: "incident.noted", data: { by: command.by, text: command.text } }]);
      case "set-severity":
        return ok(state.severity === command.severity ? [] : [{ type: "incident.severity-set", data: { severity: command.severity, reason: command.reason } }]);
      case "mitigate":
        return ok(state.status === "mitigated" ? [] : [{ type: "incident.mitigated", data: { by: command.by, text: command.text } }]);
      case "close":
        if (state.status !== "mitigated") return refuse("conflict", "not-mitigated", `incident ${state.id} is not mitigated yet`);
        if (state.severity === 1 && state.assignee === command.by) return refuse("forbidden", "same-person", "an incident of severity 1 is closed by another person than the one who worked on it");
        return ok([{ type: "incident.closed", data: { by: command.by, rootCause: command.rootCause } }]);
      case "reopen":
        return ok(state.status === "closed" ? [{ type: "incident.reopened", data: { by: command.by, reason: command.reason } }] : []);
    }
  },
  evolve(state, event, atMs) {
    if (event.type === "incident.opened") {
      invariant(state === undefined, `incident ${event.data.id} was opened twice`);
      const { id, title, severity, alerts } = event.data;
      return { id, title, severity, status: "open", alerts, assignee: undefined, notes: [], rootCause: "", createdMs: atMs, updatedMs: atMs, version: 1 };
    }
    invariant(state !== undefined && (state.status !== "closed" || event.type === "incident.reopened"), `${event.type} for an incident that is closed or never was`);
    const next = { ...state, updatedMs: atMs, version: state.version + 1 };
    const noted = (by: string, text: string): Incident["notes"] => [...state.notes, { atMs, by, text }];
    switch (event.type) {
      case "incident.attached":
        return { ...next, alerts: [...state.alerts, event.data.alertId] };
      case "incident.assigned":
        return { ...next, assignee: event.data.to };
      case "incident.noted":
        return { ...next, notes: noted(event.data.by, event.data.text) };
      case "incident.severity-set":
        return { ...next, severity: event.data.severity };
      case "incident.mitigated":
        return { ...next, status: "mitigated", notes: noted(event.data.by, event.data.text) };
      case "incident.closed":
        return { ...next, status: "closed", rootCause: event.data.rootCause };
      case "incident.reopened":
        return { ...next, status: "open", notes: noted(event.data.by, event.data.reason) };
    }
  },
};
