/** What a trip is made of: phases, each something a vehicle does, and what undoes it. */
import { z } from "zod";
import { idSchema, titleSchema } from "./ids.ts";

/** A place on the map, in lane coordinates, as missions use it. */
export const placeSchema = z.strictObject({ name: titleSchema, road: z.string().min(1).max(64), lane: z.int(), sM: z.number().min(0) });

export const PHASE_KINDS = ["go-to", "pick-up", "drop-off", "perform", "wait", "charge", "park"] as const;

export const phaseSchema = z.strictObject({
  name: titleSchema,
  kind: z.enum(PHASE_KINDS),
  place: placeSchema.optional(),
  /** Expected time at the place. */
  durationS: z.number().min(0).max(86_400).default(0),
  /** What undoes it when the trip is rolled back (a pick-up by a drop-off at the same place, say); none: nothing to undo. */
  undoneBy: z.strictObject({ name: titleSchema, kind: z.enum(PHASE_KINDS), place: placeSchema.optional() }).optional(),
});
export type Phase = Readonly<z.infer<typeof phaseSchema>>;

/** What a vehicle must be to take a trip. */
export const requirementsSchema = z.strictObject({
  vehicleClass: idSchema,
  vehicleId: idSchema.optional(),
  fleetId: idSchema.optional(),
  healthMin: z.int().min(0).max(100).default(0),
  energyRatioMin: z.number().min(0).max(1).default(0),
});
export type Requirements = Readonly<z.infer<typeof requirementsSchema>>;

export const PHASES_MAX = 64;
export const itinerarySchema = z.strictObject({ requirements: requirementsSchema, phases: z.array(phaseSchema).min(1).max(PHASES_MAX) });
export type Itinerary = Readonly<z.infer<typeof itinerarySchema>>;
