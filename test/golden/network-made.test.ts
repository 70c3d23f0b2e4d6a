import { describe, expect, it } from 'vitest';
import type { Network, NetworkModel } from '../../src/matting/networks/model.js';
import { networkModel, networkNamed } from '../../src/matting/networks/registry.js';
import { goldenBelow, goldenTensors } from '../support/golden-file.js';
import { largestDifference, madeInput } from '../support/made-input.js';
import { madeWeights } from '../support/made-weights.js';
import { runStages } from '../support/run-stages.js';

const FILE = 'made-outputs.safetensors';
const TOLERANCE = 1e-4;

/** A network that only training runs, in what an engine loads. */
function served(network: Network): NetworkModel {
  return { ...network, readsPrior: false, margins: { stage1: 0, stage2: 0 }, carry: 'logit' };
}

/** The first `count` channels of (2, 4, 64, 96). */
function input(seed: number, count: number): Float32Array<ArrayBuffer> {
  const [plane, data] = [64 * 96, madeInput([2, 4, 64, 96], seed)];
  const pictures = [0, 1].map((n) => [...data.subarray(4 * n * plane, (4 * n + count) * plane)]);
  return Float32Array.from(pictures.flat());
}

/** Made weights and what PyTorch modules made of them (fixtures/golden/made_golden.py). */
describe.each([
  ['alphagan', networkModel('alphagan', { width: 4 }), 6, 6],
  ['patchgan', served(networkNamed('patchgan')), 7, 6],
  ['trimap-unet', networkModel('trimap-unet'), 8, 8],
] as const)('%s', (name, network, seed, inputSeed) => {
  it.each([
    ['onnx', 'cpu'],
    ['tfjs', 'cpu'],
    ['tfjs', 'js'],
  ] as const)('gives the stored results by %s on %s', async (engine, device) => {
    const golden = await goldenTensors(FILE);
    const tensors = madeWeights(network, seed, await goldenBelow(FILE, `${name}/`));
    const channels = network.channels.stage1;
    const data = input(inputSeed, channels);
    const { stage1 } = await runStages({ engine, device }, { name, file: FILE, network, tensors }, data, [
      ...([2, channels, 64, 96] as const),
    ]);
    const seen = stage1.filter((_, i) => i % 7 === 0);
    expect(largestDifference(seen, golden(name))).toBeLessThan(TOLERANCE);
  });
});
