import { readFileSync } from "node:fs";
import { it } from "vitest";
import { emptyScenario } from "./test-campaign.ts";
import { createRng } from "../../../fleet-core/kernel/rng.ts";
import { timeUs } from "../../../fleet-core/kernel/time.ts";
it("x", () => {
  const s = emptyScenario(readFileSync(process.env["MAPS"] ?? "", "utf8"));
  const p = s.play({ rng: createRng(Number(process.env["SEED"] ?? "1")), stepUs: 100000, disableControllers: false, traffic: Number(process.env["N"] ?? 40) });
  const out: string[] = [];
  for (let i = 0; i <= 2725; i++) { p.step(timeUs(i * 100000));
    for (const [t0, ...w] of [[80, "traffic-35", "traffic-84"], [271, "traffic-104", "traffic-86"]] as const) if (i > (t0 - 6) * 10 && i < (t0+1)*10 && i % 5 === 0) for (const n of w) { const a = p.place(n); const st = p.state(n); out.push(`W ${i / 10} ${n} ${p.actors.find((x) => x.name === n)?.category} road ${a.road?.id} lane ${a.lane} s ${a.sM.toFixed(1)} t ${a.tM.toFixed(2)} h ${a.hRel.toFixed(2)} v ${st.speedMps.toFixed(2)} x ${st.xM.toFixed(1)} y ${st.yM.toFixed(1)} hd ${st.headingRad.toFixed(2)}`); }
  }
  console.log(out.join("\n"));
}, 600000);
