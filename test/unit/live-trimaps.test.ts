import { describe, expect, it } from 'vitest';
import { boardLeft, BOARD_WIDTH, drawScene, SCENE } from '../../bench/live-scene.js';
import { seededRandom } from '../../fixtures/random.js';
import { KeyframeChase } from '../../src/live/keyframe-chase.js';
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

/** What a person would paint. */
function painted(index: number): Uint8Array {
  const { x: cx, y: cy } = scene.centre(index);
  return Uint8Array.from({ length: PIXELS }, (_, i) => {
    const away = Math.hypot((i % scene.width) - cx, Math.floor(i / scene.width) - cy) - scene.radius;
    return Math.abs(away) < 4 ? 128 : away < 0 ? 255 : 0;
  });
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

  it('take a patterned subject for opaque', () => {
    const rgb = new Uint8Array(3 * SCENE.width * SCENE.height);
    const trimap = new Uint8Array(SCENE.width * SCENE.height);
    drawScene(rgb, 0, false);
    const trimaps = new PlateTrimaps(measurePlate([rgb]), SCENE);
    for (let n = 0; n < 30; n += 5) {
      drawScene(rgb, n, true);
      trimaps.next(trimap, rgb);
      const row = trimap.subarray((SCENE.height / 2) * SCENE.width).subarray(0, SCENE.width);
      const inside = row.subarray(boardLeft(n) + 8, boardLeft(n) + BOARD_WIDTH - 8);
      expect(inside.filter((value) => value !== 255)).toHaveLength(0);
      expect(row.subarray(0, boardLeft(n) - 8).filter((value) => value !== 0)).toHaveLength(0);
    }
  });
});

describe('trimaps of a live keyframe', () => {
  it('follow the subject forward, over dropped frames too, with the finished alpha fed back', () => {
    const trimaps = new KeyframeTrimaps(frame(0, true).rgb, painted(0), scene);
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

describe('a keyframe that is painted while the stream goes on', () => {
  // The subject is elsewhere by then: what was painted would be wrong as it is.
  it.each([[10], [63], [200]])('has caught up soon after %i frames', (frames) => {
    const chase = new KeyframeChase(frame(0, true).rgb, scene);
    let now = 1;
    for (; now <= frames; now += 1) {
      chase.see(frame(now, true).rgb);
      expect(chase.advance()).toBeUndefined();
    }
    chase.paint(painted(0));
    let trimaps = chase.advance();
    for (; !trimaps; now += 1) {
      expect(now).toBeLessThan(frames + 32);
      chase.see(frame(now, true).rgb);
      trimaps = chase.advance();
    }
    const out = new Uint8Array(PIXELS);
    for (const end = now + 5; now < end; now += 1) {
      const { rgb, alpha } = frame(now, true);
      void trimaps.next(out, rgb);
      const { wrong, covered } = judge(out, alpha);
      expect(wrong).toBeLessThan(0.005);
      expect(covered).toBeGreaterThan(0.95);
    }
  });
});
