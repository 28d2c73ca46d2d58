/** What runs, from where, and the page's own settings. */
import { useText } from "../i18n/text.tsx";
import { setPrefs, usePrefs, type Theme } from "../model/prefs.ts";
import { share } from "../model/share.ts";
import type { Session } from "../model/session.ts";
import { useApp } from "../model/store.ts";

export function Header({ session }: { readonly session: Session }): React.JSX.Element {
  const { t, n, lang } = useText();
  const theme = usePrefs((p) => p.theme);
  const header = useApp((s) => s.header);
  const mode = useApp((s) => s.mode);
  const scenarios = useApp((s) => s.scenarios);
  const name = header?.info.scenario.replace(/\.xosc$/, "");
  const current = scenarios.find((s) => s.id === name || s.id.endsWith(`/${name ?? ""}`))?.id ?? "";
  return (
    <header className="top">
      <h1>
        <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
          <path d="M6 25 13 8h6l7 17" fill="none" stroke="currentColor" strokeWidth="3" strokeLinejoin="round" strokeLinecap="round" />
          <path d="M16 27v-4m0-4v-4" stroke="var(--warn)" strokeWidth="2.4" strokeLinecap="round" />
        </svg>
        {t("app.title")}
      </h1>
      {header !== undefined && (
        <p className="run">
          <span className={`badge ${mode === "live" ? "good" : "calm"}`}>{t(mode === "live" ? "mode.live" : "mode.local")}</span>
          <span className="seed">{n("header.seed", { seed: header.info.seed })}</span>
        </p>
      )}
      <div className="tools">
        {scenarios.length > 0 && (
          <label>
            <span className="quiet">{t("header.scenario")}</span>
            <select value={current} onChange={(event) => session.openLocal({ scenario: event.target.value })}>
              {current === "" && <option value="">{header?.info.title ?? "…"}</option>}
              {scenarios.map((s) => (
                <option key={s.id} value={s.id} title={s.description}>{s.title}</option>
              ))}
            </select>
          </label>
        )}
        {mode === "live" ? (
          <button onClick={() => session.openLocal({ ...(header === undefined ? {} : { seed: header.info.seed, egoProfile: header.egoProfile }) })}>{t("mode.switchLocal")}</button>
        ) : (
          <button onClick={() => session.openLive()}>{t("mode.switchLive")}</button>
        )}
        <button className="accent" onClick={() => share(session, t)}>{t("header.share")}</button>
        <label>
          <span className="quiet">{t("header.theme")}</span>
          <select value={theme} onChange={(event) => setPrefs({ theme: event.target.value as Theme })}>
            {(["system", "dark", "light"] as const).map((name2) => (
              <option key={name2} value={name2}>{t(`theme.${name2}`)}</option>
            ))}
          </select>
        </label>
        <button lang={lang === "en" ? "ar" : "en"} onClick={() => setPrefs({ lang: lang === "en" ? "ar" : "en" })}>{t("header.language")}</button>
        <button aria-keyshortcuts="?" onClick={() => useApp.setState({ help: true })} aria-label={t("header.help")} title={t("header.help")}>?</button>
      </div>
    </header>
  );
}
