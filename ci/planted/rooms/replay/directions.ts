/** Planted: replay may use the twin (its nested room replay/recording may not), never the page. */
import { place as twin } from "../twin/target.ts";
import { place as recording } from "./recording/target.ts";
import { place as conformance } from "../conformance/target.ts"; // expect: import-x/no-restricted-paths

export const used = [twin, recording, conformance];
