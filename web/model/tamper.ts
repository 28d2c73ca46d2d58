/** Changes one byte of a recording so that a verifier has something to find. Never touches the bytes it was given. */

export interface Tampered {
  readonly bytes: Uint8Array;
  /** What was changed, in words. */
  readonly what: string;
}

export function tamper(bytes: Uint8Array): Tampered {
  const copy = bytes.slice();
  const at = Math.floor(copy.length * 0.6);
  copy[at] = (copy[at] ?? 0) ^ 0x01;
  return { bytes: copy, what: `byte ${at}` };
}
