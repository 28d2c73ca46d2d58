/**
 * Gauss-Legendre nodes and weights moved to [0, 1]: seven nodes, then seven weights that sum to 1. Exact for polynomials
 * up to degree 13. Values computed with 40 digits from the Legendre polynomial; the test checks that property.
 */
export const GAUSS_7: readonly number[] = [
  0.025446043828620738, 0.12923440720030278, 0.29707742431130142, 0.5, 0.70292257568869858, 0.87076559279969722, 0.97455395617137926,
  0.064742483084434847, 0.13985269574463833, 0.19091502525255947, 0.20897959183673469, 0.19091502525255947, 0.13985269574463833, 0.064742483084434847,
];
