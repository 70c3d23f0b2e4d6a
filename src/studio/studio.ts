import { basename, dirname, join, parse } from 'node:path';
import { randomUUID } from 'node:crypto';
import { closeAll, type Closer } from '../core/closers.js';
import { toNumber } from '../core/rational.js';
import { openClip, type Clip } from '../ingest/clip.js';
import { openPropagation } from '../pipeline/clip-propagation.js';
import { openFfmpeg } from '../pipeline/open-ffmpeg.js';
import type { EngineOptions, RunOptions } from '../pipeline/options.js';
import { openStillMatter } from '../pipeline/still-matter.js';
import { EventStream } from './event-stream.js';
import { FullFrames } from './full-frames.js';
import { MattePreview } from './matte-preview.js';
import { PaintedFrames } from './painted-frames.js';
import { Propagation } from './propagation.js';
import { Proxies } from './proxies.js';

export interface StudioOptions
  extends EngineOptions, Pick<RunOptions, 'signal' | 'onNotice' | 'ffmpegPath' | 'ffprobePath'> {
  /** A video file, a folder of numbered pictures, or a printf pattern of them. */
  readonly input: string;
  /** Where keyframes are read from and saved to; default `NAME-trimaps` beside the clip. Made if it is not there. */
  readonly trimaps?: string;
}

/** A clip being painted, and everything that shows it. */
export interface Studio {
  /** Of this run: addresses that carry it may be kept by a browser. */
  readonly run: string;
  readonly clip: Clip;
  readonly folder: string;
  readonly proxies: Proxies;
  readonly full: FullFrames;
  readonly painted: PaintedFrames;
  readonly propagation: Propagation;
  readonly preview: MattePreview;
  readonly events: EventStream;
  /** All that a page has to know when it is opened. */
  state(): object;
  close(): Promise<void>;
}

/**
 * Opens a clip for painting: its keyframes and drafts, a model for previews, and propagation.
 *
 * @throws MatteflowError what `openClip`, `PaintedFrames.open` and `openStillMatter` throw
 */
export async function openStudio(options: StudioOptions): Promise<Studio> {
  const { input, signal = new AbortController().signal, onNotice } = options;
  const closers: Closer[] = [];
  try {
    const ffmpeg = await openFfmpeg(options, signal);
    const clip = await openClip(ffmpeg, input, { signal });
    clip.notices.forEach((notice) => onNotice?.(notice));
    const { firstNumber, frameCount, format } = clip;
    const folder = options.trimaps ?? defaultFolder(clip);
    const painted = await PaintedFrames.open(folder, { ...format, firstNumber, frameCount });
    closers.push(() => painted.close());
    // As clips are matted, and fast enough to wait for.
    const matter = await openStillMatter({ prior: 'quarter', ...options, signal });
    const preview = new MattePreview(matter);
    closers.push(() => preview.close());

    const events = new EventStream();
    closers.push(() => {
      events.close();
      return Promise.resolve();
    });
    const propagation = new Propagation(() => openPropagation(ffmpeg, clip), painted, {
      onFrame: (frame) => events.send('propagated', frame),
      onStatus: (status) => events.send('propagation', status),
    });
    closers.push(() => propagation.close());
    const proxies = await Proxies.start(ffmpeg, clip, ({ made, isCut, failure }) =>
      events.send('proxies', {
        made,
        ...(isCut && { cut: firstNumber + made - 1 }),
        ...(failure && { failure: failure.message }),
      }),
    );
    closers.push(() => proxies.close());
    const run = randomUUID();
    return {
      ...{ run, clip, folder, proxies, painted, propagation, preview, events },
      full: new FullFrames(ffmpeg, clip, signal),
      state: () => ({
        run,
        clip: {
          ...{ name: basename(clip.path), width: format.width, height: format.height },
          ...{ first: firstNumber, count: frameCount, fps: toNumber(clip.frameRate) },
          aspect: toNumber(format.sampleAspect),
        },
        folder,
        model: matter.model,
        device: matter.device,
        proxies: proxies.made,
        cuts: proxies.cuts.map((index) => firstNumber + index),
        painted: painted.list(),
        propagated: propagation.confidences(),
        propagation: propagation.status,
      }),
      close: () => closeAll(closers),
    };
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

function defaultFolder({ path, kind }: Clip): string {
  // A folder of pictures is named by itself, a pattern by the folder it is in.
  const named = kind === 'sequence' && path.includes('%') ? dirname(path) : path;
  return join(dirname(named), `${kind === 'video' ? parse(named).name : basename(named)}-trimaps`);
}
