import { describe, expect, it } from 'vitest';
import { networkTable, type LayerRow } from '../../src/matting/networks/inventory.js';
import { networkModel, networkNamed } from '../../src/matting/networks/registry.js';

function columns(layers: readonly LayerRow[]): unknown[] {
  return layers.map(({ name, kernel, inputs, outputs }) => [name, kernel, inputs, outputs]);
}

/** Counted by hand from the widths: filters and biases. */
function convolution(kernel: number, inputs: number, outputs: number): number {
  return kernel * kernel * inputs * outputs + outputs;
}

describe('the table of dim', () => {
  const table = networkTable(networkModel('dim'));
  const stage1 = table.layers.filter(({ stage }) => stage === 'stage1');
  const bottom = stage1.findIndex(({ name }) => name === 'backbone.encoder.conv6');
  const encoder = stage1.slice(0, bottom + 1);
  const decoder = stage1.slice(bottom + 1);

  it('has the 14 convolutions and 5 poolings of the paper in its encoder', () => {
    expect(encoder.map(({ kind }) => kind).join(' ')).toBe(
      [2, 2, 3, 3, 3].map((depth) => 'conv '.repeat(depth) + 'max-pool ').join('') + 'conv',
    );
    expect(columns(encoder.slice(0, 4))).toEqual([
      ['backbone.encoder.layer1.0', 3, 4, 64],
      ['backbone.encoder.layer1.2', 3, 64, 64],
      ['max-pool 1', 2, 64, 64],
      ['backbone.encoder.layer2.0', 3, 64, 128],
    ]);
  });

  it('has the 6 convolutions, 5 unpoolings and the prediction of the paper in its decoder', () => {
    expect(columns(decoder)).toEqual([
      ['backbone.decoder.deconv6_1', 1, 512, 512],
      ['unpool 5', 2, 512, 512],
      ['backbone.decoder.deconv5_1', 5, 512, 512],
      ['unpool 4', 2, 512, 512],
      ['backbone.decoder.deconv4_1', 5, 512, 256],
      ['unpool 3', 2, 256, 256],
      ['backbone.decoder.deconv3_1', 5, 256, 128],
      ['unpool 2', 2, 128, 128],
      ['backbone.decoder.deconv2_1', 5, 128, 64],
      ['unpool 1', 2, 64, 64],
      ['backbone.decoder.deconv1_1', 5, 64, 64],
      ['backbone.decoder.deconv1', 5, 64, 1],
    ]);
  });

  it('refines with four convolutions', () => {
    expect(columns(table.layers.filter(({ stage }) => stage === 'stage2'))).toEqual([
      ['refiner.refine_conv1', 3, 4, 64],
      ['refiner.refine_conv2', 3, 64, 64],
      ['refiner.refine_conv3', 3, 64, 64],
      ['refiner.refine_pred', 3, 64, 1],
    ]);
  });

  it('counts its parameters: 26.3 million, and 119.6 million more with the 7×7 conv6 to 4096 channels', () => {
    // Encoder with a fourth channel, conv6, decoder, refinement.
    expect(table.parameters).toBe(14_715_264 + 262_656 + 11_222_081 + 76_801);
    const paper = networkTable(networkModel('dim', { conv6: 7, widths: [64, 128, 256, 512, 512, 4096] }));
    const small = convolution(1, 512, 512) + convolution(1, 512, 512);
    const large = convolution(7, 512, 4096) + convolution(1, 4096, 512);
    expect(paper.parameters - table.parameters).toBe(large - small);
  });

  it('counts multiply-adds by the resolution of each layer', () => {
    const of = (name: string): number =>
      table.layers.find((layer) => layer.name.endsWith(name))!.multiplyAdds;
    expect(of('layer1.0')).toBe(9 * 4 * 64);
    expect(of('layer3.0')).toBe((9 * 128 * 256) / 16);
    expect(of('conv6')).toBe((512 * 512) / 1024);
    expect(of('deconv5_1')).toBe((25 * 512 * 512) / 256);
    expect(of('unpool 5')).toBe(0);
    const [encoder, bottom, decoder] = [306_432, 256 + 256, 25_600 + 3 * 51_200 + 102_400 + 1_600];
    const stage2 = 9 * (4 * 64 + 2 * 64 * 64 + 64);
    expect(table.multiplyAdds).toBe(encoder + bottom + decoder + stage2);
  });

  it('gives every layer the stride and dilation it has', () => {
    expect(table.layers.every(({ kind, stride }) => stride === (kind === 'conv' ? 1 : 2))).toBe(true);
    const dilated = networkTable(networkModel('compact')).layers.filter(({ dilation }) => dilation > 1);
    expect(dilated.map(({ name, dilation }) => [name, dilation])).toEqual([['stage1.b.1', 2]]);
  });
});

