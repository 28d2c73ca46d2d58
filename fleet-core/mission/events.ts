/** What can happen to a mission, as it stands in the event log (stream `mission/<id>`). Schemas, because a log is input. */
import { z } from "zod";
import { missionSchema } from "../contract/mission.ts";

const id = z.string().min(1).max(128);
/** A sentence for people; bounded so that no event grows without limit. */
const reason = z.string().max(1024);

export const missionEventSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("mission.requested"), data: z.strictObject({ mission: missionSchema }) }),
  /** No vehicle can take it now; `reason` says why for each. */
  z.strictObject({ type: z.literal("mission.unassignable"), data: z.strictObject({ reason }) }),
  /** `commandId` is the ASSIGN_MISSION command that tells the vehicle; `why` explains the choice. */
  z.strictObject({ type: z.literal("mission.assigned"), data: z.strictObject({ vehicleId: id, commandId: id, why: reason }) }),
  /** The assignment fell through before the vehicle began; another vehicle is wanted. */
  z.strictObject({ type: z.literal("mission.declined"), data: z.strictObject({ vehicleId: id, reason }) }),
  z.strictObject({ type: z.literal("mission.started"), data: z.strictObject({ vehicleId: id }) }),
  /** `evidence`: the vehicle's acknowledgement, or its telemetry when the acknowledgement never came. */
  z.strictObject({ type: z.literal("mission.completed"), data: z.strictObject({ vehicleId: id, evidence: z.enum(["acknowledged", "telemetry"]) }) }),
  z.strictObject({ type: z.literal("mission.failed"), data: z.strictObject({ vehicleId: id.optional(), reason }) }),
  /** Somebody wants it stopped and a vehicle has it: CANCEL_MISSION command `commandId` tells that vehicle. */
  z.strictObject({ type: z.literal("mission.cancel-requested"), data: z.strictObject({ commandId: id, reason }) }),
  /** The vehicle did not follow the cancellation; the mission goes on. */
  z.strictObject({ type: z.literal("mission.cancel-refused"), data: z.strictObject({ reason }) }),
  z.strictObject({ type: z.literal("mission.cancelled"), data: z.strictObject({ vehicleId: id.optional(), reason }) }),
]);

export type MissionEvent = z.infer<typeof missionEventSchema>;
export const missionStream = (missionId: string): string => `mission/${missionId}`;
