import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModel } from '../../src/matting/weights/load.js';
import { readCheckpoint } from '../../src/training/checkpoint.js';
import type { RecipeChanges } from '../../src/training/recipe.js';
import { train, type TrainOptions, type TrainResult } from '../../src/training/train.js';
import type { TrainingStep } from '../../src/training/training-loop.js';
import { temporaryFolder } from '../support/made-clip.js';

const never = new AbortController().signal;

/** A short run on drawn material, on WebAssembly. */
function shortRun(options: Partial<TrainOptions> & Pick<TrainOptions, 'output'>): Promise<TrainResult> {
  const { changes, ...rest } = options;
  return train({
    recipe: 'compact-stage1',
    changes: { side: 64, batch: 2, ...changes },
    foregrounds: [],
    heldOut: [],
    backgrounds: [],
    resume: false,
    device: 'cpu',
    gradientThreads: 1,
    sampleThreads: 1,
    every: 4,
    signal: never,
    ...rest,
  });
}

/** The same, interrupted after so many steps. */
async function stoppedRun(output: string, after: number, changes: RecipeChanges = {}): Promise<void> {
  const controller = new AbortController();
  const run = shortRun({
    ...{ output, changes, signal: controller.signal },
    onStep: ({ step }) => {
      if (step === after) controller.abort();
    },
  });
  await expect(run).rejects.toMatchObject({ code: 'ABORTED' });
}

describe('a training run', () => {
  let folder: string;
  let whole: string;
  let result: TrainResult;
  const steps: TrainingStep[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'matteflow-train-'));
    whole = join(folder, 'whole');
    result = await shortRun({ output: whole, changes: { steps: 6 }, onStep: (step) => steps.push(step) });
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('takes the steps that were asked for and reports each', () => {
    expect(result.step).toBe(6);
    expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const { losses } of steps) expect(Object.keys(losses)).toEqual(['alpha', 'composition', 'gradient']);
    expect(steps[2]!.heldOut).toBeUndefined();
    expect(steps[3]!.heldOut).toBeGreaterThan(0);
  });

  it('leaves weights that load, a log, and checkpoints that say how far it is', async () => {
    const model = await loadModel(result.files.weights);
    const best = result.best!.step;
    expect(model.network.name).toBe('compact');
    expect(model.network.stages).toEqual(['stage1']);
    expect(model.card?.training.summary).toMatch(new RegExp(`^${best} steps, ${2 * best} samples of 64×64`));
    const { progress, recipe } = await readCheckpoint(result.files.last);
    expect(progress).toMatchObject({ step: 6, nextSample: 12 });
    expect(recipe.samples.side).toBe(64);
    expect(await readdir(result.files.log)).toHaveLength(1);
  });

  it('stopped and resumed ends with the same numbers as one that went through', async () => {
    const output = join(folder, 'halves');
    await stoppedRun(output, 3, { steps: 6 });
    await shortRun({ output, resume: true, changes: {} });
    const [a, b] = [
      await readCheckpoint(result.files.last),
      await readCheckpoint(join(output, 'last.checkpoint')),
    ];
    expect([...a.tensors.keys()]).toEqual([...b.tensors.keys()]);
    for (const [name, { data }] of a.tensors) expect(b.tensors.get(name)!.data, name).toEqual(data);
  });

  it('writes a checkpoint when it is interrupted', async () => {
    const output = join(await temporaryFolder(), 'interrupted');
    await stoppedRun(output, 2);
    expect((await readCheckpoint(join(output, 'last.checkpoint'))).progress.step).toBe(2);
  });

  it('does not write over a run that is there, nor go on by another recipe', async () => {
    await expect(shortRun({ output: whole })).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    await expect(shortRun({ output: whole, resume: true, recipe: 'compact-refine' })).rejects.toMatchObject({
      code: 'USAGE',
    });
    const empty = await temporaryFolder();
    await expect(shortRun({ output: empty, resume: true })).rejects.toMatchObject({ code: 'INPUT_MISSING' });
  });

  it('refuses what nothing can be trained by', async () => {
    const output = join(await temporaryFolder(), 'none');
    await expect(shortRun({ output, changes: { side: 100 } })).rejects.toThrow(/multiple of 32/);
    await expect(shortRun({ output, device: 'abacus' })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
    });
    await expect(shortRun({ output, gradientThreads: 3 })).rejects.toThrow(/more threads than samples/);
    await expect(shortRun({ output, recipe: 'alphagan', changes: { batch: 1 } })).rejects.toThrow(
      /batch norms need a batch/,
    );
    await expect(shortRun({ output, recipe: 'sorcery' })).rejects.toThrow(/compact-stage1/);
  });
});

describe('on sixteen samples, again and again', () => {
  /** What the losses are over the first samples, and over the last. */
  async function overfitted(recipe: string, changes: RecipeChanges): Promise<[LossMeans, LossMeans]> {
    const steps: TrainingStep[] = [];
    await shortRun({
      output: join(await temporaryFolder(), 'overfit'),
      ...{ recipe, changes: { batch: 4, rate: 3e-3, ...changes } },
      fixedSamples: 16,
      every: 1000,
      gradientThreads: 2,
      onStep: (step) => steps.push(step),
    });
    return [lossMeans(steps.slice(0, 4)), lossMeans(steps.slice(-4))];
  }

  it('compact-stage1 halves the error of the prior it begins with', async () => {
    const [first, last] = await overfitted('compact-stage1', { steps: 160 });
    expect(last.alpha).toBeLessThan(first.alpha! / 2);
  });

  it('trimap-unet learns to tell background, unknown and foreground', async () => {
    const [first, last] = await overfitted('trimap-unet', { steps: 60 });
    // Of three classes alike.
    expect(first.classes).toBeGreaterThan(Math.log(3) / 2);
    expect(last.classes).toBeLessThan(first.classes! / 2);
  });
});

type LossMeans = TrainingStep['losses'];

function lossMeans(steps: readonly TrainingStep[]): LossMeans {
  const names = Object.keys(steps[0]!.losses) as (keyof LossMeans)[];
  return Object.fromEntries(
    names.map((name) => [name, steps.reduce((sum, { losses }) => sum + losses[name]! / steps.length, 0)]),
  );
}
