/** Planted: the kernel imports nothing of ours. */
import { place as contract } from "../contract/target.ts"; // expect: import-x/no-restricted-paths
import { place as road } from "../road/target.ts"; // expect: import-x/no-restricted-paths
import { place as ci } from "../../ci/target.ts"; // expect: import-x/no-restricted-paths
import { sin } from "./target.ts";

export const used = [contract, road, ci, sin];
