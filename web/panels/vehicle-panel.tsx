/** One vehicle: what it does and why, then the figures, each with its unit and age. */
import type { ReactNode } from "react";
import { fixed, useText } from "../i18n/text.tsx";
import type { Session } from "../model/session.ts";
import { useApp } from "../model/store.ts";
import { Plot } from "./plot.tsx";
import { Reason } from "./reason.tsx";
import { mrmText, toneOf } from "./words.ts";

export function VehiclePanel({ session }: { readonly session: Session }): React.JSX.Element {
  const texts = useText();
  const { t, n } = texts;
  const selected = useApp((s) => s.selected);
  const entity = useApp((s) => s.roster.find((e) => e.id === s.selected));
  const detail = useApp((s) => (s.selected === undefined ? undefined : s.details.get(s.selected)));
  const mission = useApp((s) => s.missions.find((m) => m.vehicleId === s.selected));
  const profile = useApp((s) => (entity?.profile === undefined ? undefined : s.header?.profiles.get(entity.profile)));

  if (selected === undefined || entity === undefined) {
    return (
      <section className="panel" aria-labelledby="vehicle-title">
        <h2 id="vehicle-title">{t("panel.title")}</h2>
        <p className="quiet">{t("panel.none")}</p>
      </section>
    );
  }
  if (detail === undefined) {
    return (
      <section className="panel" aria-labelledby="vehicle-title">
        <h2 id="vehicle-title"><bdi>{selected}</bdi></h2>
        <p className="quiet">{t("panel.scenario")}</p>
      </section>
    );
  }
  const { agent } = detail;
  const tone = toneOf(detail);
  const kmh = (mps: number): string => `${fixed(mps * 3.6, 1)} km/h`;
  const none = <span className="quiet">{t("panel.nothing")}</span>;
  const rows: readonly (readonly [string, ReactNode])[] = [
    [t("panel.speed"), <><bdi>{kmh(detail.actual.speedMps)}</bdi> <span className="quiet">{t("panel.target")} <bdi>{kmh(agent.targetSpeedMps)}</bdi></span></>],
    [t("panel.mrm"), agent.mrm.kind === "none" ? none : <span className="state bad">{mrmText(agent.mrm, texts)}</span>],
    [t("panel.mission"), agent.missionId === undefined ? none : <><bdi>{agent.missionId}</bdi> <span className="quiet">{texts.maybe(`mission.${mission?.state ?? ""}`, mission?.state ?? "")}</span> <Meter ratio={agent.missionProgressRatio} label={t("panel.mission")} /></>],
    [t("panel.energy"), <><bdi>{fixed(detail.socRatio * 100, 1)} %</bdi> <Meter ratio={detail.socRatio} label={t("panel.energy")} /></>],
    [t("panel.link"), <><bdi>{detail.link.path ?? t("panel.linkNone")}</bdi> <span className="quiet">{Number.isFinite(detail.link.coreAgeUs) ? n("panel.linkAge", { age: fixed(detail.link.coreAgeUs / 1e6, 1) }) : t("panel.never")}</span></>],
    [t("panel.error"), <><bdi>{fixed(detail.localisationErrorM, 2)} m</bdi> <span className="quiet">{t("panel.bound")} <bdi>{fixed(agent.estimate.sigmaM, 2)} m</bdi></span></>],
    [t("panel.lead"), agent.lead === undefined ? none : n("panel.leadText", { id: agent.lead.id, gap: fixed(agent.lead.gapM, 1) })],
    [t("panel.tracked"), <bdi>{detail.tracked}</bdi>],
    [t("panel.degraded"), agent.degraded.length === 0 ? none : <span className="chips">{agent.degraded.map((d) => <span className="chip warn" key={`${d.input} ${d.code}`}><bdi>{d.input}: {d.code}</bdi></span>)}</span>],
    [t("panel.faults"), detail.faults.length === 0 ? none : <span className="chips">{detail.faults.map((f) => <span className="chip bad" key={f}>{t(`fault.${f}`)}</span>)}</span>],
  ];
  return (
    <section className="panel vehicle" aria-labelledby="vehicle-title">
      <h2 id="vehicle-title"><bdi>{selected}</bdi> <span className="quiet"><bdi>{profile?.name ?? entity.model}</bdi></span></h2>
      <p className="why"><span className={`state ${tone}`}>{t(`behaviour.${agent.behaviour}`)}</span> <Reason reason={agent.reason} /></p>
      {(agent.behaviour === "held" || agent.mrm.kind === "succeeded") && <button className="accent" onClick={() => session.send({ kind: "release", vehicleId: selected })}>{t("panel.release")}</button>}
      <Plot session={session} vehicleId={selected} />
      <dl className="figures">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Meter({ ratio, label }: { readonly ratio: number; readonly label: string }): React.JSX.Element {
  const percent = Math.round(Math.min(1, Math.max(0, ratio)) * 100);
  return (
    <span className="meter" role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent} dir="ltr">
      <span style={{ inlineSize: `${percent}%` }} />
    </span>
  );
}
