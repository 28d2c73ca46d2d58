/** Conformance certificates on file: filed once with a checked signature, perhaps revoked, never changed. */
import { z } from "zod";
import { canonicalJson } from "../contract/json.ts";
import { conformanceCertificateSchema, type ConformanceCertificate } from "../contract/conformance-certificate.ts";
import { sentenceSchema } from "../contract/ids.ts";
import { refuse, type Context } from "../kernel/context.ts";
import { invariant } from "../kernel/invariant.ts";
import { ok } from "../kernel/result.ts";

const filed = z.strictObject({ certificate: conformanceCertificateSchema, keyId: z.string().min(1).max(128) });

export const certificateCommandSchema = z.discriminatedUnion("kind", [
  /** `verified`: the signature was checked against a trusted key, `keyId`. */
  z.strictObject({ kind: z.literal("file"), ...filed.shape, verified: z.boolean() }),
  z.strictObject({ kind: z.literal("revoke"), reason: sentenceSchema }),
]);
export type CertificateCommand = z.infer<typeof certificateCommandSchema>;

export const certificateEventSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("registry.certificate-filed"), data: filed }),
  z.strictObject({ type: z.literal("registry.certificate-revoked"), data: z.strictObject({ reason: sentenceSchema }) }),
]);
export type CertificateEvent = z.infer<typeof certificateEventSchema>;

export interface FiledCertificate {
  readonly id: string;
  readonly certificate: ConformanceCertificate;
  readonly keyId: string;
  readonly revokedFor: string | undefined;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly version: number;
}

export const certificates: Context<FiledCertificate, CertificateCommand, CertificateEvent> = {
  name: "certificate",
  decide(state, command, nowMs) {
    if (command.kind === "file") {
      const { certificate, keyId } = command;
      if (!command.verified) return refuse("forbidden", "signature", `the signature of certificate ${certificate.certificate_id} is not one of a trusted key`);
      if (state !== undefined) return canonicalJson(state.certificate) === canonicalJson(certificate) ? ok([]) : refuse("conflict", "exists", `certificate ${state.id} is on file with other contents`);
      if (certificate.expires_ms <= certificate.issued_ms) return refuse("invalid", "never-valid", `certificate ${certificate.certificate_id} expires before it is issued`);
      if (certificate.expires_ms <= nowMs) return refuse("invalid", "expired", `certificate ${certificate.certificate_id} has expired`);
      return ok([{ type: "registry.certificate-filed", data: { certificate, keyId } }]);
    }
    if (state === undefined) return refuse("not-found", "unknown", "there is no such certificate");
    return ok(state.revokedFor === undefined ? [{ type: "registry.certificate-revoked", data: { reason: command.reason } }] : []);
  },
  evolve(state, event, atMs) {
    if (event.type === "registry.certificate-filed") {
      invariant(state === undefined, "a certificate is filed once");
      return { id: event.data.certificate.certificate_id, certificate: event.data.certificate, keyId: event.data.keyId, revokedFor: undefined, createdMs: atMs, updatedMs: atMs, version: 1 };
    }
    invariant(state !== undefined, "only a certificate on file can be revoked");
    return { ...state, revokedFor: event.data.reason, updatedMs: atMs, version: state.version + 1 };
  },
};
