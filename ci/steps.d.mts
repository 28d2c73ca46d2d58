export interface Step {
  readonly id: string;
  readonly title: string;
  readonly command: readonly string[];
  readonly before?: () => void;
  readonly leftOut?: () => readonly string[];
}
export function runSteps(steps: readonly Step[], selected: readonly Step[], out?: (text: string) => void): Promise<number>;
