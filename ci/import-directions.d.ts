export const mayImport: Readonly<Record<string, readonly string[] | undefined>>;
export const directionZones: readonly unknown[];
