import sharp from 'sharp';
import { madeClip } from '../fixtures/clip.js';
import { keyframeTrimap } from '../fixtures/trimap.js';
import type { Still } from './matte-still.js';

const SIZE = { width: 1920, height: 1080 } as const;

/** A made picture and the matte it was made with. */
export interface MadeStill extends Still {
  /** Exact, 0..255. */
  readonly truth: Uint8Array;
}

/** A lion with its mane in the wind, 1920×1080, with the trimap a careful person would paint. */
export async function madeStill(): Promise<MadeStill> {
  const clip = madeClip('hair', { ...SIZE, frames: 1, seed: 7 });
  const { rgb, alpha } = await clip.frame(0);
  return { ...SIZE, rgb, trimap: keyframeTrimap(alpha, SIZE), truth: alpha };
}

/** The same picture at another size; R′G′B′ interleaved, `width × height`. */
export async function resizedPicture(
  still: Pick<Still, 'rgb' | 'width' | 'height'>,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<Uint8Array> {
  return sharp(still.rgb, { raw: { width: still.width, height: still.height, channels: 3 } })
    .resize(width, height, { fit: 'fill' })
    .raw()
    .toBuffer();
}
