/** After a fault: what the vehicle decided, why, and how long after the injection. */
import { useState } from "react";
import { fixed, useText } from "../i18n/text.tsx";
import type { Session } from "../model/session.ts";
import { useApp } from "../model/store.ts";
import { Reason } from "./reason.tsx";
import { mrmText } from "./words.ts";

export function DecisionCard({ session }: { readonly session: Session }): React.JSX.Element {
  const texts = useText();
  const { t, n } = texts;
  const decision = useApp((s) => s.decisions.at(-1));
  const refusal = useApp((s) => s.refusal);
  const [closed, setClosed] = useState(0);
  const seconds = (ticks: number): string => fixed((ticks * session.tickUs) / 1e6, 2);
  const shown = refusal !== undefined || (decision !== undefined && decision.id !== closed);
  return (
    <section className={shown ? "decision" : "decision gone"} aria-label={t("decision.title")} aria-live="polite">
      {shown && (
        <>
          <h2>
            {t("decision.title")}
            <button
              className="close"
              aria-label={t("decision.close")}
              onClick={() => {
                setClosed(decision?.id ?? 0);
                useApp.setState({ refusal: undefined });
              }}
            >
              ×
            </button>
          </h2>
          {refusal !== undefined && <p className="state bad"><bdi>{refusal.reason}</bdi></p>}
        </>
      )}
      {shown && decision !== undefined && (
        <>
          <p className="injected">{n("decision.injected", { fault: t(`fault.${decision.fault.kind}`), target: decision.vehicleId, time: seconds(decision.injectedTick) })}</p>
          {decision.vehicleId === "core" ? (
            <p>{t("decision.core")}</p>
          ) : decision.changes.length === 0 ? (
            <p className="quiet">{t(decision.closed ? "decision.unchanged" : "decision.watching")}</p>
          ) : (
            <ol>
              {decision.changes.map((change, i) => {
                const before = decision.changes[i - 1] ?? decision.before;
                const alarmed = change.mrm.kind !== "none" || change.behaviour === "held";
                return (
                  <li key={change.tick}>
                    <span className="latency">{n("decision.after", { latency: seconds(change.tick - decision.injectedTick) })}</span>
                    <span className={`state ${alarmed ? "bad" : "good"}`}>{change.mrm.kind === "none" ? t(`behaviour.${change.behaviour}`) : mrmText(change.mrm, texts)}</span>
                    <span><Reason reason={change.mrm.kind === "none" ? change.reason : change.mrm.reason} /></span>
                    {Math.abs(change.targetSpeedMps - before.targetSpeedMps) >= 0.05 && <span className="quiet small">{n("decision.target", { before: fixed(before.targetSpeedMps, 1), after: fixed(change.targetSpeedMps, 1) })}</span>}
                  </li>
                );
              })}
            </ol>
          )}
        </>
      )}
    </section>
  );
}
