/** Integer time. Nothing in a deterministic room adds up a `dt`: a time is a tick number times `tickUs`. */
import { invariant } from "./invariant.ts";

export type TimeUs = number & { readonly unit: "us since run start" };

export const US_PER_S = 1_000_000;
export const US_PER_MS = 1_000;

/** Microseconds as a `TimeUs`; fails unless a safe integer. */
export function timeUs(us: number): TimeUs {
  if (!(Number.isSafeInteger(us))) invariant(false, `time must be whole microseconds, is ${us}`);
  return us as TimeUs;
}

/** Nearest whole microsecond to `seconds`. */
export const timeFromS = (seconds: number): TimeUs => timeUs(Math.round(seconds * US_PER_S) + 0);
export const secondsOf = (t: number): number => t / US_PER_S;

/**
 * ISO 8601 UTC text, millisecond precision (rounded down), of `epochMs` + `t`. Pure: days-from-civil arithmetic, no
 * Date. Fails outside the years 0000 to 9999, which the format cannot write, and unless `epochMs` is whole.
 * Source: proleptic Gregorian calendar; H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
 */
export function isoUtc(epochMs: number, t: number): string {
  const ms = epochMs + Math.floor(t / US_PER_MS);
  if (!(Number.isSafeInteger(ms))) invariant(false, `a date needs whole milliseconds, got ${epochMs} ms and ${t} us`);
  const days = Math.floor(ms / 86_400_000);
  const inDay = ms - days * 86_400_000;
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const doe = z - era * 146_097;
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365);
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  const day = doy - Math.floor((153 * mp + 2) / 5) + 1;
  const month = mp < 10 ? mp + 3 : mp - 9;
  const year = yoe + era * 400 + (month <= 2 ? 1 : 0);
  invariant(year >= 0 && year <= 9999, `ISO 8601 writes the years 0000 to 9999, not ${year}`);
  const pad = (n: number, width: number): string => String(n).padStart(width, "0");
  const h = Math.floor(inDay / 3_600_000);
  const m = Math.floor(inDay / 60_000) % 60;
  const s = Math.floor(inDay / 1000) % 60;
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${pad(h, 2)}:${pad(m, 2)}:${pad(s, 2)}.${pad(inDay % 1000, 3)}Z`;
}

/**
 * Milliseconds since 1970-01-01T00:00:00Z (a fraction is cut to milliseconds) of an RFC 3339 date-time
 * (`2026-01-01T06:00:00Z`, optional fraction, `Z` or an offset). Undefined when the text is not one, leap seconds
 * included; no Date, no locale, no local time zone.
 */
export function parseIsoUtc(text: string): number | undefined {
  const m = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,32}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/.exec(text);
  if (m === null) return undefined;
  const n = (i: number): number => Number(m[i] ?? "0");
  const [year, month, day] = [n(1), n(2), n(3)];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  if (month < 1 || month > 12 || day < 1 || day > (lengths[month - 1] ?? 0)) return undefined;
  if (n(4) > 23 || n(5) > 59 || n(6) > 59 || n(9) > 23 || n(10) > 59) return undefined;
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yoe = y - era * 400;
  const doy = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const doe = yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy;
  const days = era * 146_097 + doe - 719_468;
  const offsetMin = (m[8] === "-" ? -1 : 1) * (n(9) * 60 + n(10));
  // Digits, not 0.289 * 1000, which is 288.99999999999994.
  const fractionMs = Number((m[7] ?? "").padEnd(3, "0").slice(0, 3));
  return days * 86_400_000 + (n(4) * 60 + n(5) - offsetMin) * 60_000 + n(6) * 1000 + fractionMs;
}
