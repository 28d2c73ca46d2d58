import { expect, test } from "vitest";
import { FAULT_KINDS } from "../../fleet-core/contract/fault.ts";
import { ar } from "./ar.ts";
import { en, type TextKey } from "./en.ts";

const keys = Object.keys(en) as TextKey[];
const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? "").sort();

test("Arabic has exactly the keys of English, none empty", () => {
  expect(Object.keys(ar).sort()).toEqual([...keys].sort());
  for (const key of keys) expect(ar[key].trim(), key).not.toBe("");
});

test("both languages leave the same holes to fill", () => {
  for (const key of keys) expect(holes(ar[key]), key).toEqual(holes(en[key]));
});

test("every fault kind has a name and says what its severity means", () => {
  for (const kind of Object.keys(FAULT_KINDS)) {
    expect(keys).toContain(`fault.${kind}`);
    expect(keys).toContain(`severity.${kind}`);
  }
});

test("Arabic texts are Arabic", () => {
  const latin = keys.filter((key) => key !== "header.language" && !/[\u0600-\u06ff]/.test(ar[key]));
  expect(latin).toEqual([]);
});
