/** The shared scenarios for tests of any room: found beside the checkout, or by ATLASMESH_SHARED. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LoadResult, MapCache } from "../load.ts";
import { openShared, type SharedRun, type SharedScenario, type SharedVariation } from "./adapters/shared.ts";

export type { SharedRun, SharedScenario } from "./adapters/shared.ts";

const folder = process.env["ATLASMESH_SHARED"] ?? fileURLToPath(new URL("../../../shared", import.meta.url));
export const shared = openShared(folder);
export const sharedScenarios = join(folder, "data", "scenarios");
export const sharedMissing = shared.missing;
export const sharedList = (source: string): readonly SharedScenario[] => shared.list(source);
export const sharedVariations = (source: string): readonly SharedVariation[] => shared.variations(source);
export const loadShared = (s: SharedScenario, options: { readonly lenient?: boolean; readonly maps?: MapCache } = {}): LoadResult => shared.load(s, options);
export const runShared = (s: SharedScenario, truth: "gt" | "gt-nocontrollers", maps: MapCache): SharedRun => shared.run(s, truth, maps);
export const runVariation = (v: SharedVariation, maps: MapCache): SharedRun => shared.runVariation(v, maps);
