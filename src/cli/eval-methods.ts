import { MatteflowError } from '../core/errors.js';
import { allocateFrame, viewPlanes } from '../core/frame.js';
import { putKnown } from '../evaluation/put-known.js';
import type { Method, TimedMatte } from '../evaluation/results.js';
import { fillColour } from '../ingest/read-image.js';
import { isClassical, type ClassicalName } from '../matting/classical.js';
import { guidedFilter } from '../matting/colour-guided.js';
import { closeAll, type Closer } from '../core/closers.js';
import type { EngineOptions, RunOptions } from '../pipeline/options.js';
import { openStillMatter, type StillMatter } from '../pipeline/still-matter.js';
import type { EvalStages } from './eval-values.js';
import { modelNames } from './model-names.js';

/** What is to be compared. */
export interface MethodRequest {
  /** Shipped names and .safetensors files. */
  readonly models: readonly string[];
  /** Undefined: all that each model has. */
  readonly stages?: readonly EvalStages[];
  /** Each model runs on each pair of these. */
  readonly engines: readonly NonNullable<EngineOptions['engine']>[];
  readonly devices: readonly string[];
  readonly baselines: readonly ClassicalName[];
  /** How the models' pictures go through them. */
  readonly work: Pick<EngineOptions, 'tile' | 'scale' | 'margin' | 'batch' | 'prior' | 'threads'>;
}

/** Loaded methods; nothing runs yet. */
export interface OpenMethods {
  readonly models: readonly Method[];
  readonly baselines: readonly Method[];
  close(): Promise<void>;
}

/**
 * Loads every model in every form that was asked for.
 *
 * @throws `USAGE` for stages that a model does not have; `MODEL_UNKNOWN`, `WEIGHTS_CORRUPT`, `ENGINE_UNAVAILABLE`
 */
export async function openMethods(
  request: MethodRequest,
  run: Pick<RunOptions, 'signal' | 'onNotice'>,
): Promise<OpenMethods> {
  const closers: Closer[] = [];
  const open: OpenMatter = async (options) => {
    const matter = await openStillMatter({ ...options, ...run });
    closers.push(() => matter.close());
    return matter;
  };
  const close = (): Promise<void> => closeAll(closers);
  try {
    const models: Method[] = [];
    const several = request.engines.length * request.devices.length > 1;
    const classical = async (name: ClassicalName): Promise<Method> =>
      methodOf(name, timedBy(await open({ model: name })));
    const names = modelNames(request.models);
    for (const model of request.models) {
      if (isClassical(model)) {
        if (request.stages) throw hasNoStages(model, request.stages);
        models.push(await classical(model));
        continue;
      }
      for (const engine of request.engines) {
        for (const device of request.devices) {
          const options = { ...request.work, model, engine, device };
          models.push(
            ...(await modelMethods(options, { ...request, several, called: names.get(model)! }, open)),
          );
        }
      }
    }
    const baselines: Method[] = [];
    for (const name of request.baselines) baselines.push(await classical(name));
    return { models, baselines, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type OpenMatter = (options: EngineOptions) => Promise<StillMatter>;
type Timed = NonNullable<Method['timed']>;

/** How each of `EVAL_STAGES` is made. */
const FORMS: Readonly<Record<EvalStages, { readonly networkStages: 1 | 2; readonly refined: boolean }>> = {
  stage1: { networkStages: 1, refined: false },
  'stage1+guided': { networkStages: 1, refined: true },
  'stage1+2': { networkStages: 2, refined: false },
};

/** One model on one device: a method for each form that is asked for, or one for all that the model has. */
async function modelMethods(
  options: EngineOptions & { readonly model: string },
  {
    stages: asked,
    several,
    called,
  }: Pick<MethodRequest, 'stages'> & { readonly several: boolean; readonly called: string },
  open: OpenMatter,
): Promise<Method[]> {
  const named = (matter: StillMatter, stages: string): string =>
    [called, stages, several && `(${matter.engine}, ${matter.device})`].filter(Boolean).join(' ');
  if (asked === undefined) {
    const matter = await open(options);
    const all = matter.networkStages.length === 1 ? 'stage1' : 'stage1+2';
    return [methodOf(named(matter, all), timedBy(matter))];
  }
  const methods: Method[] = [];
  const opened = new Map<1 | 2, { matter: StillMatter; matte: Timed }>();
  for (const stages of asked) {
    const form = FORMS[stages];
    const known = opened.get(form.networkStages);
    const matter = known?.matter ?? (await open({ ...options, stages: form.networkStages }));
    const matte = known?.matte ?? remembered(timedBy(matter));
    opened.set(form.networkStages, { matter, matte });
    if (matter.networkStages.length !== form.networkStages) throw lacksStages(called, matter, stages);
    const sharpened = form.refined ? refined(matte) : matte;
    methods.push(methodOf(named(matter, stages), sharpened));
  }
  return methods;
}

function methodOf(name: string, timed: Timed): Method {
  return { name, timed, matte: async (picture) => (await timed(picture)).alpha };
}

function timedBy(matter: StillMatter): Timed {
  return async (picture) => {
    const { planes, seconds } = await matter.matte(picture);
    return { alpha: planes.alpha, seconds };
  };
}

/** Mattes a trimap once, however many methods build on it. Nothing is kept longer than the trimap is. */
function remembered(matte: Timed): Timed {
  const mattes = new WeakMap<Uint8Array, Promise<TimedMatte>>();
  return (picture) => {
    const made = mattes.get(picture.trimap) ?? matte(picture);
    mattes.set(picture.trimap, made);
    return made;
  };
}

/** The paper's comparison with its stage 2: stage 1's alpha through a guided filter. */
function refined(matte: Timed): Timed {
  return async (picture) => {
    const coarse = await matte(picture);
    const start = performance.now();
    const { image, trimap } = picture;
    const planes = viewPlanes(allocateFrame(image.format, 0));
    fillColour(planes, image);
    planes.trimap.set(trimap);
    const alpha = coarse.alpha.slice();
    guidedFilter(alpha, coarse.alpha, planes, image.format);
    putKnown(alpha, trimap);
    return { alpha, seconds: coarse.seconds + (performance.now() - start) / 1000 };
  };
}

function hasNoStages(model: ClassicalName, asked: readonly EvalStages[]): MatteflowError {
  return new MatteflowError('USAGE', {
    what: `${model} has no ${asked.join(', ')}`,
    seen: 'a method without networks',
    remedy: `Compare with it by --baseline ${model}`,
  });
}

function lacksStages(model: string, { networkStages }: StillMatter, asked: EvalStages): MatteflowError {
  return new MatteflowError('USAGE', {
    what: `${model} has no ${asked}`,
    seen: networkStages.length === 1 ? 'a network of one stage' : 'two stages',
    remedy: 'Leave --stages out to score all that a model has',
  });
}
