/** Planted: recordings are read in the page too, so their room must not know the twin. */
import { place as twin } from "../../twin/target.ts"; // expect: import-x/no-restricted-paths
import { place as replay } from "../target.ts"; // expect: import-x/no-restricted-paths
import { place as road } from "../../fleet-core/road/target.ts"; // expect: import-x/no-restricted-paths
import { place as contract } from "../../fleet-core/contract/target.ts";

export const used = [twin, replay, road, contract];
