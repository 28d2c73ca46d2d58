/** Planted: the worker may hold a twin; it still has nothing to do with the gates. */
import { place as twin } from "../../twin/target.ts";
import { place as replay } from "../../replay/target.ts";
import { place as conformance } from "../../conformance/target.ts"; // expect: import-x/no-restricted-paths

export const used = [twin, replay, conformance];
