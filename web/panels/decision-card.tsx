/** After a fault: what the vehicle decided, why, and how long after the injection. */
import { fixed, useText } from "../i18n/text.tsx";
import type { Session } from "../model/session.ts";
import { useApp } from "../model/store.ts";
import { mrmText } from "./words.ts";

export function DecisionCard({ session }: { readonly session: Session }): React.JSX.Element {
  const texts = useText();
  const { t, n } = texts;
  const decision = useApp((s) => s.decisions.findLast((d) => d.vehicleId === s.selected) ?? s.decisions.at(-1));
  const refusal = useApp((s) => s.refusal);
  const seconds = (ticks: number): string => fixed((ticks * session.tickUs) / 1e6, 2);
  return (
    <section className="panel decision" aria-labelledby="decision-title" aria-live="polite">
      <h2 id="decision-title">{t("decision.title")}</h2>
      {refusal !== undefined && <p className="state bad"><bdi>{refusal.reason}</bdi></p>}
      {decision === undefined ? (
        <p className="quiet">{t("decision.none")}</p>
      ) : (
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
                return (
                  <li key={change.tick}>
                    <span className="latency">{n("decision.after", { latency: seconds(change.tick - decision.injectedTick) })}</span>
                    <span className={`state ${change.mrm.kind !== "none" ? "bad" : change.behaviour === "held" ? "bad" : "good"}`}>{change.mrm.kind === "none" ? t(`behaviour.${change.behaviour}`) : mrmText(change.mrm, texts)}</span>
                    <bdi lang="en">{change.mrm.kind === "none" ? change.reason.text : change.mrm.reason.text}</bdi>{" "}
                    <span className="quiet">{n("decision.target", { before: fixed(before.targetSpeedMps, 1), after: fixed(change.targetSpeedMps, 1) })}</span>
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
