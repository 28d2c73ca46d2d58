/** The survey as a table, and the bars it must not fall below. */
import { z } from "zod";
import type { Deviation } from "./deviations.ts";
import type { Figure, SourceFigures, Survey } from "./survey.ts";

const FIGURES = ["load", "strict", "run", "standard", "others", "noControllers", "seeds", "variations"] as const;
type FigureName = (typeof FIGURES)[number];

const atLeast = z.int().min(0);
/** Smallest numbers that must hold, by source and figure; what is not named is not held. */
export const barsSchema = z.strictObject({
  sources: z.record(z.string(), z.partialRecord(z.enum(FIGURES), atLeast)),
  publishedRows: atLeast,
  publishedChanges: atLeast,
});
export type Bars = z.output<typeof barsSchema>;

/** Each figure below its bar, in words. */
export function judgeBars(survey: Survey, bars: Bars): readonly string[] {
  const below: string[] = [];
  const judge = (name: string, figure: Figure | undefined, bar: number): void => {
    if ((figure?.held ?? 0) < bar) below.push(`${name}: ${figure?.held ?? 0}, the bar is ${bar}`);
  };
  for (const [source, figures] of Object.entries(bars.sources)) {
    const own = survey.sources.find((s) => s.source === source);
    for (const [name, bar] of Object.entries(figures)) judge(`${source} ${name}`, own?.[name as FigureName], bar);
  }
  judge("published rows", survey.published.rows, bars.publishedRows);
  judge("published changes", survey.published.changes, bars.publishedChanges);
  return below;
}

const cell = (f: Figure): string => (f.of === 0 ? "-" : `${f.held}/${f.of}`);
const HEAD: readonly (readonly [FigureName, string])[] = [["load", "load"], ["strict", "strictly"], ["run", "run"], ["standard", "standard"], ["others", "others"], ["noControllers", "no ctrl"], ["seeds", "by chance"], ["variations", "variations"]];

/** Sum of a figure over the sources that have ground truth. */
export function total(survey: Survey, name: FigureName): Figure {
  const own = survey.sources.filter((s) => s.run.of > 0);
  return { held: own.reduce((n, s) => n + s[name].held, 0), of: own.reduce((n, s) => n + s[name].of, 0) };
}

export function surveyText(survey: Survey, deviations: readonly Deviation[], below: readonly string[]): string {
  const row = (title: string, figures: (name: FigureName) => Figure): string => title.padEnd(24) + HEAD.map(([name]) => cell(figures(name)).padStart(11)).join("");
  const lines = [
    `${"source".padEnd(24)}${HEAD.map(([, title]) => title.padStart(11)).join("")}`,
    ...survey.sources.map((s: SourceFigures) => row(s.source, (name) => s[name])),
    row("all with ground truth", (name) => total(survey, name)),
    "standard: every row within 0.05 m, 0.01 rad, 0.05 m/s and every storyboard change within one step of 0.01 s;",
    "others: class controller, whom the peer's controllers do not drive; no ctrl: controllers off; by chance: mean speeds alike",
    `published by the peer: ${cell(survey.published.rows)} rows, ${cell(survey.published.changes)} storyboard changes of ${survey.published.tests} checks (left out: ${survey.published.rowsDriven} rows and ${survey.published.changesDriven} changes its controllers make, ${survey.published.otherPatterns} patterns on its log's wording)`,
  ];
  const list = (title: string, entries: readonly string[]): void => {
    if (entries.length > 0) lines.push("", title, ...entries.map((e) => `  ${e}`));
  };
  list("LEFT OUT, the data do not hold their map:", survey.leftOut.map((text) => text.slice(0, 160)));
  list("did not load or run:", survey.broken.map((b) => `${b.run}: ${b.why.slice(0, 200)}`));
  const known = new Map(deviations.map((d) => [d.run, d]));
  list("deviations:", survey.differing.filter((d) => known.has(d.run)).map((d) => `${d.run} (${d.differs.join(", ")}): ${known.get(d.run)?.what ?? ""}`));
  list("faults:", survey.faults.map((f) => `${f.run}: ${f.fault}; ${survey.differing.find((d) => d.run === f.run)?.why.slice(0, 200) ?? ""}`));
  list("published facts that do not hold:", survey.published.faults);
  list("below the bar:", below);
  return lines.join("\n");
}
