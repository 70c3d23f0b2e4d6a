import { stat } from 'node:fs/promises';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip } from '../ingest/clip.js';
import type { Span } from '../ingest/clip-part.js';
import { nullSink } from '../output/null-sink.js';
import { openSink } from '../output/open-sink.js';
import { planSegments, requireFree, SegmentSink } from '../output/segment-sink.js';
import { cutSegments } from '../output/segment.js';
import type { FrameSink } from '../output/sink.js';
import { Journal, removePublished } from './journal.js';
import type { Networks } from './networks.js';
import { segmentLength, type MatteVideoOptions, type NetworkSettings } from './options.js';
import { outputSource, outputTarget } from './output-of.js';
import { identifyRun } from './run-identity.js';
import { spansOf } from './spans.js';
import type { TrimapChoice } from './trimap-options.js';

/** Where a run's frames go, and which of them it still has to make. */
export interface RunOutput {
  readonly sink: FrameSink;
  /** Frames to be made; asked for again after a pause. */
  readonly missing: () => Span[];
  /** Present when the run can be gone on with after a crash. */
  readonly journal?: Pick<Journal, 'folder' | 'trimapFolder' | 'segments'>;
  /** Ends it, whatever the run came to; `finished` when the output is there. */
  readonly close: (finished: boolean) => Promise<void>;
}

/** What a run has found out by the time it opens its output. */
export interface OutputParts {
  readonly ffmpeg: Ffmpeg;
  readonly clip: Clip;
  readonly choice: TrimapChoice;
  readonly networks: Networks;
  readonly settings: NetworkSettings;
  readonly signal: AbortSignal;
}

/** An output without a journal. */
export function plainOutput(sink: FrameSink, frames: number): RunOutput {
  return {
    sink,
    missing: () => [{ first: 0, count: frames }],
    close: () => sink.abort(),
  };
}

/**
 * Opens a run's output: in segments with a journal when the run is longer than one segment, else in one go.
 *
 * @throws MatteflowError as `openSink` and `Journal.open` do
 */
export async function openRunOutput(options: MatteVideoOptions, parts: OutputParts): Promise<RunOutput> {
  const { ffmpeg, clip, signal } = parts;
  const source = outputSource(clip, options.timecode);
  const target = outputTarget(options);
  const length = segmentLength(options);
  const long = length > 0 && clip.frameCount > length;
  const plan = long ? await planSegments(ffmpeg, source, target, signal) : undefined;
  const { resume = false, overwrite = false, onNotice } = options;
  if (!plan) {
    if (resume) onNotice?.('This run is made in one go: there is nothing to resume.');
    return plainOutput(await openSink(ffmpeg, source, target, signal), clip.frameCount);
  }
  if (resume && (await removePublished(target.path))) return publishedOutput(target.path, clip.frameCount);
  await requireFree(target, plan);
  const segments = cutSegments(clip.frameCount, length);
  const identity = await identifyRun({ ...parts, target, options, segmentLength: length }, signal);
  const journal = await Journal.open({
    ...{ output: target.path, identity, segments, resume, overwrite, signal, onNotice },
  });
  const sink = new SegmentSink({ ffmpeg, source, target, plan, store: journal, signal });
  return {
    sink,
    journal,
    missing: () => spansOf(journal.missing),
    close: async (finished) => {
      await sink.abort();
      await journal.close(finished);
      const kept = segments.length - journal.missing.length;
      if (!finished && kept > 0) {
        onNotice?.(
          `${kept} of ${segments.length} segments are kept in ${journal.folder}: go on with --resume.`,
        );
      }
    },
  };
}

/** An output that was there already. */
function publishedOutput(path: string, frames: number): RunOutput {
  const sink = nullSink();
  return {
    sink: { ...sink, finish: async () => ({ path, frames, bytes: (await stat(path)).size, notices: [] }) },
    missing: () => [],
    close: () => Promise.resolve(),
  };
}
