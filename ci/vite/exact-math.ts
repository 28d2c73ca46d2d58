/**
 * Build plugin that gives cannon-es our exact mathematics: each inexact `Math.f` in it becomes an import of
 * `fleet-core/kernel/math`. One plugin serves the Node bundle, the browser bundle and the tests. Fails the build when
 * cannon-es no longer looks as expected. With `exact: false` it builds the planted fault that the same-bits gate must
 * catch: kernel/math itself is replaced by the engine's own functions.
 */
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

export const INEXACT = ["sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "exp", "expm1", "log", "log1p", "log2", "log10", "pow", "hypot", "cbrt"] as const;

const mathIndex = fileURLToPath(new URL("../../fleet-core/kernel/math/index.ts", import.meta.url));

export function exactMath(options: { exact: boolean }): Plugin {
  return {
    name: "atlasmesh-exact-math",
    enforce: "pre",
    transform(code, id) {
      const path = id.split("?")[0] ?? id;
      if (path.endsWith("cannon-es.js")) {
        const used = new Set<string>();
        const rewritten = code.replace(/\bMath\.([a-z0-9]+)\b/g, (whole, name: string) => {
          if (name === "random") return whole;
          if (!(INEXACT as readonly string[]).includes(name)) return whole;
          used.add(name);
          return `__exact_${name}`;
        });
        for (const name of ["sin", "cos", "atan2", "pow", "acos", "asin"]) {
          if (!used.has(name)) throw new Error(`exact-math: cannon-es no longer calls Math.${name}; read it again before trusting its bits`);
        }
        if (/\bMath\s*\[|=\s*Math\b(?!\.)|\*\*(?!\/)(?!\*)(?=\s*[\w(.-]+\s*[;,)])/.test(rewritten.replace(/\/\*[\s\S]*?\*\//g, ""))) {
          throw new Error("exact-math: cannon-es reaches Math in a way this plugin does not rewrite");
        }
        const imports = [...used].sort().map((name) => `${name} as __exact_${name}`).join(", ");
        return { code: `import { ${imports} } from ${JSON.stringify(mathIndex)};\n${rewritten}`, map: null };
      }
      if (!options.exact && path === mathIndex) {
        const natives = INEXACT.map((name) => `const __native_${name} = Math.${name};`).join("\n");
        const names = INEXACT.map((name) => `__native_${name} as ${name}`).join(", ");
        return {
          code: `${natives}\nexport { ${names} };\nexport const TAU = 2 * Math.PI;\nexport function wrapAngle(r) { const w = r - TAU * Math.round(r / TAU); return w <= -Math.PI ? w + TAU : w; }\nexport function numericsFingerprint() { return "inexact-math-off"; }\n`,
          map: null,
        };
      }
      return undefined;
    },
  };
}
