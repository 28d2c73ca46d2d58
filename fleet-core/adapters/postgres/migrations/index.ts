/** All migrations in order of their numbers. Only ever added to. */
import { eventLog } from "./0001-event-log.ts";
import { telemetry } from "./0002-telemetry.ts";

export const MIGRATIONS = [eventLog, telemetry];
