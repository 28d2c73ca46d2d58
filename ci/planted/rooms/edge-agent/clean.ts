/** Control: a deterministic room uses all this and the lint has nothing to say. */
import { z } from "zod";
import { sin } from "../fleet-core/kernel/target.ts";

const LIMIT = 2;
const KINDS = new Map([["a", 1]]);
const schema = z.number();

export function total(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  let sum = 0;
  for (const value of sorted) sum += Math.sqrt(Math.abs(value)) + sin(value) * (KINDS.get("a") ?? LIMIT);
  return schema.parse(Math.max(sum, Math.PI));
}
