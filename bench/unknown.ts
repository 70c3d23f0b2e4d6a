import type { Ffmpeg } from '../src/ffmpeg/tools.js';
import { digits, percent, spreadText } from './figures.js';
import { interleave, ratio, spread } from './interleave.js';
import { madeStill } from './made-still.js';
import type { MattedStill } from './matte-still.js';
import type { BenchResult } from './result.js';
import { person, shapeTrimap } from './trimap-shapes.js';
import { withMatters } from './with-matters.js';

const SHARES = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
/** Of the frame's height, as in the middle of an interview shot. */
const PERSON_HEIGHT = 900;

/** What a 1080p frame costs as its unknown band widens, in tiles and as a whole. */
export async function benchUnknown(_: string, __: Ffmpeg, full: boolean): Promise<BenchResult> {
  const still = await madeStill();
  const rounds = full ? 5 : 3;
  const measured = await withMatters({ tiles: {}, dense: { tile: 'frame' } }, async ({ tiles, dense }) => {
    const points = [];
    for (const share of SHARES) {
      const trimap = shapeTrimap(still, person(PERSON_HEIGHT), share);
      const picture = { ...still, trimap };
      const runs = await interleave(
        { tiles: () => tiles.matte(picture), dense: () => dense.matte(picture) },
        { rounds },
      );
      points.push({ share, ...runs });
    }
    return points;
  });
  const seconds = (runs: readonly MattedStill[]): number[] => runs.map((run) => run.seconds);
  return {
    tables: [
      {
        title: `\`compact\` at ${still.width}×${still.height}, a band around a standing person, ${rounds} rounds`,
        columns: [
          ...['unknown', 'in tiles, s', 'dense, s', 'times as fast', 'computed by stage 1'],
          'µs an unknown pixel',
        ],
        rows: measured.map(({ share, tiles, dense }) => [
          percent(share),
          spreadText(spread(seconds(tiles))),
          spreadText(spread(seconds(dense))),
          spreadText(ratio(seconds(dense), seconds(tiles))),
          percent(tiles[0]!.computedShare.stage1),
          digits((1e6 * spread(seconds(tiles)).median) / (share * still.width * still.height)),
        ]),
      },
    ],
    charts: [
      {
        name: 'unknown',
        title: 'compact at 1080p: seconds a frame over the unknown share',
        kind: 'lines',
        x: { name: 'unknown, % of the frame', scale: 'log' },
        y: { name: 'seconds' },
        series: (['tiles', 'dense'] as const).map((name) => ({
          name,
          points: measured.map((point) => [100 * point.share, spread(seconds(point[name])).median]),
        })),
      },
    ],
    notes: [
      'Seconds hold planning, the prior and both network stages. A share above 100 % computed: margins overlap.',
    ],
  };
}
