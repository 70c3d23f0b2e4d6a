import { chooseEngine } from '../matting/engines/choose.js';
import type { Session } from '../matting/engines/engine.js';
import { planeValues } from '../matting/engines/stage-input.js';
import { loadModel } from '../matting/weights/load.js';
import { MatteflowError } from '../core/errors.js';
import { BACKGROUND, FOREGROUND, UNKNOWN } from '../trimap/trimap.js';
import type { Size } from '../trimap/picture.js';
import { HOW_TO_TRAIN } from './trimap-options.js';

/** What a picture's sides are multiples of; what is missing is mirrored. */
const MULTIPLE = 32;

/** A network that makes trimaps, loaded. */
export interface TrimapNetwork {
  /**
   * @param dst - 0, 128, 255: the likeliest of the three for each pixel
   * @param rgb - interleaved R′G′B′, the whole picture
   * @returns how sure the network is: the mean of the largest probability over the pixels
   */
  run(dst: Uint8Array, rgb: Uint8Array, size: Size): Promise<number>;
  dispose(): Promise<void>;
}

/**
 * Loads a network that makes trimaps.
 *
 * @throws `INPUT_MISSING`, `WEIGHTS_CORRUPT`, `ENGINE_UNAVAILABLE`; `MODEL_UNKNOWN` for one that makes mattes
 */
export async function openTrimapNetwork(
  file: string,
  options: { readonly engine: 'auto' | 'onnx' | 'tfjs'; readonly device: string; readonly threads?: number },
): Promise<TrimapNetwork> {
  const model = await loadModel(file);
  if (model.network.carry !== 'classes') {
    throw new MatteflowError('MODEL_UNKNOWN', {
      what: `the model ${model.network.name} makes mattes, not trimaps`,
      expected: 'weights of the model trimap-unet',
      remedy: HOW_TO_TRAIN,
      subject: file,
    });
  }
  const session = await (await chooseEngine(options)).load(model);
  return {
    run: (dst, rgb, size) => classify(session, dst, rgb, size),
    dispose: () => session.dispose(),
  };
}

async function classify(session: Session, dst: Uint8Array, rgb: Uint8Array, size: Size): Promise<number> {
  const width = Math.ceil(size.width / MULTIPLE) * MULTIPLE;
  const height = Math.ceil(size.height / MULTIPLE) * MULTIPLE;
  const colour = new Uint8Array(3 * width * height);
  for (let y = 0, to = 0; y < height; y++) {
    const row = mirrored(y, size.height) * size.width;
    for (let x = 0; x < width; x++, to++) {
      const from = 3 * (row + mirrored(x, size.width));
      for (let c = 0; c < 3; c++) colour[c * width * height + to] = rgb[from + c]!;
    }
  }
  const unit = 1 / 255;
  const toRgb = Float32Array.of(unit, 0, 0, 0, 0, unit, 0, 0, 0, 0, unit, 0);
  const input = { count: 1, height, width, colour, toRgb, trimap: new Uint8Array(0) };
  const probabilities = planeValues(await session.run('stage1', input));
  let sure = 0;
  for (let y = 0, i = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, i++) {
      const at = y * width + x;
      const background = probabilities[at]!;
      const unknown = probabilities[width * height + at]!;
      const foreground = probabilities[2 * width * height + at]!;
      const largest = Math.max(background, unknown, foreground);
      dst[i] = largest === unknown ? UNKNOWN : largest === foreground ? FOREGROUND : BACKGROUND;
      sure += largest;
    }
  }
  return sure / dst.length;
}

/** A position beyond the last is that far before it; a side of one pixel is repeated. */
function mirrored(position: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const within = position % period;
  return within < length ? within : period - within;
}
