/** One button per fault kind; severity and duration apply to the next press. */
import { useState } from "react";
import { FAULT_KINDS, type FaultKind } from "../../fleet-core/contract/fault.ts";
import { fixed, useText } from "../i18n/text.tsx";
import type { Session } from "../model/session.ts";
import { useApp } from "../model/store.ts";

const KINDS = Object.keys(FAULT_KINDS) as readonly FaultKind[];
const DURATIONS: readonly (number | undefined)[] = [3, 10, 30, 60, undefined];

export function FaultPanel({ session }: { readonly session: Session }): React.JSX.Element {
  const { t, n } = useText();
  const selected = useApp((s) => s.selected);
  const agent = useApp((s) => s.roster.some((e) => e.id === s.selected && e.driven === "agent"));
  const ended = useApp((s) => s.status?.ended !== undefined);
  const [severity, setSeverity] = useState<number | undefined>(undefined);
  const [duration, setDuration] = useState<number | undefined>(10);
  const [last, setLast] = useState<FaultKind>("brake-fade");
  const shown = severity ?? FAULT_KINDS[last].defaultSeverity;

  function press(kind: FaultKind): void {
    setLast(kind);
    // A slider that was moved keeps its value for all kinds; untouched, each kind brings its own.
    const target = FAULT_KINDS[kind].target === "core" ? "core" : selected;
    if (target !== undefined) session.inject(kind, target, severity ?? FAULT_KINDS[kind].defaultSeverity, duration);
  }

  return (
    <section className="faults" aria-labelledby="fault-title">
      <div className="fault-head">
        <h2 id="fault-title">{t("fault.title")} {agent && selected !== undefined && <span className="quiet">{n("fault.into", { target: selected })}</span>}</h2>
        <label>
          <span className="quiet">{t("fault.severity")} <bdi>{fixed(shown, 2)}</bdi></span>
          <input type="range" min={0} max={1} step={0.05} value={shown} dir="ltr" onChange={(event) => setSeverity(Number(event.target.value))} />
        </label>
        <label>
          <span className="quiet">{t("fault.duration")}</span>
          <select value={duration ?? ""} onChange={(event) => setDuration(event.target.value === "" ? undefined : Number(event.target.value))}>
            {DURATIONS.map((d) => (
              <option key={d ?? "forever"} value={d ?? ""}>{d === undefined ? t("fault.forever") : t("fault.seconds", { n: d })}</option>
            ))}
          </select>
        </label>
        <p className="quiet small hint">{agent ? `${t(`fault.${last}`)}: ${t(`severity.${last}`)}` : t("fault.needVehicle")}</p>
      </div>
      <div className="fault-grid">
        {KINDS.map((kind) => (
          <button key={kind} disabled={ended || (!agent && FAULT_KINDS[kind].target === "vehicle")} onClick={() => press(kind)} onFocus={() => setLast(kind)} onPointerEnter={() => setLast(kind)}>
            {t(`fault.${kind}`)}
          </button>
        ))}
      </div>
    </section>
  );
}
