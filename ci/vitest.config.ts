import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { exactMath } from "./vite/exact-math.ts";

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  plugins: [exactMath({ exact: true })],
  test: {
    include: ["{twin,scenarios,fleet-core,edge-agent,replay,conformance,web,ci}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "ci/planted/**", "ci/e2e/**"],
    server: { deps: { inline: ["cannon-es"] } },
    testTimeout: 60_000,
    maxWorkers: 2,
    watch: false,
  },
});
