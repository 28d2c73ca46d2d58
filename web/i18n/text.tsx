/**
 * Texts in the chosen language, as strings and as nodes whose filled-in parts are isolated, so that an id or a number
 * never changes the direction of the sentence around it.
 */
import { Fragment, type ReactNode } from "react";
import { usePrefs, type Lang } from "../model/prefs.ts";
import { ar } from "./ar.ts";
import { en, type TextKey } from "./en.ts";

const TEXTS: Readonly<Record<Lang, Readonly<Record<TextKey, string>>>> = { en, ar };

export type Values = Readonly<Record<string, string | number>>;

export function textOf(lang: Lang, key: TextKey, values: Values = {}): string {
  return TEXTS[lang][key].replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

export function nodeOf(lang: Lang, key: TextKey, values: Readonly<Record<string, ReactNode>>): ReactNode {
  const parts = TEXTS[lang][key].split(/\{(\w+)\}/);
  return parts.map((part, i) => <Fragment key={i}>{i % 2 === 0 ? part : <bdi>{values[part]}</bdi>}</Fragment>);
}

export interface Texts {
  readonly lang: Lang;
  t(key: TextKey, values?: Values): string;
  n(key: TextKey, values: Readonly<Record<string, ReactNode>>): ReactNode;
  /** The key's text if there is such a key, else the fallback: for words that come from elsewhere. */
  maybe(key: string, fallback: string): string;
}

export function useText(): Texts {
  const lang = usePrefs((p) => p.lang);
  return {
    lang,
    t: (key, values) => textOf(lang, key, values),
    n: (key, values) => nodeOf(lang, key, values),
    maybe: (key, fallback) => (Object.hasOwn(en, key) ? TEXTS[lang][key as TextKey] : fallback),
  };
}

/** A number with a fixed count of decimals, Western digits in both languages so that it can be compared and copied. */
export const fixed = (value: number, digits: number): string => (Object.is(Math.round(value * 10 ** digits), -0) ? 0 : value).toFixed(digits);
