/** Starts the page: preferences, session, React. The only file that ties them together. */
import "./no-eval.ts";
import { createRoot } from "react-dom/client";
import { App } from "./panels/app.tsx";
import { applyPrefs, usePrefs } from "./model/prefs.ts";
import { createSession } from "./model/session.ts";
import { useApp } from "./model/store.ts";
import { parseUrlState } from "./model/url-state.ts";
import { detectQuality } from "./scene/quality.ts";
import { installTestHook } from "./model/test-hook.ts";
import "./styles.css";

const base = new URL("./", document.baseURI);
const session = createSession(useApp, base);
const quality = detectQuality(new URLSearchParams(location.search));
const stats = { drawCalls: 0, triangles: 0, renderMs: 0, frames: 0 };
applyPrefs(usePrefs.getState());
if (!quality.webgl) useApp.setState({ webgl: "no" });
installTestHook(session, useApp, stats, quality);
session.start(parseUrlState(location.search));

const host = document.getElementById("root");
if (host !== null) createRoot(host).render(<App session={session} quality={quality} stats={stats} />);
