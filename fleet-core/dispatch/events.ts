/** What can happen to the commands of one vehicle, as it stands in the event log (stream `vehicle/<id>`). */
import { z } from "zod";
import { commandSchema, type Command } from "../contract/command.ts";

const id = z.string().min(1).max(128);
const reason = z.string().max(1024);
const command: z.ZodType<Command> = commandSchema;

export const vehicleEventSchema = z.discriminatedUnion("type", [
  /** Decided and durable; only then it is sent. `expirationUs` is the same moment as `command.expiration`. */
  z.strictObject({ type: z.literal("command.issued"), data: z.strictObject({ command, expirationUs: z.int() }) }),
  z.strictObject({
    type: z.literal("command.answered"),
    data: z.strictObject({ commandId: id, outcome: z.enum(["ACCEPTED", "REJECTED", "EXECUTED", "FAILED"]), reasonCode: z.string().max(64).optional(), reason: z.string().max(512).optional() }),
  }),
  /** No answer until its expiration. */
  z.strictObject({ type: z.literal("command.expired"), data: z.strictObject({ commandId: id, attempts: z.int() }) }),
  /** No answer yet, and a later command says the opposite. */
  z.strictObject({ type: z.literal("command.superseded"), data: z.strictObject({ commandId: id, by: id, reason }) }),
]);

export type VehicleEvent = z.infer<typeof vehicleEventSchema>;
export const vehicleStream = (vehicleId: string): string => `vehicle/${vehicleId}`;
