/** Control: tests may compare with the engine's own mathematics. */
export const native = [Math.sin(1), 2 ** 3, Date.now()];
