/**
 * Changes one digit of one recorded number, so that a verifier has something small and real to find. Looks for a number
 * inside a recorded message about two thirds into the file; never touches the bytes it was given.
 */
export interface Tampered {
  readonly bytes: Uint8Array;
  /** What was changed, in words. */
  readonly what: string;
}

const ZERO = 48;
const NINE = 57;
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= NINE;
const text = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));

/** The next number under the key `wanted` (any key when absent): end of the next `"…":` followed by a number with decimals, from `at` on: index of its last digit, and its name. */
function findNumber(bytes: Uint8Array, at: number, wanted?: string): { digit: number; name: string } | undefined {
  for (let i = at; i + 8 < bytes.length; i += 1) {
    if (bytes[i] !== 0x3a || bytes[i - 1] !== 0x22) continue;
    let j = bytes[i + 1] === 0x2d ? i + 2 : i + 1;
    const start = j;
    let dots = 0;
    while (isDigit(bytes[j]) || bytes[j] === 0x2e) {
      if (bytes[j] === 0x2e) dots += 1;
      j += 1;
    }
    const closes = bytes[j] === 0x2c || bytes[j] === 0x7d;
    if (!closes || dots !== 1 || j - start < 6 || !isDigit(bytes[j - 1])) continue;
    let open = i - 2;
    while (open > 0 && i - open < 40 && bytes[open] !== 0x22) open -= 1;
    const name = text(bytes, open + 1, i - 1);
    if (wanted === undefined || name === wanted) return { digit: j - 1, name };
  }
  return undefined;
}

export function tamper(bytes: Uint8Array): Tampered {
  const copy = bytes.slice();
  const found = findNumber(bytes, Math.floor(bytes.length * 0.62), "xM") ?? findNumber(bytes, 1, "xM") ?? findNumber(bytes, 1);
  if (found === undefined) {
    const at = Math.floor(copy.length / 2);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return { bytes: copy, what: `byte ${at}` };
  }
  const before = bytes[found.digit] ?? ZERO;
  // The last digit of a shortest decimal is never 0 for a number with decimals; 5 and 6 are always another value.
  const after = before === ZERO + 5 ? ZERO + 6 : ZERO + 5;
  copy[found.digit] = after;
  return { bytes: copy, what: `byte ${found.digit}, "${found.name}" …${String.fromCharCode(before)} → …${String.fromCharCode(after)}` };
}
