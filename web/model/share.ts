/** Puts the link to this moment into the clipboard, or at least into the address bar. */
import type { TextKey } from "../i18n/en.ts";
import type { Session } from "./session.ts";

export function share(session: Session, t: (key: TextKey) => string): void {
  const url = session.shareUrl();
  history.replaceState(null, "", url);
  const write = navigator.clipboard as Clipboard | undefined;
  if (write === undefined) {
    session.toast(t("header.shareFailed"));
    return;
  }
  write.writeText(url).then(
    () => session.toast(t("header.shared")),
    () => session.toast(t("header.shareFailed")),
  );
}
