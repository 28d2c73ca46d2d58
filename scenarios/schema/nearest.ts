/** Names nearest to a mistyped one, for messages. Distance: Levenshtein on lower-cased text; ties by code units. */

function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min((previous[j] as number) + 1, (row[j - 1] as number) + 1, substitution));
    }
    previous = row;
  }
  return previous[b.length] as number;
}

/** At most `count` of `names`, the nearest first. Long texts are cut, so the work stays bounded. */
export function nearest(name: string, names: readonly string[], count: number): readonly string[] {
  const wanted = name.slice(0, 64).toLowerCase();
  return names
    .map((candidate) => ({ candidate, d: distance(wanted, candidate.slice(0, 64).toLowerCase()) }))
    .sort((a, b) => a.d - b.d || (a.candidate < b.candidate ? -1 : a.candidate > b.candidate ? 1 : 0))
    .slice(0, count)
    .map((c) => c.candidate);
}
