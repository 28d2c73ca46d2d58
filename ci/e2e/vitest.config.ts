/** The end-to-end tests are a run of their own: they need a browser and a built page, and one at a time. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: { include: ["ci/e2e/*.e2e.ts"], testTimeout: 300_000, hookTimeout: 300_000, fileParallelism: false, maxWorkers: 1, watch: false },
});
