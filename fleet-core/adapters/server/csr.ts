/** A certificate request for a key pair, as a vehicle makes it; for tools and tests that play the vehicle. */
import "reflect-metadata";
import { webcrypto, type KeyObject } from "node:crypto";
import * as x509 from "@peculiar/x509";

const EC = { name: "ECDSA", namedCurve: "P-256" } as const;

/** PKCS#10 in PEM for a P-256 pair. */
export async function requestFor(pair: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }): Promise<string> {
  x509.cryptoProvider.set(webcrypto as unknown as Crypto);
  const keys = {
    privateKey: await webcrypto.subtle.importKey("pkcs8", pair.privateKey.export({ type: "pkcs8", format: "der" }), EC, true, ["sign"]),
    publicKey: await webcrypto.subtle.importKey("spki", pair.publicKey.export({ type: "spki", format: "der" }), EC, true, ["verify"]),
  };
  return (await x509.Pkcs10CertificateRequestGenerator.create({ name: "CN=vehicle", keys: keys as unknown as CryptoKeyPair, signingAlgorithm: { name: "ECDSA", hash: "SHA-256" } })).toString("pem");
}
