import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { Command, Option } from 'commander';
import {
  CLIP_FORMATS,
  requireSegments,
  type ClipEntry,
  type ClipFormat,
  type ClipOptions,
} from '../dataset/clip-entry.js';
import { readManifest } from '../dataset/manifest.js';
import { requireQueueName } from '../dataset/queue/clip-queue.js';
import { runOnQueue } from '../dataset/queue/run-on-queue.js';
import type { RunState } from '../dataset/run-board.js';
import { runLocally } from '../dataset/run-locally.js';
import { runCommand, type CommandContext, type CommandResult } from './command.js';
import { toolPaths, withEngineFlags, type EngineFlags } from './engine-flags.js';
import { RunDashboard } from './run-dashboard.js';
import { positiveNumber, positiveWhole } from './values.js';
import { pinnedCores, withWorkerFlags, workplace, type WorkerFlags } from './worker-flags.js';

type RunFlags = EngineFlags &
  WorkerFlags & {
    readonly output: string;
    readonly root?: string;
    readonly format: ClipFormat;
    readonly premultiplied?: boolean;
    readonly attempts: number;
    readonly backoff: number;
    readonly retryFailed?: boolean;
    readonly segmentFrames?: number;
    readonly queue?: string;
    readonly name: string;
  };

/** `matteflow dataset run`. */
export function datasetRunCommand(): Command {
  const command = new Command('run')
    .description('matte the clips of a manifest, on this machine or, over a queue, on many')
    .argument('<manifest>', 'JSON Lines: {"input": "dancer.mov", "trimaps": "dancer-keys"}, one clip a line')
    .requiredOption('-o, --output <folder>', 'mattes, records and state; what is finished there is kept')
    .option('--root <folder>', 'what the manifest’s paths lie in (the manifest’s folder)')
    .addOption(new Option('--format <name>').choices(CLIP_FORMATS).default('prores4444'))
    .option('--premultiplied', 'colour multiplied by alpha (straight)')
    .option('--attempts <n>', 'tries of a clip before it goes to the dead letters', positiveWhole, 3)
    .option('--backoff <seconds>', 'before the second try; doubled before each after', positiveNumber, 5)
    .option(
      '--segment-frames <n>',
      'matte longer clips in parts of so many frames, side by side (never)',
      partFrames,
    )
    .option('--retry-failed', 'try the dead letters again')
    .option('--queue <redis://…>', 'hand the clips to workers (dataset worker) on any machine')
    .option('--name <queue>', 'the queue’s name, one for each data set', 'clips');
  return withWorkerFlags(withEngineFlags(command))
    .addHelpText(
      'after',
      '\nExample:\n  matteflow dataset run clips.jsonl -o mattes --workers 2 --threads 1' +
        '\n  matteflow dataset run clips.jsonl -o mattes --queue redis://queue.local:6379',
    )
    .action((manifest: string, flags: RunFlags) =>
      runCommand(flags, (context) => run(manifest, flags, context)),
    );
}

async function run(
  manifest: string,
  flags: RunFlags,
  { signal, reporter }: CommandContext,
): Promise<CommandResult> {
  const root = flags.root ?? dirname(manifest);
  const clips = withDefaults(await readManifest(manifest), flags, defaultsOf(flags, root));
  const dashboard = new RunDashboard(process.stderr, reporter);
  const { output, attempts, backoff, retryFailed = false } = flags;
  const common = {
    ...{ clips, signal, retryFailed, retries: { attempts, backoff } },
    onState: (state: RunState) => dashboard.show(state),
    onNotice: (notice: string) => dashboard.note(notice),
  };
  const { queue: url, patience, workers } = flags;
  const state =
    url === undefined
      ? await runLocally({
          ...common,
          ...{ workers, patience, place: workplace(flags, { root, output }) },
          ...(await pinnedCores(flags)),
        })
      : await runOnQueue({
          ...common,
          root,
          output,
          url,
          tools: toolPaths(),
          queue: requireQueueName(flags.name),
        });
  const { done, kept, dead, seconds } = state;
  if (dead > 0) process.exitCode = 1;
  const failed = dead > 0 ? `, ${dead} failed (dataset status ${output} says why)` : '';
  return {
    json: { output, clips: clips.length, done, kept, dead, seconds },
    text: `${output}: ${done} of ${clips.length} clips done${kept > 0 ? `, ${kept} of them before` : ''}${failed}`,
  };
}

/** What a clip says for itself counts; the flags say the rest. */
function withDefaults(
  clips: readonly ClipEntry[],
  { segmentFrames }: Pick<ClipEntry, 'segmentFrames'>,
  options: ClipOptions,
): readonly ClipEntry[] {
  return clips.map((clip) => ({
    ...(segmentFrames !== undefined && { segmentFrames }),
    ...clip,
    options: { ...options, ...clip.options },
  }));
}

/** Frames of a part, for commander. */
function partFrames(text: string): number {
  return requireSegments(positiveWhole(text), '--segment-frames');
}

function defaultsOf(flags: RunFlags, root: string): ClipOptions {
  const { model = 'compact', stages, tile, scale, margin, prior, premultiplied, format } = flags;
  return {
    model: modelInRoot(model, root),
    format,
    ...(stages && { stages }),
    ...(tile !== undefined && { tile }),
    ...(scale !== undefined && { scale }),
    ...(margin !== undefined && { margin }),
    ...(prior && { prior }),
    ...(premultiplied && { premultiplied }),
  };
}

/** A file of weights as every machine finds it: from the root. One that lies elsewhere is refused with the clip. */
function modelInRoot(model: string, root: string): string {
  if (!/[/\\]|\.safetensors$/.test(model)) return model;
  const way = relative(resolve(root), resolve(model));
  return isAbsolute(way) || way.startsWith(`..${sep}`) ? resolve(model) : way;
}
