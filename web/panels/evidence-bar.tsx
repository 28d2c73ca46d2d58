/** Record, Verify, Tamper, and the strip of ticks that turns green, or red at the first that differs. */
import { fixed, useText, type Texts } from "../i18n/text.tsx";
import type { ReactNode } from "react";
import type { Session } from "../model/session.ts";
import { useApp, type EvidenceState } from "../model/store.ts";
import { axisTicks } from "./timeline.tsx";

function download(bytes: Uint8Array, name: string): void {
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function EvidenceBar({ session }: { readonly session: Session }): React.JSX.Element {
  const texts = useText();
  const { t } = texts;
  const evidence = useApp((s) => s.evidence);
  const header = useApp((s) => s.header);
  const busy = evidence.kind === "recording";
  const has = evidence.kind !== "none" && evidence.kind !== "recording";

  async function record(): Promise<void> {
    const bytes = await session.record();
    if (bytes !== undefined) download(bytes, `${header?.info.scenario.replace(/\.xosc$/, "") ?? "run"}-${header?.info.seed ?? "0"}.mcap`);
  }
  async function verify(): Promise<void> {
    // Verify without a recording records first, without a download.
    if (!has) {
      const bytes = await session.record();
      if (bytes === undefined) return;
    }
    session.evidence.verify();
  }
  async function tamper(): Promise<void> {
    if (!has && (await session.record()) === undefined) return;
    session.evidence.tamper();
  }

  return (
    <section className="evidence" aria-labelledby="evidence-title">
      <h2 id="evidence-title" className="quiet">{t("evidence.title")}</h2>
      <div className="evidence-tools">
        <button disabled={busy || header === undefined} title={t("evidence.recordHint")} onClick={() => void record()}>
          <span className="dot" aria-hidden="true" />
          {t("evidence.record")}
        </button>
        <button className="accent" disabled={busy || header === undefined} title={t("evidence.verifyHint")} onClick={() => void verify()}>{t("evidence.verify")}</button>
        <button className="danger" disabled={busy || header === undefined} title={t("evidence.tamperHint")} onClick={() => void tamper()}>{t("evidence.tamper")}</button>
        <p className={`evidence-text ${toneOf(evidence)}`} role="status" aria-live="polite">{textOf(evidence, texts)}</p>
      </div>
      <Strip evidence={evidence} session={session} label={t("evidence.title")} />
    </section>
  );
}

function toneOf(e: EvidenceState): string {
  return e.kind === "identical" ? "good" : e.kind === "different" || e.kind === "failed" ? "bad" : e.kind === "ready" && e.tampered !== undefined ? "warn" : "";
}

function textOf(e: EvidenceState, { t, n }: Texts): ReactNode {
  switch (e.kind) {
    case "none":
      return t("evidence.idle");
    case "recording":
      return t("evidence.recording");
    case "ready":
      return e.tampered === undefined ? n("evidence.ready", { size: fixed(e.bytes / 1000, 0) }) : n("evidence.tampered", { what: e.tampered });
    case "verifying":
      return n("evidence.verifying", { tick: e.tick, total: e.totalTicks });
    case "identical":
      return n("evidence.identical", { total: e.totalTicks, hash: <code>{e.hash}</code> });
    case "different": {
      const d = e.difference;
      if (d.tick === undefined) return <>{t("evidence.file")}: <bdi>{d.text}</bdi></>;
      const where = d.entity === undefined ? n("evidence.different", { tick: d.tick }) : n("evidence.differentAt", { tick: d.tick, entity: d.entity, field: d.field ?? "" });
      const values = d.recorded === undefined || d.replayed === undefined ? <bdi>{d.text}</bdi> : n("evidence.values", { recorded: <code>{d.recorded}</code>, replayed: <code>{d.replayed}</code> });
      return (
        <>
          {where}: {values}
        </>
      );
    }
    case "failed":
      return n("evidence.failed", { reason: e.reason });
  }
}

function Strip({ evidence, session, label }: { readonly evidence: EvidenceState; readonly session: Session; readonly label: string }): React.JSX.Element {
  // Drawn on the timeline's axis, so that a tick of the strip stands under the same tick of the slider.
  const axis = axisTicks(Math.max(session.history.lastTick, "totalTicks" in evidence ? evidence.totalTicks : 0), session.tickUs);
  const done = evidence.kind === "verifying" || evidence.kind === "different" ? evidence.tick : evidence.kind === "identical" ? evidence.totalTicks : 0;
  const total = "totalTicks" in evidence ? evidence.totalTicks : 0;
  const percent = (ticks: number): string => `${Math.min(100, (ticks / axis) * 100)}%`;
  return (
    <div className="strip" dir="ltr" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={Math.max(1, total)} aria-valuenow={done}>
      <span className="todo" style={{ width: percent(total) }} />
      <span className="done" style={{ width: percent(done) }} />
      {evidence.kind === "different" && <span className="wrong" style={{ left: percent(evidence.tick) }} />}
    </div>
  );
}
