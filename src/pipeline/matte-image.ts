import { readImage, type ImagePixels } from '../ingest/read-image.js';
import { isFilmPicture, readStill } from '../ingest/read-still.js';
import { writeImage } from '../output/image.js';
import { imageTrimap } from './image-trimap.js';
import { openFfmpeg } from './open-ffmpeg.js';
import type { MatteImageOptions } from './options.js';
import type { StageSeconds } from './stage-clock.js';
import { openStillMatter } from './still-matter.js';

/** What a run on one image made. */
export interface MatteImageResult {
  readonly output: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Wall-clock seconds of the whole call. */
  readonly seconds: number;
  readonly engine: string;
  readonly device: string;
  readonly model: string;
  /** Seconds each stage was at work. */
  readonly stages: StageSeconds;
}

/**
 * Mattes one image: PNG, JPEG, TIFF, WebP, or by ffmpeg EXR and DPX. A trimap without unknown pixels is fine: its matte is
 * the trimap.
 *
 * @throws MatteflowError as `matteVideo` does
 */
export async function matteImage(options: MatteImageOptions): Promise<MatteImageResult> {
  const started = performance.now();
  const image = await readPicture(options);
  const { format } = image;
  const trimap = await imageTrimap(options, format);
  const matter = await openStillMatter(options);
  try {
    const { planes } = await matter.matte(
      { image, trimap },
      {
        foreground: !options.matteOnly,
        ...(options.view && { view: options.view }),
      },
    );
    await writeImage(options.output, planes, format, {
      content: options.matteOnly ? 'matte' : 'rgba',
      depth: format.depth === 8 && !options.matteOnly ? 8 : 16,
      overwrite: options.overwrite ?? false,
    });
    return {
      output: options.output,
      width: format.width,
      height: format.height,
      seconds: (performance.now() - started) / 1000,
      engine: matter.engine,
      device: matter.device,
      model: matter.model,
      stages: matter.stages,
    };
  } finally {
    await matter.close();
  }
}

async function readPicture(options: MatteImageOptions): Promise<ImagePixels> {
  const { image: path, signal = new AbortController().signal, onNotice } = options;
  if (!isFilmPicture(path)) return readImage(path);
  const still = await readStill(await openFfmpeg(options, signal), path, signal);
  still.notices.forEach((notice) => onNotice?.(notice));
  return still;
}
