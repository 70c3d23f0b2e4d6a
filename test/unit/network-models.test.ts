import { describe, expect, it } from 'vitest';
import { MatteflowError } from '../../src/core/errors.js';
import { parameterShapes } from '../../src/matting/networks/inventory.js';
import { putInKnown } from '../../src/matting/networks/known-pixels.js';
import { requireMatting, type ModelOptions } from '../../src/matting/networks/model.js';
import { NETWORK_NAMES, networkModel, networkNamed } from '../../src/matting/networks/registry.js';
import type { WeightScope } from '../../src/matting/ops.js';
import { noise } from '../support/made-input.js';
import { SLOW_OPS, type SlowMap } from '../support/slow-ops.js';

function parameterCount(name: string, options: ModelOptions = {}): number {
  const sizes = [...parameterShapes(networkModel(name, options)).values()];
  return sizes.reduce((sum, shape) => sum + shape.reduce((product, size) => product * size, 1), 0);
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    return error instanceof MatteflowError ? error.code : String(error);
  }
  return undefined;
}

describe('the models', () => {
  it('have as many parameters as published', () => {
    expect(parameterCount('compact')).toBe(984_130);
    // VGG-16's 13 convolutions (14,714,688) and the fourth input channel (576), conv6, the decoder, stage 2.
    const [encoder, conv6] = [14_714_688 + 576, 512 * 512 + 512];
    const decoder = [
      [1, 512, 512],
      [25, 512, 512],
      [25, 512, 256],
      [25, 256, 128],
      [25, 128, 64],
      [25, 64, 64],
      [25, 64, 1],
    ].reduce((sum, [taps, inputs, outputs]) => sum + taps! * inputs! * outputs! + outputs!, 0);
    const stage2 = 4 * 64 * 9 + 64 + 2 * (64 * 64 * 9 + 64) + 64 * 9 + 1;
    expect(parameterCount('dim')).toBe(encoder + conv6 + decoder + stage2);
    expect(parameterCount('dim', { stages: 1 })).toBe(encoder + conv6 + decoder);
    expect(parameterCount('dim', { conv6: 3 }) - parameterCount('dim')).toBe(8 * 512 * 512);
  });

  it('name their parameters as the public checkpoints do', () => {
    const shapes = parameterShapes(networkModel('dim', {}));
    expect(shapes.get('backbone.encoder.layer1.0.weight')).toEqual([64, 4, 3, 3]);
    expect(shapes.get('backbone.encoder.layer5.4.bias')).toEqual([512]);
    expect(shapes.get('backbone.decoder.deconv4_1.weight')).toEqual([256, 512, 5, 5]);
    expect(shapes.get('backbone.decoder.deconv1.weight')).toEqual([1, 64, 5, 5]);
    expect(shapes.get('refiner.refine_pred.weight')).toEqual([1, 64, 3, 3]);
    const encoder = parameterShapes(networkModel('alphagan'));
    expect(encoder.get('encoder.conv1.weight')).toEqual([64, 4, 7, 7]);
    expect(encoder.get('encoder.bn1.running_var')).toEqual([64]);
    expect(encoder.get('encoder.layer1.0.downsample.0.weight')).toEqual([256, 64, 1, 1]);
    expect(encoder.get('encoder.layer1.0.downsample.1.running_mean')).toEqual([256]);
    expect(encoder.get('encoder.layer4.2.conv3.weight')).toEqual([2048, 512, 1, 1]);
    expect(encoder.has('encoder.layer1.1.downsample.0.weight')).toBe(false);
  });

  it.each([
    ['dim', {}, ['stage1', 'stage2'], 'logit'],
    ['dim', { convention: 'clip' }, ['stage1', 'stage2'], 'alpha'],
    ['dim', { stages: 1 }, ['stage1'], 'alpha'],
    ['compact', {}, ['stage1', 'stage2'], 'alpha'],
    ['compact', { stages: 1 }, ['stage1'], 'alpha'],
    ['alphagan', {}, ['stage1'], 'alpha'],
    ['alphagan', { stages: 2 }, ['stage1'], 'alpha'],
    ['trimap-unet', {}, ['stage1'], 'classes'],
  ] as const)('%s with %j says what it hands over', (name, options, stages, carry) => {
    expect(networkModel(name, options)).toMatchObject({ stages, carry });
  });

  it('are refused by name, option and value', () => {
    expect(codeOf(() => networkModel('toString'))).toBe('MODEL_UNKNOWN');
    for (const options of [
      { conv6: 5 },
      { convention: 'tanh' },
      { skips: 'yes' },
      { widths: [64] },
      { widths: [64, 128, 256, 512, 512, 0] },
      { refineWidth: 1.5 },
      { unheard: 1 },
    ]) {
      expect(
        codeOf(() => networkModel('dim', options)),
        JSON.stringify(options),
      ).toBe('WEIGHTS_CORRUPT');
    }
    expect(codeOf(() => networkModel('compact', { widths: [1] }))).toBe('WEIGHTS_CORRUPT');
    expect(codeOf(() => networkModel('alphagan', { width: 0 }))).toBe('WEIGHTS_CORRUPT');
    expect(codeOf(() => networkModel('trimap-unet', { width: 8 }))).toBe('WEIGHTS_CORRUPT');
    expect(codeOf(() => networkModel('patchgan'))).toBe('MODEL_UNKNOWN');
    expect(codeOf(() => networkNamed('valueOf'))).toBe('MODEL_UNKNOWN');
  });

  it('are found by each name there is', () => {
    expect(NETWORK_NAMES).toEqual(['compact', 'dim', 'alphagan', 'trimap-unet', 'patchgan']);
    expect(NETWORK_NAMES.map((name) => networkNamed(name).name)).toEqual(NETWORK_NAMES);
  });

  it('matte, or are refused where mattes are wanted', () => {
    expect(codeOf(() => requireMatting(networkModel('alphagan'), 'weights'))).toBeUndefined();
    expect(codeOf(() => requireMatting(networkModel('trimap-unet'), 'weights'))).toBe('MODEL_UNKNOWN');
  });

  it.each([
    ['compact', {}],
    ['dim', { refineWidth: 4, convention: 'clip' }],
  ])('%s: stage 2 sees exactly as far as its margin', (name, options) => {
    const network = networkModel(name, options);
    // All positive, so that no ReLU hides a change.
    const weights: WeightScope<SlowMap> = {
      at: () => weights,
      get: (_, shape) => {
        const count = shape.reduce((product, size) => product * size, 1);
        return { shape, data: Float64Array.from(noise(count, count), (value) => value / 1e3) };
      },
    };
    const run = (mark: number): Float64Array => {
      const data = new Float64Array(5 * 32 * 32).fill(0.5);
      data[16 * 32 + 16]! += mark;
      const input = { shape: [5, 32, 32], data };
      return network.build('stage2', SLOW_OPS, weights, input).data;
    };
    const [without, marked] = [run(0), run(0.25)];
    let radius = 0;
    without.forEach((value, i) => {
      if (value === marked[i]) return;
      radius = Math.max(radius, Math.abs(Math.floor(i / 32) - 16), Math.abs((i % 32) - 16));
    });
    expect(radius).toBe(network.margins.stage2);
  });
});

describe('putInKnown', () => {
  it('keeps alpha where the trimap does not know, 128/255 included, and clips it', () => {
    const row = (...values: number[]): SlowMap => ({
      shape: [1, 1, values.length],
      data: Float64Array.from(values),
    });
    const alpha = row(0.3, 0.3, 0.3, 0.3, -0.5, 1.5, 9);
    const trimap = row(0, 0.5, 1, 128 / 255, 0.5, 0.5, 0);
    expect([...putInKnown(SLOW_OPS, alpha, trimap).data]).toEqual([0, 0.3, 1, 0.3, 0, 1, 0]);
  });
});
