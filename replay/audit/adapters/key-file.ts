/**
 * Private keys in files: one Ed25519 seed under a name, from which each purpose derives a key of its own, so that no
 * signature of one kind is ever one of another. On disk a seed is sealed with a passphrase, or readable by its owner only
 * and never inside a source tree.
 */
import { gcm } from "@noble/ciphers/aes.js";
import { scrypt } from "@noble/hashes/scrypt.js";
import { randomBytes } from "@noble/hashes/utils.js";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { decodeJson } from "../../../fleet-core/contract/json.ts";
import { InputError } from "../../../fleet-core/kernel/result.ts";
import { base64, concat, fromBase64, utf8 } from "../bytes.ts";
import type { Signer } from "../crypto.ts";
import { noteKey, type NoteSigner } from "../note.ts";
import { newSeed, nobleCrypto, seedSigner } from "./noble.ts";

const SCRYPT = { N: 2 ** 15, r: 8, p: 1, dkLen: 32 };

const keyFileSchema = z.strictObject({
  schema: z.literal("atlasmesh.key/1"),
  name: z.string().regex(/^[^\s+/]{1,128}$/, "a name without spaces, + and /"),
  clear: z.string().optional(),
  sealed: z.strictObject({ kdf: z.literal("scrypt-32768-8-1"), salt: z.string(), nonce: z.string(), ciphertext: z.string() }).optional(),
});

export type KeyPurpose = "dsse" | "log" | "witness";

/** A named identity whose purposes have keys of their own. */
export interface KeyRing {
  readonly name: string;
  readonly signer: (purpose: KeyPurpose) => Signer;
  /** Origin and signer of this identity's own audit log. */
  readonly log: NoteSigner;
  readonly witness: NoteSigner;
}

export const logOrigin = (name: string): string => `${name}/audit-log`;

export function keyRingOf(name: string, seed: Uint8Array): KeyRing {
  const { sha256 } = nobleCrypto;
  const signer = (purpose: KeyPurpose): Signer => seedSigner(sha256(concat(utf8(`atlasmesh key 1\n${purpose}\n`), seed)));
  const note = (purpose: "log" | "witness"): NoteSigner => {
    const by = signer(purpose);
    return { key: noteKey(sha256, purpose === "log" ? "ed25519" : "cosignature", purpose === "log" ? logOrigin(name) : `${name}/witness`, by.publicKey), signer: by };
  };
  return { name, signer, log: note("log"), witness: note("witness") };
}

/** A key that lives as long as the process. */
export const ephemeralKeyRing = (name: string): KeyRing => keyRingOf(name, newSeed());

const bad = (file: string, message: string, expected: string): InputError => new InputError([{ severity: "error", file, message, expected }]);

/** Folder above `path` that is under version control or a package, if any. */
function sourceTreeAbove(path: string): string | undefined {
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git")) || existsSync(join(folder, "package.json"))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/** Makes a new key file (never over an old one). Without a passphrase it is mode 0600 and outside any source tree. Throws InputError. */
export function createKeyFile(path: string, name: string, passphrase: string | undefined): KeyRing {
  if (existsSync(path)) throw bad(path, "exists already", "a new path: a key is never overwritten");
  if (!existsSync(dirname(resolve(path)))) throw bad(path, "cannot be written: its folder does not exist", "an existing folder");
  const tree = sourceTreeAbove(path);
  if (passphrase === undefined && tree !== undefined) throw bad(path, `lies in the source tree ${tree}`, "a path outside, or a passphrase: a clear key is never kept beside code");
  const seed = newSeed();
  const head = { schema: "atlasmesh.key/1" as const, name };
  if (!keyFileSchema.safeParse(head).success) throw bad(path, `cannot have the name "${name}"`, "a name without spaces, + and /");
  let body: z.infer<typeof keyFileSchema>;
  if (passphrase === undefined) body = { ...head, clear: base64(seed) };
  else {
    const [salt, nonce] = [randomBytes(16), randomBytes(12)];
    body = { ...head, sealed: { kdf: "scrypt-32768-8-1", salt: base64(salt), nonce: base64(nonce), ciphertext: base64(gcm(scrypt(utf8(passphrase), salt, SCRYPT), nonce, utf8(name)).encrypt(seed)) } };
  }
  writeFileSync(path, `${JSON.stringify(body, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  return keyRingOf(name, seed);
}

/** Throws InputError for a file that is no key, is readable by others, or does not open with the passphrase. */
export function readKeyFile(path: string, passphrase: string | undefined): KeyRing {
  if (!existsSync(path)) throw bad(path, "cannot be read", "a key file made by `atlasmesh evidence keygen`");
  const parsed = decodeJson(new Uint8Array(readFileSync(path)), keyFileSchema, path);
  if (!parsed.ok) throw new InputError(parsed.error);
  const { name, clear, sealed } = parsed.value;
  if (clear !== undefined) {
    if ((statSync(path).mode & 0o077) !== 0) throw bad(path, "is a clear key that others may read", "mode 0600 (chmod 600)");
    const seed = fromBase64(clear);
    if (typeof seed === "string" || seed.length !== 32) throw bad(path, "holds no Ed25519 seed", "32 bytes in base64");
    return keyRingOf(name, seed);
  }
  if (sealed === undefined || passphrase === undefined) throw bad(path, "is sealed with a passphrase", "its passphrase (--passphrase-env NAME)");
  const parts = [sealed.salt, sealed.nonce, sealed.ciphertext].map(fromBase64);
  try {
    const [salt, nonce, ciphertext] = parts as [Uint8Array, Uint8Array, Uint8Array];
    return keyRingOf(name, gcm(scrypt(utf8(passphrase), salt, SCRYPT), nonce, utf8(name)).decrypt(ciphertext));
  } catch {
    throw bad(path, "does not open", "the passphrase it was sealed with");
  }
}
