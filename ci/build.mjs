/**
 * Builds what is missing or stale: `node` (command line and servers, dist/node), `web` (page, dist/web) and `verifier`
 * (the regulator's page in one file, dist/verifier). `node ci/build.mjs [node|web|verifier]... [--force]`. With ATLASMESH_INEXACT_MATH=1 it builds the planted fault of the
 * same-bits gate into dist/inexact/.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, treeDigest } from "./sources.mjs";

const base = process.env.ATLASMESH_INEXACT_MATH === "1" ? join(root, "dist", "inexact") : join(root, "dist");

async function buildPart(part, force) {
  const out = join(base, part);
  const stamp = join(out, ".stamp");
  const digest = treeDigest(part);
  if (!force && existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return false;
  if (!existsSync(join(root, "node_modules", "vite"))) {
    process.stderr.write("atlasmesh: packages are not installed; run `npm ci` first\n");
    process.exit(2);
  }
  process.stderr.write(`building ${part}…\n`);
  rmSync(stamp, { force: true });
  const { build } = await import("vite");
  await build({
    configFile: join(root, part === "web" ? "web/vite.config.ts" : part === "verifier" ? "web/verifier/vite.config.ts" : "ci/vite/node.config.ts"),
    logLevel: "warn",
    build: { outDir: out, emptyOutDir: true },
  });
  mkdirSync(out, { recursive: true });
  writeFileSync(stamp, digest);
  return true;
}

/** Builds the named parts when their sources changed; returns the output folder. */
export async function ensureBuilt(parts, force = false) {
  for (const part of parts) await buildPart(part, force);
  return base;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const words = process.argv.slice(2);
  const parts = words.filter((word) => word !== "--force");
  await ensureBuilt(parts.length > 0 ? parts : ["node", "web", "verifier"], words.includes("--force"));
}
