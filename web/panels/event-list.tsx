/**
 * What happened, newest first; a press goes to its moment. The list is one stop for Tab however long it grows; inside it
 * the arrow keys, Home and End move, and as long as the focus is inside it the list stands still.
 */
import { useState } from "react";
import { fixed, useText } from "../i18n/text.tsx";
import type { Session } from "../model/session.ts";
import { useApp } from "../model/store.ts";

const SHOWN_MAX = 100;

/** The button the focus goes to from `from` when `key` is pressed; undefined when the key is not the list's. */
function neighbour(list: HTMLElement, from: Element | null, key: string): HTMLElement | undefined {
  const buttons = [...list.querySelectorAll("button")];
  const i = buttons.findIndex((button) => button === from);
  switch (key) {
    case "ArrowDown":
      return buttons[Math.min(i + 1, buttons.length - 1)];
    case "ArrowUp":
      return buttons[Math.max(i - 1, 0)];
    case "Home":
      return buttons[0];
    case "End":
      return buttons.at(-1);
    default:
      return undefined;
  }
}

export function EventList({ session }: { readonly session: Session }): React.JSX.Element {
  const { t } = useText();
  const newest = useApp((s) => s.notes);
  const [held, setHeld] = useState<typeof newest | undefined>(undefined);
  const notes = held ?? newest;
  const [stop, setStop] = useState<string | undefined>(undefined);
  const seen = new Map<string, number>();
  const rows = notes.slice(-SHOWN_MAX).map((note) => {
    const words = `${note.tick} ${note.source} ${note.code} ${note.text}`;
    const times = seen.get(words) ?? 0;
    seen.set(words, times + 1);
    return { note, key: `${words} ${times}` };
  }).reverse();
  const tabStop = rows.some(({ key }) => key === stop) ? stop : rows[0]?.key;
  return (
    <section className="panel events" aria-labelledby="events-title">
      <h2 id="events-title">{t("events.title")}</h2>
      {rows.length === 0 && <p className="quiet">{t("events.none")}</p>}
      <ol
        onFocus={() => setHeld(notes)}
        onBlur={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget)) setHeld(undefined);
        }}
        onKeyDown={(event) => {
          const to = neighbour(event.currentTarget, document.activeElement, event.key);
          if (to === undefined) return;
          // End and the arrows also mean something to the page.
          event.preventDefault();
          event.stopPropagation();
          to.focus();
        }}
      >
        {rows.map(({ note, key }) => (
          <li key={key}>
            <button tabIndex={key === tabStop ? 0 : -1} onFocus={() => setStop(key)} onClick={() => session.seek(note.tick)}>
              <bdi className="when">{fixed(note.timeUs / 1e6, 2)} s</bdi>
              <span className={`state ${note.level === "error" ? "bad" : note.level === "warn" ? "warn" : "calm"}`}><bdi>{note.source}</bdi></span>
              <bdi lang="en">{note.text}</bdi>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
