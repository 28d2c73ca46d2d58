/**
 * Compiles the Rego sources to `built/policy.wasm` and writes `built/manifest.json` with the digest of everything that went
 * in. Needs `opa` on PATH (the version named in the manifest for byte-equal output). Run after each change of a rule:
 * `node fleet-core/policy/adapters/build.mjs`; with `--check` nothing is written and a difference ends with code 1.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = dirname(dirname(fileURLToPath(import.meta.url)));
const ENTRYPOINT = "atlasmesh/decision/result";
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Digest of each source, by path below the policy folder. */
export function sourceDigests() {
  const files = [...readdirSync(join(folder, "rego")).filter((name) => name.endsWith(".rego")).map((name) => `rego/${name}`), "capabilities.json", "data.json"];
  return Object.fromEntries(files.sort().map((file) => [file, sha256(readFileSync(join(folder, file)))]));
}

/** Version of the `opa` on PATH; undefined when there is none. */
export function opaVersion() {
  try {
    return /^Version: (\S+)/m.exec(execFileSync("opa", ["version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }))?.[1];
  } catch {
    return undefined;
  }
}

/** Checks, tests and compiles; the wasm and its manifest. Throws with opa's own words when anything is wrong. */
export function compile() {
  const run = (...words) => execFileSync("opa", words, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  run("check", "--strict", "--capabilities", "capabilities.json", "rego", "data.json");
  run("test", "rego", "data.json");
  const scratch = mkdtempSync(join(tmpdir(), "atlasmesh-policy-"));
  try {
    const bundle = join(scratch, "bundle.tar.gz");
    run("build", "--target", "wasm", "--entrypoint", ENTRYPOINT, "--capabilities", "capabilities.json", "--ignore", "*_test.rego", "--output", bundle, "rego", "data.json");
    execFileSync("tar", ["-xzf", bundle, "-C", scratch, "/policy.wasm"]);
    const wasm = readFileSync(join(scratch, "policy.wasm"));
    const sources = sourceDigests();
    const manifest = { bundle: `${JSON.parse(readFileSync(join(folder, "data.json"), "utf8")).policy.version}+${sha256(JSON.stringify(sources)).slice(0, 12)}`, entrypoint: ENTRYPOINT, opa: opaVersion(), wasm: sha256(wasm), sources };
    return { wasm, manifest: `${JSON.stringify(manifest, null, 2)}\n` };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { wasm, manifest } = compile();
  const [wasmFile, manifestFile] = [join(folder, "built", "policy.wasm"), join(folder, "built", "manifest.json")];
  if (process.argv.includes("--check")) {
    const same = existsSync(wasmFile) && readFileSync(wasmFile).equals(wasm) && readFileSync(manifestFile, "utf8") === manifest;
    process.stdout.write(same ? "policy: built from these sources\n" : "policy: differs from what these sources give; run build.mjs\n");
    process.exitCode = same ? 0 : 1;
  } else {
    writeFileSync(wasmFile, wasm);
    writeFileSync(manifestFile, manifest);
    process.stdout.write(`policy: ${wasm.length} bytes, ${JSON.parse(manifest).bundle}\n`);
  }
}
