/** Names the difference between two messages of a recording in the words a reader knows: tick, entity, field. */
import type { RecorderChannel } from "../../fleet-core/kernel/ports.ts";
import { firstDifference } from "./first-difference.ts";

export interface Divergence {
  /** Tick of the first difference; undefined when it lies outside the run's messages. */
  readonly tick: number | undefined;
  readonly entity: string | undefined;
  readonly field: string;
  readonly topic: string | undefined;
  readonly recorded: string;
  readonly recomputed: string;
  /** One sentence for people. */
  readonly text: string;
}

export interface MessageView {
  readonly channel: RecorderChannel;
  readonly timeUs: number;
  readonly data: Uint8Array;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

const show = (value: unknown): string => {
  const text = value === undefined ? "nothing" : typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
};

function parse(data: Uint8Array): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(data)) as unknown };
  } catch {
    return { ok: false };
  }
}

/** `at [3].x` of a tick message's `entities` becomes the entity's id and `x`. */
function nameEntity(path: string, ...values: readonly unknown[]): { entity: string | undefined; field: string } {
  const found = /^(entities|transforms)\[(\d+)\]\.?(.*)$/.exec(path);
  if (found === null) return { entity: undefined, field: path };
  for (const value of values) {
    const list = (value as Record<string, unknown>)[found[1] ?? ""];
    const item = Array.isArray(list) ? (list[Number(found[2])] as Record<string, unknown> | undefined) : undefined;
    const id = item?.["id"] ?? item?.["child_frame_id"];
    if (typeof id === "string") return { entity: id, field: found[3] === "" ? (found[1] ?? path) : (found[3] ?? path) };
  }
  return { entity: undefined, field: path };
}

/** `recomputed` is the truth; undefined on either side means that side has no such message. */
export function divergenceOf(recorded: MessageView | undefined, recomputed: MessageView | undefined, tickUs: number): Divergence | undefined {
  const known = recomputed ?? recorded;
  if (known === undefined) return undefined;
  const tick = Math.round(known.timeUs / tickUs);
  const topic = known.channel.topic;
  const entityOfTopic = /^\/vehicle\/([^/]+)\//.exec(topic)?.[1];
  const make = (field: string, a: unknown, b: unknown, entity = entityOfTopic): Divergence => ({
    tick,
    entity,
    field,
    topic,
    recorded: show(a),
    recomputed: show(b),
    text: `tick ${tick} (${(known.timeUs / 1e6).toFixed(2)} s), ${entity ?? topic}: ${field} recorded ${show(a)}, recomputed ${show(b)}`,
  });
  if (recorded === undefined) return make("message", undefined, `a message on ${topic}`);
  if (recomputed === undefined) return make("message", `a message on ${topic}`, undefined);
  if (recorded.channel.topic !== topic) return make("topic", recorded.channel.topic, topic);
  if (recorded.timeUs !== recomputed.timeUs) return make("time", `${recorded.timeUs} us`, `${recomputed.timeUs} us`);
  if (sameBytes(recorded.data, recomputed.data)) return undefined;
  const a = parse(recorded.data);
  const b = parse(recomputed.data);
  if (!a.ok || !b.ok) return make("message text", a.ok ? "JSON" : "not JSON", b.ok ? "JSON" : "not JSON");
  const difference = firstDifference(a.value, b.value);
  if (difference === undefined) return make("message text", "other spelling of the same values", "canonical spelling");
  const { entity, field } = nameEntity(difference.path, b.value, a.value);
  return make(field, difference.a, difference.b, entity ?? entityOfTopic);
}
