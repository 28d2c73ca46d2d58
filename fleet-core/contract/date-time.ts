/** The contract's date-times: RFC 3339 as `kernel/time` reads it, so that what passes the schema can also be understood. */
import { z } from "zod";
import { parseIsoUtc } from "../kernel/time.ts";

export const dateTime = z
  .string()
  .refine((text) => parseIsoUtc(text) !== undefined, { error: "a date and time such as 2026-01-01T06:00:00Z" })
  .meta({ format: "date-time" });
