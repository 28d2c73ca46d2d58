/** The scenario bank: ids from file names, and from an id a file, with the nearest ids when there is none. */
import { err, ok, type Diagnostic, type Result } from "../fleet-core/kernel/result.ts";
import { nearest } from "./schema/nearest.ts";

const PREFIX = "bank/";
const SUFFIX = ".xosc";

/** Folders of a group that hold OpenSCENARIO files other than scenarios. */
const OTHERS: readonly string[] = ["catalogs", "variations"];

/** Ids of the scenarios among `paths` (`bank/GROUP/NAME.xosc` is `GROUP/NAME`), sorted by code units. Catalogs and parameter distributions are none. */
export function bankIds(paths: readonly string[]): readonly string[] {
  const ids: string[] = [];
  for (const path of paths) {
    const at = path.startsWith(PREFIX) ? PREFIX.length : path.indexOf(`/${PREFIX}`) + PREFIX.length + 1;
    if (at <= PREFIX.length && !path.startsWith(PREFIX)) continue;
    const id = path.slice(at);
    if (!id.endsWith(SUFFIX) || !id.includes("/") || id.split("/").some((part) => OTHERS.includes(part.toLowerCase()))) continue;
    ids.push(id.slice(0, -SUFFIX.length));
  }
  return ids.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** The id itself, or the only one whose last part it is; else why not, with suggestions. */
export function resolveBankId(id: string, ids: readonly string[]): Result<string, Diagnostic[]> {
  if (ids.includes(id)) return ok(id);
  const short = ids.filter((known) => known.endsWith(`/${id}`));
  if (short.length === 1) return ok(short[0] as string);
  const candidates = short.length > 1 ? short : nearest(id, ids, 3);
  const message = short.length > 1 ? `${id} names ${short.length} scenarios of the bank` : `the bank has no scenario ${id}`;
  return err([{ severity: "error", file: id, message, expected: candidates.length === 0 ? "the bank is empty" : `one of ${candidates.join(", ")}` }]);
}
