import { MatteflowError } from '../core/errors.js';
import type { ClipMethod } from '../evaluation/video/evaluate-clip.js';
import { finishedMattes } from '../evaluation/video/finished-mattes.js';
import type { ClipSet } from '../evaluation/video/clip-set.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import { matteFrames } from '../pipeline/matte-video.js';
import type { EngineOptions } from '../pipeline/options.js';
import type { CommandContext } from './command.js';
import { runOptions } from './engine-flags.js';

/** The flags that say what is compared. */
export interface ClipMethodFlags extends Omit<EngineOptions, 'model' | 'stages' | 'device'> {
  /** Names or files. Default `compact`, unless there are mattes or baselines. */
  readonly model?: readonly string[];
  /** `stage1`, `stage1+2`. Default `stage1+2`. */
  readonly stages?: readonly string[];
  /** One, or several to compare. */
  readonly device?: readonly string[];
  /** Models that have no stages: `trimap`, classical solvers. */
  readonly baseline?: readonly string[];
  /** Finished mattes: `NAME=PATH`. */
  readonly mattes?: readonly string[];
}

/** What each name of a stage asks the pipeline for. */
const STAGES: Readonly<Record<string, 1 | 2>> = { stage1: 1, 'stage1+2': 2 };

/**
 * The methods that flags name, in the order of the flags: models, baselines, finished mattes.
 *
 * @throws `USAGE` for a stage clips are not run with, mattes without a name, a name that stands for two methods
 */
export function clipMethods(
  ffmpeg: Ffmpeg,
  flags: ClipMethodFlags,
  { context, kind }: { readonly context: CommandContext; readonly kind: ClipSet['kind'] },
): readonly ClipMethod[] {
  const { baseline = [], mattes = [] } = flags;
  const models = flags.model ?? (baseline.length + mattes.length > 0 ? [] : ['compact']);
  const methods = [
    ...[...models, ...baseline].flatMap((model) => variants(model, flags, context)),
    ...mattes.map((text) => finishedMattes(ffmpeg, { ...nameAndPath(text), ofSet: kind === 'set' })),
  ];
  const names = methods.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new MatteflowError('USAGE', { what: 'two methods have the same name', seen: twice });
  }
  return methods;
}

/** One method for each of the stages and devices asked for; a model without stages is the same in all. */
function variants(model: string, flags: ClipMethodFlags, context: CommandContext): ClipMethod[] {
  const { baseline = [], stages = ['stage1+2'], device: devices = ['auto'] } = flags;
  const staged = model !== 'trimap' && !baseline.includes(model);
  return (staged ? stages : ['stage1+2']).flatMap((stage) =>
    devices.map((device) => {
      const name = [model, ...(staged ? [stage] : []), ...(devices.length > 1 ? [device] : [])].join(' ');
      return modelMethod(
        name,
        { ...engineOptions(flags), model, device, stages: stageNumber(stage) },
        context,
      );
    }),
  );
}

/** The pipeline's own run over the clip, without an output. */
function modelMethod(name: string, options: EngineOptions, context: CommandContext): ClipMethod {
  return {
    name,
    async matte({ clip }, trimaps, onFrame): Promise<void> {
      await matteFrames({
        ...options,
        ...runOptions(context),
        ...{ input: clip.path, trimaps },
        onFrame: ({ index, planes }) => onFrame({ index, alpha: planes.alpha }),
      });
    },
  };
}

/** Stage 1 sees frames in full unless told otherwise: what is compared is the models, not what they are spared. */
function engineOptions({ engine, threads, tile, scale, margin, batch }: ClipMethodFlags): EngineOptions {
  return {
    scale: scale ?? 1,
    ...(engine !== undefined && { engine }),
    ...(threads !== undefined && { threads }),
    ...(tile !== undefined && { tile }),
    ...(margin !== undefined && { margin }),
    ...(batch !== undefined && { batch }),
  };
}

function stageNumber(stage: string): 1 | 2 {
  const number = STAGES[stage];
  if (number !== undefined) return number;
  throw new MatteflowError('USAGE', {
    what: 'clips are not matted with this choice of stages',
    seen: stage,
    expected: Object.keys(STAGES).join(' or '),
  });
}

function nameAndPath(text: string): { name: string; path: string } {
  const [, name, path] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name !== undefined && path !== undefined) return { name, path };
  throw new MatteflowError('USAGE', {
    what: 'finished mattes need a name and a place',
    seen: text,
    expected: 'NAME=FOLDER or NAME=VIDEO',
  });
}
