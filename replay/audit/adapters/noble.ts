/**
 * Hashes and signatures by @noble in Node and in the browser alike. The accept set of signatures is stated in `../crypto.ts`;
 * this file decides it, and nobody else.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { equalBytes } from "../bytes.ts";
import type { AuditCrypto, Ed25519Verdict, Signer } from "../crypto.ts";

/** Order of the base point, little-endian. RFC 8032, section 5.1. */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const PRIME = 2n ** 255n - 19n;

const littleEndian = (bytes: Uint8Array): bigint => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);

type Encoding = "canonical" | "not-canonical" | "not-a-point";

function encodingOf(bytes: Uint8Array): { readonly encoding: Encoding; readonly smallOrder: boolean } {
  const y = littleEndian(bytes) & ((1n << 255n) - 1n);
  const negative = ((bytes[31] ?? 0) & 0x80) !== 0;
  // x = 0 has one encoding only: y = 1 and y = -1 with the sign bit say "minus zero".
  if (y >= PRIME || (negative && (y === 1n || y === PRIME - 1n))) return { encoding: "not-canonical", smallOrder: false };
  try {
    return { encoding: "canonical", smallOrder: ed25519.Point.fromBytes(bytes, false).isSmallOrder() };
  } catch {
    return { encoding: "not-a-point", smallOrder: false };
  }
}

export function verifyEd25519(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): Ed25519Verdict {
  if (signature.length !== 64 || publicKey.length !== 32) return "length";
  // @noble copies and checks; the reasons are found only when it says no.
  if (ed25519.verify(signature, message, publicKey, { zip215: false })) return "valid";
  const key = encodingOf(publicKey);
  if (key.encoding === "not-canonical") return "key-not-canonical";
  if (key.encoding === "not-a-point") return "key-not-a-point";
  if (key.smallOrder) return "key-small-order";
  const r = encodingOf(signature.subarray(0, 32));
  if (r.encoding === "not-canonical") return "r-not-canonical";
  if (r.encoding === "not-a-point") return "r-not-a-point";
  return littleEndian(signature.subarray(32)) >= ORDER ? "s-out-of-range" : "equation";
}

export const nobleCrypto: AuditCrypto = { sha256, verify: verifyEd25519 };

/** Signer over a 32-byte seed (RFC 8032 private key). */
export function seedSigner(seed: Uint8Array): Signer {
  const publicKey = ed25519.getPublicKey(seed);
  return {
    publicKey,
    sign(message) {
      const signature = ed25519.sign(message, seed);
      if (!equalBytes(ed25519.getPublicKey(seed), publicKey)) throw new Error("the signing key changed under its owner");
      return signature;
    },
  };
}

export const newSeed = (): Uint8Array => ed25519.utils.randomSecretKey();
