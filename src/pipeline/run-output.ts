import { mkdir, rm, stat } from 'node:fs/promises';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip } from '../ingest/clip.js';
import type { Span } from '../ingest/clip-part.js';
import { nullSink } from '../output/null-sink.js';
import { openSink } from '../output/open-sink.js';
import { temporaryName } from '../output/publish.js';
import { requireFree, SegmentSink } from '../output/segment-sink.js';
import { cutSegments, type Segment } from '../output/segment.js';
import type { FrameSink } from '../output/sink.js';
import { isPublished, Journal, removePublished, reportFolder } from './journal.js';
import type { Networks } from './networks.js';
import { segmentLength, type MatteVideoOptions, type NetworkSettings } from './options.js';
import { outputSource, outputTarget } from './output-of.js';
import { reportInFolder, reportInMemory, type ReportStore } from './report-store.js';
import { identifyRun, type RunIdentity } from './run-identity.js';
import type { RunReport } from './run-report.js';
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
  /** Present when a report is wanted: by what pieces it is kept, where, and who is told it. */
  readonly report?: {
    readonly pieces: readonly Segment[];
    readonly store: ReportStore;
    readonly settings: () => Promise<RunIdentity>;
    readonly tell: (report: RunReport) => unknown;
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
  const target = run?.target ?? outputTarget(options);
  const { resume = false, overwrite = false, resumable = true, onNotice } = options;
  const identify = (): Promise<RunIdentity> =>
    identifyRun({ ...parts, target, options, segmentLength: segmentLength(options) }, signal);
  if (!run) {
    if (resume) onNotice?.('This run is made in one go: there is nothing to resume.');
    const sink = await openSink(ffmpeg, outputSource(clip, options.timecode), target, signal);
    const whole = cutSegments(clip.frameCount, clip.frameCount);
    return {
      ...plainOutput(sink, clip.frameCount),
      ...reporting(options, whole, reportInMemory(), identify),
    };
  }
  const { source, plan, segments } = run;
  const store = reportInFolder(reportFolder(target.path));
  if (resume && (await isPublished(target.path))) {
    return {
      ...publishedOutput(target.path, clip.frameCount),
      ...reporting(options, segments, store, identify),
    };
  }
  await requireFree(target, plan);
  if (!resumable) {
    return {
      ...(await openScratchOutput(run, parts)),
      ...reporting(options, segments, reportInMemory(), identify),
    };
  }
  const identity = await identify();
  const journal = await Journal.open({
    ...{ output: target.path, identity, segments, resume, overwrite, signal, onNotice },
  });
  const sink = new SegmentSink({ ffmpeg, source, target, plan, store: journal, signal });
  return {
    sink,
    segmented: journal,
    ...reporting(options, segments, store, () => Promise.resolve(identity)),
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

/** What a run that is to be reported on says of its pieces. */
function reporting(
  { onReport: tell }: MatteVideoOptions,
  pieces: readonly Segment[],
  store: ReportStore,
  settings: () => Promise<RunIdentity>,
): Pick<RunOutput, 'report'> {
  return tell ? { report: { pieces, store, settings, tell } } : {};
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
    close: async (finished) => {
      if (finished) await removePublished(path);
    },
  };
}
