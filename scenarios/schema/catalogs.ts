/**
 * Catalogs: finds the entry a CatalogReference names, opens its parameter scope with the reference's assignments. A
 * catalog `NAME` lies in `NAME.xosc` of one of the scenario's catalog directories. Files are read once and only when used.
 */
import { readXml, type XmlElement } from "../../fleet-core/contract/xml.ts";
import { readParameters } from "./declarations.ts";
import { folderOf, resolvePath } from "./paths.ts";
import { emptyScope } from "./parameters.ts";
import type { Problems } from "./problems.ts";
import { child, children, text, type Reading } from "./reading.ts";
import { validateDocument } from "./validate.ts";
import { versionOf } from "./version.ts";

export interface CatalogEntry {
  readonly element: XmlElement;
  /** To read the entry with: its file and its own scope. */
  readonly reading: Reading;
}

export interface CatalogStore {
  /** Entry of one of these element names; undefined after saying why not. */
  find(r: Reading, reference: XmlElement, kinds: readonly string[]): CatalogEntry | undefined;
}

const MAX_CATALOGS = 256;
const MAX_NESTING = 16;

export interface CatalogFiles {
  /** Text of a file relative to the scenario's folder; remembers what was read. */
  readonly read: (path: string) => string | undefined;
}

/** `locations`: the scenario's CatalogLocations element. */
export function createCatalogStore(r: Omit<Reading, "catalogs">, locations: XmlElement | undefined, files: CatalogFiles): CatalogStore {
  const directories: { readonly path: string; readonly element: XmlElement; used: boolean }[] = [];
  const loaded = new Map<string, XmlElement | undefined>();
  const misnamed = new Set<string>();
  const reading: Reading = { ...r, catalogs: { find: () => undefined } };
  for (const location of locations?.children ?? []) {
    const directory = child(location, "Directory");
    if (directory === undefined) continue;
    const path = text(reading, directory, "path");
    if (path.trim() === "") continue;
    const resolved = resolvePath(folderOf(r.file), path);
    if (resolved.ok) directories.push({ path: resolved.value, element: directory, used: false });
    else r.problems.warning(r.file, directory, `${resolved.error}; the catalog directory is left out`, { attribute: "path" });
  }

  function load(problems: Problems, path: string): XmlElement | undefined {
    if (loaded.has(path)) return loaded.get(path);
    const source = loaded.size >= MAX_CATALOGS ? undefined : files.read(path);
    if (source === undefined) {
      loaded.set(path, undefined);
      return undefined;
    }
    const tree = readXml(source, path);
    if (!tree.ok) {
      problems.add(tree.error);
      loaded.set(path, undefined);
      return undefined;
    }
    validateDocument(tree.value, path, versionOf(tree.value, path, problems) ?? r.version, problems);
    loaded.set(path, tree.value);
    return tree.value;
  }

  function findEntry(r: Reading, reference: XmlElement, kinds: readonly string[]): CatalogEntry | undefined {
    const catalogName = text(r, reference, "catalogName");
    const entryName = text(r, reference, "entryName");
    if (catalogName === "" || entryName === "") return undefined;
    const tried: string[] = [];
    for (const directory of directories) {
      const file = resolvePath(directory.path.endsWith(".xosc") ? folderOf(directory.path) : directory.path, directory.path.endsWith(".xosc") ? directory.path.slice(directory.path.lastIndexOf("/") + 1) : `${catalogName}.xosc`);
      if (!file.ok) {
        r.problems.error(r.file, reference, file.error, { attribute: "catalogName" });
        return undefined;
      }
      tried.push(file.value);
      const root = load(r.problems, file.value);
      const catalog = root === undefined ? undefined : child(root, "Catalog");
      if (catalog === undefined) continue;
      if ((catalog.attributes.get("name")?.value ?? catalogName) !== catalogName && !misnamed.has(file.value)) {
        misnamed.add(file.value);
        r.problems.warning(file.value, catalog, `the catalog is named ${catalog.attributes.get("name")?.value ?? ""}`, { attribute: "name", expected: `${catalogName}, as its file` });
      }
      directory.used = true;
      const element = catalog.children.find((c) => kinds.includes(c.name) && c.attributes.get("name")?.value === entryName);
      if (element !== undefined) return { element, reading: enter(r, file.value, root as XmlElement, element, reference) };
    }
    const known = tried.filter((path) => loaded.get(path) !== undefined);
    if (known.length === 0) r.problems.error(r.file, reference, `catalog ${catalogName} is not found`, { attribute: "catalogName", expected: tried.length === 0 ? "a catalog directory in CatalogLocations" : `one of the files ${[...new Set(tried)].join(", ")}` });
    else {
      const names = known.flatMap((path) => child(loaded.get(path) as XmlElement, "Catalog")?.children.filter((c) => kinds.includes(c.name)).map((c) => c.attributes.get("name")?.value ?? "") ?? []);
      r.problems.error(r.file, reference, `catalog ${catalogName} has no ${kinds.join(" or ")} named ${entryName}`, { attribute: "entryName", expected: names.length === 0 ? `a ${kinds.join(" or ")}` : `one of ${names.slice(0, 20).join(", ")}` });
    }
    return undefined;
  }

  function enter(r: Reading, file: string, root: XmlElement, element: XmlElement, reference: XmlElement): Reading {
    const given = new Map<string, string>();
    const assignments = child(reference, "ParameterAssignments");
    const declarations = child(element, "ParameterDeclarations");
    const declared = new Set((declarations === undefined ? [] : children(declarations, "ParameterDeclaration")).map((d) => d.attributes.get("name")?.value ?? ""));
    for (const a of assignments === undefined ? [] : children(assignments, "ParameterAssignment")) {
      const name = (a.attributes.get("parameterRef")?.value ?? "").replace(/^\$/, "");
      given.set(name, text(r, a, "value"));
      if (!declared.has(name)) r.problems.warning(r.file, a, `${element.attributes.get("name")?.value ?? "the entry"} of the catalog declares no parameter ${name}`, { attribute: "parameterRef", rule: "valid_parameter_declaration_in_catalogs" });
    }
    // An entry stands for itself: it sees only its own parameters. Lenient reading lets it see its user's, as others do.
    const outer: Reading = { ...r, file, depth: r.depth + 1, version: versionOf(root, file, r.problems) ?? r.version, scope: r.problems.lenient ? r.scope : emptyScope };
    return { ...outer, scope: readParameters(outer, declarations, given) };
  }

  return {
    find(r, reference, kinds) {
      if (r.depth >= MAX_NESTING) {
        r.problems.error(r.file, reference, `catalog references are nested deeper than ${MAX_NESTING}`);
        return undefined;
      }
      return findEntry(r, reference, kinds);
    },
  };
}
