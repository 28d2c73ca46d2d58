/**
 * Second net under the lint: while a run advances, whatever differs between engines, machines or moments throws, with
 * the seed to reproduce. It also proves on the running bundle that no inexact `Math` function is left in it. The one
 * file in a deterministic room that names these things; it must never call one.
 */
const FORBIDDEN: readonly (readonly [object: string, names: readonly string[]])[] = [
  ["", ["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "requestAnimationFrame", "fetch", "WebSocket", "XMLHttpRequest", "WeakRef", "FinalizationRegistry"]],
  ["performance", ["now"]],
  ["crypto", ["getRandomValues", "randomUUID"]],
  ["process", ["hrtime", "nextTick", "uptime", "memoryUsage"]],
  ["Math", ["random", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "exp", "expm1", "log", "log1p", "log2", "log10", "pow", "hypot", "cbrt"]],
];

/**
 * Calls `advance` with the forbidden functions replaced by ones that throw; puts them back whatever happens. `Date()` and
 * `new Date()` throw too. Nested calls are harmless. `advance` must be synchronous.
 */
export function guarded<T>(seed: string, advance: () => T): T {
  const restore: (() => void)[] = [];
  const root = globalThis as unknown as Record<string, unknown>;
  const replace = (holder: Record<string, unknown>, label: string, name: string): void => {
    const had = Object.getOwnPropertyDescriptor(holder, name);
    if (typeof holder[name] !== "function") return;
    if (had !== undefined && had.configurable === false) return;
    // A function, not an arrow: `new WeakRef(…)` must trip too.
    const trip = function (): never {
      throw new Error(`tripwire: ${label} was touched during a run (seed ${seed}); a run takes time, chance and mathematics from its ports`);
    };
    Object.defineProperty(holder, name, { value: trip, configurable: true, writable: true, enumerable: had?.enumerable ?? false });
    restore.push(() => {
      if (had === undefined) delete holder[name];
      else Object.defineProperty(holder, name, had);
    });
  };
  try {
    const realDate = root["Date"];
    if (typeof realDate === "function") {
      const trip = (): never => {
        throw new Error(`tripwire: the wall clock (Date) was touched during a run (seed ${seed}); a run takes time from its Clock`);
      };
      // A date made from a given number or text is arithmetic; only "now" is forbidden.
      const dateWithoutNow = new Proxy(realDate, {
        construct: (target, args: unknown[]) => (args.length === 0 ? trip() : (Reflect.construct(target, args) as object)),
        apply: trip,
        get: (target, key) => (key === "now" ? trip : Reflect.get(target, key)),
      });
      root["Date"] = dateWithoutNow;
      restore.push(() => {
        if (root["Date"] === dateWithoutNow) root["Date"] = realDate;
      });
    }
    for (const [object, names] of FORBIDDEN) {
      const holder = object === "" ? root : root[object];
      if (holder === undefined || holder === null) continue;
      for (const name of names) replace(holder as Record<string, unknown>, object === "" ? name : `${object}.${name}`, name);
    }
    return advance();
  } finally {
    for (const undo of restore.reverse()) undo();
  }
}
