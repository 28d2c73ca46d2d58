/** AES-256-GCM for sealed payloads, and their keys in a Storage (one file each, so that destroying one is deleting it). */
import { gcm } from "@noble/ciphers/aes.js";
import { randomBytes } from "@noble/hashes/utils.js";
import { invariant } from "../../../fleet-core/kernel/invariant.ts";
import type { Storage } from "../../../fleet-core/kernel/ports.ts";
import type { PayloadKeys, Sealer } from "../event.ts";

export const gcmSealer: Sealer = {
  seal: (key, nonce, plain, context) => gcm(key, nonce, context).encrypt(plain),
  open(key, nonce, ciphertext, context) {
    try {
      return gcm(key, nonce, context).decrypt(ciphertext);
    } catch {
      return undefined;
    }
  },
};

export const freshNonce = (): Uint8Array => randomBytes(12);

export function createPayloadKeys(storage: Storage): PayloadKeys {
  return {
    create(keyId) {
      const key = randomBytes(32);
      invariant(storage.get(keyId) === undefined && storage.put(keyId, key).ok, `the payload key ${keyId} cannot be kept`);
      return key;
    },
    get: (keyId) => storage.get(keyId),
    destroy: (keyId) => storage.delete(keyId),
  };
}
