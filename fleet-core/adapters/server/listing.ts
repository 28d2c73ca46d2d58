/** Lists: sorted by id, a page at a time, with a cursor that stays right while things come and go. */
import { z } from "zod";
import { byText } from "../../kernel/order.ts";

export const PAGE_MAX = 200;

export const pageSchema = z.object({
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(50).describe("items on a page"),
  after: z.string().max(128).optional().describe("id of the last item of the page before"),
});

export const listOf = (item: z.ZodType): z.ZodType => z.object({ items: z.array(item), next: z.string().optional().describe("give as `after` for the next page; absent on the last one") });

/** One page of what passes `keep`. */
export function pageOf<T extends { readonly id: string }>(rows: Iterable<T>, page: { readonly limit: number; readonly after?: string | undefined }, keep: (row: T) => boolean): { readonly items: readonly T[]; readonly next?: string } {
  const found = [...rows].filter((row) => (page.after === undefined || row.id > page.after) && keep(row)).sort((a, b) => byText(a.id, b.id));
  const items = found.slice(0, page.limit);
  const last = items.at(-1);
  return found.length > items.length && last !== undefined ? { items, next: last.id } : { items };
}
