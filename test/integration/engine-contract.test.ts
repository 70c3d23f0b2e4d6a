import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseEngine } from '../../src/matting/engines/choose.js';
import { describeEngine } from '../support/engine-contract.js';
import { modelOf, TWO_LEVELS } from '../support/network-pieces.js';
import { noiseInput } from '../support/stage-input.js';

describeEngine('onnx', 'cpu');
describeEngine('tfjs', 'cpu');
describeEngine('tfjs', 'js');

describe('tfjs tensors', () => {
  let count: () => number;
  beforeAll(async () => {
    const { memory } = await import('@tensorflow/tfjs-core');
    count = () => memory().numTensors;
  });
  const before: number[] = [];
  afterAll(() => expect(before).toHaveLength(2));

  it.each(['cpu', 'js'])('on %s are all given back', async (device) => {
    before.push(count());
    const engine = await chooseEngine({ engine: 'tfjs', device });
    const model = modelOf(TWO_LEVELS);
    const session = await engine.load(model);
    const loaded = count();
    expect(loaded - before.at(-1)!).toBe(model.tensors.size);
    const input = noiseInput({ count: 1, height: 32, width: 32 }, 1, { samples: 'uint8', guide: 'alpha' });
    for (let run = 0; run < 3; run++) await session.run('stage1', input);
    await expect(session.run('stage1', { ...input, count: 2 })).rejects.toThrow();
    expect(count()).toBe(loaded);
    await session.dispose();
    expect(count()).toBe(before.at(-1));
  });
});
