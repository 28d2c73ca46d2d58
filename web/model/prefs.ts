/** Language and theme: from the address, else from last time, else from the system. */
import { create } from "zustand";

export type Lang = "en" | "ar";
export type Theme = "system" | "dark" | "light";

export interface Prefs {
  readonly lang: Lang;
  readonly theme: Theme;
}

const KEY = "atlasmesh.prefs";

function stored(): Partial<Prefs> {
  try {
    const value = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Record<string, unknown>;
    return {
      ...(value["lang"] === "en" || value["lang"] === "ar" ? { lang: value["lang"] } : {}),
      ...(value["theme"] === "dark" || value["theme"] === "light" || value["theme"] === "system" ? { theme: value["theme"] } : {}),
    };
  } catch {
    return {};
  }
}

function initial(): Prefs {
  const params = new URLSearchParams(location.search);
  const asked = params.get("lang");
  const theme = params.get("theme");
  const last = stored();
  const system: Lang = navigator.language.toLowerCase().startsWith("ar") ? "ar" : "en";
  return {
    lang: asked === "en" || asked === "ar" ? asked : (last.lang ?? system),
    theme: theme === "dark" || theme === "light" ? theme : (last.theme ?? "system"),
  };
}

export const usePrefs = create<Prefs>()(() => initial());

/** Puts the preferences on the document; called at start and on each change. */
export function applyPrefs(prefs: Prefs): void {
  const rootElement = document.documentElement;
  rootElement.lang = prefs.lang;
  rootElement.dir = prefs.lang === "ar" ? "rtl" : "ltr";
  if (prefs.theme === "system") rootElement.removeAttribute("data-theme");
  else rootElement.dataset["theme"] = prefs.theme;
}

export function setPrefs(change: Partial<Prefs>): void {
  usePrefs.setState(change);
  applyPrefs(usePrefs.getState());
  try {
    localStorage.setItem(KEY, JSON.stringify(usePrefs.getState()));
  } catch {
    // A private window without storage keeps the choice for this visit only.
  }
}
