/** Seeded random numbers for scenery only (mulberry32 by T. Ettinger, public domain). The twin has its own. */
export function createPrng(seed: string): () => number {
  let a = 0x811c9dc5;
  for (let i = 0; i < seed.length; i += 1) a = Math.imul(a ^ seed.charCodeAt(i), 0x01000193);
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Smooth value noise over the plane, 0 to 1, period-free for map sizes. */
export function noise2(x: number, y: number, seed = 0): number {
  const hash = (i: number, j: number): number => {
    let h = Math.imul(i, 374761393) + Math.imul(j, 668265263) + Math.imul(seed, 974711);
    h = Math.imul(h ^ (h >>> 13), 1274126177);
    return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
  };
  const [i, j] = [Math.floor(x), Math.floor(y)];
  const smooth = (t: number): number => t * t * (3 - 2 * t);
  const [u, v] = [smooth(x - i), smooth(y - j)];
  const low = hash(i, j) * (1 - u) + hash(i + 1, j) * u;
  const top = hash(i, j + 1) * (1 - u) + hash(i + 1, j + 1) * u;
  return low * (1 - v) + top * v;
}
