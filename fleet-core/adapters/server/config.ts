/**
 * Settings of the server, from flags and environment, all checked at once: whoever starts it learns every mistake in one
 * go. A secret is never a flag (others can read the command line) and never has a default.
 */
import { z } from "zod";
import type { Diagnostic, Result } from "../../kernel/result.ts";
import { err, ok } from "../../kernel/result.ts";

const port = z.coerce.number().int().min(0).max(65_535);
const url = (protocols: readonly string[]): z.ZodString =>
  z.string().refine(
    (text) => {
      try {
        return protocols.includes(new URL(text).protocol);
      } catch {
        return false;
      }
    },
    { error: `an address beginning with ${protocols.join(" or ")}//` },
  );
const flag = z.enum(["true", "false"]).transform((text) => text === "true");

/** Name in the environment, schema, default as text (none: optional). */
export const SETTINGS = {
  ATLASMESH_DATA: { schema: z.string().min(1), fallback: "./atlasmesh-data", help: "folder for database, keys and tokens" },
  ATLASMESH_HOST: { schema: z.string().min(1), fallback: "127.0.0.1", help: "address to listen on; anything but loopback needs an OIDC issuer of yours" },
  ATLASMESH_PORT: { schema: port, fallback: "8420", help: "port of the API; 0 takes any free one" },
  ATLASMESH_MQTT_PORT: { schema: port, fallback: "8883", help: "port for vehicles (MQTT over TLS); 0 takes any free one" },
  DATABASE_URL: { schema: url(["postgres:", "postgresql:"]), fallback: undefined, help: "PostgreSQL to use instead of the embedded one" },
  ATLASMESH_MIGRATOR_URL: { schema: url(["postgres:", "postgresql:"]), fallback: undefined, help: "login that may change the schema, if DATABASE_URL's may not" },
  ATLASMESH_OIDC_ISSUER: { schema: url(["https:", "http:"]), fallback: undefined, help: "issuer of people's tokens; without it a development issuer is built in" },
  ATLASMESH_OIDC_AUDIENCE: { schema: z.string().min(1), fallback: "atlasmesh", help: "audience the tokens must be for" },
  ATLASMESH_CORS_ORIGINS: { schema: z.string().transform((text) => text.split(",").map((one) => one.trim()).filter((one) => one !== "")), fallback: "", help: "origins of pages that may call the API, joined by commas" },
  ATLASMESH_RATE_PER_MINUTE: { schema: z.coerce.number().int().min(1).max(1_000_000), fallback: "6000", help: "requests a minute one token (or address) may make" },
  ATLASMESH_LOG_LEVEL: { schema: z.enum(["debug", "info", "warn", "error"]), fallback: "info", help: "debug, info, warn or error" },
  ATLASMESH_TELEMETRY_DAYS: { schema: z.coerce.number().int().min(1).max(3650), fallback: "90", help: "days telemetry is kept" },
  ATLASMESH_DEV_ISSUER: { schema: flag, fallback: "true", help: "false: no development issuer even without another one" },
} as const;

export interface Config {
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  readonly mqttPort: number;
  readonly databaseUrl: string | undefined;
  readonly migratorUrl: string | undefined;
  readonly oidcIssuer: string | undefined;
  readonly oidcAudience: string;
  readonly corsOrigins: readonly string[];
  readonly ratePerMinute: number;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  readonly telemetryDays: number;
  readonly devIssuer: boolean;
}

type Name = keyof typeof SETTINGS;
export const isLoopback = (host: string): boolean => host === "127.0.0.1" || host === "::1" || host === "localhost";

/** `given`: environment with flags laid over it. Every fault is named; unknown ATLASMESH_ names are faults too. */
export function readConfig(given: Readonly<Record<string, string | undefined>>): Result<Config, readonly Diagnostic[]> {
  const faults: Diagnostic[] = [];
  const values = new Map<Name, unknown>();
  for (const name of Object.keys(SETTINGS) as Name[]) {
    const { schema, fallback, help } = SETTINGS[name];
    const text = given[name] ?? fallback;
    if (text === undefined) continue;
    const read = schema.safeParse(text);
    if (read.success) values.set(name, read.data);
    // A secret inside an address must not come back in the message.
    else faults.push({ severity: "error", file: name, message: name.endsWith("_URL") ? "is not usable" : `is ${JSON.stringify(text)}`, expected: read.error.issues[0]?.message === undefined ? help : `${help} (${read.error.issues[0].message})` });
  }
  for (const name of Object.keys(given)) {
    if (name.startsWith("ATLASMESH_") && !Object.hasOwn(SETTINGS, name) && !["ATLASMESH_SHARED", "ATLASMESH_INEXACT_MATH"].includes(name)) faults.push({ severity: "error", file: name, message: "is no setting", expected: `one of ${Object.keys(SETTINGS).join(", ")}` });
  }
  const of = <T>(name: Name): T => values.get(name) as T;
  const config: Config = {
    dataFolder: of("ATLASMESH_DATA"),
    host: of("ATLASMESH_HOST"),
    port: of("ATLASMESH_PORT"),
    mqttPort: of("ATLASMESH_MQTT_PORT"),
    databaseUrl: of("DATABASE_URL"),
    migratorUrl: of("ATLASMESH_MIGRATOR_URL"),
    oidcIssuer: of("ATLASMESH_OIDC_ISSUER"),
    oidcAudience: of("ATLASMESH_OIDC_AUDIENCE"),
    corsOrigins: of("ATLASMESH_CORS_ORIGINS"),
    ratePerMinute: of("ATLASMESH_RATE_PER_MINUTE"),
    logLevel: of("ATLASMESH_LOG_LEVEL"),
    telemetryDays: of("ATLASMESH_TELEMETRY_DAYS"),
    devIssuer: of("ATLASMESH_DEV_ISSUER"),
  };
  if (faults.length === 0 && !isLoopback(config.host) && config.oidcIssuer === undefined && config.devIssuer) {
    faults.push({ severity: "error", file: "ATLASMESH_HOST", message: `is ${config.host}, open to the network, with the development issuer`, expected: "ATLASMESH_OIDC_ISSUER, or ATLASMESH_DEV_ISSUER=false (service tokens only)" });
  }
  if (config.migratorUrl !== undefined && given["DATABASE_URL"] === undefined) faults.push({ severity: "error", file: "ATLASMESH_MIGRATOR_URL", message: "stands without DATABASE_URL", expected: "both, or neither" });
  return faults.length > 0 ? err(faults) : ok(config);
}
