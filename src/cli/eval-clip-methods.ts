import { MatteflowError } from '../core/errors.js';
import type { ClipMethod } from '../evaluation/video/evaluate-clip.js';
import { finishedMattes } from '../evaluation/video/finished-mattes.js';
import type { ClipSet } from '../evaluation/video/clip-set.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import { isClassical } from '../matting/classical.js';
import { matteFrames } from '../pipeline/matte-video.js';
import type { EngineOptions } from '../pipeline/options.js';
import type { CommandContext } from './command.js';
import { runOptions } from './engine-flags.js';
import type { Engine, NamedFolder } from './eval-values.js';
import { modelNames } from './model-names.js';

/** The flags that say what is compared. */
export interface ClipMethodFlags extends Omit<EngineOptions, 'model' | 'stages' | 'engine' | 'device'> {
  /** Names or files. Default `compact`, unless there are mattes. */
  readonly model?: readonly string[];
  /** `stage1`, `stage1+2`. Default `stage1+2`. */
  readonly stages?: readonly string[];
  /** One, or several to compare; so are the devices. */
  readonly engine?: readonly Engine[];
  readonly device?: readonly string[];
  /** Models that have no stages: `trimap`, classical solvers. */
  readonly baseline?: readonly string[];
  /** Finished mattes: a folder of pictures, or a video. */
  readonly mattes?: readonly NamedFolder[];
}

/** What each name of a stage asks the pipeline for. */
const STAGES: Readonly<Record<string, 1 | 2>> = { stage1: 1, 'stage1+2': 2 };

/**
 * The methods that flags name, in the order of the flags: models, baselines, finished mattes.
 *
 * @throws `USAGE` for a stage clips are not run with, a name that stands for two methods
 */
export function clipMethods(
  ffmpeg: Ffmpeg,
  flags: ClipMethodFlags,
  { context, kind }: { readonly context: CommandContext; readonly kind: ClipSet['kind'] },
): readonly ClipMethod[] {
  const { baseline = [], mattes = [] } = flags;
  const models = flags.model ?? (mattes.length > 0 ? [] : ['compact']);
  const names = modelNames([...models, ...baseline]);
  const methods = [
    ...[...models, ...baseline].flatMap((model) => variants(model, names.get(model)!, { flags, context })),
    ...mattes.map(({ name, folder }) =>
      finishedMattes(ffmpeg, { name, path: folder, ofSet: kind === 'set' }),
    ),
  ];
  const all = methods.map(({ name }) => name);
  const twice = all.find((name, at) => all.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new MatteflowError('USAGE', { what: 'two methods have the same name', seen: twice });
  }
  return methods;
}

/** One method for each of the stages, engines and devices asked for; a classical one is the same in all. */
function variants(
  model: string,
  called: string,
  { flags, context }: { readonly flags: ClipMethodFlags; readonly context: CommandContext },
): ClipMethod[] {
  const { stages = ['stage1+2'], engine: engines = ['auto'], device: devices = ['auto'] } = flags;
  if (isClassical(model)) return [modelMethod(model, { model }, context)];
  const several = engines.length * devices.length > 1;
  return stages.flatMap((stage) =>
    engines.flatMap((engine) =>
      devices.map((device) => {
        const name = [called, stage, ...(several ? [`(${engine}, ${device})`] : [])].join(' ');
        const options = { ...workOptions(flags), model, engine, device, stages: stageNumber(stage) };
        return modelMethod(name, options, context);
      }),
    ),
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
function workOptions({ threads, tile, scale, margin, batch, prior }: ClipMethodFlags): EngineOptions {
  return {
    scale: scale ?? 1,
    ...(threads !== undefined && { threads }),
    ...(tile !== undefined && { tile }),
    ...(margin !== undefined && { margin }),
    ...(batch !== undefined && { batch }),
    ...(prior !== undefined && { prior }),
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
