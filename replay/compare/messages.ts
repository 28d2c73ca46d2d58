/** Names the difference between two messages of a recording in the words a reader knows: tick, entity, field. */
import { parseJson, type JsonPlace } from "../../fleet-core/contract/json-syntax.ts";
import type { RecorderChannel } from "../../fleet-core/kernel/ports.ts";


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

/** Path of the value that stands at `byte` of a message, in the recomputed text, as keys from the root. */
function pathAt(text: string, at: number): readonly string[] {
  const places = new Map<string, JsonPlace>();
  parseJson(text, "recomputed message", { bytes: text.length, depth: 64 }, places);
  let best = "";
  let bestAt = -1;
  for (const [key, place] of places) {
    if (place.keyAt <= at && place.keyAt >= bestAt) {
      best = key;
      bestAt = place.keyAt;
    }
  }
  return best === "" ? [] : best.split("\u0000");
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== "object" || found === null || !(key in found)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}

/** Path in words; inside a list of entities, the entity's id stands for its index. */
function nameField(path: readonly string[], recomputed: unknown): { entity: string | undefined; field: string } {
  const [list = "", index = "", ...rest] = path;
  const item = valueAt(recomputed, [list, index]) as Record<string, unknown> | undefined;
  const id = item?.["id"] ?? item?.["child_frame_id"];
  const spell = (keys: readonly string[]): string => keys.reduce((text, key) => (/^\d+$/.test(key) ? `${text}[${key}]` : text === "" ? key : `${text}.${key}`), "");
  if (typeof id === "string" && rest.length > 0) return { entity: id, field: spell(rest) };
  return { entity: typeof id === "string" ? id : undefined, field: spell(path) };
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
  // What differs first in the bytes is what is named: the recorded side need not even be JSON any more.
  let byte = 0;
  while (recorded.data[byte] === recomputed.data[byte]) byte += 1;
  const decoder = new TextDecoder();
  const text = decoder.decode(recomputed.data);
  const truth = JSON.parse(text) as unknown;
  const path = pathAt(text, decoder.decode(recomputed.data.subarray(0, byte)).length);
  const { entity, field } = nameField(path, truth);
  let found: unknown;
  try {
    found = valueAt(JSON.parse(decoder.decode(recorded.data)), path);
  } catch {
    found = undefined;
  }
  const snippet = (data: Uint8Array): string => `"…${decoder.decode(data.subarray(Math.max(0, byte - 8), byte + 12))}…"`;
  const expected = valueAt(truth, path);
  return make(field, found === undefined || Object.is(found, expected) ? snippet(recorded.data) : found, expected, entity ?? entityOfTopic);
}
