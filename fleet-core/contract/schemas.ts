/**
 * The public contracts as JSON Schema (draft-07, as section 7.4 writes them), generated from the zod schemas so that the
 * two cannot differ. The files in `schemas/` are what others read; a test keeps them equal to these.
 */
import { z } from "zod";
import { commandAckSchema, commandSchema } from "./command.ts";
import { faultPlanSchema } from "./fault.ts";
import { heartbeatSchema } from "./heartbeat.ts";
import { missionSchema } from "./mission.ts";
import { telemetrySchema } from "./telemetry.ts";

export const CONTRACT_SCHEMAS = {
  telemetry: telemetrySchema,
  command: commandSchema,
  "command-ack": commandAckSchema,
  heartbeat: heartbeatSchema,
  mission: missionSchema,
  "fault-plan": faultPlanSchema,
} as const;

export type ContractName = keyof typeof CONTRACT_SCHEMAS;

/** JSON Schema of what may be sent: fields with a default are optional, unknown fields are as the contract says. */
export function contractJsonSchema(name: ContractName): Record<string, unknown> {
  return z.toJSONSchema(CONTRACT_SCHEMAS[name], {
    target: "draft-7",
    io: "input",
    override: ({ jsonSchema }) => {
      // "Anything more is allowed" is what draft-07 means by saying nothing; zod writes it out.
      const { additionalProperties } = jsonSchema;
      if (jsonSchema.type === "object" && typeof additionalProperties === "object" && Object.keys(additionalProperties).length === 0) delete jsonSchema.additionalProperties;
      // Member names are texts; JSON knows no others.
      delete jsonSchema.propertyNames;
      // Every integer of ours is a safe one; writing the bounds of a double into each field says nothing.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
}

/** Text of `schemas/<name>.json`. */
export const contractSchemaText = (name: ContractName): string => `${JSON.stringify(contractJsonSchema(name), null, 2)}\n`;
