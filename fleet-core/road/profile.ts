/**
 * Piecewise cubics over s, as OpenDRIVE uses them for elevation, superelevation, lane offset, width and border: record i
 * holds from its start to the next one's. Before the first record the value is 0. Stored in one flat array because this
 * is the inner loop of every lane query. Must never allocate when evaluated.
 */

/** Five numbers a record: start s, a, b, c, d; starts ascend. */
export type Profile = Float64Array;

export interface CubicRecord {
  readonly sM: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

export const emptyProfile: Profile = new Float64Array(0);

/** Of records at one place the last one counts. */
export function createProfile(records: readonly CubicRecord[]): Profile {
  const profile = new Float64Array(records.length * 5);
  records.forEach((r, i) => profile.set([r.sM, r.a, r.b, r.c, r.d], i * 5));
  return profile;
}

/** Offset of the record that holds at s; -1 before the first. Most profiles have one or two records. */
export function recordAt(profile: Profile, sM: number): number {
  const n = profile.length;
  if (n === 0 || sM < (profile[0] as number)) return -1;
  if (n > 40) {
    let low = 0;
    let high = n / 5;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((profile[middle * 5] as number) <= sM) low = middle;
      else high = middle;
    }
    return low * 5;
  }
  let at = 0;
  while (at + 5 < n && (profile[at + 5] as number) <= sM) at += 5;
  return at;
}

export function profileValue(profile: Profile, sM: number): number {
  const i = recordAt(profile, sM);
  if (i < 0) return 0;
  const u = sM - (profile[i] as number);
  return (profile[i + 1] as number) + u * ((profile[i + 2] as number) + u * ((profile[i + 3] as number) + u * (profile[i + 4] as number)));
}

/** First derivative. */
export function profileSlope(profile: Profile, sM: number): number {
  const i = recordAt(profile, sM);
  if (i < 0) return 0;
  const u = sM - (profile[i] as number);
  return (profile[i + 2] as number) + u * (2 * (profile[i + 3] as number) + u * 3 * (profile[i + 4] as number));
}

/** Second derivative. */
export function profileBend(profile: Profile, sM: number): number {
  const i = recordAt(profile, sM);
  if (i < 0) return 0;
  return 2 * (profile[i + 3] as number) + 6 * (sM - (profile[i] as number)) * (profile[i + 4] as number);
}
