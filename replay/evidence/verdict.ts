/** What a verifier says: two separate verdicts, each with its findings. Authentic does not mean conformant, and the other way round. */
export interface Finding {
  /** Stable reason code. */
  readonly code: string;
  readonly path?: string;
  readonly text: string;
}

export type Authenticity = "authentic" | "untrusted" | "broken";
export type Conformance = "conformant" | "not-conformant" | "not-judged";

export interface RunSummary {
  readonly file: string;
  readonly sha256: string;
  readonly scenario: string;
  readonly seed: string;
  readonly build: string;
  readonly verdict: string;
  readonly stateHash: string;
  readonly durationS: number;
}

export interface BundleVerdict {
  readonly authenticity: { readonly verdict: Authenticity; readonly findings: readonly Finding[] };
  readonly conformance: { readonly verdict: Conformance; readonly findings: readonly Finding[] };
  readonly bundleId: string | undefined;
  readonly build: string | undefined;
  readonly createdMs: number | undefined;
  readonly signers: readonly string[];
  readonly log: { readonly origin: string; readonly size: string; readonly witnesses: readonly string[]; /** Earliest time a witness vouches for, ms. */ readonly witnessedMs: number | undefined } | undefined;
  readonly files: number;
  readonly bytes: number;
  readonly runs: readonly RunSummary[];
  readonly redacted: number;
  readonly disclosed: number;
}
