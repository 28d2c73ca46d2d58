/**
 * Vehicle telemetry v1, the public contract (section 7.4 of the system design): field names, required fields, enums and
 * limits are exactly its own, neither more nor fewer. Fields it does not name are let through and mean nothing. What is
 * valid but impossible (a latitude of 400) is for `telemetry/ingest` to refuse.
 */
import { z } from "zod";
import { dateTime } from "./date-time.ts";

const percent = z.number().min(0).max(100);

const position = {
  /** Degrees, WGS84. */
  latitude: z.number(),
  longitude: z.number(),
  /** Degrees clockwise from north. */
  heading: z.number(),
  /** Metres above the ellipsoid. */
  altitude: z.number().optional(),
  /** m/s over ground. */
  speed: z.number().optional(),
  /** 1-sigma horizontal position bound [m]. */
  accuracy: z.number().optional(),
};

const status = {
  operational_state: z.enum(["READY", "BUSY", "CHARGING", "MAINTENANCE", "ERROR"]),
  energy_level: percent,
  health_score: percent.optional(),
  assist_state: z.enum(["NONE", "REQUESTED", "ACTIVE"]).optional(),
};

const diagnostics = {
  cpu_usage: z.number().optional(),
  memory_usage: z.number().optional(),
  disk_usage: z.number().optional(),
  temperature: z.number().optional(),
  network_quality: z.number().optional(),
};

const mission = {
  mission_id: z.string().optional(),
  route_id: z.string().optional(),
  progress: percent.optional(),
  eta: dateTime.optional(),
};

export const telemetrySchema = z
  .looseObject({
    vehicle_id: z.string().describe("Unique identifier for the vehicle"),
    timestamp: dateTime.describe("ISO 8601 timestamp of the telemetry data"),
    /** From 1 within one boot of the agent. */
    sequence: z.int().describe("Monotonically increasing sequence number"),
    position: z.looseObject(position),
    status: z.looseObject(status),
    diagnostics: z.looseObject(diagnostics).optional(),
    mission: z.looseObject(mission).optional(),
  })
  .meta({ title: "Vehicle Telemetry" });

/** What a vehicle writes: only the fields the contract names. */
export interface Telemetry {
  readonly vehicle_id: string;
  readonly timestamp: string;
  readonly sequence: number;
  readonly position: Readonly<z.infer<z.ZodObject<typeof position>>>;
  readonly status: Readonly<z.infer<z.ZodObject<typeof status>>>;
  readonly diagnostics?: Readonly<z.infer<z.ZodObject<typeof diagnostics>>> | undefined;
  readonly mission?: Readonly<z.infer<z.ZodObject<typeof mission>>> | undefined;
}
