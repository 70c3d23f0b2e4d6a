import { describe, expect, it } from 'vitest';
import { exportOnnx } from '../../src/matting/engines/onnx/export.js';
import { parameterShapes } from '../../src/matting/networks/inventory.js';
import { networkModel } from '../../src/matting/networks/registry.js';
import { madeWeights } from '../support/made-weights.js';

describe('a network with batch norms as an ONNX file', () => {
  const network = networkModel('alphagan', { width: 4 });
  const tensors = madeWeights(network, 1, new Map());
  const file = Buffer.from(exportOnnx({ name: 'alphagan', file: 'alphagan', network, tensors }, 'stage1'));

  it('has none left: they are folded into the convolutions before them', () => {
    expect(file.includes('Conv')).toBe(true);
    for (const name of ['BatchNormalization', 'running_mean', 'bn1']) expect(file.includes(name)).toBe(false);
  });

  it('holds each filter once', () => {
    const numbers = [...parameterShapes(network)]
      .filter(([, shape]) => shape.length === 4)
      .reduce((sum, [, shape]) => sum + shape.reduce((product, size) => product * size, 1), 0);
    expect(file.length).toBeGreaterThan(4 * numbers);
    expect(file.length).toBeLessThan(4 * numbers * 1.1);
  });
});
