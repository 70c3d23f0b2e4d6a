import { copyFile, link, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toNumber, type Rational } from '../core/rational.js';
import { startFfmpeg } from '../ffmpeg/process.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { JoinPlan } from './encoding-plan.js';

/** A finished segment, as a join needs it. */
export interface JoinedSegment {
  /** A file's name, or a folder's, in the folder of all. */
  readonly name: string;
  /** When its first frame is shown, in ticks from the start of the output. */
  readonly ticks: number;
}

const LIST = 'segments.ffconcat';

/** Without the segments' own name of the track, which would become the timecode track's too. */
const PICTURES: readonly string[] = ['-map', '0:v', '-c:v', 'copy', '-metadata:s:v:0', 'handler_name='];

/**
 * Writes the segments' pictures one after another into `target`, packet by packet, and adds what the plan adds.
 *
 * Every segment's file begins at its own time in the output. The list gives each the length that makes ffmpeg count up to
 * exactly that time, so that no packet is moved and nothing adds up over many segments.
 *
 * @param folder - holds the segments
 * @returns the errors that ffmpeg reported and survived, "" for none
 * @throws MatteflowError `TOOL_FAILED`, `ABORTED`
 */
export async function joinFiles(
  ffmpeg: Ffmpeg,
  folder: string,
  segments: readonly JoinedSegment[],
  { plan, timeBase, target }: { plan: JoinPlan; timeBase: Rational; target: string },
  signal: AbortSignal,
): Promise<string> {
  const list = join(folder, LIST);
  await writeFile(list, concatList(segments, timeBase, plan.clock));
  const job = {
    inputs: [
      // The list's names are ours. It is the only playlist that is ever opened.
      { source: list, options: ['-f', 'concat', '-protocol_whitelist', 'file'] },
      ...plan.inputs,
    ],
    outputs: [{ target, options: [...PICTURES, ...plan.options] }],
  };
  return startFfmpeg(ffmpeg, job, signal).done;
}

/** The list that ffmpeg's concat reader takes. Exported for tests. */
export function concatList(segments: readonly JoinedSegment[], timeBase: Rational, clock: Rational): string {
  const starts = segments.map(({ ticks }) => microseconds(ticks, timeBase, clock));
  const lines = segments.map(({ name }, i) => {
    const next = starts[i + 1];
    return `file ${name}\n${next === undefined ? '' : `duration ${((next - starts[i]!) / 1e6).toFixed(6)}\n`}`;
  });
  return `ffconcat version 1.0\n${lines.join('')}`;
}

/** When a container whose clock is `clock` shows what is due at `ticks`, as ffmpeg counts. */
function microseconds(ticks: number, timeBase: Rational, clock: Rational): number {
  const step = toNumber(clock);
  return Math.round(Math.round((ticks * toNumber(timeBase)) / step) * step * 1e6);
}

/**
 * Gives the numbered pictures of every segment's folder a second name in `target`; copies where the disk has no such thing.
 *
 * @param digits - in every name, which a segment alone may need fewer of
 */
export async function joinFolders(
  folder: string,
  segments: readonly JoinedSegment[],
  { target, digits }: { target: string; digits: number },
): Promise<void> {
  for (const { name } of segments) {
    for (const picture of await readdir(join(folder, name))) {
      const from = join(folder, name, picture);
      const to = join(
        target,
        picture.replace(/^\d+/, (number) => number.padStart(digits, '0')),
      );
      await link(from, to).catch(() => copyFile(from, to));
    }
  }
}
