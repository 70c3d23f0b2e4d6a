import { expect, it } from 'vitest';
import { alphaFromTrimap } from '../../src/matting/trimap-alpha.js';

it('a trimap alone gives 0, 1, and one half wherever it is not sure', () => {
  const alpha = new Float32Array(5).fill(9);
  expect(alphaFromTrimap(alpha, Uint8Array.of(0, 255, 128, 1, 254))).toBe(3);
  expect([...alpha]).toEqual([0, 1, 0.5, 0.5, 0.5]);
});
