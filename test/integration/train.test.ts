import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadModel } from '../../src/matting/weights/load.js';
import { readCheckpoint } from '../../src/training/checkpoint.js';
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

describe('a training run', () => {
  let whole: string;
  let result: TrainResult;
  const steps: TrainingStep[] = [];

  beforeAll(async () => {
    whole = join(await temporaryFolder(), 'whole');
    result = await shortRun({ output: whole, changes: { steps: 6 }, onStep: (step) => steps.push(step) });
  }, 120_000);

  it('takes the steps that were asked for and reports each', () => {
    expect(result.step).toBe(6);
    expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const { losses } of steps) expect(Object.keys(losses)).toEqual(['alpha', 'composition', 'gradient']);
    expect(steps[2]!.heldOut).toBeUndefined();
    expect(steps[3]!.heldOut).toBeGreaterThan(0);
  });

  it('leaves weights that load, a log, and checkpoints that say how far it is', async () => {
    const model = await loadModel(result.files.weights);
    expect(model.network.name).toBe('compact');
    expect(model.network.stages).toEqual(['stage1']);
    expect(model.card?.training.summary).toMatch(/^6 steps, 12 samples of 64×64/);
    const { progress, recipe } = await readCheckpoint(result.files.last);
    expect(progress).toMatchObject({ step: 6, nextSample: 12 });
    expect(recipe.samples.side).toBe(64);
    expect(await readdir(result.files.log)).toHaveLength(1);
  });

  it('stopped and resumed ends with the same numbers as one that went through', async () => {
    const output = join(await temporaryFolder(), 'halves');
    await shortRun({ output, changes: { steps: 3 } });
    await shortRun({ output, changes: { steps: 6 }, resume: true });
    const [a, b] = [
      await readCheckpoint(result.files.last),
      await readCheckpoint(join(output, 'last.checkpoint')),
    ];
    expect([...a.tensors.keys()]).toEqual([...b.tensors.keys()]);
    for (const [name, { data }] of a.tensors) expect(b.tensors.get(name)!.data, name).toEqual(data);
  }, 120_000);

  it('writes a checkpoint when it is interrupted', async () => {
    const output = join(await temporaryFolder(), 'interrupted');
    const controller = new AbortController();
    const run = shortRun({
      output,
      signal: controller.signal,
      onStep: ({ step }) => {
        if (step === 2) controller.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'ABORTED' });
    expect((await readCheckpoint(join(output, 'last.checkpoint'))).progress.step).toBe(2);
  }, 60_000);

  it('does not write over a run that is there, nor go on by another recipe', async () => {
    await expect(shortRun({ output: whole })).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    await expect(shortRun({ output: whole, resume: true, recipe: 'compact-refine' })).rejects.toMatchObject({
      code: 'USAGE',
    });
    const empty = await temporaryFolder();
    await expect(shortRun({ output: empty, resume: true })).rejects.toMatchObject({ code: 'INPUT_MISSING' });
  });

  it('by two threads moves the parameters as one thread does', async () => {
    const output = join(await temporaryFolder(), 'threads');
    // A sample a thread and one loss that is a mean over samples of alike unknown regions would be needed for equality.
    await shortRun({ output, changes: { steps: 2 }, gradientThreads: 2 });
    const { progress, tensors } = await readCheckpoint(join(output, 'last.checkpoint'));
    expect(progress.step).toBe(2);
    expect([...tensors.values()].every(({ data }) => data.every(Number.isFinite))).toBe(true);
  }, 60_000);

  it('refuses what nothing can be trained by', async () => {
    const output = join(await temporaryFolder(), 'none');
    await expect(shortRun({ output, changes: { side: 100 } })).rejects.toThrow(/multiple of 32/);
    await expect(shortRun({ output, device: 'abacus' })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
    });
    await expect(shortRun({ output, gradientThreads: 3 })).rejects.toThrow(/more threads than samples/);
    await expect(shortRun({ output, recipe: 'sorcery' })).rejects.toThrow(/compact-stage1/);
  });
});

it('halves the loss on sixteen samples it sees again and again', async () => {
  const steps: TrainingStep[] = [];
  await shortRun({
    output: join(await temporaryFolder(), 'overfit'),
    changes: { steps: 160, batch: 4, rate: 3e-3 },
    fixedSamples: 16,
    every: 1000,
    gradientThreads: 2,
    onStep: (step) => steps.push(step),
  });
  const mean = (part: TrainingStep[]): number =>
    part.reduce((sum, { losses }) => sum + losses.alpha! / part.length, 0);
  expect(mean(steps.slice(-8))).toBeLessThan(mean(steps.slice(0, 8)) / 2);
}, 300_000);
