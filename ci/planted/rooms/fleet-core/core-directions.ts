/** Planted: the file that puts the contexts together may see all of them, and no simulator. */
import { place as mission } from "./mission/target.ts";
import { place as dispatch } from "./dispatch/target.ts";
import { place as twin } from "../twin/target.ts"; // expect: import-x/no-restricted-paths

export const used = [mission, dispatch, twin];
