/** Reads every entry of a catalog on its own, with its default parameters, to find what a scenario using it would find. */
import type { XmlElement } from "../../fleet-core/contract/xml.ts";
import { createCatalogStore } from "./catalogs.ts";
import { readParameters } from "./declarations.ts";
import { emptyScope } from "./parameters.ts";
import type { Problems } from "./problems.ts";
import { readController, readEnvironment, readObjectEntry } from "./read-entities.ts";
import { readRoute, readTrajectory } from "./read-position.ts";
import { readManeuver } from "./read-scenario.ts";
import { child, every, type Reading } from "./reading.ts";

/** Names of entities, variables and signals are left open: they belong to the scenario. */
export function readCatalogEntries(root: XmlElement, file: string, version: string, read: (path: string) => string | undefined, problems: Problems): void {
  const outer: Omit<Reading, "catalogs"> = { file, version, scope: emptyScope, problems, references: [], depth: 1, groups: new Map(), variables: new Set() };
  const catalog = child(root, "Catalog");
  const catalogs = createCatalogStore(outer, undefined, { read });
  for (const entry of catalog === undefined ? [] : every(catalog)) {
    const r: Reading = { ...outer, catalogs };
    const inner: Reading = { ...r, scope: readParameters(r, child(entry, "ParameterDeclarations")) };
    switch (entry.name) {
      case "Vehicle":
      case "Pedestrian":
      case "MiscObject":
        readObjectEntry(inner, entry);
        break;
      case "Controller":
        readController(r, entry);
        break;
      case "Environment":
        readEnvironment(inner, entry);
        break;
      case "Maneuver":
        readManeuver(inner, entry);
        break;
      case "Trajectory":
        readTrajectory(inner, entry);
        break;
      case "Route":
        readRoute(inner, entry);
        break;
      default:
        // The structure check has named it.
        break;
    }
  }
}
