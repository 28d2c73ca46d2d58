/** Documents of a bundle that the verifier reads again: results, failures and waivers, keys. Shapes and limits. */
import { z } from "zod";

const sha256Text = z.string().regex(/^[0-9a-f]{64}$/);

/** Gate results in the shape of in-toto `test-result/v0.1`, plus what each gate claims. */
export const gateResultsSchema = z.strictObject({
  result: z.enum(["PASSED", "WARNED", "FAILED"]),
  gates: z.array(z.strictObject({ id: z.string().min(1), mandatory: z.boolean(), result: z.enum(["PASSED", "WARNED", "FAILED", "SKIPPED"]), text: z.string(), source: z.string().optional() })).max(10_000),
});

export const runsSchema = z.strictObject({
  schema: z.literal("atlasmesh.evidence-runs/1"),
  runs: z.array(z.strictObject({
    file: z.string(),
    sha256: sha256Text,
    scenario: z.string(),
    map: z.string(),
    seed: z.string(),
    build: z.string(),
    ticks: z.int(),
    durationS: z.number(),
    endedBy: z.string(),
    stateHash: z.string(),
    verdict: z.enum(["pass", "fail", "none"]),
    criteria: z.array(z.strictObject({ name: z.string(), pass: z.boolean(), text: z.string(), atUs: z.number().optional() })),
    metrics: z.array(z.strictObject({ name: z.string(), value: z.number(), unit: z.string() })),
  })).max(10_000),
  gates: gateResultsSchema.optional(),
});
export type Runs = z.infer<typeof runsSchema>;

export const failuresSchema = z.strictObject({
  schema: z.literal("atlasmesh.evidence-failures/1"),
  failures: z.array(z.strictObject({ file: z.string(), criterion: z.string(), text: z.string() })),
  /** Accepted by a named person, with a reason and an end. A waived failure is still a failure here. */
  waivers: z.array(z.strictObject({ criterion: z.string(), owner: z.string().min(1), reason: z.string().min(1), untilMs: z.int() })),
  nearMisses: z.array(z.strictObject({ file: z.string(), text: z.string() })),
});
export type Failures = z.infer<typeof failuresSchema>;

export const securitySchema = z.strictObject({
  schema: z.literal("atlasmesh.evidence-security/1"),
  keys: z.array(z.strictObject({ name: z.string(), purpose: z.string(), keyId: sha256Text, publicKey: z.string() })),
  revocations: z.array(z.strictObject({ keyId: sha256Text, sinceMs: z.int(), reason: z.string() })),
  logExtract: z.string(),
});
export type Security = z.infer<typeof securitySchema>;
