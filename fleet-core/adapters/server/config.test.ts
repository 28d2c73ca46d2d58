import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readConfig } from "./config.ts";
import { readSecret, writeSecret } from "./files.ts";
import { createLogger, withoutSecrets } from "./logger.ts";

it("every mistake is named at once, and no secret comes back in a message", () => {
  const read = readConfig({ ATLASMESH_PORT: "70000", ATLASMESH_LOG_LEVEL: "loud", DATABASE_URL: "mysql://me:hunter2@db/x", ATLASMESH_PROT: "1", ATLASMESH_MIGRATOR_URL: "postgres://a/b" });
  expect(read.ok).toBe(false);
  if (read.ok) return;
  expect(read.error.map(({ file }) => file)).toEqual(["ATLASMESH_PORT", "DATABASE_URL", "ATLASMESH_LOG_LEVEL", "ATLASMESH_PROT"]);
  expect(JSON.stringify(read.error)).not.toContain("hunter2");
});

it("the development issuer never listens to the network", () => {
  expect(readConfig({ ATLASMESH_HOST: "0.0.0.0" })).toMatchObject({ ok: false, error: [{ file: "ATLASMESH_HOST" }] });
  expect(readConfig({ ATLASMESH_HOST: "0.0.0.0", ATLASMESH_DEV_ISSUER: "false" }).ok).toBe(true);
  expect(readConfig({ ATLASMESH_HOST: "0.0.0.0", ATLASMESH_OIDC_ISSUER: "https://login.example" }).ok).toBe(true);
  expect(readConfig({}).ok).toBe(true);
});

it("a secret that others can read is refused", () => {
  const folder = mkdtempSync(join(tmpdir(), "atlasmesh-secret-"));
  try {
    writeSecret(join(folder, "good"), "x");
    expect(readSecret(join(folder, "good"))).toBe("x");
    expect(readSecret(join(folder, "none"))).toBeUndefined();
    writeFileSync(join(folder, "open"), "x", { mode: 0o644 });
    expect(() => readSecret(join(folder, "open"))).toThrow(/readable by others/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it("what looks like a secret is cut out of log lines", () => {
  const lines: string[] = [];
  const log = createLogger({ level: "info", service: "s", write: (line) => lines.push(line) });
  log.info("token amst_abcDEF-123 at postgresql://me:hunter2@db:5432/x with eyJhbGciOiJ9.eyJzdWIiOiJhIn0.c2ln");
  log.debug("not at this level");
  expect(lines.length).toBe(1);
  expect(lines[0]).not.toMatch(/abcDEF|hunter2|eyJ/);
  expect(withoutSecrets("https://control.example/docs")).toBe("https://control.example/docs");
});
