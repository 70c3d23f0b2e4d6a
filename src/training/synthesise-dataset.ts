import { join } from 'node:path';
import sharp from 'sharp';
import { compiledUrl } from '../core/compiled.js';
import { MatteflowError, throwIfAborted } from '../core/errors.js';
import { stageOutput } from '../output/publish.js';
import { progressMeter, type Progress } from '../pipeline/progress.js';
import { coreCount, ThreadPool } from '../core/thread.js';
import { findMaterial } from './data/material.js';
import { ForegroundSheet } from './data/foreground-sheet.js';
import type { DrawSetup, Drawing } from './draw-worker.js';
import type { Foreground } from './foreground.js';
import type { SynthesisKind } from './synthesis/kinds.js';

export interface SynthesiseOptions {
  /** The folder to make. */
  readonly output: string;
  readonly count: number;
  /** Drawn in turns. */
  readonly kinds: readonly SynthesisKind[];
  /** Pixels along either axis. */
  readonly side: number;
  /** A folder of pictures that surfaces are cut from. */
  readonly photographs?: string;
  readonly seed: number;
  /** A PNG with all of them. */
  readonly sheet?: string;
  readonly overwrite?: boolean;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface SynthesiseResult {
  readonly output: string;
  readonly count: number;
  readonly sheet?: string;
  readonly seconds: number;
}

/** Pixels along either axis that drawings are of use between. */
const SIDES = [64, 2048] as const;

/**
 * Draws foregrounds and writes them as straight RGBA, `KIND_NUMBER.png`.
 *
 * @throws `USAGE`, `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE`, `ABORTED`; as `findMaterial` does for the photographs
 */
export async function synthesiseDataset(options: SynthesiseOptions): Promise<SynthesiseResult> {
  const { output, count, kinds, side, seed, signal, overwrite = false } = options;
  const started = performance.now();
  checkOptions(options);
  const { backgrounds } = await findMaterial({
    foregrounds: [],
    backgrounds: options.photographs === undefined ? [] : [options.photographs],
  });
  const photographs = backgrounds.flat();
  const folder = await stageOutput(output, { kind: 'folder', overwrite });
  const sheet = options.sheet === undefined ? undefined : new ForegroundSheet(count, photographs);
  const threads = Math.min(count, coreCount());
  const workerData: DrawSetup = { seed, side, photographs };
  const pool = new ThreadPool(compiledUrl('./draw-worker.js', import.meta.url), { threads, workerData });
  const report = progressMeter('draw', options.onProgress);
  let done = 0;
  const drawEvery = async (first: number): Promise<void> => {
    for (let number = first; number < count; number += threads) {
      throwIfAborted(signal);
      const kind = kinds[number % kinds.length]!;
      const drawing: Drawing = { number, kind };
      const foreground = await pool.run<Foreground>('draw', drawing, { signal });
      await writeForeground(
        join(folder.temporary, `${kind}_${String(number).padStart(5, '0')}.png`),
        foreground,
      );
      await sheet?.add(number, foreground);
      done += 1;
      report(done, count);
    }
  };
  try {
    const lanes = await Promise.allSettled(Array.from({ length: threads }, (_, first) => drawEvery(first)));
    for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason;
    if (sheet && options.sheet !== undefined) await sheet.write(options.sheet, overwrite);
    await folder.publish();
  } catch (error) {
    await folder.discard();
    throw error;
  } finally {
    await pool.close();
  }
  const seconds = (performance.now() - started) / 1000;
  return { output, count, ...(options.sheet !== undefined && { sheet: options.sheet }), seconds };
}

async function writeForeground(path: string, { rgba, width, height }: Foreground): Promise<void> {
  await sharp(rgba, { raw: { width, height, channels: 4 } })
    .png({ compressionLevel: 6 })
    .toFile(path);
}

function checkOptions({ count, side }: SynthesiseOptions): void {
  if (count < 1) {
    throw new MatteflowError('USAGE', { what: 'there is nothing to draw', seen: `${count} foregrounds` });
  }
  if (side >= SIDES[0] && side <= SIDES[1]) return;
  throw new MatteflowError('USAGE', {
    what: 'foregrounds are not drawn at that size',
    seen: `${side} pixels`,
    expected: `${SIDES[0]} to ${SIDES[1]}`,
  });
}
