import { describe, expect, it } from 'vitest';
import { linearOf, srgbOf } from '../../src/core/transfer.js';

const light = (transfer: string, signal: number): number =>
  linearOf({ model: 'rgb', tags: { transfer } })(signal);

describe('light of a signal', () => {
  // Computed by hand from the standards' formulas; white of PQ and HLG as BT.2408 has it.
  it.each([
    ['bt709', 0.5, 0.25969],
    ['bt709', 0.08, 0.017778],
    ['smpte170m', 0.5, 0.25969],
    ['bt2020-10', 1, 1],
    ['iec61966-2-1', 0.5, 0.214041],
    ['iec61966-2-1', 0.04, 0.003096],
    ['linear', -3.5, -3.5],
    ['bt470m', 0.5, 0.217638],
    ['smpte2084', 0.5806888, 1],
    ['smpte2084', 1, 10_000 / 203],
    ['smpte2084', 0.508078, 100 / 203],
    ['arib-std-b67', 0.75, 1],
    ['arib-std-b67', 0.5, 1 / 12 / 0.2649626],
    ['arib-std-b67', 1, 1 / 0.2649626],
  ])('%s %f is %f', (transfer, signal, expected) => {
    expect(light(transfer, signal) / expected).toBeCloseTo(1, 3);
  });

  it('goes on beyond 0..1, mirrored below', () => {
    for (const transfer of ['bt709', 'iec61966-2-1', 'arib-std-b67']) {
      expect(light(transfer, 1.1)).toBeGreaterThan(light(transfer, 1));
      expect(light(transfer, -0.3)).toBe(-light(transfer, 0.3));
    }
    expect(light('smpte2084', 1.1)).toBe(light('smpte2084', 1));
  });

  it('is taken for BT.709’s in untagged video and sRGB’s in untagged pictures', () => {
    expect(linearOf({ model: 'yuv', tags: {} })(0.5)).toBe(light('bt709', 0.5));
    expect(linearOf({ model: 'rgb', tags: {} })(0.5)).toBe(light('iec61966-2-1', 0.5));
  });

  it('comes back from sRGB’s signal', () => {
    for (const value of [-2, -0.001, 0, 0.002, 0.18, 1, 7]) {
      expect(light('iec61966-2-1', srgbOf(value))).toBeCloseTo(value, 4);
    }
  });
});