describe('the table of alphagan', () => {
  const { layers } = networkTable(networkModel('alphagan'));
  const row = (name: string): LayerRow => layers.find((layer) => layer.name === name)!;

  it("has ResNet-50's 23,508,032 parameters in its encoder, and a fourth input channel's", () => {
    const encoder = layers.filter(({ name }) => name.startsWith('encoder.'));
    // 53 convolutions: the stem, 16 blocks of three, four projections.
    expect(encoder).toHaveLength(53);
    expect(encoder.reduce((sum, { parameters }) => sum + parameters, 0)).toBe(23_508_032 + 49 * 64);
  });

  it('strides and dilates where the paper does', () => {
    expect(row('encoder.conv1')).toMatchObject({ kernel: 7, stride: 2, inputs: 4, outputs: 64 });
    const spread = (layer: number): unknown[] =>
      layers
        .filter(({ name }) => name.startsWith(`encoder.layer${layer}.`) && name.endsWith('.conv2'))
        .map(({ stride, dilation }) => [stride, dilation]);
    expect(spread(2)).toEqual([[2, 1], ...new Array<unknown>(3).fill([1, 1])]);
    expect(spread(3)).toEqual([[1, 1], ...new Array<unknown>(5).fill([1, 2])]);
    expect(spread(4)).toEqual([[1, 2], ...new Array<unknown>(2).fill([1, 4])]);
    // Layer 4 is an eighth of the input: 2048 × 512 weights, once for each 64 pixels.
    expect(row('encoder.layer4.2.conv1').multiplyAdds).toBe((2048 * 512) / 64);
  });

  it('sees at four dilations and as a whole, and decodes with the skips of the paper', () => {
    const pyramid = layers.filter(({ name }) => name.startsWith('aspp.'));
    expect(
      pyramid.map(({ kernel, dilation, inputs, outputs }) => [kernel, dilation, inputs, outputs]),
    ).toEqual([
      [1, 1, 2048, 256],
      [3, 6, 2048, 256],
      [3, 12, 2048, 256],
      [3, 18, 2048, 256],
      [1, 1, 2048, 256],
      [1, 1, 1280, 256],
    ]);
    // One mean of the whole picture, however large it is.
    expect(row('aspp.pooled.0').multiplyAdds).toBe(0);
    const decoder = layers.slice(layers.indexOf(pyramid.at(-1)!) + 1);
    expect(columns(decoder)).toEqual([
      ['decoder.skip4.0', 1, 256, 64],
      ['decoder.conv4a.0', 3, 320, 256],
      ['decoder.conv4b.0', 3, 256, 128],
      ['decoder.conv4c.0', 3, 128, 64],
      ['decoder.skip2.0', 1, 64, 32],
      ['unpool 1', 2, 64, 64],
      ['decoder.up.0', 4, 96, 64],
      ['decoder.conv1.0', 3, 67, 32],
      ['decoder.alpha', 3, 32, 1],
    ]);
    expect(row('decoder.up.0')).toMatchObject({ kind: 'transposed conv', stride: 2 });
    expect(row('decoder.up.0').multiplyAdds).toBe((16 * 96 * 64) / 4);
  });
});

describe('the table of patchgan', () => {
  it('has five layers of 4×4, three of them strided', () => {
    const { layers, parameters } = networkTable(networkNamed('patchgan'));
    expect(layers.map(({ kernel, stride, inputs, outputs }) => [kernel, stride, inputs, outputs])).toEqual([
      [4, 2, 4, 64],
      [4, 2, 64, 128],
      [4, 2, 128, 256],
      [4, 1, 256, 512],
      [4, 1, 512, 1],
    ]);
    const filters = 16 * (4 * 64 + 64 * 128 + 128 * 256 + 256 * 512 + 512);
    expect(parameters).toBe(filters + 64 + 1 + 2 * (128 + 256 + 512));
  });
});

describe('the table of trimap-unet', () => {
  it('has a group norm behind each convolution but the last', () => {
    const { layers } = networkTable(networkModel('trimap-unet'));
    const kinds = layers.filter(({ kind }) => kind !== 'max-pool').map(({ kind }) => kind);
    expect(kinds.join(' ')).toBe('conv group norm '.repeat(16) + 'conv');
    expect(layers.at(-1)).toMatchObject({ name: 'classes', inputs: 16, outputs: 3 });
  });
});
