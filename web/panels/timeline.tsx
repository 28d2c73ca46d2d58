/**
 * Play, pause, step, speed, scrub. Always left to right, in Arabic too: time on a player does not mirror. The slider's
 * thumb and the clock are moved without React, from one timer.
 */
import { useEffect, useRef } from "react";
import { fixed, useText } from "../i18n/text.tsx";
import type { Session } from "../model/session.ts";
import { useApp } from "../model/store.ts";
import type { TwinNote } from "../../fleet-core/contract/twin-view.ts";

const SPEEDS: readonly number[] = [0.25, 0.5, 1, 2, 4, 8, 16, 1000];
const MARKERS_MAX = 120;
const EVERY_MS = 100;

/** The axis of slider, markers and strip: never shorter than half a minute, so that it does not jump about at the start. */
export const axisTicks = (lastTick: number, tickUs: number): number => Math.max(lastTick, 30e6 / tickUs);

export function Timeline({ session }: { readonly session: Session }): React.JSX.Element {
  const { t, n } = useText();
  const status = useApp((s) => s.status);
  const view = useApp((s) => s.view);
  const range = useRef<HTMLInputElement>(null);
  const clock = useRef<HTMLElement>(null);
  const tickNumber = useRef<HTMLElement>(null);
  const holding = useRef(false);

  useEffect(() => {
    const timer = window.setInterval(() => {
      const { playhead, history, tickUs } = session;
      const slider = range.current;
      const axis = axisTicks(history.lastTick, tickUs);
      if (slider !== null && !holding.current) {
        slider.max = String(Math.ceil(axis));
        slider.min = "0";
        slider.value = String(Math.round(playhead.tick));
      }
      if (slider !== null) {
        slider.setAttribute("aria-valuetext", `${fixed((playhead.tick * tickUs) / 1e6, 2)} s`);
        slider.style.setProperty("--known", `${(history.lastTick / axis) * 100}%`);
        slider.style.setProperty("--at", `${(playhead.tick / axis) * 100}%`);
      }
      if (clock.current !== null) clock.current.textContent = `${fixed((playhead.tick * tickUs) / 1e6, 2)} s`;
      if (tickNumber.current !== null) tickNumber.current.textContent = String(Math.round(playhead.tick));
    }, EVERY_MS);
    return () => window.clearInterval(timer);
  }, [session]);

  const running = view === "past-playing" || (view === "live" && status?.playing === true);
  const speed = status?.speed ?? 1;
  return (
    <div className="timeline" dir="ltr">
      <div className="transport">
        <button className="icon" onClick={() => session.stepBack()} aria-label={t("play.back")} title={`${t("play.back")} (,)`} aria-keyshortcuts=",">
          <svg viewBox="0 0 20 20" aria-hidden="true"><path d="M12.5 4.5 7 10l5.5 5.5zM5 4.5v11" /></svg>
        </button>
        <button className="icon play" onClick={() => session.togglePlay()} aria-label={t(running ? "play.pause" : "play.play")} title={t(running ? "play.pause" : "play.play")} aria-keyshortcuts="Space">
          <svg viewBox="0 0 20 20" aria-hidden="true">{running ? <path d="M6.5 4v12M13.5 4v12" /> : <path className="filled" d="M6 3.5 16.5 10 6 16.5z" />}</svg>
        </button>
        <button className="icon" onClick={() => session.stepForward()} aria-label={t("play.step")} title={`${t("play.step")} (.)`} aria-keyshortcuts=".">
          <svg viewBox="0 0 20 20" aria-hidden="true"><path d="M7.5 4.5 13 10l-5.5 5.5zM15 4.5v11" /></svg>
        </button>
        <button className="icon" onClick={() => session.restart()} aria-label={t("play.restart")} title={t("play.restart")}>
          <svg viewBox="0 0 20 20" aria-hidden="true"><path d="M5 10a5.5 5.5 0 1 0 1.8-4.1M5 3.2v3.6h3.6" /></svg>
        </button>
        <span className="clock"><b ref={clock}>0.00 s</b> <span className="quiet">{t("play.tick")} <span ref={tickNumber}>0</span></span></span>
        <span className="spacer" />
        {status?.ended !== undefined && <span className="badge calm" dir="auto">{n("play.ended", { reason: status.ended })}</span>}
        {status !== undefined && status.playing && status.speed <= 16 && status.achieved > 0 && status.achieved < status.speed * 0.85 && <span className="quiet small" dir="auto">{n("play.slow", { rate: fixed(status.achieved, 1) })}</span>}
        <label>
          <span className="quiet">{t("play.speed")}</span>
          <select value={speed} onChange={(event) => session.setSpeed(Number(event.target.value))}>
            {!SPEEDS.includes(speed) && <option value={speed}>{speed}×</option>}
            {SPEEDS.map((s) => (
              <option key={s} value={s}>{s >= 1000 ? t("play.max") : `${s}×`}</option>
            ))}
          </select>
        </label>
        <button className={view === "live" ? "now on" : "now"} onClick={() => session.goLive()} disabled={view === "live"} title={t("play.live")} aria-keyshortcuts="End">{t(view === "live" ? "play.now" : "play.live")}</button>
      </div>
      <div className="scrub">
        <input
          ref={range}
          type="range"
          min={0}
          max={3000}
          step={1}
          defaultValue={0}
          aria-label={t("play.timeline")}
          onPointerDown={() => { holding.current = true; }}
          onPointerUp={() => { holding.current = false; }}
          onPointerCancel={() => { holding.current = false; }}
          onChange={(event) => session.seek(Number(event.target.value))}
          onKeyDown={(event) => {
            // The page's own arrows scrub by seconds; the slider's would by single ticks.
            if (event.key.startsWith("Arrow")) event.preventDefault();
          }}
        />
        <Markers session={session} />
      </div>
    </div>
  );
}

const marks = (code: string): string | undefined => (code.startsWith("fault.set") ? "fault" : code.startsWith("mrm") ? "mrm" : code.startsWith("collision") ? "alarm" : code.startsWith("mission.completed") ? "good" : undefined);

/** Marks over the slider; the events list has the same in words. */
function Markers({ session }: { readonly session: Session }): React.JSX.Element {
  const notes = useApp((s) => s.notes);
  const tick = useApp((s) => s.detailsTick);
  const axis = axisTicks(Math.max(tick, session.history.lastTick), session.tickUs);
  const shown = notes.filter((note: TwinNote) => marks(note.code) !== undefined).slice(-MARKERS_MAX);
  return (
    <div className="markers" aria-hidden="true">
      {shown.map((note, i) => (
        <i key={`${note.tick} ${note.code} ${i}`} className={marks(note.code)} style={{ left: `${(note.tick / axis) * 100}%` }} title={`${fixed(note.timeUs / 1e6, 2)} s  ${note.source}: ${note.text}`} />
      ))}
    </div>
  );
}
