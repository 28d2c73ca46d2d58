/** The same-bits gate inside a page: hands `execute` to whoever drives the browser. */
import { execute, type DumpRange, type Execution, type GateSpec } from "./execute.ts";

declare global {
  interface Window {
    atlasmeshGate?: { execute(spec: GateSpec, range?: DumpRange): Execution };
  }
}

window.atlasmeshGate = { execute };
