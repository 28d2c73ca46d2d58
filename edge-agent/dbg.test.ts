import { test } from "vitest";
import { car, createTestWorld, profileOf } from "./test-harness.ts";
import { createTestMap } from "./test-map.ts";
test.each([0, 3, 10])("perf with %d objects", (n) => {
  const profile = profileOf("ride-hail-sedan");
  const map = createTestMap([{ id: "1", pieces: [{ lengthM: 5000, curvature: 0 }], lanes: [-1, 1] }]);
  const world = createTestWorld({ map, vehicles: [{ profile, cruiseMps: 10 }] });
  const v = world.vehicles[0]!;
  for (let i = 0; i < n; i++) world.objects.push(car({ xM: 60 + i * 10, yM: i % 2 ? 1.75 : -1.75 - 3.5 * (i > 0 ? 1 : 0), vxMps: 10 }));
  const tick = v.agent.tick.bind(v.agent);
  let total = 0, count = 0;
  (v.agent as any).tick = (now: any) => { const t0 = performance.now(); tick(now); total += performance.now() - t0; count++; };
  world.run(100); total = 0; count = 0; world.run(200);
  console.log("PERF", n, (total / count * 1000).toFixed(2), "µs/tick", v.status().behaviour, v.status().mrm.kind);
});
