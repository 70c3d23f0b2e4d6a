import { mkdir, rm, stat } from 'node:fs/promises';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip } from '../ingest/clip.js';
import type { Span } from '../ingest/clip-part.js';
import { nullSink } from '../output/null-sink.js';
import { openSink } from '../output/open-sink.js';
import { temporaryName } from '../output/publish.js';
import { requireFree, SegmentSink } from '../output/segment-sink.js';
import type { Segment } from '../output/segment.js';
import type { FrameSink } from '../output/sink.js';
import { Journal, removePublished } from './journal.js';
import type { Networks } from './networks.js';
import type { MatteVideoOptions, NetworkSettings } from './options.js';
import { outputSource, outputTarget } from './output-of.js';
import { identifyRun } from './run-identity.js';
import { SegmentFolder } from './segment-folder.js';
import { planRun, type SegmentedRun } from './segmented-run.js';
import { spansOf } from './spans.js';
import type { TrimapChoice } from './trimap-options.js';

/** Where a run's frames go, and which of them it still has to make. */
export interface RunOutput {
  readonly sink: FrameSink;
  /** Frames to be made; asked for again after a pause. */
  readonly missing: () => Span[];
  /** Present when the run is made in segments. */
  readonly segmented?: {
    /** Holds the segments. */
    readonly folder: string;
    readonly segments: readonly Segment[];
    /** Keeps propagated trimaps, where the run can be gone on with after a crash. */
    readonly trimapFolder?: string;
  };
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
  const run = await planRun(options, parts, signal);
  const { resume = false, overwrite = false, resumable = true, onNotice } = options;
  if (!run) {
    if (resume) onNotice?.('This run is made in one go: there is nothing to resume.');
    const [source, target] = [outputSource(clip, options.timecode), outputTarget(options)];
    return plainOutput(await openSink(ffmpeg, source, target, signal), clip.frameCount);
  }
  const { source, target, plan, segments } = run;
  if (resume && (await removePublished(target.path))) return publishedOutput(target.path, clip.frameCount);
  await requireFree(target, plan);
  if (!resumable) return openScratchOutput(run, parts);
  const identity = await identifyRun(
    { ...parts, target, options, segmentLength: segments[0]!.count },
    signal,
  );
  const journal = await Journal.open({
    ...{ output: target.path, identity, segments, resume, overwrite, signal, onNotice },
  });
  const sink = new SegmentSink({ ffmpeg, source, target, plan, store: journal, signal });
  return {
    sink,
    segmented: journal,
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

/** Opens an output in segments that lie in a folder of this call's own, which goes with it. */
async function openScratchOutput(
  { source, target, plan, segments }: SegmentedRun,
  { ffmpeg, signal }: Pick<OutputParts, 'ffmpeg' | 'signal'>,
): Promise<RunOutput> {
  const folder = temporaryName(target.path);
  await mkdir(folder);
  const store = new SegmentFolder(folder, segments);
  const sink = new SegmentSink({ ffmpeg, source, target, plan, store, signal });
  return {
    sink,
    segmented: { folder, segments },
    missing: () => spansOf(segments.filter((segment) => !store.has(segment))),
    close: async () => {
      await sink.abort().finally(() => rm(folder, { recursive: true, force: true }));
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
