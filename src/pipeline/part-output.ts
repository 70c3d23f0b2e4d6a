import { MatteflowError } from '../core/errors.js';
import type { Clip } from '../ingest/clip.js';
import { SegmentSink } from '../output/segment-sink.js';
import type { OutputParts, RunOutput } from './run-output.js';
import { SegmentFolder, type SegmentRecord } from './segment-folder.js';
import type { MatteVideoOptions } from './options.js';
import { planRun, type SegmentedRun } from './segmented-run.js';
import { spansOf } from './spans.js';

/** Neighbouring segments of a run, and where they are to be left. */
export interface PartOfRun {
  /** Position of the first among the run's segments, from 0. */
  readonly first: number;
  /** How many; fewer where the run ends before. */
  readonly count: number;
  /** A folder that is empty. */
  readonly folder: string;
}

/** A part that has been made. */
export interface MattedPart {
  readonly segments: readonly SegmentRecord[];
  /** Wall-clock seconds. */
  readonly seconds: number;
  readonly engine: string;
  readonly device: string;
  /** Pixels of unknown alpha in its frames. */
  readonly unknown: number;
}

/**
 * Opens the output of a part: its segments are written and not joined.
 *
 * @param onSegment - is told of every segment when it is finished
 * @throws `USAGE` when the run does not have these segments; as `planRun` does
 */
export async function openPartOutput(
  options: MatteVideoOptions,
  { ffmpeg, clip, signal }: OutputParts,
  { first, count, folder }: PartOfRun,
  onSegment: (record: SegmentRecord) => void,
): Promise<RunOutput> {
  const run = await planRun(options, { ffmpeg, clip }, signal);
  const wanted = run?.segments.slice(first, first + count) ?? [];
  if (run?.zeroTicks === undefined || wanted.length === 0) throw noSuchPart(clip, first, run);
  const { zeroTicks, segments, ...parts } = run;
  const store = new SegmentFolder(folder, segments, zeroTicks);
  const sink = new SegmentSink({ ...parts, ffmpeg, store, signal });
  return {
    sink: {
      packing: sink.packing,
      packedBytes: sink.packedBytes,
      write: (frame, stop) => sink.write(frame, stop),
      abort: () => sink.abort(),
      finish: async () => {
        await sink.settle();
        store.records.forEach(onSegment);
        return { path: folder, frames: clip.frameCount, bytes: 0, notices: [] };
      },
    },
    segmented: { folder, segments },
    missing: () => spansOf(wanted.filter((segment) => !store.has(segment))),
    close: () => sink.abort(),
  };
}

function noSuchPart({ path }: Clip, first: number, run: SegmentedRun | undefined): MatteflowError {
  const expected =
    run?.zeroTicks === undefined
      ? 'a clip that is made in one go'
      : `segments 0 to ${run.segments.length - 1}`;
  return new MatteflowError('USAGE', {
    what: 'the clip does not have this part',
    seen: `segment ${first}`,
    expected,
    subject: path,
  });
}
