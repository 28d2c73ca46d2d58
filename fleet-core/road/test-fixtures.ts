/** Test helper: reads the maps in `fixtures/` and fails loudly when one does not parse. Must never be imported by product code. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { formatDiagnostic } from "../kernel/result.ts";
import { parseOpenDrive } from "./open-drive.ts";
import type { RoadMap } from "./types.ts";

export type FixtureName = "t-junction" | "motorway-exit" | "shapes" | "left-hand" | "virtual-junction" | "furniture";
export const fixtureNames: readonly FixtureName[] = ["t-junction", "motorway-exit", "shapes", "left-hand", "virtual-junction", "furniture"];

export const fixtureText = (name: FixtureName): string => readFileSync(fileURLToPath(new URL(`fixtures/${name}.xodr`, import.meta.url)), "utf8");

export function fixture(name: FixtureName): RoadMap {
  const { network, diagnostics } = parseOpenDrive(fixtureText(name), `${name}.xodr`);
  if (network === undefined || diagnostics.length > 0) throw new Error(diagnostics.map(formatDiagnostic).join("\n"));
  return network;
}
