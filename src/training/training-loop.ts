import sharp from 'sharp';
import { writeCheckpoint, type DataFolders, type Progress } from './checkpoint.js';
import type { EventFile, LoggedImage } from './event-file.js';
import type { Recipe } from './recipe.js';
import { writeWeights, type RunDescription, type RunFiles } from './run-folder.js';
import type { TrainingSample } from './sample.js';
import type { SampleStream } from './sample-stream.js';
import type { StepReport, Trainer } from './trainer.js';

/** What the loop works with. */
export interface LoopParts {
  readonly recipe: Recipe;
  readonly data: DataFolders;
  readonly trainer: Trainer;
  readonly samples: Pick<SampleStream, 'next' | 'position'>;
  readonly log: EventFile;
  readonly files: RunFiles;
  /** The loss on samples held out, lower is better. */
  readonly validate: () => Promise<number>;
  readonly describe: (progress: Progress) => RunDescription;
}

export interface LoopOptions {
  /** Where an earlier call left off. */
  readonly earlier?: Progress;
  /** Of this call. */
  readonly minutes?: number;
  /** Steps between validations, each with a checkpoint. */
  readonly every: number;
  readonly signal: AbortSignal;
  readonly onStep?: (step: TrainingStep) => void;
}

/** How a run goes, after each step. */
export interface TrainingStep extends StepReport {
  readonly step: number;
  readonly steps: number;
  /** Mean over this call. */
  readonly samplesPerSecond: number;
  /** Of this call. */
  readonly seconds: number;
  /** The last validation of this call, if there has been one. */
  readonly heldOut?: number;
}

/** Steps until the recipe, the minutes or the signal say enough, and leaves a checkpoint whichever it is. */
export async function trainingLoop(
  parts: LoopParts,
  { earlier, minutes = Infinity, every, signal, onStep }: LoopOptions,
): Promise<{ progress: Progress; samplesPerSecond: number }> {
  const { recipe, data, trainer, samples, log, files } = parts;
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  const perStep = recipe.batch * recipe.accumulate;
  let best = earlier?.best;
  let heldOut: number | undefined;
  let taken = 0;
  const progress = (): Progress => ({
    step: trainer.step,
    nextSample: samples.position,
    seconds: (earlier?.seconds ?? 0) + seconds(),
    ...(best && { best }),
  });
  const save = async (path: string): Promise<void> =>
    writeCheckpoint(path, { recipe, data, progress: progress(), tensors: (await trainer.state()).tensors });
  const validate = async (): Promise<void> => {
    heldOut = await parts.validate();
    await log.scalars(trainer.step, { 'loss/held out': heldOut });
    if (heldOut >= (best?.score ?? Infinity)) return;
    best = { step: trainer.step, score: heldOut };
    await save(files.best);
    await writeWeights(files.weights, await trainer.weights(), parts.describe(progress()));
  };

  while (!signal.aborted && trainer.step < recipe.steps && seconds() < 60 * minutes) {
    const batch: TrainingSample[] = [];
    while (batch.length < perStep) batch.push(await samples.next());
    const report = await trainer.take(batch);
    taken += perStep;
    const now = { step: trainer.step, samplesPerSecond: taken / seconds() };
    await log.scalars(now.step, {
      ...Object.fromEntries(Object.entries(report.losses).map(([name, value]) => [`loss/${name}`, value])),
      'rate/learning': report.rate,
      'rate/samples': now.samplesPerSecond,
    });
    if (now.step % every === 0) {
      await validate();
      await log.image(now.step, 'sample', await sampleStrip(batch[0]!));
      await save(files.last);
    }
    onStep?.({
      ...report,
      ...now,
      ...{ steps: recipe.steps, seconds: seconds() },
      ...(heldOut !== undefined && { heldOut }),
    });
  }
  // A run that ends between two validations has learned something since the last.
  if (trainer.step % every !== 0 && !signal.aborted) await validate();
  await save(files.last);
  return { progress: progress(), samplesPerSecond: taken / seconds() };
}

/** A sample's picture, trimap, prior and alpha side by side. */
async function sampleStrip({ side, rgb, trimap, prior, alpha }: TrainingSample): Promise<LoggedImage> {
  const width = 4 * side;
  const pixels = new Uint8Array(width * side * 3);
  const panels = [
    (at: number, channel: number) => 255 * rgb[3 * at + channel]!,
    (at: number) => trimap[at]!,
    (at: number) => 255 * prior[at]!,
    (at: number) => 255 * alpha[at]!,
  ];
  panels.forEach((value, panel) => {
    for (let at = 0; at < side * side; at++) {
      const to = 3 * (Math.floor(at / side) * width + panel * side + (at % side));
      for (let channel = 0; channel < 3; channel++) pixels[to + channel] = Math.round(value(at, channel));
    }
  });
  const png = await sharp(pixels, { raw: { width, height: side, channels: 3 } })
    .png()
    .toBuffer();
  return { width, height: side, channels: 3, png };
}
