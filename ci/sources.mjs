/**
 * The project's source files and two digests of them: `buildDigest` names the deterministic code a run is a function of
 * (what a run's entries import, and the locked versions of the packages they use), `treeDigest` tells when a build is stale.
 */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const deterministicRooms = ["twin", "scenarios", "fleet-core", "edge-agent", "replay"];
const packagesInRuns = ["@foxglove/schemas", "@mcap/core", "cannon-es", "saxes", "xmlchars", "zod"];

/** Files below `folder`, sorted by path in code units, forward slashes, relative to the root. */
export function filesBelow(folder) {
  const found = [];
  const walk = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.name === "node_modules" || entry.name.startsWith(".")) continue;
      const child = join(path, entry.name);
      if (entry.isDirectory()) walk(child);
      else found.push(relative(root, child).split(sep).join("/"));
    }
  };
  walk(join(root, folder));
  return found.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function digest(files, extra) {
  const hash = createHash("sha256");
  for (const file of files) {
    const bytes = readFileSync(join(root, file));
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  return hash.update(extra).digest("hex");
}

/** Where a run and its verification begin. */
const RUN_ENTRIES = ["twin/run.ts", "twin/drive.ts", "replay/run-record.ts", "replay/verify.ts"];

/** Files of ours that `entries` reach by imports, sorted by path. */
export function closureOf(entries) {
  const seen = new Set();
  const open = [...entries];
  while (open.length > 0) {
    const file = open.pop();
    if (seen.has(file)) continue;
    seen.add(file);
    const text = readFileSync(join(root, file), "utf8");
    for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g)) open.push(posix.join(posix.dirname(file), specifier));
  }
  return [...seen].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/**
 * SHA-256 [hex] over the code that decides the bits of a run: what the run's entries reach, and nothing else, so that a
 * change of a server or a report does not put recordings and certificates out of date.
 */
export function buildDigest() {
  const files = closureOf(RUN_ENTRIES);
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const versions = packagesInRuns.map((name) => `${name}@${lock.packages[`node_modules/${name}`]?.version}`).join("\n");
  return digest([...files, "ci/vite/exact-math.ts"], versions);
}

/** Digest of everything a build of `part` reads. */
export function treeDigest(part) {
  const rooms = part === "web" ? [...deterministicRooms, "web"] : [...deterministicRooms, "conformance", "ci", "web"];
  const files = rooms.flatMap(filesBelow).filter((file) => !/\.(md|png|xosc|xodr)$|\.test\.tsx?$|^edge-agent\/profiles\/|^ci\/(planted|e2e)\//.test(file));
  return digest([...files, "package.json", "package-lock.json"], `${part} ${process.env.ATLASMESH_INEXACT_MATH ?? ""}`);
}
