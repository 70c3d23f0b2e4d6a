import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import sharp from 'sharp';
import { madeClip } from '../../fixtures/clip.js';
import { writeClip } from '../../fixtures/write-clip.js';
import { scoreMatte } from '../evaluation/metrics.js';
import { findFfmpeg } from '../ffmpeg/tools.js';
import { writeContactSheet, type SheetRow } from '../output/contact-sheet.js';
import { packRgba } from '../output/pack.js';
import { matteVideo } from '../pipeline/matte-video.js';
import type { FinishedFrame } from '../pipeline/options.js';
import { propagateClip } from '../pipeline/propagate-clip.js';
import { runCommand, type CommandContext, type CommandResult } from './command.js';
import { runOptions, toolPaths } from './engine-flags.js';

const CLIP = { width: 640, height: 360, frames: 36, seed: 7 } as const;
const KEYFRAMES = [0, 18, 35] as const;
/** Shown on the contact sheet: one keyframe, and three as far from any as there are. */
const SHOWN: readonly number[] = [0, 6, 12, 27];
const BACKGROUND = '#2d6cdf';

/** `matteflow demo`. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('make a clip with exact alpha, matte it from three keyframes, and measure the result')
    .option('-o, --output <folder>', 'where to write', 'out')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', '\nExample:\n  matteflow demo')
    .action((flags: { readonly output: string; readonly json?: boolean }) =>
      runCommand(flags, (context) => demo(flags.output, context)),
    );
}

async function demo(folder: string, context: CommandContext): Promise<CommandResult> {
  const { signal, reporter } = context;
  const ffmpeg = await findFfmpeg({ ...toolPaths(), signal });
  const work = await mkdtemp(join(tmpdir(), 'matteflow-demo-'));
  try {
    await mkdir(folder, { recursive: true });
    reporter.note(`drawing a ${CLIP.width}×${CLIP.height} clip of ${CLIP.frames} frames with exact alpha`);
    const encode = { as: 'h264', ffmpeg } as const;
    const clip = await writeClip(work, 'hair', { ...CLIP, keyframes: KEYFRAMES, encode, signal });

    const { input } = clip;
    const run = { ...runOptions(context), input, trimaps: join(folder, 'demo-trimaps'), overwrite: true };
    await propagateClip({ ...run, trimaps: clip.trimapFolder, output: run.trimaps });
    const judge = new Judge(clip.alphaFolder);
    const matte = await matteVideo({
      ...run,
      output: join(folder, 'demo.mov'),
      onFrame: (frame) => judge.see(frame),
    });
    const composite = await matteVideo({
      ...run,
      output: join(folder, 'demo-composite.mp4'),
      format: 'composite',
      background: BACKGROUND,
    });
    const sheet = join(folder, 'demo.png');
    const { sad, mse } = await judge.scores();
    await writeContactSheet(sheet, await judge.rows(), { keyColour: BACKGROUND, overwrite: true });
    return {
      json: { ...matte, composite: composite.output, trimaps: run.trimaps, sheet, sad, mse },
      text: [
        `matte       ${matte.output} (ProRes 4444 with alpha, ${matte.frames} frames at ${matte.fps.toFixed(1)} fps)`,
        `composite   ${composite.output}`,
        `trimaps     ${run.trimaps} (three painted, the others propagated)`,
        `pictures    ${sheet}`,
        `error       SAD ${sad.toFixed(2)}, MSE ${mse.toFixed(4)} a frame against the exact alpha, over the unknown region`,
      ].join('\n'),
    };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Keeps what the pipeline made of each frame and holds it against the truth. */
class Judge {
  /** PNGs of the exact alpha, in frame order by name. */
  readonly #alphaFolder: string;
  readonly #seen: {
    index: number;
    alpha: Uint8Array;
    trimap: Uint8Array;
    foreground: Uint8Array | undefined;
  }[] = [];

  constructor(alphaFolder: string) {
    this.#alphaFolder = alphaFolder;
  }

  see({ index, planes, format }: FinishedFrame): void {
    this.#seen.push({
      index,
      alpha: Uint8Array.from(planes.alpha, (value) => Math.round(255 * value)),
      trimap: planes.trimap.slice(),
      foreground: SHOWN.includes(index) ? foregroundRgb(planes, format) : undefined,
    });
  }

  /** Means over the frames. */
  async scores(): Promise<{ sad: number; mse: number }> {
    let sad = 0;
    let mse = 0;
    const names = (await readdir(this.#alphaFolder)).sort();
    for (const { index, alpha, trimap } of this.#seen) {
      const exact = await sharp(join(this.#alphaFolder, names[index]!)).extractChannel(0).raw().toBuffer();
      const scores = scoreMatte(unit(alpha), unit(exact), trimap, CLIP.width, CLIP.height);
      sad += scores.sad / this.#seen.length;
      mse += scores.mse / this.#seen.length;
    }
    return { sad, mse };
  }

  async rows(): Promise<SheetRow[]> {
    const rows: SheetRow[] = [];
    const drawn = madeClip('hair', CLIP);
    for (const { index, alpha, trimap, foreground } of this.#seen) {
      if (!foreground) continue;
      const { rgb } = await drawn.frame(index);
      const { width, height } = CLIP;
      rows.push({
        label: `frame ${index}`,
        source: { data: rgb, width, height, channels: 3 },
        trimap: { data: trimap, width, height, channels: 1 },
        alpha: { data: alpha, width, height, channels: 1 },
        foreground: { data: foreground, width, height, channels: 3 },
      });
    }
    return rows;
  }
}

/** Grey levels as alpha 0..1. */
function unit(grey: Uint8Array): Float32Array {
  return Float32Array.from(grey, (value) => value / 255);
}

/** A frame's colour as interleaved 8-bit R′G′B′. */
function foregroundRgb(planes: FinishedFrame['planes'], format: FinishedFrame['format']): Uint8Array {
  const words = new Uint16Array(4 * planes.alpha.length);
  packRgba(words, planes, format);
  return Uint8Array.from(
    { length: 3 * planes.alpha.length },
    (_, i) => words[4 * Math.floor(i / 3) + (i % 3)]! >> 8,
  );
}
