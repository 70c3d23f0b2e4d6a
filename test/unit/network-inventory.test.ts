import { describe, expect, it } from 'vitest';
import { networkTable, type LayerRow } from '../../src/matting/networks/inventory.js';
import { networkModel } from '../../src/matting/networks/registry.js';

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
