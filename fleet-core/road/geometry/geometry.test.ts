import { describe, expect, test } from "vitest";
import { createArc } from "./arc.ts";
import type { Curve, CurvePoint } from "./curve.ts";
import { createCurvePoint } from "./curve.ts";
import { GAUSS_7 } from "./gauss.ts";
import { createLine } from "./line.ts";
import { createParamPoly3 } from "./param-poly3.ts";
import { createPoly3 } from "./poly3.ts";
import { createSpiral, spiralPieces } from "./spiral.ts";

const at = (curve: Curve, sM: number): CurvePoint => {
  const out = createCurvePoint();
  curve.evaluate(sM, out);
  return out;
};
const origin = (lengthM: number): { xM: number; yM: number; headingRad: number; lengthM: number } => ({ xM: 0, yM: 0, headingRad: 0, lengthM });

describe("reference-line shapes against closed forms and 30-digit quadrature", () => {
  test("a line runs along its heading", () => {
    const p = at(createLine({ xM: 1, yM: 2, headingRad: Math.PI / 6, lengthM: 10 }), 10);
    expect(p.xM).toBeCloseTo(1 + 5 * Math.sqrt(3), 12);
    expect(p.yM).toBeCloseTo(7, 12);
    expect([p.headingRad, p.curvature, p.curvatureRate]).toEqual([Math.PI / 6, 0, 0]);
  });

  test("a quarter circle ends one radius ahead and one radius aside, left and right", () => {
    const left = at(createArc(origin(5 * Math.PI), 0.1), 5 * Math.PI);
    expect([left.xM, left.yM, left.headingRad].map((v) => v.toFixed(12))).toEqual(["10.000000000000", "10.000000000000", (Math.PI / 2).toFixed(12)]);
    const right = at(createArc(origin(5 * Math.PI), -0.1), 5 * Math.PI);
    expect([right.xM, right.yM].map((v) => v.toFixed(12))).toEqual(["10.000000000000", "-10.000000000000"]);
  });

  test("an arc of almost no curvature loses no digits", () => {
    // y = k s²/2 to first order: 1e-13 * 1e6 / 2.
    expect(at(createArc(origin(1000), 1e-13), 1000).yM).toBeCloseTo(5e-8, 18);
    expect(at(createArc(origin(1000), 0), 1000).xM).toBe(1000);
  });

  test("a clothoid of rate pi is the Fresnel integrals C and S", () => {
    const known = [
      [0.1, 0.0999975326270850736, 0.00052358954761221068668],
      [1, 0.77989340037682282947, 0.43825914739035476608],
      [2.5, 0.45741300964177704525, 0.61918175581959293611],
    ] as const;
    const curve = createSpiral(origin(2.5), 0, 2.5 * Math.PI);
    for (const [s, c, f] of known) {
      const p = at(curve, s);
      expect(Math.abs(p.xM - c)).toBeLessThan(1e-14);
      expect(Math.abs(p.yM - f)).toBeLessThan(1e-14);
      expect(p.headingRad).toBeCloseTo((Math.PI * s * s) / 2, 13);
      expect(p.curvature).toBeCloseTo(Math.PI * s, 13);
    }
  });

  test("clothoids through zero curvature, almost circular ones and coils are good to 1e-11 m", () => {
    const cases = [
      [120, 0.1, -0.05, -69.469460778944603, -12.1975788763639514],
      [500, 0.001, 0.0010001, 479.424019073507118, 122.421296883942436],
      [40, 0, 2, 4.33986887003068379, 4.29199470918368532],
    ] as const;
    for (const [length, from, to, x, y] of cases) {
      const p = at(createSpiral(origin(length), from, to), length);
      expect(Math.abs(p.xM - x)).toBeLessThan(1e-11);
      expect(Math.abs(p.yM - y)).toBeLessThan(1e-11);
    }
  });

  test("the pieces of a clothoid join without a step", () => {
    const curve = createSpiral(origin(200), -0.03, 0.08);
    const pieces = spiralPieces(200, -0.03, 0.08);
    for (let i = 1; i < pieces; i += 1) {
      const s = (200 * i) / pieces;
      const before = at(curve, s - 1e-9);
      const after = at(curve, s + 1e-9);
      expect(Math.abs(after.xM - before.xM) + Math.abs(after.yM - before.yM)).toBeLessThan(5e-9);
    }
  });

  test("poly3 is followed by arc length, not by u", () => {
    const curve = createPoly3(origin(100), { a: 0, b: 0, c: 0.004, d: -0.00002 });
    const known = [
      [25, 24.8787818660010094, 2.16783882343837717, 0.160500490989309093],
      [70, 68.6820488561708946, 12.389123382194629, 0.260374851669675246],
      [100, 97.8101772777716892, 19.5526548266143772, 0.205527873335809398],
    ] as const;
    for (const [s, u, v, heading] of known) {
      const p = at(curve, s);
      expect(Math.abs(p.xM - u)).toBeLessThan(1e-11);
      expect(Math.abs(p.yM - v)).toBeLessThan(1e-11);
      expect(p.headingRad).toBeCloseTo(heading, 12);
    }
  });

  test("paramPoly3, normalized, is followed by arc length in position, heading and curvature", () => {
    const length = 60.463878715620172;
    const curve = createParamPoly3(origin(length), { a: 0, b: 60, c: 0, d: -10 }, { a: 0, b: 0, c: 45, d: -15 }, "normalized");
    expect(curve.arcLengthM).toBeCloseTo(length, 11);
    const known = [
      [20, 19.3807269630987408, 4.33529822926131275, 0.411019034117268458, 0.0165021946078901703],
      [45, 40.0082338708320106, 18.2386858928359809, 0.760415780244994138, 0.0129959072043444745],
      [length, 50, 30, Math.atan2(45, 30), 0],
    ] as const;
    for (const [s, u, v, heading, curvature] of known) {
      const p = at(curve, s);
      expect(Math.abs(p.xM - u)).toBeLessThan(1e-10);
      expect(Math.abs(p.yM - v)).toBeLessThan(1e-10);
      expect(p.headingRad).toBeCloseTo(heading, 11);
      if (s < length) expect(p.curvature).toBeCloseTo(curvature, 11);
    }
  });

  test("paramPoly3 over arcLength takes p up to the length", () => {
    const p = at(createParamPoly3({ xM: 5, yM: 6, headingRad: Math.PI / 2, lengthM: 40 }, { a: 0, b: 1, c: 0, d: 0 }, { a: 0, b: 0, c: 0, d: 0 }, "arcLength"), 40);
    expect([p.xM, p.yM].map((v) => v.toFixed(10))).toEqual(["5.0000000000", "46.0000000000"]);
  });

  test("heading and curvature are the derivatives of the position for every shape", () => {
    const start = { xM: 3, yM: -4, headingRad: 2, lengthM: 60 };
    const curves = [
      createLine(start), createArc(start, -0.02), createSpiral(start, 0.05, -0.03), createPoly3(start, { a: 0, b: 0, c: 0.01, d: -0.0001 }),
      createParamPoly3({ ...start, lengthM: 60.463878715620172 }, { a: 0, b: 60, c: 0, d: -10 }, { a: 0, b: 0, c: 45, d: -15 }, "normalized"),
    ];
    const h = 1e-4;
    for (const curve of curves) {
      for (const s of [1, 17.3, 40, 59]) {
        const [a, p, b] = [at(curve, s - h), at(curve, s), at(curve, s + h)];
        expect((b.xM - a.xM) / (2 * h), `${curve.kind} x' at ${s}`).toBeCloseTo(p.cosHeading, 7);
        expect((b.yM - a.yM) / (2 * h), `${curve.kind} y' at ${s}`).toBeCloseTo(p.sinHeading, 7);
        expect(Math.cos(p.headingRad)).toBeCloseTo(p.cosHeading, 12);
        expect((b.headingRad - a.headingRad) / (2 * h), `${curve.kind} curvature at ${s}`).toBeCloseTo(p.curvature, 7);
        expect((b.curvature - a.curvature) / (2 * h), `${curve.kind} curvature rate at ${s}`).toBeCloseTo(p.curvatureRate, 7);
      }
    }
  });
});

test("the seven nodes integrate polynomials up to degree 13 exactly", () => {
  for (let degree = 0; degree <= 13; degree += 1) {
    let sum = 0;
    for (let i = 0; i < 7; i += 1) sum += (GAUSS_7[7 + i] as number) * Math.pow(GAUSS_7[i] as number, degree);
    expect(sum).toBeCloseTo(1 / (degree + 1), 15);
  }
});
