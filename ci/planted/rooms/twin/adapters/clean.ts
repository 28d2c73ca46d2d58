/** Control: adapters may touch the machine. */
import { readFileSync } from "node:fs";

export const startMs = Date.now();
export async function read(path: string): Promise<string> {
  await Promise.resolve();
  return readFileSync(path, "utf8");
}
