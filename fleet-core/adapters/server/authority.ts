/**
 * The certificate authority of the fleet's vehicles: signs what a vehicle asks for with its own key (the key never leaves
 * the vehicle), and names it by SPIFFE id. Also the broker's own server certificate.
 */
import "reflect-metadata";
import { createHash, randomBytes, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { secretOf } from "./files.ts";

const EC = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY_MS = 86_400_000;
export const VEHICLE_CERTIFICATE_DAYS = 90;
/** A vehicle's clock may be behind ours. */
const BACKDATE_MS = 3_600_000;

export interface IssuedCertificate {
  readonly pem: string;
  readonly fingerprint: string;
  readonly spiffeId: string;
  readonly expiresMs: number;
}

export interface Authority {
  readonly caPem: string;
  readonly server: { readonly keyPem: string; readonly certificatePem: string };
  /** Signs a PKCS#10 request. Its own wishes for a name count for nothing: the name is what we know the vehicle as. */
  sign(csrPem: string, tenant: string, vehicleId: string, nowMs: number): Promise<IssuedCertificate>;
}

/** `spiffe://atlasmesh/tenant/<tenant>/vehicle/<id>`, or undefined when the text is none. */
export function vehicleOfSpiffe(id: string): { readonly tenant: string; readonly vehicleId: string } | undefined {
  const found = /^spiffe:\/\/atlasmesh\/tenant\/([^/]+)\/vehicle\/([^/]+)$/.exec(id);
  return found === null ? undefined : { tenant: found[1] ?? "", vehicleId: found[2] ?? "" };
}

export class CsrError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CsrError";
  }
}

const pemOf = (label: string, der: ArrayBuffer): string => `-----BEGIN ${label}-----\n${(Buffer.from(der).toString("base64").match(/.{1,64}/g) ?? []).join("\n")}\n-----END ${label}-----\n`;
export const fingerprintOf = (der: ArrayBuffer | Uint8Array): string => createHash("sha256").update(new Uint8Array(der)).digest("hex");
const serial = (): string => `01${randomBytes(15).toString("hex")}`;

export async function openAuthority(folder: string, nowMs: number): Promise<Authority> {
  x509.cryptoProvider.set(webcrypto as unknown as Crypto);
  const stored = await secretOf(folder, "vehicle-ca.json", async () => {
    const keys = await webcrypto.subtle.generateKey(EC, true, ["sign", "verify"]);
    const ca = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: serial(),
      name: `CN=AtlasMesh vehicles ${randomBytes(4).toString("hex")}`,
      notBefore: new Date(nowMs - BACKDATE_MS),
      notAfter: new Date(nowMs + 3650 * DAY_MS),
      keys,
      signingAlgorithm: EC,
      extensions: [new x509.BasicConstraintsExtension(true, 0, true), new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true), await x509.SubjectKeyIdentifierExtension.create(keys.publicKey)],
    });
    return JSON.stringify({ key: pemOf("PRIVATE KEY", await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)), certificate: ca.toString("pem") });
  });
  const { key, certificate } = JSON.parse(stored.text) as { readonly key: string; readonly certificate: string };
  const caKey = await webcrypto.subtle.importKey("pkcs8", Buffer.from(key.replace(/-----[^-]+-----|\s/g, ""), "base64"), EC, false, ["sign"]);
  const ca = new x509.X509Certificate(certificate);

  async function issue(options: { readonly subject: string; readonly publicKey: x509.PublicKeyType; readonly days: number; readonly names: x509.JsonGeneralNames; readonly usage: string; readonly atMs: number }): Promise<x509.X509Certificate> {
    return x509.X509CertificateGenerator.create({
      serialNumber: serial(),
      subject: options.subject,
      issuer: ca.subject,
      notBefore: new Date(options.atMs - BACKDATE_MS),
      notAfter: new Date(options.atMs + options.days * DAY_MS),
      signingKey: caKey,
      publicKey: options.publicKey,
      signingAlgorithm: EC,
      extensions: [new x509.BasicConstraintsExtension(false, undefined, true), new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true), new x509.ExtendedKeyUsageExtension([options.usage], false), new x509.SubjectAlternativeNameExtension(options.names), await x509.AuthorityKeyIdentifierExtension.create(ca)],
    });
  }

  // A new one at each start: short-lived, never on disk.
  const serverKeys = await webcrypto.subtle.generateKey(EC, true, ["sign", "verify"]);
  const serverCertificate = await issue({ subject: "CN=atlasmesh-broker", publicKey: serverKeys.publicKey, days: 397, names: [{ type: "dns", value: "localhost" }, { type: "ip", value: "127.0.0.1" }], usage: x509.ExtendedKeyUsage.serverAuth, atMs: nowMs });
  return {
    caPem: certificate,
    server: { keyPem: pemOf("PRIVATE KEY", await webcrypto.subtle.exportKey("pkcs8", serverKeys.privateKey)), certificatePem: serverCertificate.toString("pem") },
    async sign(csrPem, tenant, vehicleId, atMs) {
      let csr: x509.Pkcs10CertificateRequest;
      try {
        csr = new x509.Pkcs10CertificateRequest(csrPem);
      } catch {
        throw new CsrError("it is no PKCS#10 request in PEM");
      }
      const algorithm = csr.publicKey.algorithm as { readonly name: string; readonly namedCurve?: string };
      if (algorithm.name !== "ECDSA" || (algorithm.namedCurve !== "P-256" && algorithm.namedCurve !== "P-384")) throw new CsrError("its key must be an EC key on P-256 or P-384");
      if (!(await csr.verify().catch(() => false))) throw new CsrError("it is not signed by its own key");
      const spiffeId = `spiffe://atlasmesh/tenant/${tenant}/vehicle/${vehicleId}`;
      const made = await issue({ subject: `CN=${vehicleId}`, publicKey: csr.publicKey, days: VEHICLE_CERTIFICATE_DAYS, names: [{ type: "url", value: spiffeId }], usage: x509.ExtendedKeyUsage.clientAuth, atMs });
      return { pem: made.toString("pem"), fingerprint: fingerprintOf(made.rawData), spiffeId, expiresMs: made.notAfter.getTime() };
    },
  };
}
