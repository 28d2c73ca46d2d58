/**
 * What the log and the evidence need from cryptography, as a parameter. One library gives the signature verdicts
 * everywhere (`adapters/noble.ts`), so that a server and a browser never disagree about an odd signature.
 */

/** SHA-256, FIPS 180-4. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/**
 * One accept set, strict: public key and R in canonical encoding, key of large order, s below the group order, and the
 * cofactored equation of RFC 8032. What is refused says why.
 */
export type Ed25519Verdict = "valid" | "length" | "key-not-canonical" | "key-small-order" | "key-not-a-point" | "r-not-canonical" | "r-not-a-point" | "s-out-of-range" | "equation";

export interface AuditCrypto {
  readonly sha256: Sha256;
  readonly verify: (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => Ed25519Verdict;
}

/** A private key that stays where it is: in a file's adapter, in a hardware module. */
export interface Signer {
  readonly publicKey: Uint8Array;
  readonly sign: (message: Uint8Array) => Uint8Array;
}
