/** What happened, newest first; a press goes to its moment. */
import { fixed, useText } from "../i18n/text.tsx";
import type { Session } from "../model/session.ts";
import { useApp } from "../model/store.ts";

const SHOWN_MAX = 100;

export function EventList({ session }: { readonly session: Session }): React.JSX.Element {
  const { t } = useText();
  const notes = useApp((s) => s.notes);
  return (
    <section className="panel events" aria-labelledby="events-title">
      <h2 id="events-title">{t("events.title")}</h2>
      {notes.length === 0 && <p className="quiet">{t("events.none")}</p>}
      <ol>
        {notes.slice(-SHOWN_MAX).reverse().map((note, i) => (
          <li key={`${note.tick} ${note.source} ${note.code} ${notes.length - i}`}>
            <button onClick={() => session.seek(note.tick)}>
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
