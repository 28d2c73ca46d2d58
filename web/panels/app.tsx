/** The page's frame: header, picture, timeline, side panel. Chooses between the 3D picture and the map from above. */
import { lazy, Suspense, useEffect, useState } from "react";
import { useText } from "../i18n/text.tsx";
import type { Session } from "../model/session.ts";
import { useApp } from "../model/store.ts";
import type { FrameStats } from "../scene/twin-canvas.tsx";
import type { Quality } from "../scene/quality.ts";
import { CameraBar } from "./camera-bar.tsx";
import { DecisionCard } from "./decision-card.tsx";
import { EventList } from "./event-list.tsx";
import { EvidenceBar } from "./evidence-bar.tsx";
import { FaultPanel } from "./fault-panel.tsx";
import { Header } from "./header.tsx";
import { HelpDialog } from "./help-dialog.tsx";
import { installKeys } from "./keys.ts";
import { MapView } from "./map-view.tsx";
import { Notices } from "./notices.tsx";
import { Timeline } from "./timeline.tsx";
import { VehiclePanel } from "./vehicle-panel.tsx";
import { VehicleTable } from "./vehicle-table.tsx";

const TwinCanvas = lazy(async () => ({ default: (await import("../scene/twin-canvas.tsx")).TwinCanvas }));

interface Props {
  readonly session: Session;
  readonly quality: Quality;
  readonly stats: FrameStats;
}

export function App({ session, quality, stats }: Props): React.JSX.Element {
  const { t } = useText();
  const webgl = useApp((s) => s.webgl);
  const toast = useApp((s) => s.toast);
  useEffect(() => installKeys(session), [session]);

  return (
    <div className="page">
      <a className="skip" href="#vehicles">{t("app.skip")}</a>
      <Header session={session} />
      <main className="layout">
        <section className="picture" aria-label={t("app.title")}>
          {webgl === "yes" ? (
            <Suspense fallback={<p className="veil">{t("scene.loading")}</p>}>
              <TwinCanvas session={session} quality={quality} stats={stats} label={t("scene.label")} />
            </Suspense>
          ) : (
            <MapView session={session} label={t("scene.map")} />
          )}
          <Notices session={session} />
          <CameraBar session={session} />
        </section>
        <section className="deck">
          <Timeline session={session} />
          <EvidenceBar session={session} />
        </section>
        <Side session={session} />
      </main>
      <HelpDialog />
      <div className="toast" role="status" aria-live="polite">{toast === "no-server" ? t("source.noServer") : toast}</div>
    </div>
  );
}

type Tab = "fault" | "events";

function Side({ session }: { readonly session: Session }): React.JSX.Element {
  const { t } = useText();
  const [tab, setTab] = useState<Tab>("fault");
  return (
    <aside className="side" aria-label={t("tabs.label")}>
      <VehicleTable session={session} />
      <VehiclePanel session={session} />
      <div className="tabs" role="tablist" aria-label={t("tabs.label")}>
        {(["fault", "events"] as const).map((name) => (
          <button
            key={name}
            role="tab"
            id={`tab-${name}`}
            aria-selected={tab === name}
            aria-controls="tab-body"
            tabIndex={tab === name ? 0 : -1}
            onClick={() => setTab(name)}
            onKeyDown={(event) => {
              if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
              event.stopPropagation();
              const other = name === "fault" ? "events" : "fault";
              setTab(other);
              document.getElementById(`tab-${other}`)?.focus();
            }}
          >
            {t(`tabs.${name}`)}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="tab-body" aria-labelledby={`tab-${tab}`} className="tab-body">
        {tab === "fault" ? (
          <>
            <FaultPanel session={session} />
            <DecisionCard session={session} />
          </>
        ) : (
          <EventList session={session} />
        )}
      </div>
    </aside>
  );
}
