/** Planted: production code that sees a simulator, or the inside of a sister context. */
import { sin } from "../kernel/target.ts";
import { place as contract } from "../contract/target.ts";
import { place as road } from "../road/target.ts";
import { place as twin } from "../../twin/target.ts"; // expect: import-x/no-restricted-paths
import { place as scenarios } from "../../scenarios/target.ts"; // expect: import-x/no-restricted-paths
import { place as agent } from "../../edge-agent/target.ts"; // expect: import-x/no-restricted-paths
import { place as mission } from "../mission/target.ts"; // expect: import-x/no-restricted-paths
import type { Store } from "../../web/model/store.ts"; // expect: import-x/no-restricted-paths

export const used = [sin, contract, road, twin, scenarios, agent, mission] as const;
export type Used = Store;
