/**
 * Old events, read as the newest version of their type. The log itself is never rewritten: it keeps what was said then,
 * in the words of then, and the hash chain stays whole.
 */
import { InvariantError, invariant } from "../kernel/invariant.ts";
import type { StoredEvent } from "./event.ts";

type Data = Readonly<Record<string, unknown>>;

export interface Upcaster {
  readonly type: string;
  /** Version it reads; it writes the next one. */
  readonly from: number;
  readonly up: (data: Data) => Data;
}

export interface Upcasters {
  /** Version events of this type are written in today; 1 for types without upcasters. */
  currentVersion(type: string): number;
  /** The same event with its data in today's version. Throws on a version from the future: this build is too old for the log. */
  upcast(event: StoredEvent): StoredEvent;
}

/** One step per version, without gaps: a type with upcasters from 1 and 2 is at version 3. */
export function createUpcasters(steps: readonly Upcaster[]): Upcasters {
  const byType = new Map<string, Map<number, Upcaster>>();
  for (const step of steps) {
    const of = byType.get(step.type) ?? new Map<number, Upcaster>();
    invariant(!of.has(step.from), `two upcasters read ${step.type} version ${step.from}`);
    of.set(step.from, step);
    byType.set(step.type, of);
  }
  for (const [type, of] of byType) {
    for (let version = 1; version <= of.size; version += 1) invariant(of.has(version), `nothing reads ${type} version ${version}, though later versions have a reader`);
  }
  const currentVersion = (type: string): number => (byType.get(type)?.size ?? 0) + 1;
  return {
    currentVersion,
    upcast(event) {
      const current = currentVersion(event.type);
      if (event.schemaVersion > current) throw new InvariantError(`${event.type} of ${event.stream} has version ${event.schemaVersion}; this build knows up to ${current}`);
      let { data, schemaVersion } = event;
      for (; schemaVersion < current; schemaVersion += 1) data = (byType.get(event.type)?.get(schemaVersion) as Upcaster).up(data);
      return schemaVersion === event.schemaVersion ? event : { ...event, data, schemaVersion };
    },
  };
}
