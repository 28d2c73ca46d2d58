/** The regulator's page: drop a bundle and a trust file, read two verdicts, execute the recordings again. All work is in the worker. */
import "./style.css";
import type { BundleVerdict, Finding } from "../../replay/evidence/verdict.ts";
import { fromDrop, fromFiles, isTrustFile } from "./input.ts";
import type { Executed, FromWorker, InputFile, ToWorker } from "./messages.ts";
import { ar, en, type TextKey } from "./texts.ts";
import VerifyWorker from "./verify-worker.ts?worker&inline";

interface RunState {
  readonly tick: number;
  readonly ticks: number;
  readonly outcome?: Executed;
  readonly elapsedMs?: number;
}
interface State {
  lang: "en" | "ar";
  bundle: readonly InputFile[];
  trust: InputFile | undefined;
  busy: boolean;
  refusal: { readonly code: string; readonly text: string } | undefined;
  verdict: BundleVerdict | undefined;
  elapsedMs: number;
  runs: Map<string, RunState>;
  queue: string[];
  running: string | undefined;
  /** Grows with every bundle or trust file: what the worker says about an earlier one is no longer true here. */
  request: number;
}

const state: State = { lang: navigator.language.startsWith("ar") ? "ar" : "en", bundle: [], trust: undefined, busy: false, refusal: undefined, verdict: undefined, elapsedMs: 0, runs: new Map(), queue: [], running: undefined, request: 0 };
const root = document.getElementById("root") as HTMLElement;
const worker = new VerifyWorker();
const send = (message: ToWorker): void => worker.postMessage(message);

const t = (key: TextKey, values: Readonly<Record<string, string | number | undefined>> = {}): string => (state.lang === "ar" ? ar : en)[key].replace(/\{(\w+)\}/g, (_, name: string) => `\u2068${values[name] ?? ""}\u2069`);

type Child = Node | string | undefined;
function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Readonly<Record<string, string | boolean | undefined>> = {}, ...children: readonly Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  for (const child of children) if (child !== undefined) element.append(child);
  return element;
}
const bdi = (text: string, className = ""): HTMLElement => h("bdi", className === "" ? {} : { class: className }, text);
const button = (id: string, label: string, press: () => void, disabled = false): HTMLButtonElement => {
  const element = h("button", { type: "button", id, disabled }, label);
  element.addEventListener("click", press);
  return element;
};

function picker(id: string, label: string, folder: boolean, take: (files: readonly InputFile[]) => void): HTMLElement {
  const input = h("input", { type: "file", id: `${id}-input`, hidden: true, multiple: true, "aria-label": label, webkitdirectory: folder, tabindex: "-1" });
  input.addEventListener("change", () => {
    fromFiles([...(input.files ?? [])]).then(take, failed);
    input.value = "";
  });
  return h("span", {}, button(id, label, () => input.click()), input);
}

function take(files: readonly InputFile[]): void {
  const trust = files.find(isTrustFile);
  const rest = files.filter((file) => file !== trust);
  if (trust !== undefined) state.trust = trust;
  if (rest.length > 0) state.bundle = rest;
  check();
}

function check(): void {
  state.verdict = undefined;
  state.refusal = undefined;
  state.runs = new Map();
  state.queue = [];
  state.running = undefined;
  state.request += 1;
  state.busy = state.bundle.length > 0;
  if (state.busy) send({ kind: "bundle", request: state.request, files: state.bundle, trust: state.trust?.bytes, nowMs: Date.now() });
  render();
}

function failed(problem: unknown): void {
  state.busy = false;
  state.running = undefined;
  state.refusal = { code: "failed", text: t("failed", { text: problem instanceof Error ? problem.message : String(problem) }) };
  render();
}

function next(): void {
  if (state.running !== undefined) return;
  state.running = state.queue.shift();
  if (state.running !== undefined) send({ kind: "execute", request: state.request, file: state.running });
}
function execute(files: readonly string[]): void {
  for (const file of files) if (file !== state.running && !state.queue.includes(file)) {
    state.queue.push(file);
    state.runs.set(file, { tick: 0, ticks: 0 });
  }
  next();
  render();
}

