/** Errors of the API as RFC 9457 problem documents. Must never tell an outsider what broke inside. */
import type { Refusal } from "../../kernel/context.ts";

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** Stable word for machines. */
  readonly code: string;
  readonly detail: string;
  /** Id of the request, to be found in the logs. */
  readonly instance: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: Problem["errors"];
  constructor(status: number, code: string, detail: string, errors?: Problem["errors"]) {
    super(detail);
    this.name = "ProblemError";
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

const TITLES: Readonly<Record<number, string>> = { 400: "Bad request", 401: "Unauthorized", 403: "Forbidden", 404: "Not found", 405: "Method not allowed", 409: "Conflict", 412: "Precondition failed", 413: "Too large", 415: "Unsupported media type", 422: "Unprocessable", 428: "Precondition required", 429: "Too many requests", 500: "Internal error", 503: "Unavailable" };

export const problemOf = (status: number, code: string, detail: string, instance: string, errors?: Problem["errors"]): Problem => ({ type: `/problems/${code}`, title: TITLES[status] ?? "Error", status, code, detail, instance, ...(errors === undefined ? {} : { errors }) });

const STATUS: Readonly<Record<Refusal["kind"], number>> = { "not-found": 404, conflict: 409, invalid: 422, forbidden: 403, limit: 429 };

/** `version`: the caller's If-Match was another one. `busy`: the store is behind. */
export const refusalError = (refusal: Refusal): ProblemError => new ProblemError(refusal.code === "version" ? 412 : refusal.code === "busy" ? 503 : STATUS[refusal.kind], refusal.code, refusal.message);
