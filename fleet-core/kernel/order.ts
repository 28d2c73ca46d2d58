/** Total orders for `sort`, so that no result depends on the order of arrival. Never a locale. */

/** Strings by UTF-16 units. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Numbers ascending; NaN must not occur. */
export const byNumber = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);
