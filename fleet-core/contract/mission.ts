/** Mission v1: an ordered list of stops for one vehicle, in map (lane) coordinates, plus who may take it. */
import { z } from "zod";

export const stopSchema = z.strictObject({
  name: z.string().min(1).max(128),
  /** OpenDRIVE road id, lane id and s [m] of the place where the vehicle's origin comes to rest. */
  road: z.string().min(1),
  lane: z.int(),
  sM: z.number().min(0),
  dwellS: z.number().min(0).max(3600),
});

export const missionSchema = z.strictObject({
  mission_id: z.string().min(1).max(128),
  /** Vehicle class that can do it, and optionally one vehicle. */
  vehicle_class: z.string().min(1),
  vehicle_id: z.string().min(1).optional(),
  /** Seconds since the run began at which the core is asked. */
  requested_at_s: z.number().min(0),
  stops: z.array(stopSchema).min(1).max(64),
  /** Start over after the last stop (shuttle service). */
  repeat: z.boolean().default(false),
}).meta({ title: "Mission" });

export type Stop = Readonly<z.infer<typeof stopSchema>>;
export type Mission = Readonly<z.infer<typeof missionSchema>>;

/** Where a mission is in its life; completed, failed and cancelled are final. */
export type MissionState =
  | { readonly kind: "requested" }
  /** No vehicle can take it now; tried again when something changes. */
  | { readonly kind: "unassignable"; readonly reason: string }
  | { readonly kind: "assigned"; readonly vehicleId: string; readonly commandId: string }
  | { readonly kind: "underway"; readonly vehicleId: string; readonly progressRatio: number }
  | { readonly kind: "completed"; readonly vehicleId: string }
  /** `vehicleId` is undefined when no vehicle ever took it. */
  | { readonly kind: "failed"; readonly vehicleId: string | undefined; readonly reason: string }
  | { readonly kind: "cancelled"; readonly vehicleId: string | undefined; readonly reason: string };