worker.onerror = (event) => failed(event.message === "" ? "the verifier's worker could not be started" : event.message);
worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
  if (data.kind !== "failed" && data.request !== state.request) return;
  switch (data.kind) {
    case "verdict":
      state.busy = false;
      state.verdict = data.verdict;
      state.elapsedMs = data.elapsedMs;
      break;
    case "refused":
      state.busy = false;
      state.refusal = data;
      break;
    case "progress":
      state.runs.set(data.file, { tick: data.tick, ticks: data.ticks });
      return progress(data.file);
    case "executed":
      state.runs.set(data.file, { tick: data.outcome.kind === "different" ? (data.outcome.tick ?? 0) : 1, ticks: data.outcome.kind === "refused" ? 1 : Math.max(1, data.outcome.ticks), outcome: data.outcome, elapsedMs: data.elapsedMs });
      state.running = undefined;
      next();
      break;
    case "failed":
      return failed(data.text);
  }
  render();
};

function findings(list: readonly Finding[]): HTMLElement {
  if (list.length === 0) return h("p", { class: "dim" }, t("noFindings"));
  return h("ul", { class: "findings" }, ...list.map((f) => h("li", {}, h("code", { dir: "ltr" }, f.code), " ", f.path === undefined ? undefined : bdi(f.path, "path"), " ", h("span", { dir: "ltr", lang: "en" }, f.text))));
}

const TONE: Readonly<Record<string, string>> = { authentic: "good", conformant: "good", untrusted: "open", "not-judged": "open", broken: "bad", "not-conformant": "bad" };
function card(id: string, title: TextKey, verdict: TextKey, list: readonly Finding[]): HTMLElement {
  return h("section", { class: `card ${TONE[verdict] ?? ""}`, id, "data-verdict": verdict, "aria-labelledby": `${id}-title` },
    h("h3", { id: `${id}-title` }, t(title)), h("p", { class: "verdict" }, h("span", { class: "mark", "aria-hidden": "true" }, TONE[verdict] === "good" ? "✓" : TONE[verdict] === "bad" ? "✗" : "?"), t(verdict)), findings(list));
}

function runText(run: RunState, durationS: number): { readonly tone: string; readonly text: string } {
  const { outcome } = run;
  if (outcome === undefined) return { tone: "", text: t("executing", { tick: run.tick, ticks: run.ticks }) };
  switch (outcome.kind) {
    case "identical":
      return { tone: "good", text: t("identical", { ticks: outcome.ticks, hash: outcome.hash, factor: ((durationS * 1000) / Math.max(1, run.elapsedMs ?? 1)).toFixed(1) }) };
    case "different":
      return { tone: "bad", text: t("different", { tick: outcome.tick ?? "?", entity: outcome.entity ?? "?", field: outcome.field, recorded: outcome.recorded, recomputed: outcome.recomputed }) };
    case "truncated":
      return { tone: "open", text: t("truncated", { ticks: outcome.ticks }) };
    case "refused":
      return { tone: "bad", text: t("refused", { text: outcome.text }) };
  }
}

function strip(run: RunState | undefined): HTMLElement {
  const { outcome } = run ?? {};
  const share = run === undefined ? 0 : outcome?.kind === "identical" || outcome?.kind === "truncated" ? 1 : run.ticks === 0 ? 0 : Math.min(1, run.tick / run.ticks);
  const bar = h("span", { class: `strip ${outcome === undefined ? "" : runText(run as RunState, 1).tone}`, "aria-hidden": "true" });
  const done = h("span", { class: "done" });
  done.style.inlineSize = `${(share * 100).toFixed(1)}%`;
  bar.append(done);
  if (outcome?.kind === "different") {
    const wrong = h("span", { class: "wrong" });
    wrong.style.insetInlineStart = `${(share * 100).toFixed(1)}%`;
    bar.append(wrong);
  }
  return bar;
}

function runRow(file: string, scenario: string, durationS: number): HTMLElement {
  const run = state.runs.get(file);
  const { tone, text } = run === undefined ? { tone: "", text: "" } : runText(run, durationS);
  const press = button(`execute-${file}`, t("execute"), () => execute([file]), run !== undefined && run.outcome === undefined);
  press.setAttribute("aria-label", `${t("execute")}: ${scenario}`);
  return h("li", { "data-file": file, "data-outcome": run?.outcome?.kind }, h("div", { class: "run" }, bdi(scenario, "name"), bdi(file, "path"), press), strip(run), h("p", { class: `outcome ${tone}`, role: "status" }, text));
}

