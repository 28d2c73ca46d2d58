/** The page's frame: header, picture, timeline, side panel. Chooses between the 3D picture and the map from above. */
import { lazy, Suspense, useEffect } from "react";
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
          <div className="overlay">
            <Notices session={session} />
            <DecisionCard session={session} />
          </div>
          <CameraBar session={session} />
        </section>
        <section className="deck">
          <Timeline session={session} />
          <EvidenceBar session={session} />
          <FaultPanel session={session} />
        </section>
        <aside className="side" aria-label={t("tabs.label")}>
          <VehicleTable session={session} />
          <VehiclePanel session={session} />
          <EventList session={session} />
        </aside>
      </main>
      <HelpDialog />
      <div className="toast" role="status" aria-live="polite">{toast === "no-server" ? t("source.noServer") : toast}</div>
    </div>
  );
}
