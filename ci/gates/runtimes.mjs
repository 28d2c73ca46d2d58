/**
 * The Node versions the same-bits gate compares. Takes the running one, `ATLASMESH_NODE20` / `ATLASMESH_NODE24`, or the npm
 * package that carries the binary, installed once into a cache folder outside the checkout.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Pinned, so that the gate compares the same two engines everywhere. */
const VERSIONS = { 20: "20.20.2", 24: "24.21.0" };

/** `{ path, version }` of a Node with this major version, or `{ reason }`. */
export function nodeOf(major) {
  const running = process.versions.node;
  if (running.startsWith(`${major}.`)) return { path: process.execPath, version: running };
  const given = process.env[`ATLASMESH_NODE${major}`];
  if (given !== undefined && given !== "") return checked(given, major);
  const version = VERSIONS[major];
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "atlasmesh", `node-${version}`);
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const path = join(folder, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (!existsSync(path)) {
    try {
      mkdirSync(folder, { recursive: true });
      // The package `node` only fetches this one in an install script; taken directly it needs none.
      execFileSync("npm", ["install", "--prefix", folder, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", `${name}@${version}`], { stdio: ["ignore", "ignore", "pipe"], timeout: 180_000, shell: process.platform === "win32" });
    } catch (error) {
      const said = String(error.stderr ?? error.message).split("\n").find((line) => line.includes("error")) ?? error.message;
      return { reason: `npm cannot install ${name}@${version}: ${said}` };
    }
  }
  return checked(path, major);
}

function checked(path, major) {
  try {
    const version = execFileSync(path, ["--version"], { encoding: "utf8", timeout: 30_000 }).trim().replace(/^v/, "");
    return version.startsWith(`${major}.`) ? { path, version } : { reason: `${path} is Node ${version}, not ${major}` };
  } catch (error) {
    return { reason: `${path} does not start: ${error.message}` };
  }
}
