/**
 * Builds the verifier into one HTML file that works from a disk: script, worker and styles inside, and a content policy that
 * allows exactly those (by their hashes) and no connection at all.
 */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { buildDigest } from "../../ci/sources.mjs";
import { exactMath } from "../../ci/vite/exact-math.ts";

const exact = process.env["ATLASMESH_INEXACT_MATH"] !== "1";
const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** Puts the one script and the one style sheet into the page and writes the policy for them. */
function singleFile(): Plugin {
  return {
    name: "atlasmesh-single-file",
    enforce: "post",
    generateBundle(_, bundle) {
      const page = Object.values(bundle).find((file) => file.fileName.endsWith(".html"));
      const scripts = Object.values(bundle).filter((file) => file.type === "chunk");
      const styles = Object.values(bundle).filter((file) => file.fileName.endsWith(".css"));
      if (page?.type !== "asset" || scripts.length !== 1 || styles.length !== 1) throw new Error(`the verifier must become one page, one script and one style sheet, got ${Object.keys(bundle).join(", ")}`);
      const [script] = scripts;
      const [style] = styles;
      const code = (script?.type === "chunk" ? script.code : "").replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
      const css = style?.type === "asset" ? String(style.source) : "";
      const policy = `default-src 'none'; script-src ${hashOf(code)}; style-src ${hashOf(css)}; worker-src blob:; img-src data:; base-uri 'none'; form-action 'none'`;
      const html = String(page.source).replace(/<script type="module"[^>]*><\/script>/, "").replace(/<link rel="stylesheet"[^>]*>/, "")
        .replace('<meta charset="utf-8" />', () => `<meta charset="utf-8" /><meta http-equiv="Content-Security-Policy" content="${policy}" />`)
        .replace("</head>", () => `<style>${css}</style></head>`)
        .replace("</body>", () => `<script type="module">${code}</script></body>`);
      page.source = html;
      for (const file of [...scripts, ...styles]) delete bundle[file.fileName];
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  publicDir: false,
  define: { __ATLASMESH_BUILD__: JSON.stringify(buildDigest()) },
  plugins: [exactMath({ exact }), singleFile()],
  worker: { format: "iife", plugins: () => [exactMath({ exact })] },
  build: { outDir: fileURLToPath(new URL("../../dist/verifier", import.meta.url)), emptyOutDir: true, target: "es2023", cssCodeSplit: false, modulePreload: false, chunkSizeWarningLimit: 3000 },
});
