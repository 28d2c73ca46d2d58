/**
 * Tyre forces per unit of load: the Fiala brush model's side force (E. Fiala 1954; parabolic pressure, one friction
 * coefficient) as a secant stiffness, linear for small slip and exactly the friction limit beyond full sliding.
 */

/**
 * Side force per newton of load and per unit of slip |tan(slip angle)|: `cornering` at no slip, `friction` / slip once
 * the whole contact slides (slip >= 3 friction / cornering). All arguments > 0 but `slip` >= 0.
 */
export function sideSecant(slip: number, cornering: number, friction: number): number {
  const q = (cornering * slip) / (3 * friction);
  return q < 1 ? cornering * (1 - q + (q * q) / 3) : friction / slip;
}
