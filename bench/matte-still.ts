import { rational } from '../src/core/rational.js';
import type { Tile } from '../src/matting/tiles.js';
import type { EngineOptions } from '../src/pipeline/options.js';
import { openStillMatter, type MattedStill as Matted } from '../src/pipeline/still-matter.js';

/** A picture in memory and its trimap. */
export interface Still {
  readonly width: number;
  readonly height: number;
  /** R′G′B′, interleaved, 8 bits a sample. */
  readonly rgb: Uint8Array;
  /** 0 background, 128 unknown, 255 foreground. */
  readonly trimap: Uint8Array;
}

/** How the picture goes through the networks. */
export type StillSettings = EngineOptions;

export interface MattedStill extends Pick<Matted, 'seconds' | 'networkSeconds'> {
  /** Pixels that each stage computed, of what it sees, over the picture's. */
  readonly computedShare: Readonly<Record<'stage1' | 'stage2', number>>;
  /** 0..1, row-major. */
  readonly alpha: Float32Array;
}

const sampleAspect = rational(1);

/** A loaded model that mattes picture after picture, of any size. */
export interface StillMatter {
  matte(still: Still): Promise<MattedStill>;
  close(): Promise<void>;
}

/** Opens a model for many pictures. Stage 1 sees them in full unless `scale` says otherwise; the prior is a clip's. */
export async function openStills(settings: StillSettings): Promise<StillMatter> {
  const matter = await openStillMatter({ scale: 1, prior: 'quarter', ...settings });
  return {
    async matte({ width, height, rgb, trimap }) {
      const format = { width, height, model: 'rgb', depth: 8, tags: { range: 'pc' }, sampleAspect } as const;
      const { planes, tiles, ...times } = await matter.matte({ image: { format, samples: rgb }, trimap });
      return {
        ...times,
        computedShare: {
          stage1: areaOf(tiles.stage1) / (width * height),
          stage2: areaOf(tiles.stage2) / (width * height),
        },
        alpha: planes.alpha,
      };
    },
    close: () => matter.close(),
  };
}

function areaOf(tiles: readonly Tile[]): number {
  return tiles.reduce((pixels, { width, height }) => pixels + width * height, 0);
}
