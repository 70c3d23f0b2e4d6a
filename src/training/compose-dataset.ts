import { access } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { MatteflowError, throwIfAborted } from '../core/errors.js';
import { stageOutput } from '../output/publish.js';
import { progressMeter, type Progress } from '../pipeline/progress.js';
import { compositePicture, coverWith } from './data/composite.js';
import { COMPOSED_LAYOUTS, openManifest, type ComposedLayout } from './data/compose-manifest.js';
import { deal } from './data/deal.js';
import { findMaterial, nameOf, type ForegroundFile } from './data/material.js';
import { trimapFromAlpha } from './data/random-trimap.js';
import { readBackground, readForeground } from './data/read-pictures.js';
import type { Foreground } from './foreground.js';
import { Random } from './random.js';

export interface ComposeOptions {
  readonly foregrounds: string;
  readonly backgrounds: string;
  readonly output: string;
  readonly perForeground: number;
  /** How far the unknown band reaches past what is mixed, on either side for itself: least and most, pixels. */
  readonly trimapWidth: readonly [number, number];
  readonly seed: number;
  /** Default `plain`. */
  readonly layout?: ComposedLayout;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface ComposeResult {
  readonly output: string;
  /** All that the data set has. */
  readonly composites: number;
  /** Those that were there before. */
  readonly kept: number;
}

/** Composites under way at once: while one is compressed the next is computed. */
const AT_ONCE = 4;

/**
 * Composes every foreground over several backgrounds, as the paper's 493 × 100 and 50 × 20: `image/NAME_k.png`,
 * `trimap/NAME_k.png`, `alpha/NAME_k.png`. Backgrounds are dealt out so that none comes twice before all have come once.
 * A data set that was begun with the same settings is completed: what is there is kept.
 *
 * @throws `USAGE`; `OUTPUT_EXISTS` for a folder with other settings; `INPUT_DAMAGED`, `OUTPUT_UNWRITABLE`, `ABORTED`; as
 *   `findMaterial` does
 */
export async function composeDataset(options: ComposeOptions): Promise<ComposeResult> {
  return composeMaterial(await findComposeMaterial(options), options);
}

/** What is composed of what. */
export interface ComposeMaterial {
  readonly foregrounds: readonly ForegroundFile[];
  readonly backgrounds: readonly string[];
}

/** Both folders' pictures. @throws `USAGE` for two foregrounds of one name; as `findMaterial` does */
export async function findComposeMaterial({
  foregrounds,
  backgrounds,
}: Pick<ComposeOptions, 'foregrounds' | 'backgrounds'>): Promise<ComposeMaterial> {
  const material = await findMaterial({ foregrounds: [foregrounds], backgrounds: [backgrounds] });
  checkNames(material.foregrounds.flat());
  return { foregrounds: material.foregrounds.flat(), backgrounds: material.backgrounds.flat() };
}

/** `composeDataset` of pictures that were found already. */
export async function composeMaterial(
  { foregrounds, backgrounds }: ComposeMaterial,
  options: Omit<ComposeOptions, 'foregrounds' | 'backgrounds'>,
): Promise<ComposeResult> {
  const { output, perForeground, layout = 'plain', signal } = options;
  if (perForeground < 1) {
    throw new MatteflowError('USAGE', {
      what: 'there is nothing to compose',
      seen: `${perForeground} per foreground`,
    });
  }
  await openManifest(output, {
    seed: options.seed,
    perForeground,
    trimapWidth: options.trimapWidth,
    ...(layout !== 'plain' && { layout }),
    foregrounds: foregrounds.map(({ name }) => name),
    backgrounds: backgrounds.map(nameOf),
  });
  const dealt = deal(
    backgrounds,
    foregrounds.length * perForeground,
    new Random(options.seed).fork('backgrounds'),
  );
  const report = progressMeter('compose', options.onProgress);
  let [done, kept] = [0, 0];
  for (const [index, file] of foregrounds.entries()) {
    const missing: number[] = [];
    for (let k = 0; k < perForeground; k++)
      if (!(await isThere(output, layout, `${file.name}_${k}`))) missing.push(k);
    kept += perForeground - missing.length;
    done += perForeground - missing.length;
    if (missing.length === 0) continue;
    const foreground = await readForeground(file);
    const composeEvery = async (first: number): Promise<void> => {
      for (let at = first; at < missing.length; at += AT_ONCE) {
        throwIfAborted(signal);
        const k = missing[at]!;
        await composeOne(options, foreground, dealt[index * perForeground + k]!, k);
        done += 1;
        report(done, foregrounds.length * perForeground);
      }
    };
    const lanes = await Promise.allSettled(
      Array.from({ length: AT_ONCE }, (_, first) => composeEvery(first)),
    );
    for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason;
  }
  return { output, composites: foregrounds.length * perForeground, kept };
}

async function composeOne(
  {
    output,
    seed,
    layout = 'plain',
    trimapWidth: [least, most],
  }: Omit<ComposeOptions, 'foregrounds' | 'backgrounds'>,
  foreground: Foreground,
  path: string,
  k: number,
): Promise<void> {
  const { name, width, height, rgba } = foreground;
  const random = new Random(seed).fork(name).fork(k);
  const behind = await coverWith(await readBackground(path), foreground, random);
  const alpha = new Float32Array(width * height);
  for (let i = 0; i < alpha.length; i++) alpha[i] = rgba[4 * i + 3]! / 255;
  const trimap = new Uint8Array(alpha.length);
  const widths = { foreground: random.uniform(least, most), background: random.uniform(least, most) };
  trimapFromAlpha(trimap, alpha, foreground, widths);
  const pictures = {
    alpha: Uint8Array.from(alpha, (value) => Math.round(255 * value)),
    trimap,
    image: compositePicture(foreground, behind),
  };
  // The image last: where it is, all are.
  for (const part of ['alpha', 'trimap', 'image'] as const) {
    await writePng(
      join(output, COMPOSED_LAYOUTS[layout][part], `${name}_${k}.png`),
      pictures[part],
      foreground,
    );
  }
}

async function writePng(
  path: string,
  data: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<void> {
  const staged = await stageOutput(path, { kind: 'file', overwrite: true });
  try {
    const channels = data.length === width * height ? 1 : 3;
    await sharp(data, { raw: { width, height, channels } })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .png({ compressionLevel: 6 })
      .toFile(staged.temporary);
    await staged.publish();
  } finally {
    await staged.discard();
  }
}

async function isThere(output: string, layout: ComposedLayout, name: string): Promise<boolean> {
  const folders = Object.values(COMPOSED_LAYOUTS[layout]);
  const found = await Promise.allSettled(
    folders.map((folder) => access(join(output, folder, `${name}.png`))),
  );
  return found.every(({ status }) => status === 'fulfilled');
}

function checkNames(foregrounds: readonly ForegroundFile[]): void {
  const seen = new Map<string, string>();
  for (const { name, colour } of foregrounds) {
    const other = seen.get(name);
    if (other !== undefined) {
      throw new MatteflowError('USAGE', {
        what: 'two foregrounds would have the same name',
        seen: `${other} and ${colour}`,
        remedy: 'Rename one of them',
      });
    }
    seen.set(name, colour);
  }
}
