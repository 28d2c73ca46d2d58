/** The coverage table of OpenSCENARIO XML, made from the element table and `support.ts`; never kept by hand. */
import { grammar } from "./grammar.ts";
import { support, type SupportLevel } from "./support.ts";

export interface CoverageEntry {
  readonly element: string;
  readonly since: string;
  readonly support: SupportLevel;
  readonly note: string;
}

/** All types of the standard, by name in code-unit order. */
export function coverage(): readonly CoverageEntry[] {
  const entries: CoverageEntry[] = [];
  for (const type of grammar.types.values()) {
    const own = support.get(type.name);
    entries.push({ element: type.name, since: type.since, support: own?.level ?? "yes", note: own?.note ?? "" });
  }
  return entries.sort((a, b) => (a.element < b.element ? -1 : a.element > b.element ? 1 : 0));
}

export function coverageMarkdown(): string {
  const entries = coverage();
  const count = (level: SupportLevel): number => entries.filter((e) => e.support === level).length;
  const lines = [
    `OpenSCENARIO XML 1.0 to 1.3: ${entries.length} types, ${count("yes")} yes, ${count("partly")} partly, ${count("accepted")} accepted, ${count("no")} no.`,
    "",
    "| Type | Since | Support | Note |",
    "|---|---|---|---|",
    ...entries.map((e) => `| ${e.element} | ${e.since} | ${e.support} | ${e.note} |`),
  ];
  return lines.join("\n");
}

/** The whole of `scenarios/COVERAGE.md`. */
export function coverageDocument(): string {
  return `# Coverage of OpenSCENARIO XML

Written by \`atlasmesh scenario coverage --markdown\` from the element table and \`schema/support.ts\`; a test fails when it
is out of date. *yes*: played as the standard says. *partly*: as the note says. *accepted*: read and kept, with no effect
on motion. *no*: refused with a message.

${coverageMarkdown()}
`;
}
