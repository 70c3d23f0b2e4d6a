import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../fixtures/random.js';
import { KeyframeTrimaps } from '../../src/live/keyframe-trimaps.js';
import { measurePlate, PlateTrimaps } from '../../src/live/plate-trimaps.js';
import { drawnScene } from '../support/drawn-scene.js';

const scene = drawnScene(160, 96);
const PIXELS = scene.width * scene.height;

/** A frame with sensor noise and another exposure, and its exact alpha. */
function frame(index: number, present: boolean, gain = 1): { rgb: Uint8Array; alpha: Float32Array } {
  const random = seededRandom(index + 1);
  const rgb = new Uint8Array(3 * PIXELS);
  scene.present = present;
  scene.draw(rgb, index);
  for (let i = 0; i < rgb.length; i++)
    rgb[i] = Math.max(0, Math.min(255, Math.round(gain * rgb[i]! + 2 * random.bell())));
  const { x: cx, y: cy } = scene.centre(index);
  const alpha = Float32Array.from({ length: PIXELS }, (_, i) => {
    const away = Math.hypot((i % scene.width) - cx, Math.floor(i / scene.width) - cy);
    return Math.max(0, Math.min(1, (scene.radius - away) / 2 + 0.5));
  });
  return { rgb, alpha };
}

/** Shares of pixels: known but wrong; mixed and unknown, of the mixed; unknown, of all. */
function judge(trimap: Uint8Array, alpha: Float32Array): { wrong: number; covered: number; unknown: number } {
  let [wrong, mixed, covered, unknown] = [0, 0, 0, 0];
  for (let i = 0; i < PIXELS; i++) {
    const [value, truth] = [trimap[i]!, alpha[i]!];
    if (value === 128) unknown += 1;
    if ((value === 255 && truth < 0.95) || (value === 0 && truth > 0.05)) wrong += 1;
    if (truth <= 0.05 || truth >= 0.95) continue;
    mixed += 1;
    if (value === 128) covered += 1;
  }
  return { wrong: wrong / PIXELS, covered: covered / mixed, unknown: unknown / PIXELS };
}

describe('trimaps of a live plate', () => {
  it('find a subject that steps in, through noise and a drift of exposure', () => {
    const plate = measurePlate(Array.from({ length: 12 }, (_, n) => frame(n, false).rgb));
    const trimaps = new PlateTrimaps(plate, scene);
    const trimap = new Uint8Array(PIXELS);
    trimaps.next(trimap, frame(20, false).rgb);
    expect(trimap.every((value) => value === 0)).toBe(true);
    for (let n = 21; n < 41; n += 1) {
      const { rgb, alpha } = frame(n, true, 1 + (n - 21) / 200);
      trimaps.next(trimap, rgb);
      const { wrong, covered, unknown } = judge(trimap, alpha);
      expect(wrong).toBeLessThan(0.002);
      expect(covered).toBeGreaterThan(0.98);
      expect(unknown).toBeLessThan(0.2);
    }
  });
});

describe('trimaps of a live keyframe', () => {
  it('follow the subject forward, over dropped frames too, with the finished alpha fed back', () => {
    const first = frame(0, true);
    const painted = first.alpha.map((alpha) => alpha);
    const trimap = Uint8Array.from(painted, (alpha, i) => {
      const { x: cx, y: cy } = scene.centre(0);
      const away = Math.hypot((i % scene.width) - cx, Math.floor(i / scene.width) - cy) - scene.radius;
      return Math.abs(away) < 4 ? 128 : alpha > 0.5 ? 255 : 0;
    });
    const trimaps = new KeyframeTrimaps(first.rgb, trimap, scene);
    const out = new Uint8Array(PIXELS);
    for (let n = 1; n < 60; n += n % 3 === 0 ? 3 : 1) {
      const { rgb, alpha } = frame(n, true);
      trimaps.next(out, rgb);
      trimaps.learn(alpha);
      const { wrong, covered } = judge(out, alpha);
      expect(wrong).toBeLessThan(0.005);
      expect(covered).toBeGreaterThan(0.95);
    }
  });
});
