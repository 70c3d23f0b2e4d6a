import type { Page } from 'playwright-core';
import sharp from 'sharp';

/** What a page shows, transparency included. */
export interface KeyedPicture {
  readonly width: number;
  readonly height: number;
  /** 0..1. */
  readonly alpha: (x: number, y: number) => number;
}

/** Reads back a bare page whose window has the size of the picture. */
export async function keyedPicture(page: Page): Promise<KeyedPicture> {
  const screenshot = await page.screenshot({ omitBackground: true });
  const { data, info } = await sharp(screenshot).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { width, height, alpha: (x, y) => data[4 * (y * width + x) + 3]! / 255 };
}

/** The mean of alpha over the pixels that belong to each of two sets. */
export interface KeyedMeans {
  readonly subject: number;
  readonly background: number;
}

export function meansOver(
  { width, height, alpha }: KeyedPicture,
  belongs: (x: number, y: number) => keyof KeyedMeans | undefined,
): KeyedMeans {
  const sum = { subject: 0, background: 0 };
  const count = { subject: 0, background: 0 };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const set = belongs(x, y);
      if (set === undefined) continue;
      sum[set] += alpha(x, y);
      count[set] += 1;
    }
  }
  return { subject: sum.subject / count.subject, background: sum.background / count.background };
}

/** Inside and outside a disc that is somewhere on the middle row: where the picture's own alpha has it. */
export function meansOverDisc(picture: KeyedPicture, radius: number): KeyedMeans {
  const { width, height, alpha } = picture;
  let [sum, sumX] = [0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      sum += alpha(x, y);
      sumX += x * alpha(x, y);
    }
  }
  const middle = { x: sumX / Math.max(1, sum), y: height / 2 };
  return meansOver(picture, (x, y) => {
    const away = Math.hypot(x - middle.x, y - middle.y);
    if (away < radius - 6) return 'subject';
    return away > radius + 10 ? 'background' : undefined;
  });
}
