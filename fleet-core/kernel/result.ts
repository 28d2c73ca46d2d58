/** Expected failures are values. Broken assumptions are not: they go through `invariant`. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value });
export const err = <E>(error: E): Result<never, E> => ({ ok: false, error });

/** One thing wrong with an input, where it is and what was expected instead. Lines and columns count from 1. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** Dotted path of the field in data files, element path in XML. */
  readonly path?: string;
  readonly message: string;
  readonly expected?: string;
  readonly rule?: string;
}

/** `file:line:column: error: message (expected …)`, the form editors and CI recognise. */
export function formatDiagnostic(d: Diagnostic): string {
  const place = d.line === undefined ? d.file : `${d.file}:${d.line}${d.column === undefined ? "" : `:${d.column}`}`;
  const path = d.path === undefined || d.path === "" ? "" : ` ${d.path}:`;
  const expected = d.expected === undefined ? "" : ` (expected ${d.expected})`;
  return `${place}: ${d.severity}:${path} ${d.message}${expected}`;
}

/** Bad input found by a reader; the command line turns it into exit code 2. */
export class InputError extends Error {
  readonly diagnostics: readonly Diagnostic[];
  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join("\n"));
    this.name = "InputError";
    this.diagnostics = diagnostics;
  }
}
