/** Planted: the twin knows neither recordings nor pages. */
import { place as replay } from "../../replay/target.ts"; // expect: import-x/no-restricted-paths
import { place as recording } from "../../replay/recording/target.ts"; // expect: import-x/no-restricted-paths
import { place as worker } from "../../web/worker/target.ts"; // expect: import-x/no-restricted-paths
import { place as agent } from "../../edge-agent/target.ts";
import { place as mission } from "../../fleet-core/mission/target.ts";

export const used = [replay, recording, worker, agent, mission];
