/** A mission template: an itinerary under a name, in numbered versions. A published version never changes. */
import { z } from "zod";
import { canonicalJson } from "../contract/json.ts";
import { idSchema, titleSchema } from "../contract/ids.ts";
import { itinerarySchema, type Itinerary } from "../contract/phase.ts";
import { refuse, type Context } from "../kernel/context.ts";
import { invariant } from "../kernel/invariant.ts";
import { ok } from "../kernel/result.ts";

export const VERSIONS_MAX = 1000;

export const templateCommandSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("draft"), id: idSchema, name: titleSchema, itinerary: itinerarySchema }),
  z.strictObject({ kind: z.literal("publish") }),
  z.strictObject({ kind: z.literal("retire") }),
]);
export type TemplateCommand = z.infer<typeof templateCommandSchema>;

export const templateEventSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("template.drafted"), data: z.strictObject({ id: idSchema, name: titleSchema, itinerary: itinerarySchema }) }),
  z.strictObject({ type: z.literal("template.published"), data: z.strictObject({ templateVersion: z.int().min(1) }) }),
  z.strictObject({ type: z.literal("template.retired"), data: z.strictObject({}) }),
]);
export type TemplateEvent = z.infer<typeof templateEventSchema>;

export interface Template {
  readonly id: string;
  readonly name: string;
  readonly draft: Itinerary;
  /** Published versions, the first at index 0. */
  readonly published: readonly Itinerary[];
  readonly retired: boolean;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly version: number;
}

export const templates: Context<Template, TemplateCommand, TemplateEvent> = {
  name: "template",
  decide(state, command) {
    if (command.kind === "draft") {
      const { id, name, itinerary } = command;
      if (state?.retired === true) return refuse("conflict", "retired", `template ${id} is retired`);
      return ok(state !== undefined && state.name === name && canonicalJson(state.draft) === canonicalJson(itinerary) ? [] : [{ type: "template.drafted", data: { id, name, itinerary } }]);
    }
    if (state === undefined) return refuse("not-found", "unknown", "there is no such template");
    if (command.kind === "retire") return ok(state.retired ? [] : [{ type: "template.retired", data: {} }]);
    if (state.retired) return refuse("conflict", "retired", `template ${state.id} is retired`);
    const last = state.published.at(-1);
    if (last !== undefined && canonicalJson(last) === canonicalJson(state.draft)) return ok([]);
    if (state.published.length >= VERSIONS_MAX) return refuse("limit", "versions", `a template has at most ${VERSIONS_MAX} versions`);
    return ok([{ type: "template.published", data: { templateVersion: state.published.length + 1 } }]);
  },
  evolve(state, event, atMs) {
    if (event.type === "template.drafted") {
      const { id, name, itinerary } = event.data;
      if (state === undefined) return { id, name, draft: itinerary, published: [], retired: false, createdMs: atMs, updatedMs: atMs, version: 1 };
      invariant(!state.retired, `template ${id} was changed after it was retired`);
      return { ...state, name, draft: itinerary, updatedMs: atMs, version: state.version + 1 };
    }
    invariant(state !== undefined, `${event.type} for a template nobody drafted`);
    const next = { ...state, updatedMs: atMs, version: state.version + 1 };
    if (event.type === "template.retired") return { ...next, retired: true };
    invariant(event.data.templateVersion === state.published.length + 1, "versions are numbered without gaps");
    return { ...next, published: [...state.published, state.draft] };
  },
};
