/**
 * How much of the agent is code for one vehicle class only. From the import graph: a file belongs to a class when it is
 * reachable from that class's drivers (`edge-agent/drivers/<class>`) and from nothing else. Profiles are data, not code.
 */

/** Source files by path relative to the repository; tests and fixtures left out by the caller. */
export type Sources = ReadonlyMap<string, string>;

export interface ClassShare {
  readonly vehicleClass: string;
  readonly files: readonly { readonly path: string; readonly lines: number }[];
  readonly lines: number;
  /** Of all agent code. */
  readonly ratio: number;
}

export interface VariantReport {
  readonly totalLines: number;
  readonly limitRatio: number;
  readonly classes: readonly ClassShare[];
  /** Shared files that name a class: a variant in disguise. */
  readonly disguised: readonly { readonly path: string; readonly line: number; readonly vehicleClass: string }[];
  readonly pass: boolean;
}

export const VARIANT_RATIO_MAX = 0.05;
const DRIVERS = "edge-agent/drivers/";

/** Lines that are neither blank nor comment. */
export function codeLines(text: string): number {
  let inComment = false;
  let count = 0;
  for (const raw of text.split("\n")) {
    let line = raw.trim();
    if (inComment) {
      const end = line.indexOf("*/");
      if (end < 0) continue;
      inComment = false;
      line = line.slice(end + 2).trim();
    }
    if (line.startsWith("/*")) {
      const end = line.indexOf("*/");
      if (end < 0) {
        inComment = true;
        continue;
      }
      line = line.slice(end + 2).trim();
    }
    if (line !== "" && !line.startsWith("//")) count += 1;
  }
  return count;
}

/** Path an import in `from` means; undefined for packages. */
function target(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

const importsOf = (path: string, text: string): readonly string[] =>
  [...text.matchAll(/(?:from|import)\s*\(?\s*["']([^"']+)["']/g)].map((match) => target(path, match[1] ?? "")).filter((found) => found !== undefined);

function reach(sources: Sources, starts: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = starts.filter((path) => sources.has(path));
  while (open.length > 0) {
    const path = open.pop() as string;
    if (seen.has(path)) continue;
    seen.add(path);
    for (const next of importsOf(path, sources.get(path) ?? "")) if (sources.has(next) && !seen.has(next)) open.push(next);
  }
  return seen;
}

/** `classes`: those the profiles name. Sources are those of `edge-agent/`. */
export function variantReport(sources: Sources, classes: readonly string[]): VariantReport {
  const driversOf = (vehicleClass: string): readonly string[] => [...sources.keys()].filter((path) => path.startsWith(`${DRIVERS}${vehicleClass}/`));
  const shared = reach(sources, [...sources.keys()].filter((path) => !path.startsWith(DRIVERS)));
  const totalLines = [...sources.values()].reduce((sum, text) => sum + codeLines(text), 0);
  const reached = new Map(classes.map((vehicleClass) => [vehicleClass, reach(sources, driversOf(vehicleClass))]));
  const report = classes.map((vehicleClass): ClassShare => {
    const files = [...(reached.get(vehicleClass) ?? [])]
      .filter((path) => !shared.has(path) || path.startsWith(DRIVERS))
      .filter((path) => classes.every((other) => other === vehicleClass || reached.get(other)?.has(path) !== true))
      .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
      .map((path) => ({ path, lines: codeLines(sources.get(path) ?? "") }));
    const lines = files.reduce((sum, file) => sum + file.lines, 0);
    return { vehicleClass, files, lines, ratio: totalLines === 0 ? 0 : lines / totalLines };
  });
  const disguised: VariantReport["disguised"][number][] = [];
  for (const [path, text] of sources) {
    if (path.startsWith(DRIVERS)) continue;
    text.split("\n").forEach((line, i) => {
      for (const vehicleClass of classes) if (line.includes(`"${vehicleClass}"`)) disguised.push({ path, line: i + 1, vehicleClass });
    });
  }
  return { totalLines, limitRatio: VARIANT_RATIO_MAX, classes: report, disguised, pass: disguised.length === 0 && report.every(({ ratio }) => ratio <= VARIANT_RATIO_MAX) };
}
