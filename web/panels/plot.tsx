/** Speed, target and acceleration of the last minute, drawn four times a second on a small canvas. Time runs to the right. */
import { useEffect, useRef } from "react";
import { fixed, useText } from "../i18n/text.tsx";
import type { Session } from "../model/session.ts";
import type { PlotSeries } from "../model/details-log.ts";

const WINDOW_S = 60;
const EVERY_MS = 250;

export function Plot({ session, vehicleId }: { readonly session: Session; readonly vehicleId: string }): React.JSX.Element {
  const { t } = useText();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    let drawn = "";
    const draw = (): void => {
      const end = session.playhead.mode === "live" ? session.history.lastTick : session.playhead.tick;
      const perS = 1e6 / session.tickUs;
      const series = session.detailsLog.series(vehicleId, end - WINDOW_S * perS, end, session.tickUs);
      const style = getComputedStyle(element);
      const key = `${series.timeS.at(-1) ?? 0} ${element.clientWidth} ${style.color}`;
      if (key === drawn) return;
      drawn = key;
      paint(element, series, end / perS, style);
    };
    draw();
    const timer = window.setInterval(draw, EVERY_MS);
    return () => window.clearInterval(timer);
  }, [session, vehicleId]);
  return (
    <figure className="plot" dir="ltr">
      <canvas ref={canvas} role="img" aria-label={t("plot.title")} />
      <figcaption dir="auto">
        <span className="key speed">{t("plot.speed")}</span> <span className="key target">{t("plot.target")}</span> <span className="key accel">{t("plot.accel")}</span>
      </figcaption>
    </figure>
  );
}

function paint(element: HTMLCanvasElement, series: PlotSeries, endS: number, style: CSSStyleDeclaration): void {
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const [w, h] = [element.clientWidth, element.clientHeight];
  element.width = Math.round(w * ratio);
  element.height = Math.round(h * ratio);
  const c = element.getContext("2d");
  if (c === null || w === 0) return;
  c.scale(ratio, ratio);
  const colour = (name: string): string => style.getPropertyValue(name).trim() || style.color;
  const top = Math.max(2, Math.ceil(Math.max(...series.speedMps, ...series.targetMps, 1) * 1.1));
  const bottom = Math.min(-2, Math.floor(Math.min(...series.accelMps2, 0)));
  const left = 30;
  const x = (s: number): number => left + ((s - (endS - WINDOW_S)) / WINDOW_S) * (w - left - 4);
  const y = (v: number): number => 4 + ((top - v) / (top - bottom)) * (h - 8);
  c.font = "11px system-ui, sans-serif";
  c.textAlign = "end";
  c.textBaseline = "middle";
  c.strokeStyle = colour("--line");
  c.fillStyle = colour("--dim");
  c.lineWidth = 1;
  for (const v of [top, top / 2, 0, bottom]) {
    c.beginPath();
    c.moveTo(left, y(v));
    c.lineTo(w, y(v));
    c.stroke();
    c.fillText(fixed(v, v % 1 === 0 ? 0 : 1), left - 5, Math.min(h - 6, Math.max(6, y(v))));
  }
  const line = (values: readonly number[], stroke: string, width: number, dash: readonly number[]): void => {
    c.beginPath();
    values.forEach((v, i) => (i === 0 ? c.moveTo(x(series.timeS[i] ?? 0), y(v)) : c.lineTo(x(series.timeS[i] ?? 0), y(v))));
    c.strokeStyle = stroke;
    c.lineWidth = width;
    c.setLineDash([...dash]);
    c.stroke();
    c.setLineDash([]);
  };
  c.save();
  c.beginPath();
  c.rect(left, 0, w - left, h);
  c.clip();
  line(series.accelMps2, colour("--warn"), 1.2, []);
  line(series.targetMps, colour("--dim"), 1.4, [5, 4]);
  line(series.speedMps, colour("--accent"), 2, []);
  c.restore();
}
