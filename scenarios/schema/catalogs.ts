/**
 * Catalogs: finds the entry a CatalogReference names, opens its parameter scope with the reference's assignments. A
 * catalog `NAME` lies in `NAME.xosc` of one of the scenario's catalog directories. Files are read once and only when used.
 */
import { readXml, type XmlElement } from "../../fleet-core/contract/xml.ts";
import { readParameters } from "./declarations.ts";
import { folderOf, resolvePath } from "./paths.ts";
import { emptyScope } from "./parameters.ts";
import { createProblems, type Problems } from "./problems.ts";
import { child, children, every, look, text, type Reading } from "./reading.ts";
import { validateDocument } from "./validate.ts";
import type { Diagnostic, Result } from "../../fleet-core/kernel/result.ts";
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
/** References followed in one load: a few catalogs that name each other can unfold without end. */
const MAX_USES = 100_000;

export interface CatalogFiles {
  /** Text of a file relative to the scenario's folder; remembers what was read. */
  readonly read: (path: string) => string | undefined;
  /** Catalog files parsed before; whoever loads a scenario many times keeps them. */
  readonly documents?: CatalogDocuments;
  readonly parse?: ParseXml;
}

/** As `readXml`. */
export type ParseXml = (text: string, file: string) => Result<XmlElement, Diagnostic[]>;

/** Parsed and checked catalog files with what was wrong with them, by path. The owner decides how long they live. */
export type CatalogDocuments = Map<string, { readonly root: XmlElement | undefined; readonly diagnostics: readonly Diagnostic[] }>;

/** `locations`: the scenario's CatalogLocations element. */
export function createCatalogStore(r: Omit<Reading, "catalogs">, locations: XmlElement | undefined, files: CatalogFiles): CatalogStore {
  const directories: { readonly path: string; readonly element: XmlElement; used: boolean }[] = [];
  const loaded = new Map<string, XmlElement | undefined>();
  const misnamed = new Set<string>();
  let uses = 0;
  let stopped = false;
  const reading: Reading = { ...r, catalogs: { find: () => undefined } };
  for (const location of locations === undefined ? [] : every(locations)) {
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
    if (loaded.size === MAX_CATALOGS) problems.error(path, undefined, `more than ${MAX_CATALOGS} catalog files are looked for; this one and later ones are not read`);
    const source = loaded.size >= MAX_CATALOGS ? undefined : files.read(path);
    if (source === undefined) {
      loaded.set(path, undefined);
      return undefined;
    }
    let document = files.documents?.get(path);
    if (document === undefined) {
      const tree = (files.parse ?? readXml)(source, path);
      const own = createProblems({ lenient: problems.lenient });
      if (tree.ok) validateDocument(tree.value, path, versionOf(tree.value, path, own) ?? r.version, own);
      document = tree.ok ? { root: tree.value, diagnostics: own.diagnostics } : { root: undefined, diagnostics: tree.error };
      files.documents?.set(path, document);
    }
    problems.add(document.diagnostics);
    loaded.set(path, document.root);
    return document.root;
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
      if (element !== undefined) return { element: look(element), reading: enter(r, file.value, root as XmlElement, element, reference) };
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
      if (stopped) return undefined;
      uses += 1;
      stopped = r.depth >= MAX_NESTING || uses > MAX_USES;
      if (stopped) {
        r.problems.error(r.file, reference, r.depth >= MAX_NESTING ? `catalog references are nested deeper than ${MAX_NESTING}` : `too many catalog references; ${MAX_USES} were followed`);
        return undefined;
      }
      return findEntry(r, reference, kinds);
    },
  };
}
