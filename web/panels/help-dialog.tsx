/** All keys on one card. */
import { useEffect, useRef } from "react";
import { useText } from "../i18n/text.tsx";
import type { TextKey } from "../i18n/en.ts";
import { useApp } from "../model/store.ts";

const ROWS: readonly (readonly [keys: string, text: TextKey])[] = [
  ["Space", "help.space"],
  [". ,", "help.step"],
  ["← →", "help.scrub"],
  ["End", "help.end"],
  ["↑ ↓", "help.events"],
  ["1 2 3 4 5", "help.cameras"],
  ["n N", "help.next"],
  ["W A S D", "help.fly"],
  ["c", "help.share"],
  ["?", "help.help"],
];

export function HelpDialog(): React.JSX.Element {
  const { t } = useText();
  const open = useApp((s) => s.help);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} aria-labelledby="help-title" onClose={() => useApp.setState({ help: false })}>
      <h2 id="help-title">{t("help.title")}</h2>
      <dl className="keys">
        {ROWS.map(([keys, text]) => (
          <div key={text}>
            <dt dir="ltr">{keys.split(" ").map((k) => <kbd key={k}>{k}</kbd>)}</dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
      </dl>
      <p>{t("help.mouse")}</p>
      <button onClick={() => useApp.setState({ help: false })}>{t("help.close")}</button>
    </dialog>
  );
}
