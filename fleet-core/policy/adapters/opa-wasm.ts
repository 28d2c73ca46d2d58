/** The compiled rules, run by opa-wasm. Refuses a wasm that is not the one its manifest names: then there are no rules. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadPolicy } from "@open-policy-agent/opa-wasm";
import { createPolicy, type Policy } from "../policy.ts";

interface Manifest {
  readonly bundle: string;
  readonly entrypoint: string;
  readonly opa: string;
  readonly wasm: string;
  readonly sources: Readonly<Record<string, string>>;
}

const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

export const readManifest = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, "built", "manifest.json"), "utf8")) as Manifest;

/** `folder`: the policy folder with `built/` and `data.json`. Throws when files are missing or not what the manifest says. */
export async function loadOpaPolicy(folder: string): Promise<Policy> {
  const manifest = readManifest(folder);
  const wasm = readFileSync(join(folder, "built", "policy.wasm"));
  const data = readFileSync(join(folder, "data.json"));
  if (sha256(wasm) !== manifest.wasm) throw new Error("policy.wasm is not the one its manifest names");
  if (sha256(data) !== manifest.sources["data.json"]) throw new Error("data.json is not the one the policy was built with");
  const loaded = await loadPolicy(wasm);
  loaded.setData(JSON.parse(data.toString("utf8")) as object);
  const evaluate = (input: unknown): unknown => {
    const results = loaded.evaluate(input) as readonly { readonly result: unknown }[];
    return results[0]?.result;
  };
  return createPolicy({ evaluate, bundle: manifest.bundle, sha256 });
}
