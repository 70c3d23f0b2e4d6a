import { describe, expect, it } from 'vitest';
import { networkModel } from '../../src/matting/networks/registry.js';
import { reflectIndex } from '../../src/matting/reflect.js';
import { goldenBelow, goldenTensors } from '../support/golden-file.js';
import { largestDifference, madeInput } from '../support/made-input.js';
import { madeWeights } from '../support/made-weights.js';
import { runStages } from '../support/run-stages.js';

const FILE = 'dim-made-outputs.safetensors';
const NARROW = { widths: [8, 8, 12, 16, 16, 20], refineWidth: 8, conv6: 3 };
const TOLERANCE = 1e-4;

const upTo32 = (length: number): number => Math.ceil(length / 32) * 32;

/** A frame of any size, (4, H, W), mirrored at its right and bottom edge up to a multiple of 32, as the pipeline does. */
function paddedFrame(height: number, width: number, seed: number): Float32Array<ArrayBuffer> {
  const [rows, columns] = [upTo32(height), upTo32(width)];
  const whole = madeInput([1, 4, rows, columns], seed);
  return whole.map((_, i) => {
    const [channel, y, x] = [Math.floor(i / (rows * columns)), Math.floor(i / columns) % rows, i % columns];
    return whole[(channel * rows + reflectIndex(y, height)) * columns + reflectIndex(x, width)]!;
  });
}

/** Every 7th number of the frame's own pixels: what is stored. */
function sampled(result: Float32Array, height: number, width: number): Float32Array {
  const columns = upTo32(width);
  const count = Math.ceil((height * width) / 7);
  return Float32Array.from({ length: count }, (_, i) => {
    const pixel = 7 * i;
    return result[Math.floor(pixel / width) * columns + (pixel % width)]!;
  });
}

/** Made weights and what PyTorch made of them (fixtures/golden/network_golden.py). */
describe.each([
  ['crop', { convention: 'sigmoid', refinerInput: 'unit', skips: true }, 4, 320, 320],
  ['odd', { convention: 'clip', refinerInput: 'bytes', skips: false }, 5, 70, 100],
] as const)('dim, %s, %j', (name, variant, seed, height, width) => {
  it.each([
    ['onnx', 'cpu'],
    ['tfjs', 'cpu'],
  ] as const)('gives the stored results by %s on %s', async (engine, device) => {
    const golden = await goldenTensors(FILE);
    const network = networkModel('dim', { ...NARROW, ...variant });
    const tensors = madeWeights(network, seed, await goldenBelow(FILE, `${name}/`));
    const shape = [1, 4, upTo32(height), upTo32(width)] as const;
    const model = { name, file: FILE, network, tensors };
    const seen = await runStages({ engine, device }, model, paddedFrame(height, width, seed), shape);
    const differences = [seen.stage1, seen.stage2!].map((result, i) =>
      largestDifference(sampled(result, height, width), golden(`${name}.${['carry', 'alpha'][i]!}`)),
    );
    expect(Math.max(...differences)).toBeLessThan(TOLERANCE);
  });
});
