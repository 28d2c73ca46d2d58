/** A bundle for one recipient: a JWE (ECDH-ES over X25519, AES-256-GCM) around its container. Keys as JWK files, the private one 0600. */
import { CompactEncrypt, compactDecrypt, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { InputError } from "../../../fleet-core/kernel/result.ts";

const bad = (file: string, message: string, expected: string): InputError => new InputError([{ severity: "error", file, message, expected }]);
const ALG = "ECDH-ES";

/** Writes `path` (private) and `path` with `.pub` (public). */
export async function createRecipient(path: string, name: string): Promise<string> {
  if (existsSync(path)) throw bad(path, "exists already", "a new path: a key is never overwritten");
  const { publicKey, privateKey } = await generateKeyPair(ALG, { crv: "X25519", extractable: true });
  const pub = `${path}.pub`;
  writeFileSync(path, `${JSON.stringify({ ...(await exportJWK(privateKey)), kid: name, alg: ALG })}\n`, { mode: 0o600, flag: "wx" });
  writeFileSync(pub, `${JSON.stringify({ ...(await exportJWK(publicKey)), kid: name, alg: ALG })}\n`);
  return pub;
}

function readJwk(path: string, isPrivate: boolean): JWK {
  if (!existsSync(path)) throw bad(path, "cannot be read", "a recipient's key made by `evidence keygen --recipient`");
  if (isPrivate && (statSync(path).mode & 0o077) !== 0) throw bad(path, "is a private key that others may read", "mode 0600 (chmod 600)");
  try {
    const jwk = JSON.parse(readFileSync(path, "utf8")) as JWK;
    if (jwk.kty !== "OKP" || jwk.crv !== "X25519" || (jwk.d !== undefined) !== isPrivate) throw new Error("kind");
    return jwk;
  } catch {
    throw bad(path, "is no such key", `${isPrivate ? "a private" : "a public"} X25519 key as JWK`);
  }
}

export async function sealFor(recipientFile: string, container: Uint8Array): Promise<Uint8Array> {
  const jwk = readJwk(recipientFile, false);
  const text = await new CompactEncrypt(container).setProtectedHeader({ alg: ALG, enc: "A256GCM", kid: jwk.kid ?? "", cty: "application/x-tar" }).encrypt(await importJWK(jwk, ALG));
  return new TextEncoder().encode(text);
}

/** Fails when the bundle was sealed for somebody else or changed on the way. */
export async function openSealed(keyFile: string, sealed: Uint8Array, file: string): Promise<Uint8Array> {
  const key = await importJWK(readJwk(keyFile, true), ALG);
  try {
    return (await compactDecrypt(new TextDecoder().decode(sealed), key, { keyManagementAlgorithms: [ALG], contentEncryptionAlgorithms: ["A256GCM"] })).plaintext;
  } catch {
    throw bad(file, "does not open with this key", "a bundle sealed for this recipient, unchanged");
  }
}

export const looksSealed = (bytes: Uint8Array): boolean => new TextDecoder("latin1").decode(bytes.subarray(0, 3)) === "eyJ";
