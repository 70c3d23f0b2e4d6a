import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import type { Clip } from '../ingest/clip.js';
import { findMasks } from './found-masks.js';
import { followedTrimaps } from './followed-trimaps.js';
import { forceTrimaps } from './force-trimaps.js';
import { openMadeTrimaps } from './made-trimaps.js';
import type { EngineOptions } from './options.js';
import type { StageClock } from './stage-clock.js';
import type { ForceOptions, MaskChoice, TrimapChoice } from './trimap-options.js';
import { writeMaskTrimaps } from './trimaps-from-masks.js';
import { openTrimaps, type ClipTrimaps, type KeyframeOptions } from './trimaps.js';

/**
 * Trimaps for every frame of a run, from whatever source was chosen, with garbage and holdout mattes put in.
 *
 * @throws as `openTrimaps`, `findMasks`, `readPlate`, `openTrimapNetwork` and `forceTrimaps`
 */
export async function openTrimapSource(
  ffmpeg: Ffmpeg,
  clip: Clip,
  choice: TrimapChoice,
  options: ForceOptions & KeyframeOptions & Pick<EngineOptions, 'engine' | 'device'>,
  clock: StageClock,
  signal: AbortSignal,
): Promise<ClipTrimaps> {
  const source = await openChosen(ffmpeg, clip, choice, options, clock, signal);
  return forceTrimaps(source, options, { ffmpeg, clip, signal });
}

async function openChosen(
  ffmpeg: Ffmpeg,
  clip: Clip,
  choice: TrimapChoice,
  options: KeyframeOptions & Pick<EngineOptions, 'engine' | 'device'>,
  clock: StageClock,
  signal: AbortSignal,
): Promise<ClipTrimaps> {
  if (choice.kind === 'painted') return openTrimaps(ffmpeg, clip, choice.path, options, clock, signal);
  if (choice.kind === 'masks') return openMasks(ffmpeg, clip, choice, options, clock, signal);
  const { engine = 'auto', device = 'auto', salvage = false } = options;
  const setup = { ffmpeg, format: clip.format, ...choice, engine, device };
  const trimaps = await openMadeTrimaps(setup, clock, signal);
  return choice.kind === 'plate' ? followedTrimaps(trimaps, { ffmpeg, clip, salvage, signal }) : trimaps;
}

/** Masks become trimaps in a folder of their own, and those are propagated where there is not one for every frame. */
async function openMasks(
  ffmpeg: Ffmpeg,
  clip: Clip,
  { path, reach }: MaskChoice,
  options: KeyframeOptions,
  clock: StageClock,
  signal: AbortSignal,
): Promise<ClipTrimaps> {
  const folder = await mkdtemp(join(tmpdir(), 'matteflow-masks-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const masks = await findMasks(path, () => Promise.resolve(ffmpeg), signal, clip);
    await writeMaskTrimaps(folder, masks, reach, options, signal);
    const trimaps = await openTrimaps(ffmpeg, clip, folder, options, clock, signal);
    return {
      fill: (frame) => trimaps.fill(frame),
      close: async () => {
        await trimaps.close().finally(remove);
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
