import { PlateTrimaps as FrameTrimaps } from '../trimap/plate.js';
import type { Size } from '../trimap/picture.js';
import type { LiveTrimaps } from './trimap-source.js';

/** The picture without the subject, interleaved R′G′B′, 0..255: the mean of frames that show it. @param frames - at least one */
export function measurePlate(frames: readonly Uint8Array[]): Float32Array {
  const mean = new Float32Array(frames[0]!.length);
  for (const frame of frames) {
    for (let i = 0; i < mean.length; i++) mean[i]! += frame[i]! / frames.length;
  }
  return mean;
}

/**
 * Trimaps of a locked camera from the clean plate: what differs from it by more than noise and light is the subject. Who
 * stands before a camera is taken for opaque: half a person gone for a moment costs more than a veil that is not seen through.
 */
export class PlateTrimaps implements LiveTrimaps {
  readonly #trimaps: FrameTrimaps;

  /** @param plate - `measurePlate`'s, of `size` */
  constructor(plate: Float32Array, size: Size) {
    this.#trimaps = new FrameTrimaps(plate, size, { camera: 'locked', subject: 'opaque' });
  }

  next(dst: Uint8Array, rgb: Uint8Array): void {
    dst.set(this.#trimaps.next(rgb).trimap);
  }

  learn(): void {
    // The plate says it all.
  }
}
