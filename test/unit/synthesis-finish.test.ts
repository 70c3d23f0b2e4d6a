import { describe, expect, it } from 'vitest';
import { Random } from '../../src/training/random.js';
import { straightColours, toForeground } from '../../src/training/synthesis/finish.js';
import { defocus, emptyLayer, layOver, soften, type Layer } from '../../src/training/synthesis/layer.js';

/** A disc of one colour in the middle. */
function disc(side: number, radius: number, colour: readonly number[], opacity = 1): Layer {
  const layer = emptyLayer(side);
  for (let i = 0; i < side * side; i++) {
    if (Math.hypot((i % side) + 0.5 - side / 2, Math.floor(i / side) + 0.5 - side / 2) > radius) continue;
    for (let c = 0; c < 3; c++) layer.rgba[4 * i + c] = opacity * colour[c]!;
    layer.rgba[4 * i + 3] = opacity;
  }
  return layer;
}

describe('finishing a layer', () => {
  it('keeps colour times alpha, and extends colour past alpha', () => {
    const layer = disc(33, 8, [0.8, 0.4, 0.2]);
    soften(layer, 2);
    const { rgba } = toForeground(layer, 'disc');
    for (let i = 0; i < 33 * 33; i++) {
      for (let c = 0; c < 3; c++) {
        const product = (rgba[4 * i + c]! * rgba[4 * i + 3]!) / 255 ** 2;
        expect(Math.abs(product - layer.rgba[4 * i + c]!)).toBeLessThan(1 / 255);
      }
      // One colour in, one colour out, everywhere: no black at the edge or beyond it.
      expect([...rgba.subarray(4 * i, 4 * i + 3)]).toEqual([204, 102, 51]);
    }
  });

  it('of an empty layer is black and clear', () => {
    expect(straightColours(emptyLayer(5)).every((value) => value === 0)).toBe(true);
    expect(toForeground(emptyLayer(5), 'nothing').rgba.every((value) => value === 0)).toBe(true);
  });
});

describe('layers', () => {
  it('lie over each other as Porter and Duff say', () => {
    const below = disc(9, 20, [1, 0, 0], 0.5);
    layOver(below, disc(9, 20, [0, 1, 0], 0.5));
    expect([...below.rgba.subarray(0, 4)]).toEqual([0.25, 0.5, 0, 0.75]);
  });

  it('keep their sum when blurred, and a disc blurs to the mean over a disc', () => {
    const random = new Random(2);
    const layer = emptyLayer(40);
    for (let i = 0; i < 30; i++)
      layer.rgba[4 * ((12 + random.integer(16)) * 40 + 12 + random.integer(16)) + 3] = 1;
    const sum = layer.rgba.reduce((total, value) => total + value);
    const wide = defocus(layer, 5);
    expect(wide.rgba.reduce((total, value) => total + value)).toBeCloseTo(sum, 3);
    let expected = 0;
    let cells = 0;
    for (let dy = -5; dy <= 5; dy++) {
      for (let dx = -5; dx <= 5; dx++) {
        if (dx * dx + dy * dy > 25) continue;
        expected += layer.rgba[4 * ((20 + dy) * 40 + 20 + dx) + 3]!;
        cells += 1;
      }
    }
    expect(wide.rgba[4 * (20 * 40 + 20) + 3]).toBeCloseTo(expected / cells, 5);
    soften(layer, 1.5);
    expect(layer.rgba.reduce((total, value) => total + value)).toBeCloseTo(sum, 3);
  });

  it('spread by the standard deviation they are told', () => {
    const layer = emptyLayer(61);
    layer.rgba[4 * (30 * 61 + 30) + 3] = 1;
    soften(layer, 3.3);
    let variance = 0;
    for (let i = 0; i < 61 * 61; i++) variance += layer.rgba[4 * i + 3]! * ((i % 61) - 30) ** 2;
    expect(Math.sqrt(variance)).toBeCloseTo(3.3, 0);
  });
});
