/**
 * The single strokes a road mark consists of: dashes cut out of the pattern, double lines side by side. Must never make
 * more strokes than a road has room for.
 */
import type { MarkLine, RoadMark } from "./model.ts";

export interface Stroke {
  readonly fromM: number;
  readonly toM: number;
  /** Of the stroke's middle, from the lane's edge, along +t. */
  readonly tOffsetM: number;
  readonly widthM: number;
  readonly colour: string;
}

/** Dash and gap of a broken line whose map gives no pattern [m]. */
const DASH_M = 3;
const GAP_M = 6;
const DOT_M = 0.1;
const DOT_GAP_M = 1.1;
/** A pattern finer than this is drawn as a continuous line. */
const PERIOD_M_MIN = 0.1;

/** A mark with more dashes than this is drawn as a continuous line. */
const DASHES_MAX = 50_000;

/** Types that mark nothing with paint. */
const unpainted: ReadonlySet<string> = new Set(["none", "grass", "edge", "custom"]);

function styleLines(mark: RoadMark, lane: number): MarkLine[] {
  const line = (style: string, tOffsetM: number): MarkLine => {
    const [lengthM, spaceM] = style === "broken" ? [DASH_M, GAP_M] : style === "dots" ? [DOT_M, DOT_GAP_M] : [0, 0];
    return { lengthM, spaceM, tOffsetM, sOffsetM: 0, widthM: mark.widthM, colour: mark.colour, once: false };
  };
  const words = mark.type.split(" ");
  if (mark.type === "botts dots") return [line("dots", 0)];
  if (mark.type === "curb") return [{ ...line("solid", 0), widthM: Math.max(mark.widthM, 0.15), colour: mark.colour }];
  if (words.length !== 2) return [line(mark.type, 0)];
  // Double lines are named from the inside out, those of the centre lane from left to right.
  const towards = lane > 0 ? -1 : 1;
  return [line(words[0] as string, towards * mark.widthM), line(words[1] as string, -towards * mark.widthM)];
}

/** `lane`: id of the lane whose outer edge carries the mark, 0 for the centre. */
export function markLines(mark: RoadMark, lane: number): Stroke[] {
  if (mark.lines.length === 0 && unpainted.has(mark.type)) return [];
  const strokes: Stroke[] = [];
  for (const line of mark.lines.length > 0 ? mark.lines : styleLines(mark, lane)) {
    const { tOffsetM, widthM, colour } = line;
    const stroke = (fromM: number, toM: number): void => {
      const from = Math.max(fromM, mark.sM);
      const to = Math.min(toM, mark.sEndM);
      if (to > from && widthM > 0) strokes.push({ fromM: from, toM: to, tOffsetM, widthM, colour });
    };
    const start = mark.sM + line.sOffsetM;
    if (line.once) stroke(start, start + line.lengthM);
    else if (line.lengthM <= 0 || line.spaceM <= 0 || line.lengthM + line.spaceM < PERIOD_M_MIN || (mark.sEndM - start) / (line.lengthM + line.spaceM) > DASHES_MAX) stroke(start, mark.sEndM);
    else {
      const period = line.lengthM + line.spaceM;
      for (let k = 0; start + k * period < mark.sEndM; k += 1) stroke(start + k * period, start + k * period + line.lengthM);
    }
  }
  return strokes;
}
