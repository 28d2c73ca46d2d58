import { test } from "vitest";
import { createTestWorld, profileOf } from "./test-harness.ts";
import { createTestMap } from "./test-map.ts";
test("dbg", () => {
  const map = createTestMap([
  { id: "EW", xM: -200, yM: 0, headingRad: 0, pieces: [{ lengthM: 400, curvature: 0 }], lanes: [-1, 1], laneWidthM:3.5 },
  { id: "NS", xM: 0, yM: -200, headingRad: Math.PI / 2, pieces: [{ lengthM: 400, curvature: 0 }], lanes: [-1, 1], laneWidthM:3.5 },
]);
const ARMS = [{ road: "EW", lane: -1 }, { road: "NS", lane: -1 }, { road: "EW", lane: 1 }, { road: "NS", lane: 1 }];
    const world = createTestWorld({ map, vehicles: ARMS.map((a,i)=>({...a, id:"arm"+i, profile: profileOf("light-industrial-utv"), sM: a.lane<0?180:220, cruiseMps: 6})) });
    let n=0; const t0=world.vehicles[0]!.agent.tick; (world.vehicles[0]!.agent as any).tick=(u:any)=>{(globalThis as any).DBG=(u>5.2e6&&u<6.2e6); t0(u); (globalThis as any).DBG=false;};
    world.run(14, () => { if (n++ % 20) return; 
      console.log("T", world.nowS().toFixed(2), world.vehicles.map(v => { const g=-(v.xM*Math.cos(v.yawRad)+v.yM*Math.sin(v.yawRad))-2.53; return `${g.toFixed(2)} v${v.speedMps.toFixed(2)} a${v.command.accelMps2.toFixed(2)} ${v.status().behaviour.slice(0,5)}/${v.status().reason.text.slice(0,9)}` }).join(" | "));
    });
});
