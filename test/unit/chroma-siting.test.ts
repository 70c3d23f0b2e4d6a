import { expect, it } from 'vitest';
import { chromaSiting } from '../../src/ingest/chroma-siting.js';

it.each([
  ['yuv420p', 'left', 0, 'in_h_chr_pos=0:in_v_chr_pos=128'],
  ['yuv420p10le', 'topleft', 0, 'in_h_chr_pos=0:in_v_chr_pos=0'],
  ['nv12', 'center', 0, 'in_h_chr_pos=128:in_v_chr_pos=128'],
  // Turned, the left side is above, right and below.
  ['yuv420p', 'left', 90, 'in_h_chr_pos=128:in_v_chr_pos=0'],
  ['yuv420p', 'left', 180, 'in_h_chr_pos=256:in_v_chr_pos=128'],
  ['yuv420p', 'left', 270, 'in_h_chr_pos=128:in_v_chr_pos=256'],
  ['yuv422p10le', 'left', 0, 'in_h_chr_pos=0'],
  ['yuv422p10le', 'left', 90, ''],
  ['yuv420p', undefined, 0, ''],
  ['yuv444p', 'left', 0, ''],
  ['gbrp', 'left', 0, ''],
])('%s with chroma at %s, turned by %i', (pixelFormat, location, rotation, expected) => {
  expect(chromaSiting(pixelFormat, location, rotation)).toBe(expected);
});
