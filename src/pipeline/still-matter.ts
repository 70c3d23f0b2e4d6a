import { lastValueFrom, of } from 'rxjs';
import { FramePool } from '../core/frame-pool.js';
import { Frame, type FramePlanes } from '../core/frame.js';
import { rational } from '../core/rational.js';
import { fillColour, type ImagePixels } from '../ingest/read-image.js';
import { closeAll, type Closer } from '../core/closers.js';
import { chooseView, type ViewChoice } from '../matting/viewing.js';
import { startKernels } from './kernels.js';
import { startNetworks, type Networks } from './networks.js';
import { networkSettings, stage1Scale, type EngineOptions, type RunOptions } from './options.js';
import type { FramePlan } from './planned-frame.js';
import { StageClock, type StageSeconds } from './stage-clock.js';
import * as stage from './stages.js';
import { coreCount } from '../core/thread.js';

/** A picture in memory and its trimap. */
export interface Still {
  readonly image: ImagePixels;
  /** 0 background, 255 foreground, anything else unknown; row-major, the image's size. */
  readonly trimap: Uint8Array;
}

/** A picture's matte, with what it took. */
export interface MattedStill {
  /** The picture's own: `alpha`, and `colour`, the subject's alone if it was asked for. */
  readonly planes: Pick<FramePlanes, 'alpha' | 'colour' | 'prior'>;
  /** Wall clock, from the planning of tiles to the finished alpha. */
  readonly seconds: number;
  /** Of both network stages, gathering and merging of tiles included. */
  readonly networkSeconds: number;
  readonly tiles: FramePlan['tiles'];
}

interface StillOptions {
  readonly foreground?: boolean;
  readonly view?: ViewChoice;
}

/** A loaded model that mattes picture after picture, of any size. */
export interface StillMatter extends Pick<Networks, 'engine' | 'device'> {
  readonly model: string;
  /** The stages that run; none where there is no network. */
  readonly networkStages: Networks['model']['stages'];
  /** Seconds each stage was at work so far. */
  readonly stages: StageSeconds;
  /**
   * @param options.foreground - put the subject's own colour where alpha is soft; default false
   * @param options.view - how colour that is not made for a screen is shown to the networks; default `auto`
   * @throws `USAGE` for a view that the picture cannot have
   */
  matte(still: Still, options?: StillOptions): Promise<MattedStill>;
  close(): Promise<void>;
}

const THE_ONE = { index: 0, number: 0, timestamp: { ticks: 0, timeBase: rational(1) } };

/**
 * Starts the threads and loads the model.
 *
 * @throws `USAGE`, `MODEL_UNKNOWN`, `WEIGHTS_CORRUPT`, `ENGINE_UNAVAILABLE`
 */
export async function openStillMatter(
  options: EngineOptions & Pick<RunOptions, 'signal' | 'onNotice'>,
): Promise<StillMatter> {
  const settings = networkSettings(options, coreCount());
  const { signal = new AbortController().signal, onNotice } = options;
  const clock = new StageClock();
  const kernels = startKernels(1, clock, signal);
  const closers: Closer[] = [() => kernels.close()];
  try {
    const networks = await startNetworks(settings, { clock, signal, onNotice });
    closers.push(() => networks.close());
    return {
      model: networks.model.name,
      networkStages: networks.model.stages,
      engine: networks.engine,
      device: networks.device,
      get stages() {
        return clock.seconds;
      },
      async matte({ image, trimap }, { foreground = false, view: choice = 'auto' } = {}) {
        const scale = stage1Scale(settings, image.format);
        const view = chooseView(choice, image.format);
        const pool = new FramePool(image.format, { size: 1, packedBytes: 0, scale, view });
        const frame = new Frame(await pool.acquire(signal), THE_ONE);
        const { planes } = frame;
        fillColour(planes, image);
        planes.trimap.set(trimap);
        const workshop = { kernels, networks, pool, clock, signal };
        const before = networkSeconds(clock);
        const start = performance.now();
        const { tiles } = await lastValueFrom(
          of(frame).pipe(
            stage.planTiles(workshop),
            stage.solvePrior(workshop, settings.prior ?? 'linked'),
            stage.infer(workshop, 'stage1'),
            stage.infer(workshop, 'stage2'),
          ),
        );
        const seconds = (performance.now() - start) / 1000;
        if (foreground) await lastValueFrom(of(frame).pipe(stage.estimateForeground(workshop, 'fine')));
        return { planes, tiles, seconds, networkSeconds: networkSeconds(clock) - before };
      },
      close: () => closeAll(closers),
    };
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

function networkSeconds({ seconds }: StageClock): number {
  return (seconds.stage1 ?? 0) + (seconds.stage2 ?? 0);
}
