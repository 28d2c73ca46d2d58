/**
 * Many commands in one process, for tests of the command line: reads `[[word, …], …]` as JSON from stdin, prints
 * `[{ code, stdout, stderr }, …]`. Each command goes through the built `main`, as `atlasmesh.mjs` calls it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureBuilt } from "./build.mjs";

const { main } = await import(pathToFileURL(join(await ensureBuilt(["node"]), "node", "atlasmesh.mjs")).href);
const real = { stdout: process.stdout.write, stderr: process.stderr.write };
const results = [];
for (const words of JSON.parse(readFileSync(0, "utf8"))) {
  const result = { code: 3, stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) {
    process[name].write = (text) => {
      result[name] += text;
      return true;
    };
  }
  try {
    result.code = await main(words);
  } catch (error) {
    result.stderr += `thrown: ${error instanceof Error ? error.stack : String(error)}`;
  } finally {
    process.stdout.write = real.stdout;
    process.stderr.write = real.stderr;
  }
  results.push(result);
}
process.stdout.write(JSON.stringify(results));
