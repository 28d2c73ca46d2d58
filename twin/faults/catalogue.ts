/** What can go wrong, in words: the one list for command line, page and documents. Derived from the contract's table. */
import { FAULT_KINDS, type FaultKind } from "../../fleet-core/contract/fault.ts";

export interface FaultCatalogueEntry {
  readonly kind: FaultKind;
  readonly title: string;
  readonly target: "vehicle" | "core";
  /** What severity 0 to 1 scales. */
  readonly severityMeaning: string;
  readonly defaultSeverity: number;
  /** The short form the command line takes. */
  readonly example: string;
}

export const FAULT_KIND_NAMES = Object.keys(FAULT_KINDS) as readonly FaultKind[];

/** All fault kinds in the contract's order. */
export function faultCatalogue(): readonly FaultCatalogueEntry[] {
  return FAULT_KIND_NAMES.map((kind) => {
    const { title, target, severity, defaultSeverity } = FAULT_KINDS[kind];
    return { kind, title, target, severityMeaning: severity, defaultSeverity, example: `${kind}@${target === "core" ? "core" : "v07"}:10-20*${defaultSeverity}` };
  });
}
