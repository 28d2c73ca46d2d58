#!/usr/bin/env node
/** The `atlasmesh` command: builds the command line when it is missing or stale, then hands over to it. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureBuilt } from "./build.mjs";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`atlasmesh needs Node 20.19 or newer, this is ${process.versions.node}\n`);
  process.exit(2);
}
try {
  const [, , first, second] = process.argv;
  // A bundle carries the page it is verified with.
  const bundles = first === "evidence" && (second === "build" || second === "incident") && !process.argv.includes("--help");
  const base = await ensureBuilt(first === "demo" ? ["node", "web"] : bundles ? ["node", "verifier"] : ["node"]);
  const { main } = await import(pathToFileURL(join(base, "node", "atlasmesh.mjs")).href);
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`atlasmesh: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 3;
}
