/** Bytes as text and back, strictly: one text per value, everything else is refused. Never guesses an alphabet. */

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Text of UTF-8 bytes without a byte order mark swallowed; undefined when they are not UTF-8. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const HEX = "0123456789abcdef";
export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += (HEX[byte >> 4] as string) + (HEX[byte & 15] as string);
  return text;
}

/** Lower-case hex to bytes; undefined for anything else. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return undefined;
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export function base64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(i, i + 3);
    const left = bytes.length - i;
    parts.push((ALPHABET[a >> 2] as string) + (ALPHABET[((a & 3) << 4) | (b >> 4)] as string) + (left > 1 ? (ALPHABET[((b & 15) << 2) | (c >> 6)] as string) : "=") + (left > 2 ? (ALPHABET[c & 63] as string) : "="));
  }
  return parts.join("");
}

export type Base64Fault = "base64-mixed" | "base64-url" | "base64-syntax";

/** Standard alphabet with padding and zero unused bits (RFC 4648, section 4): exactly one text per value. */
export function fromBase64(text: string): Uint8Array | Base64Fault {
  const url = /[-_]/.test(text);
  if (url) return /[+/]/.test(text) ? "base64-mixed" : "base64-url";
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return "base64-syntax";
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  const value = (i: number): number => {
    const c = text.charCodeAt(i);
    if (c >= 97) return c - 71;
    if (c >= 65) return c - 65;
    if (c >= 48) return c === 61 ? 0 : c + 4;
    return c === 43 ? 62 : 63;
  };
  for (let i = 0, at = 0; i < text.length; i += 4) {
    const word = (value(i) << 18) | (value(i + 1) << 12) | (value(i + 2) << 6) | value(i + 3);
    for (let shift = 16; shift >= 0; shift -= 8) {
      const byte = (word >> shift) & 255;
      if (at < bytes.length) bytes[at] = byte;
      // The bits a padded group does not use must be zero, or two texts would mean the same bytes.
      else if (byte !== 0) return "base64-syntax";
      at += 1;
    }
  }
  return bytes;
}

/** 8 bytes, most significant first. */
export function u64Bytes(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(8 * (7 - i))) & 255n));
}

export function u64Of(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = 0; i < 8; i += 1) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return value;
}
