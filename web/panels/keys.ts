/** The keyboard map. Keys never act while somebody types into a field. */
import { textOf } from "../i18n/text.tsx";
import { usePrefs } from "../model/prefs.ts";
import { share } from "../model/share.ts";
import type { Session } from "../model/session.ts";
import { useApp, type CameraMode } from "../model/store.ts";

const takesKeys = (target: EventTarget | null): boolean => target instanceof HTMLElement && target.closest("input:not([type=range]), select, textarea, dialog[open]") !== null;

export function installKeys(session: Session): () => void {
  const second = (): number => 1e6 / session.tickUs;

  function nextVehicle(step: 1 | -1): void {
    const { roster, selected } = useApp.getState();
    const ids = roster.filter((e) => e.driven === "agent").map((e) => e.id);
    if (ids.length === 0) return;
    const i = ids.indexOf(selected ?? "");
    session.select(ids[(i + step + ids.length) % ids.length]);
  }

  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || takesKeys(event.target)) return;
    // Space on a focused button presses that button, as everywhere.
    const onButton = event.target instanceof HTMLElement && event.target.closest("button, a, summary") !== null;
    switch (event.key) {
      case " ":
        if (onButton) return;
        session.togglePlay();
        break;
      case ".":
        session.stepForward();
        break;
      case ",":
        session.stepBack();
        break;
      case "ArrowLeft":
        session.seek(session.playhead.tick - second() * (event.shiftKey ? 5 : 1));
        break;
      case "ArrowRight":
        if (session.playhead.mode !== "live") session.seek(session.playhead.tick + second() * (event.shiftKey ? 5 : 1));
        break;
      case "End":
        session.goLive();
        break;
      case "1":
      case "2":
      case "3":
      case "4":
      case "5":
        session.setCamera(Number(event.key) as CameraMode);
        break;
      case "n":
        nextVehicle(1);
        break;
      case "N":
        nextVehicle(-1);
        break;
      case "c":
        share(session, (key) => textOf(usePrefs.getState().lang, key));
        break;
      case "?":
        useApp.setState({ help: true });
        break;
      default:
        return;
    }
    event.preventDefault();
  }
  // After a mouse press the button gives the focus back, or Space would press it again instead of pausing. `detail` is 0
  // for presses by keyboard, which keep it.
  function onClick(event: MouseEvent): void {
    if (event.detail > 0 && event.target instanceof HTMLElement && event.target.closest("dialog") === null) event.target.closest("button")?.blur();
  }
  window.addEventListener("keydown", onKey);
  window.addEventListener("click", onClick);
  return () => {
    window.removeEventListener("keydown", onKey);
    window.removeEventListener("click", onClick);
  };
}
