import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { readConfig } from "./config.ts";
import { examine } from "./doctor.ts";

const policyFolder = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), "policy");
const folder = mkdtempSync(join(tmpdir(), "atlasmesh-doctor-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const bad = async (settings: Record<string, string>, policy = policyFolder): Promise<readonly string[]> => (await examine(readConfig({ ATLASMESH_DATA: folder, ATLASMESH_PORT: "0", ...settings }), policy)).filter(({ state }) => state === "bad").map(({ part, text }) => `${part}: ${text}`);

it("finds nothing wrong with an empty folder", async () => {
  expect(await bad({})).toEqual([]);
});

it("finds each planted fault", async () => {
  expect(await bad({ ATLASMESH_PORT: "x" })).toEqual([expect.stringMatching(/^settings: ATLASMESH_PORT/)]);
  expect(await bad({ DATABASE_URL: "postgres://me:hunter2@127.0.0.1:1/x" })).toEqual([expect.stringMatching(/^database: cannot be reached/)]);
  expect((await bad({ DATABASE_URL: "postgres://me:hunter2@127.0.0.1:1/x" })).join()).not.toContain("hunter2");
  expect(await bad({}, folder)).toEqual([expect.stringMatching(/^policy: /)]);
  writeFileSync(join(folder, "admin-token"), "x", { mode: 0o644 });
  expect(await bad({})).toEqual(["secrets: admin-token can be read by others"]);
});
