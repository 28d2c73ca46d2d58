/** Planted: the whole list of inexact functions, one a line. */
export const values = [
  Math.sin(0.1), // expect: no-restricted-properties
  Math.cos(0.1), // expect: no-restricted-properties
  Math.tan(0.1), // expect: no-restricted-properties
  Math.asin(0.1), // expect: no-restricted-properties
  Math.acos(0.1), // expect: no-restricted-properties
  Math.atan(0.1), // expect: no-restricted-properties
  Math.atan2(0.1, 1), // expect: no-restricted-properties
  Math.sinh(0.1), // expect: no-restricted-properties
  Math.cosh(0.1), // expect: no-restricted-properties
  Math.tanh(0.1), // expect: no-restricted-properties
  Math.asinh(0.1), // expect: no-restricted-properties
  Math.acosh(1.1), // expect: no-restricted-properties
  Math.atanh(0.1), // expect: no-restricted-properties
  Math.exp(0.1), // expect: no-restricted-properties
  Math.expm1(0.1), // expect: no-restricted-properties
  Math.log(0.1), // expect: no-restricted-properties
  Math.log1p(0.1), // expect: no-restricted-properties
  Math.log2(0.1), // expect: no-restricted-properties
  Math.log10(0.1), // expect: no-restricted-properties
  Math.pow(0.1, 0.2), // expect: no-restricted-properties
  Math.hypot(0.1, 0.2), // expect: no-restricted-properties
  Math.cbrt(0.1), // expect: no-restricted-properties
];
