/**
 * What the gates certify and onboarding asks for: this profile with this sensor pack and this agent build passed this set
 * of gates, until then. The signature is checked where certificates are taken in; here stands only what one says.
 */
import { z } from "zod";
import { digestSchema, idSchema, momentMsSchema } from "./ids.ts";

export const conformanceCertificateSchema = z
  .strictObject({
    schema: z.literal("atlasmesh.conformance-certificate/1"),
    certificate_id: idSchema,
    profile_id: idSchema,
    profile_digest: digestSchema,
    sensor_pack_digest: digestSchema,
    agent_build_digest: digestSchema,
    gate_set: z.string().min(1).max(128),
    issued_ms: momentMsSchema,
    expires_ms: momentMsSchema,
    issuer: z.string().min(1).max(256),
  })
  .meta({ title: "Conformance Certificate" });

export type ConformanceCertificate = Readonly<z.infer<typeof conformanceCertificateSchema>>;

/** What a vehicle says it is. */
export const vehicleClaimSchema = z.strictObject({ profileId: idSchema, profileDigest: digestSchema, sensorPackDigest: digestSchema, agentBuildDigest: digestSchema });
export type VehicleClaim = Readonly<z.infer<typeof vehicleClaimSchema>>;

export type Coverage = { readonly kind: "covered"; readonly certificateId: string; readonly expiresMs: number } | { readonly kind: "uncovered"; readonly code: "no-certificate" | "other-profile" | "other-sensors" | "other-build" | "expired" | "not-yet-valid" | "revoked"; readonly message: string };

/** How near a certificate comes, for the reason given: the one that fails last explains best. */
const CLOSENESS = ["no-certificate", "other-profile", "other-sensors", "other-build", "revoked", "not-yet-valid", "expired"] as const;

/**
 * Whether one of `certificates` (all with a checked signature) covers the claim at `nowMs`. Of several the one that lasts
 * longest; when none does, the reason of the one that comes nearest.
 */
export function coverageOf(claim: VehicleClaim, certificates: readonly ConformanceCertificate[], revoked: ReadonlySet<string>, nowMs: number): Coverage {
  let best: Coverage = { kind: "uncovered", code: "no-certificate", message: `there is no conformance certificate for profile ${claim.profileId}` };
  for (const certificate of certificates) {
    const judged = judge(claim, certificate, revoked, nowMs);
    if (judged.kind === "covered") {
      if (best.kind === "uncovered" || judged.expiresMs > best.expiresMs) best = judged;
    } else if (best.kind === "uncovered" && CLOSENESS.indexOf(judged.code) > CLOSENESS.indexOf(best.code)) best = judged;
  }
  return best;
}

function judge(claim: VehicleClaim, certificate: ConformanceCertificate, revoked: ReadonlySet<string>, nowMs: number): Coverage {
  const id = certificate.certificate_id;
  const no = (code: Extract<Coverage, { kind: "uncovered" }>["code"], message: string): Coverage => ({ kind: "uncovered", code, message });
  if (certificate.profile_id !== claim.profileId) return no("no-certificate", `there is no conformance certificate for profile ${claim.profileId}`);
  if (certificate.profile_digest !== claim.profileDigest) return no("other-profile", `certificate ${id} is for another version of profile ${claim.profileId}`);
  if (certificate.sensor_pack_digest !== claim.sensorPackDigest) return no("other-sensors", `certificate ${id} is for another sensor pack (${certificate.sensor_pack_digest.slice(0, 12)}, the vehicle has ${claim.sensorPackDigest.slice(0, 12)})`);
  if (certificate.agent_build_digest !== claim.agentBuildDigest) return no("other-build", `certificate ${id} is for agent build ${certificate.agent_build_digest.slice(0, 12)}, the vehicle runs ${claim.agentBuildDigest.slice(0, 12)}`);
  if (revoked.has(id)) return no("revoked", `certificate ${id} was revoked`);
  if (nowMs < certificate.issued_ms) return no("not-yet-valid", `certificate ${id} is not valid yet`);
  if (nowMs >= certificate.expires_ms) return no("expired", `certificate ${id} has expired`);
  return { kind: "covered", certificateId: id, expiresMs: certificate.expires_ms };
}
