/** First difference between two JSON values, depth first in the order fields were written, as a path of field names. */
export interface Difference {
  /** e.g. `entities[2].xM`; empty when the values themselves differ. */
  readonly path: string;
  readonly a: unknown;
  readonly b: unknown;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

/** `undefined` when equal. Numbers are equal when they are the same number; tolerance zero. Depth is that of the input. */
export function firstDifference(a: unknown, b: unknown, path = ""): Difference | undefined {
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
      if (i >= a.length || i >= b.length) return { path: `${path}[${i}]`, a: a[i], b: b[i] };
      const found = firstDifference(a[i], b[i], `${path}[${i}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (isObject(a) && isObject(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const at = path === "" ? key : `${path}.${key}`;
      if (!(key in a) || !(key in b)) return { path: at, a: a[key], b: b[key] };
      const found = firstDifference(a[key], b[key], at);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return Object.is(a, b) ? undefined : { path, a, b };
}
