/** Planted: the vehicle's software sees kernel, contract and road only. */
import { place as contract } from "../fleet-core/contract/target.ts";
import { place as scenarios } from "../scenarios/target.ts"; // expect: import-x/no-restricted-paths
import { place as twin } from "../twin/target.ts"; // expect: import-x/no-restricted-paths
import { place as mission } from "../fleet-core/mission/target.ts"; // expect: import-x/no-restricted-paths

export const used = [contract, scenarios, twin, mission];
