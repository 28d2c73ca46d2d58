/**
 * The common face of the five reference-line shapes of OpenDRIVE: position, heading and curvature at an arc length.
 * Must never allocate in `evaluate`: it runs several times per vehicle and tick.
 */

/** Written in place by `evaluate`. Map frame; heading counter-clockwise from +x, not wrapped. */
export interface CurvePoint {
  xM: number;
  yM: number;
  headingRad: number;
  cosHeading: number;
  sinHeading: number;
  /** 1/m, positive to the left. */
  curvature: number;
  /** d curvature / ds [1/m²]. */
  curvatureRate: number;
  /** True metres per metre of s: 1, but for polynomials whose length the file states with an error. */
  metresPerS: number;
}

export interface Curve {
  readonly kind: "line" | "arc" | "spiral" | "poly3" | "paramPoly3";
  readonly lengthM: number;
  /** At arc length `sM` from the start; slightly outside [0, lengthM] the shape goes on. */
  evaluate(sM: number, out: CurvePoint): void;
}

export interface CurveStart {
  readonly xM: number;
  readonly yM: number;
  readonly headingRad: number;
  readonly lengthM: number;
}

export function createCurvePoint(): CurvePoint {
  return { xM: 0, yM: 0, headingRad: 0, cosHeading: 1, sinHeading: 0, curvature: 0, curvatureRate: 0, metresPerS: 1 };
}
