import { lastValueFrom, of } from 'rxjs';
import { FramePool } from '../core/frame-pool.js';
import { Frame } from '../core/frame.js';
import { rational } from '../core/rational.js';
import { fillColour, readImage } from '../ingest/read-image.js';
import { writeImage } from '../output/image.js';
import { readTrimap } from '../trimap/trimap.js';
import { closeAll, type Closer } from './closers.js';
import { startKernels } from './kernels.js';
import { startNetworks } from './networks.js';
import { networkSettings, stage1Scale, type MatteImageOptions } from './options.js';
import { StageClock, type StageSeconds } from './stage-clock.js';
import * as stage from './stages.js';
import { coreCount } from './thread.js';

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

const THE_ONE = { index: 0, number: 0, timestamp: { ticks: 0, timeBase: rational(1) } };

/**
 * Mattes one image. A trimap without unknown pixels is fine: its matte is the trimap.
 *
 * @throws MatteflowError as `matteVideo` does
 */
export async function matteImage(options: MatteImageOptions): Promise<MatteImageResult> {
  const started = performance.now();
  const settings = networkSettings(options, coreCount());
  const { signal = new AbortController().signal } = options;
  const clock = new StageClock();
  const closers: Closer[] = [];
  try {
    const image = await readImage(options.image);
    const { format } = image;
    const trimap = await readTrimap(options.trimap, format);
    const kernels = startKernels(1, clock, signal);
    closers.push(() => kernels.close());
    const scale = stage1Scale(settings, format);
    const networks = await startNetworks(settings, { scale, clock, signal, onNotice: options.onNotice });
    closers.push(() => networks.close());

    const pool = new FramePool(format, { size: 1, packedBytes: 0, scale });
    const frame = new Frame(await pool.acquire(signal), THE_ONE);
    fillColour(frame.planes, image);
    frame.planes.trimap.set(trimap);
    const workshop = { kernels, networks, pool, clock, signal };
    const { planes } = await lastValueFrom(
      of(frame).pipe(
        stage.planTiles(workshop),
        stage.solvePrior(workshop),
        stage.infer(workshop, 'stage1'),
        stage.infer(workshop, 'stage2'),
        stage.assembleAlpha(),
        stage.estimateForeground(workshop),
      ),
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
      engine: networks.engine,
      device: networks.device,
      model: networks.model.name,
      stages: clock.seconds,
    };
  } finally {
    await closeAll(closers);
  }
}
