/** Vehicle telemetry v1, the public contract: field names and limits are fixed. Extra fields are refused. */
import { z } from "zod";

const percent = z.number().min(0).max(100);

export const telemetrySchema = z.strictObject({
  vehicle_id: z.string().min(1).max(128),
  timestamp: z.iso.datetime({ offset: true }),
  /** Monotonically increasing from 1 within one boot of the agent. */
  sequence: z.int().min(0),
  position: z.strictObject({
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    /** Degrees clockwise from north. */
    heading: z.number(),
    altitude: z.number().optional(),
    /** m/s over ground. */
    speed: z.number().optional(),
    /** 1-sigma horizontal position bound [m]. */
    accuracy: z.number().optional(),
  }),
  status: z.strictObject({
    operational_state: z.enum(["READY", "BUSY", "CHARGING", "MAINTENANCE", "ERROR"]),
    energy_level: percent,
    health_score: percent.optional(),
    assist_state: z.enum(["NONE", "REQUESTED", "ACTIVE"]).optional(),
  }),
  diagnostics: z.strictObject({
    cpu_usage: z.number().optional(),
    memory_usage: z.number().optional(),
    disk_usage: z.number().optional(),
    temperature: z.number().optional(),
    network_quality: z.number().optional(),
  }).optional(),
  mission: z.strictObject({
    mission_id: z.string().optional(),
    route_id: z.string().optional(),
    progress: percent.optional(),
    eta: z.iso.datetime({ offset: true }).optional(),
  }).optional(),
});

export type Telemetry = z.infer<typeof telemetrySchema>;
