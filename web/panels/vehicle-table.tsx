/** All vehicles in words: the accessible twin of the picture. A row selects its vehicle in both. */
import { fixed, useText } from "../i18n/text.tsx";
import type { Session } from "../model/session.ts";
import { useApp } from "../model/store.ts";
import { toneOf } from "./words.ts";

const ROWS_MAX = 200;

export function VehicleTable({ session }: { readonly session: Session }): React.JSX.Element {
  const texts = useText();
  const { t, n } = texts;
  const roster = useApp((s) => s.roster);
  const details = useApp((s) => s.details);
  const selected = useApp((s) => s.selected);
  const agents = roster.filter((e) => e.driven === "agent").slice(0, ROWS_MAX);
  const others = roster.length - roster.filter((e) => e.driven === "agent").length;
  return (
    <section className="panel vehicles" id="vehicles" tabIndex={-1} aria-labelledby="vehicles-title">
      <h2 id="vehicles-title">{t("table.title")}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("table.vehicle")}</th>
            <th scope="col">{t("table.state")}</th>
            <th scope="col" className="number">{t("table.speed")}</th>
            <th scope="col" className="number">{t("table.energy")}</th>
          </tr>
        </thead>
        <tbody>
          {agents.map((e) => {
            const d = details.get(e.id);
            return (
              <tr key={e.id} className={e.id === selected ? "selected" : ""} onClick={() => session.select(e.id)}>
                <th scope="row">
                  <button aria-pressed={e.id === selected} onClick={() => session.select(e.id)}>
                    <span className="swatch" style={{ background: /^#[0-9a-f]{6}$/i.test(e.colour) ? e.colour : "#999999" }} aria-hidden="true" />
                    <bdi>{e.id}</bdi>
                  </button>
                </th>
                <td>{d === undefined ? "…" : <span className={`state ${toneOf(d)}`}>{t(`behaviour.${d.agent.behaviour}`)}</span>}</td>
                <td className="number"><bdi>{d === undefined ? "…" : `${fixed(d.actual.speedMps * 3.6, 0)} km/h`}</bdi></td>
                <td className="number"><bdi>{d === undefined ? "…" : `${fixed(d.socRatio * 100, 0)} %`}</bdi></td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {others > 0 && <p className="quiet">{n("table.others", { n: others })}</p>}
    </section>
  );
}
