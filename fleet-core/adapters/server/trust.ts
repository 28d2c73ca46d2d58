/**
 * Whose signature on a conformance certificate counts: Ed25519 keys in `trusted-gates.json` of the data folder, put there
 * by whoever runs the platform. The list is empty at first: then no certificate is taken and no vehicle comes on board.
 */
import { createHash, createPublicKey, verify } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { canonicalJson } from "../../contract/json.ts";
import type { ConformanceCertificate } from "../../contract/conformance-certificate.ts";

const TRUST_FILE = "trusted-gates.json";
/** Names, each with an Ed25519 public key: PEM (SPKI). */
const trustSchema = z.record(z.string().min(1).max(128), z.string().max(4096));

/** What is signed: RFC 8785 canonical JSON of the certificate, after a line that says what it is. */
export const certificateSigningText = (certificate: ConformanceCertificate): string => `atlasmesh-conformance-certificate-v1\n${canonicalJson(certificate)}`;

/** Name of the trusted key that made the signature (base64url); undefined when none did. The file is read each time: trust can be withdrawn at once. */
export function trustedSigner(folder: string, certificate: ConformanceCertificate, signature: string): string | undefined {
  const file = join(folder, TRUST_FILE);
  if (!existsSync(file)) return undefined;
  const keys = trustSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  const text = Buffer.from(certificateSigningText(certificate), "utf8");
  const bytes = Buffer.from(signature, "base64url");
  for (const [name, pem] of Object.entries(keys)) {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === "ed25519" && bytes.length === 64 && verify(null, text, key, bytes)) return name;
  }
  return undefined;
}

export const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");
