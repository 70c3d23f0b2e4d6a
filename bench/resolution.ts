import type { Ffmpeg } from '../src/ffmpeg/tools.js';
import { digits, percent, spreadText } from './figures.js';
import { interleave, spread } from './interleave.js';
import { madeStill, resizedPicture } from './made-still.js';
import type { MattedStill, Still } from './matte-still.js';
import type { BenchResult } from './result.js';
import { person, shapeTrimap } from './trimap-shapes.js';
import { withMatters } from './with-matters.js';

const SHARE = 0.05;
const SIZES = [
  { name: '360p', width: 640, height: 360 },
  { name: '720p', width: 1280, height: 720 },
  { name: '1080p', width: 1920, height: 1080 },
  { name: '1440p', width: 2560, height: 1440 },
  { name: '4K', width: 3840, height: 2160 },
] as const;

/** What a frame costs from 360p to 4K, the same picture and the same share unknown. */
export async function benchResolution(_: string, __: Ffmpeg, full: boolean): Promise<BenchResult> {
  const original = await madeStill();
  const sizes: (Still & { readonly name: string })[] = [];
  for (const size of SIZES) {
    const trimap = shapeTrimap(size, person((5 / 6) * size.height), SHARE);
    sizes.push({ ...size, trimap, rgb: await resizedPicture(original, size) });
  }
  const rounds = full ? 5 : 2;
  const runs = await withMatters({ tiles: {} }, ({ tiles }) => {
    const variants: Record<string, () => Promise<MattedStill>> = {};
    for (const still of sizes) variants[still.name] = () => tiles.matte(still);
    return interleave(variants, { rounds });
  });
  const of = (name: string, what: 'seconds' | 'networkSeconds'): number[] =>
    runs[name]!.map((run) => run[what]);
  return {
    tables: [
      {
        title: `\`compact\`, ${percent(SHARE)} unknown along a person's contour, ${rounds} rounds`,
        columns: [
          ...['picture', 'seconds a frame', 'networks alone, s', 'ns a pixel of the frame'],
          'computed by stage 1',
        ],
        rows: SIZES.map(({ name, width, height }) => [
          `${name} (${width}×${height})`,
          spreadText(spread(of(name, 'seconds'))),
          spreadText(spread(of(name, 'networkSeconds'))),
          digits((1e9 * spread(of(name, 'seconds')).median) / (width * height)),
          percent(runs[name]![0]!.computedShare.stage1),
        ]),
      },
    ],
    charts: [
      {
        name: 'resolution',
        title: `compact: seconds a frame over its size, ${percent(SHARE)} unknown`,
        kind: 'lines',
        x: { name: 'megapixels', scale: 'log' },
        y: { name: 'seconds', scale: 'log' },
        series: (['seconds', 'networkSeconds'] as const).map((what) => ({
          name: what === 'seconds' ? 'all of matting' : 'networks alone',
          points: SIZES.map(({ name, width, height }) => [
            (width * height) / 1e6,
            spread(of(name, what)).median,
          ]),
        })),
      },
    ],
  };
}
