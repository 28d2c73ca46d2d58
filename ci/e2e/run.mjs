/**
 * End-to-end tests in a real Chromium. Where none can be had it says so loudly (LEFT OUT) and succeeds: nothing was tested,
 * nothing failed. Arguments go to vitest, e.g. `node ci/e2e/run.mjs evidence`.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { ensureBuilt } from "../build.mjs";
import { findChromium, launchChromium } from "../chromium.mjs";
import { root } from "../sources.mjs";

async function usable() {
  const { path, reason } = findChromium();
  if (path === undefined) return { reason };
  try {
    const browser = await launchChromium(path);
    const version = browser.version();
    await browser.close();
    return { path, version };
  } catch (error) {
    return { reason: `${path} does not start: ${String(error.message).split("\n")[0]}` };
  }
}

const { path, version, reason } = await usable();
if (path === undefined) {
  process.stdout.write(`LEFT OUT end-to-end tests in Chromium: ${reason}\n`);
} else {
  await ensureBuilt(["node", "web"]);
  process.stdout.write(`Chromium ${version} (${path})\n`);
  const child = spawn(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), "run", "--config", "ci/e2e/vitest.config.ts", "--reporter=verbose", ...process.argv.slice(2)], { cwd: root, stdio: "inherit", env: { ...process.env, ATLASMESH_CHROMIUM: path } });
  process.exitCode = await new Promise((done) => child.on("close", (code) => done(code ?? 1)));
}
