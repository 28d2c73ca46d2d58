/**
 * Build plugin that gives cannon-es our exact mathematics: each inexact `Math.f` and each `**` in it becomes a call into
 * `fleet-core/kernel/math`. One plugin serves the Node bundle, the browser bundle and the tests. Fails the build when
 * cannon-es no longer looks as expected. With `exact: false` it builds the planted fault that the same-bits gate must
 * catch: kernel/math itself is replaced by the engine's own functions.
 */
import { fileURLToPath } from "node:url";
import { parseAst, type Plugin } from "vite";

export const INEXACT = ["sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "exp", "expm1", "log", "log1p", "log2", "log10", "pow", "hypot", "cbrt"] as const;
/** Members of Math that ECMA-262 defines to the last bit. */
const EXACT = ["abs", "ceil", "floor", "round", "trunc", "sign", "max", "min", "sqrt", "imul", "clz32", "fround", "PI"] as const;
/** What cannon-es 0.20 calls; when one is gone it has changed and must be read again. */
const EXPECTED = ["sin", "cos", "atan2", "pow", "acos", "asin"] as const;

const mathIndex = fileURLToPath(new URL("../../fleet-core/kernel/math/index.ts", import.meta.url));
const cannonModule = fileURLToPath(new URL("../../node_modules/cannon-es/dist/cannon-es.js", import.meta.url));

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}
interface Edit {
  readonly at: number;
  readonly until: number;
  readonly text: string;
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && typeof (value as Node).type === "string";
const refuse = (what: string): never => {
  throw new Error(`exact-math: cannon-es ${what}; read it again before trusting its bits`);
};

/**
 * `code` with each `Math.f` of the inexact ones as `__exact_f` and each `a ** b` as `__exact_pow(a, b)`, and the names it
 * uses now. Throws when Math is reached in a way that cannot be rewritten.
 */
export function rewriteMath(code: string): { readonly code: string; readonly used: readonly string[] } {
  const used = new Set<string>();
  const edits: Edit[] = [];
  const visit = (node: Node): void => {
    if (node.type === "MemberExpression") {
      const object = node["object"] as Node;
      const property = node["property"] as Node;
      const name = node["computed"] === true ? undefined : String(property["name"]);
      if (name === "Math") refuse("reaches Math through another object");
      if (object.type === "Identifier" && object["name"] === "Math") {
        if (name === undefined) refuse("reaches Math by a computed name");
        else if ((INEXACT as readonly string[]).includes(name)) {
          used.add(name);
          edits.push({ at: node.start, until: node.end, text: `__exact_${name}` });
        } else if (!(EXACT as readonly string[]).includes(name)) refuse(`uses Math.${name}, which nobody has judged`);
        return;
      }
      visit(object);
      if (name === undefined) visit(property);
      return;
    }
    if (node.type === "Identifier" && node["name"] === "Math") refuse("passes Math itself around");
    if (node.type === "AssignmentExpression" && node["operator"] === "**=") refuse("uses **=");
    if (node.type === "BinaryExpression" && node["operator"] === "**") {
      used.add("pow");
      const between = (node["left"] as Node).end;
      const at = between + code.slice(between, (node["right"] as Node).start).indexOf("**");
      edits.push({ at: node.start, until: node.start, text: "__exact_pow(" }, { at, until: at + 2, text: "," }, { at: node.end, until: node.end, text: ")" });
    }
    for (const value of Object.values(node)) {
      if (isNode(value)) visit(value);
      else if (Array.isArray(value)) for (const item of value) if (isNode(item)) visit(item);
    }
  };
  visit(parseAst(code) as unknown as Node);
  let out = "";
  let from = 0;
  for (const { at, until, text } of edits.sort((a, b) => a.at - b.at)) {
    out += code.slice(from, at) + text;
    from = until;
  }
  return { code: out + code.slice(from), used: [...used].sort() };
}

/** cannon-es with every inexact operation imported from `mathModule`. Throws when it is not the cannon-es we know. */
export function rewriteCannon(code: string, mathModule: string): string {
  const { code: rewritten, used } = rewriteMath(code);
  for (const name of EXPECTED) if (!used.includes(name)) refuse(`no longer calls Math.${name}`);
  return `import { ${used.map((name) => `${name} as __exact_${name}`).join(", ")} } from ${JSON.stringify(mathModule)};\n${rewritten}`;
}

/** The planted fault: a kernel/math of the engine's own functions, with the names and signatures of the real one. */
export function inexactMathModule(): string {
  const natives = INEXACT.map((name) => `const __native_${name} = Math.${name};`).join("\n");
  const names = INEXACT.map((name) => `__native_${name} as ${name}`).join(", ");
  return `${natives}
export { ${names} };
export const TAU = 2 * Math.PI;
export function sincos(x, out) { out[0] = __native_sin(x); out[1] = __native_cos(x); }
export function wrapAngle(r) { const w = r - TAU * Math.round(r / TAU); return w <= -Math.PI ? w + TAU : w; }
export function numericsFingerprint() { return "inexact-math-off"; }
`;
}

export function exactMath(options: { exact: boolean }): Plugin {
  return {
    name: "atlasmesh-exact-math",
    enforce: "pre",
    // Test runners prefer the CommonJS build, which this plugin does not know; everybody gets the same file.
    resolveId: (source) => (source === "cannon-es" ? cannonModule : undefined),
    transform(code, id) {
      const path = id.split("?")[0] ?? id;
      if (path.endsWith("cannon-es.cjs.js")) return refuse("came as CommonJS");
      if (path.endsWith("cannon-es.js")) return { code: rewriteCannon(code, mathIndex), map: null };
      if (!options.exact && path === mathIndex) return { code: inexactMathModule(), map: null };
      return undefined;
    },
  };
}
