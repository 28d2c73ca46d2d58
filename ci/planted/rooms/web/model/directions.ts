/** Planted: the page draws what it is told; only its worker holds a twin. */
import { place as twin } from "../../twin/target.ts"; // expect: import-x/no-restricted-paths
import { place as replay } from "../../replay/target.ts"; // expect: import-x/no-restricted-paths
import { place as recording } from "../../replay/recording/target.ts";
import { place as road } from "../../fleet-core/road/target.ts";
import { place as worker } from "../worker/target.ts";

export const used = [twin, replay, recording, road, worker];
