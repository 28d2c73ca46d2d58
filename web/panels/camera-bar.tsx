/** Five cameras, one pressed. */
import { useText } from "../i18n/text.tsx";
import type { Session } from "../model/session.ts";
import { useApp, type CameraMode } from "../model/store.ts";

const MODES: readonly CameraMode[] = [1, 2, 3, 4, 5];

export function CameraBar({ session }: { readonly session: Session }): React.JSX.Element | null {
  const { t } = useText();
  const camera = useApp((s) => s.camera);
  const webgl = useApp((s) => s.webgl);
  if (webgl !== "yes") return null;
  return (
    <div className="cameras" role="group" aria-label={t("camera.label")}>
      {MODES.map((mode) => (
        <button key={mode} aria-pressed={camera === mode} aria-keyshortcuts={String(mode)} onClick={() => session.setCamera(mode)}>
          <kbd aria-hidden="true">{mode}</kbd> {t(`camera.${mode}`)}
        </button>
      ))}
    </div>
  );
}
