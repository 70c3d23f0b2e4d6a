import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { readCheckpoint } from '../../src/training/checkpoint.js';
import { train, type TrainOptions, type TrainResult } from '../../src/training/train.js';
import { temporaryFolder } from '../support/made-clip.js';

/** A run of few and small steps, on WebAssembly. */
function shortRun(options: Partial<TrainOptions> & Pick<TrainOptions, 'output'>): Promise<TrainResult> {
  const { changes, ...rest } = options;
  return train({
    ...{ recipe: 'compact-stage1', changes: { side: 64, batch: 2, ...changes } },
    ...{ foregrounds: [], backgrounds: [], resume: false, device: 'cpu' },
    ...{ gradientThreads: 1, sampleThreads: 1, every: 4, signal: new AbortController().signal },
    ...rest,
  });
}

it('a resumed run goes on with the data it was begun with, unless other folders are named', async () => {
  const [parent, first, second] = [await temporaryFolder(), await temporaryFolder(), await temporaryFolder()];
  const output = join(parent, 'run');
  const picture = sharp({ create: { width: 80, height: 80, channels: 3, background: '#46a' } });
  for (const folder of [first, second]) await picture.clone().toFile(join(folder, 'plain.png'));
  const backgroundsAfter = async (options: Partial<TrainOptions>): Promise<readonly string[]> => {
    const { files } = await shortRun({ output, ...options });
    return (await readCheckpoint(files.last)).data.backgrounds;
  };
  expect(await backgroundsAfter({ changes: { steps: 1 }, backgrounds: [first] })).toEqual([first]);
  expect(await backgroundsAfter({ changes: { steps: 2 }, resume: true })).toEqual([first]);
  expect(await backgroundsAfter({ changes: { steps: 3 }, resume: true, backgrounds: [second] })).toEqual([
    second,
  ]);
});

it('a recipe that goes on from another’s result is refused without weights', async () => {
  const output = join(await temporaryFolder(), 'run');
  await expect(shortRun({ output, recipe: 'compact-refine' })).rejects.toThrow(
    /goes on from trained weights .*compact-stage1/,
  );
});