/** Only the row that moved is drawn again. */
function progress(file: string): void {
  const row = root.querySelector(`li[data-file="${CSS.escape(file)}"]`);
  const run = state.runs.get(file);
  if (row === null || run === undefined) return;
  row.querySelector(".strip")?.replaceWith(strip(run));
  const outcome = row.querySelector(".outcome");
  if (outcome !== null) outcome.textContent = runText(run, 1).text;
}

function results(verdict: BundleVerdict): HTMLElement {
  const fact = (key: TextKey, value: string): readonly Child[] => [h("dt", {}, t(key)), h("dd", {}, bdi(value))];
  const { log } = verdict;
  return h("section", { "aria-labelledby": "results-title" }, h("h2", { id: "results-title" }, t("results")),
    h("div", { class: "cards", role: "status" }, card("authenticity", "authenticity", verdict.authenticity.verdict, verdict.authenticity.findings), card("conformance", "conformance", verdict.conformance.verdict, verdict.conformance.findings)),
    h("p", { class: "dim" }, t("independent")),
    h("dl", {}, ...fact("signedBy", verdict.signers.join(", ") || t("nobody")), ...fact("log", log === undefined ? t("none") : `${log.origin}, ${t("entries", { n: log.size })}`), ...fact("witnesses", log?.witnesses.join(", ") || t("none")),
      ...fact("witnessed", log?.witnessedMs === undefined ? t("none") : new Date(log.witnessedMs).toISOString()), ...fact("build", verdict.build ?? ""), ...fact("redacted", String(verdict.redacted)),
      ...fact("size", t("sizeText", { files: verdict.files, mb: (verdict.bytes / 1e6).toFixed(1), s: (state.elapsedMs / 1000).toFixed(2) }))),
    h("h2", {}, t("runs")), h("p", { class: "dim" }, t("runsHint")),
    verdict.runs.length > 1 ? button("execute-all", t("executeAll"), () => execute(verdict.runs.map((run) => run.file))) : undefined,
    h("ul", { class: "runs" }, ...verdict.runs.map((run) => runRow(run.file, run.scenario, run.durationS))));
}

function render(): void {
  const focus = document.activeElement?.id;
  document.documentElement.lang = state.lang;
  document.documentElement.dir = state.lang === "ar" ? "rtl" : "ltr";
  document.title = `${t("title")} · AtlasMesh`;
  const drop = h("section", { class: "drop", "aria-labelledby": "bundle-title" }, h("h2", { id: "bundle-title" }, t("bundle")), h("p", { class: "dim" }, t("bundleHint")),
    h("p", {}, picker("choose-file", t("chooseFile"), false, take), " ", picker("choose-folder", t("chooseFolder"), true, take), " ", state.bundle.length === 0 ? undefined : bdi(state.bundle.length === 1 ? (state.bundle[0]?.path ?? "") : `${state.bundle[0]?.path.split("/")[0] ?? ""}/`, "path")));
  const trust = h("section", { class: "drop", "aria-labelledby": "trust-title" }, h("h2", { id: "trust-title" }, t("trust")), h("p", { class: "dim" }, t("trustHint")),
    h("p", {}, picker("choose-trust", t("chooseTrust"), false, take), " ", bdi(state.trust?.path ?? t("noTrust"), "path")));
  const tools = h("span", { class: "tools" },
    button("language", t("language"), () => {
      state.lang = state.lang === "ar" ? "en" : "ar";
      render();
    }),
    button("theme", t("theme"), () => {
      const light = getComputedStyle(document.documentElement).colorScheme === "light";
      document.documentElement.dataset["theme"] = light ? "dark" : "light";
    }));
  tools.firstElementChild?.setAttribute("lang", state.lang === "ar" ? "en" : "ar");
  const refusal = state.refusal === undefined ? undefined : h("section", { class: "card bad", id: "refusal", role: "alert" }, h("h2", {}, t("sealed")), findings([state.refusal]));
  root.replaceChildren(h("main", {}, h("header", {}, h("h1", {}, t("title")), tools), h("p", { class: "dim" }, t("lead")), drop, trust, state.busy ? h("p", { role: "status" }, t("working")) : undefined, refusal, state.verdict === undefined ? undefined : results(state.verdict)));
  if (focus !== undefined && focus !== "") document.getElementById(focus)?.focus();
}

document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.documentElement.classList.add("over");
});
document.addEventListener("dragleave", () => document.documentElement.classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.documentElement.classList.remove("over");
  if (event.dataTransfer !== null) fromDrop(event.dataTransfer).then(take, failed);
});
render();
