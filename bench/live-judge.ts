import { fitLine } from './line-fit.js';
import { BOARD_WIDTH, boardLeft, CYCLE } from './live-scene.js';

/** A picture as the page saw it. */
export interface SeenPicture {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Its own, on the stream's clock, milliseconds. */
  readonly time: number;
  /** -1 where the code cannot be read. */
  readonly number: number;
  /** First and last column that is more than half opaque. */
  readonly left: number;
  readonly right: number;
  /** Share of its middle row's pixels inside the board whose alpha is under 0.95, and of those beside it that have over 0.05. */
  readonly thin: number;
  readonly beside: number;
}

/** A picture whose frame is known. */
export interface TimedPicture {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** From the frame's drawing to its pixel on the page, milliseconds. */
  readonly latency: number;
  /** Its time in the stream less that of its drawing. */
  readonly origin: number;
}

/** What the pictures of a run amount to. */
export interface JudgedPictures {
  /** Those that can be read, in the order they were seen. */
  readonly timed: readonly TimedPicture[];
  /** Pictures whose number cannot be read, or is of no frame that was drawn lately: they count for nothing else. */
  readonly misread: number;
  /** Pictures that came after a later one. */
  readonly disordered: number;
  /** Pictures whose alpha is not where the frame of their colour was. */
  readonly apart: number;
}

/** Milliseconds after which a frame cannot be on its way any more: no latency is near that, and a wrong number may be. */
const OLDEST = 10_000;
/** Pixels that an outline may be off: a band's uncertainty, and the step of one frame is four. */
const TOLERANCE = 3;

/** @param drawn - when each frame was drawn, by its number, milliseconds since 1970 */
export function judgePictures(seen: readonly SeenPicture[], drawn: readonly number[]): JudgedPictures {
  const timed: TimedPicture[] = [];
  let [misread, disordered, apart, last] = [0, 0, 0, -1];
  for (const picture of seen) {
    const frame = frameOf(picture, drawn);
    if (frame === undefined) {
      misread += 1;
      continue;
    }
    const { at, time } = picture;
    timed.push({ at, latency: at - drawn[frame]!, origin: time - drawn[frame]! });
    if (frame <= last) disordered += 1;
    last = Math.max(last, frame);
    if (!isWhereItWas(picture, frame)) apart += 1;
  }
  return { timed, misread, disordered, apart };
}

/** The newest frame that has the picture's number and had been drawn by then. */
function frameOf({ number, at }: SeenPicture, drawn: readonly number[]): number | undefined {
  if (number < 0) return undefined;
  for (let frame = drawn.length - 1; frame >= 0 && drawn[frame]! > at - OLDEST; frame--)
    if (frame % CYCLE === number && drawn[frame]! <= at) return frame;
  return undefined;
}

/** Alpha of another frame is off at both edges, the same way; one edge alone is the matte's own error. */
function isWhereItWas({ left, right }: SeenPicture, frame: number): boolean {
  const expected = boardLeft(frame);
  const [atLeft, atRight] = [left - expected, right + 1 - expected - BOARD_WIDTH];
  const together = Math.sign(atLeft) === Math.sign(atRight);
  return !together || Math.min(Math.abs(atLeft), Math.abs(atRight)) <= TOLERANCE;
}

/** How much a quantity grows a minute: the slope of the straight line nearest to values that were taken every second. */
export function growthPerMinute(values: readonly number[]): number {
  return values.length > 1 ? 60 * fitLine([...values.entries()]).slope : 0;
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** Cells of a table: a name, how many values, and these shares' quantiles. */
export function quantileRow(name: string, values: readonly number[], shares: readonly number[]): string[] {
  return [name, String(values.length), ...shares.map((share) => String(Math.round(quantile(values, share))))];
}
