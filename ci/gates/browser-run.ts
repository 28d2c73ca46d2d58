/** The same-bits gate inside a page: whoever drives the browser gives it a set, piece by piece, and asks for executions. */
import { execute, executeAll, type DumpRange, type Execution, type GateSet } from "./execute.ts";

declare global {
  interface Window {
    atlasmeshGate?: {
      /** The next part of the set's JSON. */
      take(part: string): void;
      executeAll(of: number): readonly Execution[];
      execute(of: number, index: number, range?: DumpRange): Execution;
    };
  }
}

let json = "";
let set: GateSet | undefined;
const whole = (): GateSet => (set ??= JSON.parse(json) as GateSet);

window.atlasmeshGate = {
  take: (part) => void (json += part),
  executeAll: (of) => executeAll(whole(), of),
  execute: (of, index, range) => execute(whole(), of, index, range),
};
