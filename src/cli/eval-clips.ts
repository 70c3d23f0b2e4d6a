import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Chart } from '../evaluation/chart.js';
import { clipCharts } from '../evaluation/video/clip-charts.js';
import { meanOfClips } from '../evaluation/video/clip-means.js';
import type { ClipEvaluation, ClipMeans, ClipResult } from '../evaluation/video/clip-results.js';
import { openClipSet } from '../evaluation/video/clip-set.js';
import { evaluateClip } from '../evaluation/video/evaluate-clip.js';
import type { TruthClip } from '../evaluation/video/truth-clip.js';
import { findFfmpeg } from '../ffmpeg/tools.js';
import { propagateClip } from '../pipeline/propagate-clip.js';
import type { CommandContext, CommandResult } from './command.js';
import { runOptions, toolPaths } from './engine-flags.js';
import { clipMethods, type ClipMethodFlags } from './eval-clip-methods.js';
import { clipsCsv } from './eval-clips-csv.js';
import { stageFiles } from './eval-clips-files.js';
import { clipsText } from './eval-clips-text.js';

/** What `eval` may be told about clips. */
export interface EvalClipsFlags extends ClipMethodFlags {
  /** Leave out clips that cannot be judged. */
  readonly skip?: boolean;
  /** A file to make: one row a clip, frame and method. */
  readonly csv?: string;
  /** A folder to make: the charts as SVG files. */
  readonly plots?: string;
  /** Replace them where they exist. */
  readonly overwrite?: boolean;
}

/** What a command leaves, and the charts for a report. */
export interface EvalClipsResult extends CommandResult {
  readonly charts: readonly Chart[];
}

/**
 * `matteflow eval` on a clip or a folder of clips: mattes each with every method and judges the results.
 *
 * @throws MatteflowError as `openClipSet`, `clipMethods` and `evaluateClip` do; `OUTPUT_EXISTS` before any work is done
 */
export async function evalClips(
  folder: string,
  flags: EvalClipsFlags,
  context: CommandContext,
): Promise<EvalClipsResult> {
  const { signal, reporter } = context;
  const ffmpeg = await findFfmpeg({ ...toolPaths(), signal });
  const set = await openClipSet(ffmpeg, folder, { skip: flags.skip ?? false, signal });
  const methods = clipMethods(ffmpeg, flags, { context, kind: set.kind });
  const files = await stageFiles(flags);
  const work = await mkdtemp(join(tmpdir(), 'matteflow-eval-'));
  try {
    const clips: ClipResult[] = [];
    for (const clip of set.clips) {
      const trimaps = await trimapsOf(clip, join(work, String(clips.length)), context);
      const onMethod = (name: string): void => reporter.note(`${clip.name}: ${name}`);
      clips.push(await evaluateClip(ffmpeg, clip, methods, { trimaps, signal, onMethod }));
    }
    const names = methods.map(({ name }) => name);
    const mean = Object.fromEntries(names.map((name) => [name, meanOf(clips, name)]));
    const evaluation = { set: folder, methods: names, mean, clips, skipped: set.skipped };
    const charts = clips.flatMap(clipCharts);
    await files.publish(clipsCsv(evaluation), charts);
    return { json: jsonOf(evaluation), text: clipsText(evaluation), charts };
  } finally {
    await files.discard();
    await rm(work, { recursive: true, force: true });
  }
}

/** A folder with a trimap for every frame: the painted ones, or what is propagated from them into `folder`. */
async function trimapsOf(
  { clip, painted, trimapFolder }: TruthClip,
  folder: string,
  context: CommandContext,
): Promise<string> {
  if (painted.length === clip.frameCount) return trimapFolder;
  const options = { ...runOptions(context), input: clip.path, trimaps: trimapFolder };
  const { output } = await propagateClip({ ...options, output: folder });
  return output;
}

function meanOf(clips: readonly ClipResult[], method: string): ClipMeans {
  return meanOfClips(clips.map(({ methods }) => methods[method]!.mean));
}

/** `mean` is the first method's, as it is for pictures; `methods` has everyone's. */
function jsonOf({ set, methods, mean, clips, skipped }: ClipEvaluation): object {
  return { set, mean: mean[methods[0]!], methods: mean, clips, skipped };
}
