import { describe, expect, it } from 'vitest';
import { madeClip, type FixtureFrame, type FixtureKind } from '../../fixtures/clip.js';

const SIZE = { width: 160, height: 90, frames: 48 };
const KINDS: readonly FixtureKind[] = ['hair', 'soft', 'veil'];

const share = (plane: Uint8Array, test: (value: number) => boolean): number =>
  plane.filter(test).length / plane.length;

describe.each(KINDS)('made clip %s', (kind) => {
  const clip = madeClip(kind, { ...SIZE, seed: 5 });
  const pixels = SIZE.width * SIZE.height;

  it('is the compositing equation, exactly', async () => {
    const { rgb, alpha, foreground, background } = await clip.frame(3);
    expect([rgb.length, alpha.length, foreground.length, background.length]).toEqual([
      3 * pixels,
      pixels,
      3 * pixels,
      3 * pixels,
    ]);
    let wrong = 0;
    for (let i = 0; i < 3 * pixels; i++) {
      const a = alpha[Math.floor(i / 3)]! / 255;
      if (Math.abs(rgb[i]! - (a * foreground[i]! + (1 - a) * background[i]!)) > 0.5 + 1e-9) wrong += 1;
    }
    expect(wrong).toBe(0);
  });

  it('has background, mixed pixels and solid foreground', async () => {
    const { alpha } = await clip.frame(0);
    expect(share(alpha, (value) => value === 0)).toBeGreaterThan(0.3);
    expect(share(alpha, (value) => value > 0 && value < 255)).toBeGreaterThan(0.03);
    expect(share(alpha, (value) => value === 255)).toBeGreaterThan(0.005);
  });

  it('is the same for the same seed, and another for another', async () => {
    const again = await madeClip(kind, { ...SIZE, seed: 5 }).frame(7);
    const other = await madeClip(kind, { ...SIZE, seed: 6 }).frame(7);
    const frame = await clip.frame(7);
    expect(again).toEqual(frame);
    expect(other.alpha).not.toEqual(frame.alpha);
    expect(other.background).not.toEqual(frame.background);
  });

  it('moves subject and background, and starts over after 48 frames', async () => {
    const [first, next] = [await clip.frame(0), await clip.frame(1)];
    expect(next.alpha).not.toEqual(first.alpha);
    expect(next.background).not.toEqual(first.background);
    const longer = madeClip(kind, { ...SIZE, frames: 60, seed: 5 });
    expect(await longer.frame(48)).toEqual(first);
  });

  it('pans the background against the subject', async () => {
    // After a quarter of the loop the subject is farthest to the right.
    const [start, right] = [await clip.frame(0), await clip.frame(12)];
    expect(middle(right)).toBeGreaterThan(middle(start) + 3);
    expect(bestShift(start, right)).toBeLessThan(-4);
  });

  it('refuses frames it does not have', async () => {
    await expect(clip.frame(48)).rejects.toThrow(RangeError);
    await expect(clip.frame(-1)).rejects.toThrow(RangeError);
    await expect(clip.frame(0.5)).rejects.toThrow(RangeError);
  });
});

describe('made clip soft', () => {
  it('has hardly a step at its edges', async () => {
    const steepest = async (kind: FixtureKind): Promise<number> => {
      const { alpha } = await madeClip(kind, { ...SIZE, width: 320, height: 180, seed: 1 }).frame(6);
      let most = 0;
      for (let i = 1; i < alpha.length; i++) {
        if (i % 320 > 0) most = Math.max(most, Math.abs(alpha[i]! - alpha[i - 1]!));
      }
      return most;
    };
    expect(await steepest('soft')).toBeLessThan(140);
    expect(await steepest('hair')).toBeGreaterThan(200);
  });
});

describe('made clip veil', () => {
  it('is half-transparent over a wide area', async () => {
    const { alpha } = await madeClip('veil', { ...SIZE, seed: 1 }).frame(0);
    expect(share(alpha, (value) => value > 60 && value < 200)).toBeGreaterThan(0.08);
  });
});

/** The mean column of the subject, pixels. */
function middle({ alpha }: FixtureFrame): number {
  let [sum, weight] = [0, 0];
  alpha.forEach((value, i) => {
    sum += value * (i % SIZE.width);
    weight += value;
  });
  return sum / weight;
}

/** The horizontal shift that brings the second background onto the first best, pixels; negative: it moved left. */
function bestShift(from: FixtureFrame, to: FixtureFrame): number {
  let best = { shift: 0, cost: Infinity };
  for (let shift = -14; shift <= 14; shift++) {
    let cost = 0;
    for (let y = 0; y < SIZE.height; y += 3) {
      for (let x = 20; x < SIZE.width - 20; x++) {
        const here = 3 * (y * SIZE.width + x);
        cost += Math.abs(to.background[here]! - from.background[here - 3 * shift]!);
      }
    }
    if (cost < best.cost) best = { shift, cost };
  }
  return best.shift;
}
