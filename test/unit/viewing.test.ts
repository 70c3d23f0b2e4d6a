import { describe, expect, it } from 'vitest';
import { allocateFrame, viewPlanes, viewReduced, viewSeen, type View } from '../../src/core/frame.js';
import { linearOf, srgbOf } from '../../src/core/transfer.js';
import { chooseView, fillView } from '../../src/matting/viewing.js';
import { formatOf } from '../support/matting-frames.js';

const float = { ...formatOf(8, 2), depth: 'float' } as const;

/** Straight up to 0.6 of white, then towards it. */
const bent = (light: number): number => (light < 0.6 ? light : 1 - 0.4 * Math.exp((0.6 - light) / 0.4));

describe('what matting sees of a frame', () => {
  it('of light is sRGB with bent highlights, and the light stays', () => {
    const memory = allocateFrame(float, 0, { view: 'linear', scale: 2 });
    const { colour } = viewPlanes(memory);
    const values = [-1, 0, 0.0005, 0.18, 0.59, 0.61, 1, 2.5, 9, 60_000];
    colour[1].set(values);
    fillView(memory);
    const { planes, format } = viewSeen(memory);
    expect(format).toMatchObject({ model: 'rgb', depth: 16, tags: { range: 'pc' } });
    values.forEach((value, i) => {
      const expected = 65535 * srgbOf(bent(Math.max(0, value)));
      expect(Math.abs(planes.colour[1][i]! - expected)).toBeLessThan(40);
    });
    expect(colour[1][9]).toBe(60_000);
    expect(planes.alpha.byteOffset).toBe(viewPlanes(memory).alpha.byteOffset);
    // The smaller copy is of what is seen, and lies apart from it.
    expect(memory.reduced).toMatchObject({ depth: 16, width: 4, height: 1 });
    viewReduced(memory).colour.forEach((plane) => plane.fill(0));
    expect(planes.colour[1][6]).toBeGreaterThan(60_000);
  });

  it.each([
    ['pq', 'smpte2084'],
    ['hlg', 'arib-std-b67'],
  ] as const)('of %s signals is their light, shown the same way', (view, transfer) => {
    const memory = allocateFrame(formatOf(8, 8, { depth: 10, tags: { transfer } }), 0, { view });
    const { colour } = viewPlanes(memory);
    colour[0].forEach((_, i) => (colour[0][i] = Math.round((1023 * i) / 63)));
    fillView(memory);
    const curve = linearOf({ model: 'rgb', tags: { transfer } });
    viewSeen(memory).planes.colour[0].forEach((code, i) => {
      expect(Math.abs(code - 65535 * srgbOf(bent(curve(colour[0][i]! / 1023))))).toBeLessThan(40);
    });
  });

  it('of log has middle grey in the middle', () => {
    const memory = allocateFrame(formatOf(1, 1, { depth: 10 }), 0, { view: 'log' });
    viewPlanes(memory).colour.forEach((plane) => plane.fill(410));
    fillView(memory);
    expect(viewSeen(memory).planes.colour[2][0]! / 65535).toBeCloseTo(srgbOf(0.18), 3);
  });

  it('is the frame itself where nothing stands between', () => {
    const memory = allocateFrame(formatOf(8, 8), 0);
    expect(viewSeen(memory).planes.colour[0].byteOffset).toBe(viewPlanes(memory).colour[0].byteOffset);
  });
});

describe('the view of a clip', () => {
  it.each<[string | undefined, View | undefined]>([
    ['smpte2084', 'pq'],
    ['arib-std-b67', 'hlg'],
    ['linear', 'linear'],
    ['bt709', undefined],
    [undefined, undefined],
  ])('tagged %s is %s', (transfer, view) => {
    const tags = transfer === undefined ? {} : { transfer };
    expect(chooseView('auto', formatOf(8, 8, { tags }))).toBe(view);
    expect(chooseView('log', formatOf(8, 8, { tags }))).toBe('log');
    expect(chooseView('none', formatOf(8, 8, { tags }))).toBeUndefined();
  });

  it('in float is light and nothing else', () => {
    expect(chooseView('auto', float)).toBe('linear');
    for (const choice of ['none', 'log', 'pq'] as const) {
      expect(() => chooseView(choice, float)).toThrow(expect.objectContaining({ code: 'USAGE' }) as Error);
    }
  });
});
