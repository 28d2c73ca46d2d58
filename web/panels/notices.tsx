/** What the picture cannot say: connecting, lost, failed, nothing there yet, a broken link, no WebGL. */
import { useEffect, useState } from "react";
import { fixed, useText } from "../i18n/text.tsx";
import type { Session } from "../model/session.ts";
import { useApp } from "../model/store.ts";

export function Notices({ session }: { readonly session: Session }): React.JSX.Element {
  const { t, n } = useText();
  const source = useApp((s) => s.source);
  const header = useApp((s) => s.header);
  const roster = useApp((s) => s.roster);
  const status = useApp((s) => s.status);
  const mode = useApp((s) => s.mode);
  const webgl = useApp((s) => s.webgl);
  const problems = useApp((s) => s.problems);
  const [, beat] = useState(0);
  const lost = source.kind === "lost";
  useEffect(() => {
    if (!lost) return;
    const timer = window.setInterval(() => beat((x) => x + 1), 1000);
    return () => window.clearInterval(timer);
  }, [lost]);

  return (
    <div className="notices">
      {source.kind === "connecting" && <p className="notice" role="status">{t("source.connecting")}</p>}
      {source.kind === "lost" && (
        <div className="notice warn" role="alert">
          <p>{n("source.lost", { age: fixed((performance.now() - source.sinceMs) / 1000, 0) })}</p>
          <button onClick={() => session.openLocal({})}>{t("mode.switchLocal")}</button>
        </div>
      )}
      {source.kind === "failed" && (
        <div className="notice bad" role="alert">
          <p>{n("source.failed", { reason: source.reason })}</p>
          <button onClick={() => session.restart()}>{t("source.restart")}</button>
          {mode === "local" && <button onClick={() => session.openLive()}>{t("mode.switchLive")}</button>}
        </div>
      )}
      {source.kind === "open" && header !== undefined && status === undefined && <p className="notice" role="status">{t("scene.waiting")}</p>}
      {source.kind === "open" && status !== undefined && roster.length === 0 && session.ready && <p className="notice" role="status">{t("scene.empty")}</p>}
      {status?.goalTick !== undefined && <p className="notice" role="status">{n("play.seeking", { time: fixed((status.goalTick * session.tickUs) / 1e6, 1) })}</p>}
      {webgl !== "yes" && <p className="notice">{t(webgl === "no" ? "scene.noWebgl" : "scene.lostWebgl")}</p>}
      {problems.length > 0 && (
        <div className="notice warn" role="alert">
          <p>{t("problems.title")}</p>
          <ul>{problems.map((p) => <li key={p}><bdi>{p}</bdi></li>)}</ul>
          <button onClick={() => useApp.setState({ problems: [] })}>{t("problems.close")}</button>
        </div>
      )}
    </div>
  );
}
