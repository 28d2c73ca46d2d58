/**
 * Collects what is wrong with a scenario's files. Bounded; nothing beyond the bound is lost without a word. Never throws.
 */
import type { XmlElement } from "../../fleet-core/contract/xml.ts";
import { xmlPath } from "../../fleet-core/contract/xml.ts";
import type { Diagnostic } from "../../fleet-core/kernel/result.ts";

export interface ProblemDetail {
  /** Attribute meant: its own place is named. */
  readonly attribute?: string;
  readonly expected?: string;
  readonly rule?: string;
}

export interface Problems {
  readonly diagnostics: readonly Diagnostic[];
  readonly failed: boolean;
  /** Lenient: what `strict` reports is a warning. */
  readonly lenient: boolean;
  error(file: string, at: XmlElement | undefined, message: string, detail?: ProblemDetail): void;
  warning(file: string, at: XmlElement | undefined, message: string, detail?: ProblemDetail): void;
  /** An error, or a warning when lenient. */
  strict(file: string, at: XmlElement | undefined, message: string, detail?: ProblemDetail): void;
  add(diagnostics: readonly Diagnostic[]): void;
}

export function createProblems(options: { readonly lenient: boolean; readonly max?: number }): Problems {
  const max = options.max ?? 200;
  const diagnostics: Diagnostic[] = [];
  let failed = false;
  let leftOut = 0;

  function push(d: Diagnostic): void {
    if (d.severity === "error") failed = true;
    if (diagnostics.length < max) {
      diagnostics.push(d);
      return;
    }
    leftOut += 1;
    diagnostics[max] = { severity: failed ? "error" : "warning", file: d.file, message: `${leftOut} further problems are not listed` };
  }

  function report(severity: "error" | "warning", file: string, at: XmlElement | undefined, message: string, detail: ProblemDetail = {}): void {
    if (severity === "error") failed = true;
    // Beyond the bound only the number counts; a path costs a look at all siblings.
    if (diagnostics.length >= max) return push({ severity, file, message });
    const spot = at === undefined ? undefined : detail.attribute === undefined ? at : (at.attributes.get(detail.attribute) ?? at);
    push({
      severity,
      file,
      ...(spot === undefined ? {} : { line: spot.line, column: spot.column }),
      ...(at === undefined ? {} : { path: xmlPath(at, detail.attribute) }),
      message,
      ...(detail.expected === undefined ? {} : { expected: detail.expected }),
      ...(detail.rule === undefined ? {} : { rule: detail.rule }),
    });
  }

  return {
    diagnostics,
    lenient: options.lenient,
    get failed() {
      return failed;
    },
    error: (file, at, message, detail) => report("error", file, at, message, detail),
    warning: (file, at, message, detail) => report("warning", file, at, message, detail),
    strict: (file, at, message, detail) => report(options.lenient ? "warning" : "error", file, at, message, detail),
    add(list) {
      for (const d of list) push(d);
    },
  };
}
