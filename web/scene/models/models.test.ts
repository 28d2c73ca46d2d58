import { expect, test } from "vitest";
import { createKit } from "../geometry-kit.ts";
import { MODELS, modelOf } from "./index.ts";

test.each(MODELS.map((m) => [m.id, m] as const))("the %s fills its box and stays within a hand's breadth of it", (_, model) => {
  const kit = createKit();
  model.draw(kit);
  const geometry = kit.build();
  geometry.computeBoundingBox();
  const { min, max } = geometry.boundingBox ?? { min: { x: 0, y: 0, z: 0 }, max: { x: 0, y: 0, z: 0 } };
  const n = model.nominal;
  const slack = Math.max(0.25, n.lengthM * 0.06);
  expect(max.x).toBeLessThan(n.centreXM + n.lengthM / 2 + slack);
  expect(min.x).toBeGreaterThan(n.centreXM - n.lengthM / 2 - slack);
  expect(max.y).toBeLessThan(n.widthM / 2 + slack);
  expect(min.z).toBeGreaterThan(-0.05);
  expect(max.z).toBeLessThan(n.heightM + (model.id === "defense" ? 1 : slack));
  const reach = model.wheels.map((w) => [w.xM - w.radiusM, w.xM + w.radiusM] as const);
  const [rear, front] = [Math.min(min.x, ...reach.map(([a]) => a)), Math.max(max.x, ...reach.map(([, b]) => b))];
  expect(front - rear).toBeGreaterThan(n.lengthM * 0.8);
  expect(max.z).toBeGreaterThan(n.heightM * 0.9);
  // Low-poly: any fleet stays cheap.
  const triangles = geometry.getAttribute("position").count / 3;
  expect(triangles).toBeLessThan(1600);
  expect([...geometry.getAttribute("position").array].every(Number.isFinite)).toBe(true);
});

test("profiles, OpenSCENARIO categories and unknown words all find a shape", () => {
  const of = (model: string, kind: "vehicle" | "pedestrian" | "object" = "vehicle"): string => modelOf({ model, kind }).id;
  expect(["utv", "terminal-tractor", "haul-truck", "defense", "sedan", "bus"].map((m) => of(m))).toEqual(["utv", "terminal-tractor", "haul-truck", "defense", "sedan", "bus"]);
  expect(["car", "van", "truck", "semitrailer", "motorbike", "bicycle", "tram"].map((m) => of(m))).toEqual(["car", "van", "truck", "truck", "motorbike", "bicycle", "bus"]);
  expect(of("pedestrian", "pedestrian")).toBe("pedestrian");
  expect(of("whatever")).toBe("car");
  expect(of("barrier", "object")).toBe("object");
});
