/** The rule of the schema registry: what the next version of a subject is, or why there is none. */
import { canonicalJson } from "../contract/json.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import { breakingChanges } from "./schema-compat.ts";
import type { RegisteredSchema, SchemaRefusal } from "./store.ts";

const SUBJECT = /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)*$/;
const SCHEMA_CHARACTERS_MAX = 262_144;

/** `latest`: newest version held. The same schema again gives `latest`; a change that breaks stored documents is refused. */
export function registerNext(latest: RegisteredSchema | undefined, subject: string, schema: Readonly<Record<string, unknown>>): Result<RegisteredSchema, SchemaRefusal> {
  if (!SUBJECT.test(subject) || subject.length > 128) return err({ kind: "invalid", message: `${subject} is no subject; expected words joined by dots, such as vehicle.telemetry` });
  const text = canonicalJson(schema);
  if (text.length > SCHEMA_CHARACTERS_MAX) return err({ kind: "invalid", message: `the schema has ${text.length} characters; at most ${SCHEMA_CHARACTERS_MAX}` });
  if (latest === undefined) return ok({ subject, version: 1, schema });
  if (canonicalJson(latest.schema) === text) return ok(latest);
  const faults = breakingChanges(latest.schema, schema);
  return faults.length > 0 ? err({ kind: "breaking", faults }) : ok({ subject, version: latest.version + 1, schema });
}
