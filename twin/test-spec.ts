/** The demo scenario as a RunSpec, for tests of recordings. */
import { readdirSync, readFileSync } from "node:fs";
import { timeUs } from "../fleet-core/kernel/time.ts";
import type { RunSpec } from "./types.ts";

const bank = new URL("../scenarios/bank/demo/", import.meta.url);
const profiles = new URL("../edge-agent/profiles/", import.meta.url);

export const demoSpec = (seconds: number): RunSpec => ({
  scenario: "port-depot-mine-town.xosc",
  files: new Map(["port-depot-mine-town.xosc", "maps/atlas-harbour.xodr"].map((path) => [path, readFileSync(new URL(path, bank), "utf8")])),
  parameters: new Map(),
  lenient: false,
  profiles: new Map(readdirSync(profiles).filter((name) => name.endsWith(".json") && !name.includes(".schema.")).map((name) => [name.replace(".json", ""), readFileSync(new URL(name, profiles), "utf8")])),
  egoProfile: undefined,
  seed: "1",
  faults: { schema: "atlasmesh.fault-plan/1", faults: [{ kind: "camera-dropout", target: "bus-1", atS: 0.5, severity: 1 }] },
  operator: [],
  backend: "native",
  untilUs: timeUs(seconds * 1_000_000),
  disableControllers: false,
});
