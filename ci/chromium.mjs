/**
 * Chromium for the tests: finds the system's browser and starts it through playwright-core. Says why when it cannot; the
 * caller decides what is left out.
 */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** Path of a Chromium or Chrome (`ATLASMESH_CHROMIUM` or `CHROMIUM` wins), or the reason why there is none. */
export function findChromium() {
  const wanted = process.env.ATLASMESH_CHROMIUM ?? process.env.CHROMIUM;
  if (wanted !== undefined && wanted !== "") return isExecutable(wanted) ? { path: wanted } : { reason: `${wanted} (ATLASMESH_CHROMIUM) cannot be executed` };
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const name of NAMES) for (const folder of [...folders, "/usr/bin"]) if (isExecutable(join(folder, name))) return { path: join(folder, name) };
  return { reason: `no browser found: none of ${NAMES.join(", ")} on PATH (apt-get install chromium, or set ATLASMESH_CHROMIUM)` };
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts Chromium headless, WebGL in software unless `args` says otherwise. Throws when it does not start. */
export async function launchChromium(path, args = ["--use-angle=swiftshader", "--use-gl=angle", "--enable-unsafe-swiftshader"]) {
  const { chromium } = await import("playwright-core");
  // A container has neither the namespaces for the sandbox when run as root, nor much shared memory.
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath: path, headless: true, args: [...sandbox, "--disable-dev-shm-usage", ...args] });
}
