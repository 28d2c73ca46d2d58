/** The report as one HTML page without scripts or outside resources: heat map, margins, domain, every case. Prints well. */
import type { GateReport, ProfileReport } from "../certify.ts";
import { holds, marginOf } from "../types.ts";
import { figure, MARKS, tightest } from "./text.ts";

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const STYLE = `
:root { color-scheme: light dark; --bad: #b3261e; --good: #1b6e3c; --line: #8884; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: 0.6rem 0 1.4rem; }
th, td { border: 1px solid var(--line); padding: 0.25rem 0.5rem; text-align: start; vertical-align: top; }
td.number { text-align: end; font-variant-numeric: tabular-nums; }
.cell { text-align: center; color: #000; }
.pass { color: var(--good); } .fail { color: var(--bad); font-weight: 600; }
.quiet { opacity: 0.75; font-size: 0.9em; }
details { margin: 0.3rem 0; } summary { cursor: pointer; }
@media (prefers-color-scheme: dark) { :root { --bad: #ff8a80; --good: #7fd99f; } }
@media print { details { break-inside: avoid; } }
`;

/** Green with room to the limit, yellow close to it, red beyond. Words stand in the cell too, so colour is never alone. */
function heat(gate: GateReport | undefined): string {
  if (gate === undefined || gate.outcome === "does not apply") return `<td class="cell">–</td>`;
  if (gate.outcome === "failed") return `<td class="cell" style="background:#f4a6a0">failed</td>`;
  const tight = tightest(gate);
  const share = Math.max(0, Math.min(1, tight?.share ?? 1));
  const hue = 60 + 60 * Math.min(1, share * 2);
  return `<td class="cell" style="background:hsl(${hue.toFixed(0)} 60% 75%)">${tight === undefined ? "passed" : `${(100 * tight.share).toFixed(0)} %`}</td>`;
}

export function htmlText(reports: readonly ProfileReport[], build: string): string {
  const ids = [...new Set(reports.flatMap(({ gates }) => gates.map(({ id }) => id)))];
  const titles = new Map(reports.flatMap(({ gates }) => gates.map((gate) => [gate.id, gate] as const)));
  const matrix = `<table><thead><tr><th>gate</th>${reports.map(({ profile }) => `<th>${escaped(profile)}</th>`).join("")}</tr></thead><tbody>${ids.map((id) => `<tr><th scope="row">${escaped(titles.get(id)?.title ?? id)}</th>${reports.map(({ gates }) => heat(gates.find((gate) => gate.id === id))).join("")}</tr>`).join("")}</tbody></table>`;
  const domain = reports.map((report) => `<h3>${escaped(report.profile)}</h3><table><thead><tr><th>feature</th><th>result</th><th>cases</th></tr></thead><tbody>${report.domain.map(({ cell, result, cases }) => `<tr><td>${escaped(cell)}</td><td class="${result === "certified" ? "pass" : "fail"}">${result}</td><td>${cases.map((c) => `${escaped(c.gate)}: ${escaped(c.name)}${c.pass ? "" : " (failed)"}`).join("<br>")}</td></tr>`).join("")}</tbody></table>`).join("\n");
  const gates = ids.map((id) => {
    const gate = titles.get(id) as GateReport;
    const tables = reports.map((report) => {
      const own = report.gates.find((g) => g.id === id);
      if (own === undefined) return "";
      if (own.outcome === "does not apply") return `<p>${escaped(report.profile)}: does not apply, ${escaped(own.reason ?? "")}</p>`;
      const rows = own.cases.map((c) => [
        ...c.measures.map((m) => `<tr><td>${escaped(c.name)}</td><td>${escaped(m.name)}</td><td class="number">${figure(m.value)} ${escaped(m.unit)}</td><td>${m.relation} ${figure(m.limit)}</td><td class="number">${figure(marginOf(m))}</td><td class="${holds(m) ? "pass" : "fail"}">${holds(m) ? "holds" : "does not hold"}</td></tr>`),
        ...c.facts.map((f) => `<tr><td>${escaped(c.name)}</td><td>${escaped(f.name)}</td><td colspan="3">${escaped(f.text)}</td><td class="${f.pass ? "pass" : "fail"}">${f.pass ? "holds" : "does not hold"}</td></tr>`),
        ...c.runs.map((r) => `<tr class="quiet"><td>${escaped(c.name)}</td><td colspan="5">run "${escaped(r.scenario)}", seed ${escaped(r.seed)}, ${r.simulatedS.toFixed(2)} s, state hash ${r.hash}${r.atS === undefined ? "" : `, look at ${r.atS.toFixed(2)} s`}</td></tr>`),
      ].join("")).join("");
      return `<details${own.outcome === "failed" ? " open" : ""}><summary>${escaped(report.profile)}: <span class="${own.outcome === "passed" ? "pass" : "fail"}">${own.outcome}</span></summary><table><thead><tr><th>case</th><th>figure</th><th>value</th><th>limit</th><th>margin</th><th></th></tr></thead><tbody>${rows}</tbody></table></details>`;
    }).join("");
    return `<section><h3 id="${escaped(id)}">${escaped(gate.title)} <span class="quiet">${escaped(id)}</span></h3><p>${escaped(gate.claim)}</p><p class="quiet">${escaped(gate.method)}<br>Sources: ${gate.sources.map(({ text, mark }) => `${escaped(text)} (${MARKS[mark]})`).join("; ")}</p>${tables}</section>`;
  }).join("\n");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>Conformance of ${escaped(reports.map(({ profile }) => profile).join(", "))}</title><style>${STYLE}</style></head>
<body><h1>Conformance report</h1><p>Agent build <code>${escaped(build)}</code>, gates ${escaped(reports[0]?.gateSet ?? "")}. Verdicts: ${reports.map(({ profile, verdict }) => `${escaped(profile)} <span class="${verdict}">${verdict}</span>`).join(", ")}.</p>
<h2>Gates and margins</h2><p class="quiet">The smallest margin of each gate, as a share of its limit.</p>${matrix}
<h2>Operational domain</h2>${domain}
<h2>Every gate</h2>${gates}
</body></html>
`;
}
