/** Sign of life the core sends every vehicle twice a second (topic `heartbeat`). Its silence is what a vehicle acts on. */
import { z } from "zod";
import { dateTime } from "./date-time.ts";

export const heartbeatSchema = z.strictObject({
  timestamp: dateTime,
  /** Counts from 1 within one start of the core. */
  sequence: z.int().min(1),
}).meta({ title: "Core Heartbeat" });

export type Heartbeat = Readonly<z.infer<typeof heartbeatSchema>>;
export const HEARTBEAT_PERIOD_US = 500_000;
