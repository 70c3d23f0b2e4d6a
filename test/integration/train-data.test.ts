import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
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
    ...{ foregrounds: [], backgrounds: [], heldOut: [], resume: false, device: 'cpu' },
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

it('validates on the foregrounds held out, and its card counts the pictures of every folder', async () => {
  const [parent, cutOuts, backgrounds] = [
    await temporaryFolder(),
    await temporaryFolder(),
    await temporaryFolder(),
  ];
  const disc = Buffer.from('<svg width="80" height="80"><circle cx="40" cy="40" r="30" fill="#e82"/></svg>');
  for (const name of ['a', 'b', 'c'])
    await sharp(disc)
      .png()
      .toFile(join(cutOuts, `${name}.png`));
  await sharp({ create: { width: 80, height: 80, channels: 3, background: '#46a' } }).toFile(
    join(backgrounds, 'plain.png'),
  );
  const changes = { steps: 1 };
  const drawn = await shortRun({ output: join(parent, 'drawn'), changes, every: 1 });
  const held = await shortRun({
    ...{ output: join(parent, 'held'), changes, every: 1 },
    ...{ foregrounds: [cutOuts], backgrounds: [backgrounds], heldOut: [cutOuts] },
  });
  expect(held.best!.score).not.toBe(drawn.best!.score);
  expect((await readCheckpoint(held.files.last)).data.heldOut).toEqual([cutOuts]);
  const card = JSON.parse(await readFile(join(parent, 'held', 'weights.json'), 'utf8')) as {
    training: { data: unknown };
  };
  expect(card.training.data).toEqual([
    { what: basename(cutOuts), items: 3, licence: 'unknown' },
    { what: basename(backgrounds), items: 1, licence: 'unknown' },
  ]);
});

it('a recipe that goes on from another’s result is refused without weights', async () => {
  const output = join(await temporaryFolder(), 'run');
  await expect(shortRun({ output, recipe: 'compact-refine' })).rejects.toThrow(
    /goes on from trained weights .*compact-stage1/,
  );
});
