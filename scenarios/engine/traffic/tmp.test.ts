import { readFileSync } from "node:fs";
import { it } from "vitest";
import { campaign, emptyScenario } from "./test-campaign.ts";
const maps = (process.env["MAPS"] ?? "/work/main/scenarios/bank/demo/maps/atlas-harbour.xodr").split(",");
it("x", () => {
  for (const m of maps) for (const n of (process.env["N"] ?? "40").split(",").map(Number)) for (const seed of (process.env["SEEDS"] ?? "1").split(",").map(Number)) {
    const s = emptyScenario(readFileSync(m, "utf8"));
    const t = process.cpuUsage();
    const r = campaign(s, { seed, seconds: Number(process.env["S"] ?? "300"), traffic: n, stepUs: Number(process.env["STEP"] ?? "50000"), lookS: Number(process.env["LOOK"] ?? "0.5") });
    const u = process.cpuUsage(t);
    console.log(`CAMP ${m.split("/").pop()} n=${n} seed=${seed} count ${r.countMean.toFixed(1)} speed ${r.speedMeanMps.toFixed(2)} touches ${r.touches.length} stuck ${r.stuck} removed ${r.removed} us/step ${((u.user) / r.steps).toFixed(1)} ${JSON.stringify(r.touches.slice(0, 6))}`);
  }
}, 600000);
