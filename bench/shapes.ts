import type { Ffmpeg } from '../src/ffmpeg/tools.js';
import { percent, spreadText } from './figures.js';
import { interleave, ratio, spread } from './interleave.js';
import { madeStill } from './made-still.js';
import type { MattedStill, Still } from './matte-still.js';
import { writeRandomWeights } from './random-weights.js';
import type { BenchResult, Table } from './result.js';
import { person, ring, shapeTrimap, SQUARE } from './trimap-shapes.js';
import { withMatters } from './with-matters.js';

const SHARE = 0.05;
const SHAPES = {
  'filled square': SQUARE,
  'ring of hair, 450 px across': ring(450),
  'contour of a person, 380×900': person(900),
} as const;
type ShapeName = keyof typeof SHAPES;
const NAMES = Object.keys(SHAPES) as ShapeName[];

/** The same number of unknown pixels in a lump, in a ring and along a contour: how closely the tiles follow them. */
export async function benchShapes(folder: string, _: Ffmpeg, full: boolean): Promise<BenchResult> {
  const still = await madeStill();
  const results = [await tilesAgainstDense(still, 'compact', full ? 5 : 3)];
  // One dense frame takes `dim` half a minute.
  if (full) results.push(await tilesAgainstDense(still, await writeRandomWeights(folder, 'dim'), 2));
  const names = ['compact', 'dim'] as const;
  return {
    tables: results.map(({ rows, rounds }, i) => ({
      title: `\`${names[i]!}\` at ${still.width}×${still.height}, ${percent(SHARE)} unknown, ${rounds} rounds`,
      columns: ['shape', 'seconds', 'times as fast as dense', 'networks alone', 'computed by stage 1'],
      rows,
    })),
    charts: [
      {
        name: 'shapes',
        title: `Speed against dense, 1080p, ${percent(SHARE)} unknown (higher is better)`,
        kind: 'bars',
        x: { name: 'shape' },
        y: { name: 'times dense' },
        series: results.map(({ speeds }, i) => ({ name: names[i]!, points: speeds })),
      },
    ],
    ...(!full && {
      notes: ['`dim` is measured with `--full` only: one dense frame takes it half a minute.'],
    }),
  };
}

async function tilesAgainstDense(
  still: Still,
  model: string,
  rounds: number,
): Promise<{ rows: Table['rows']; speeds: [ShapeName, number][]; rounds: number }> {
  const pictures = Object.fromEntries(
    NAMES.map((name) => [name, { ...still, trimap: shapeTrimap(still, SHAPES[name], SHARE) }]),
  ) as Record<ShapeName, Still>;
  // The person's contour stands for all shapes: what a dense frame costs does not depend on where it is unknown.
  const contour = pictures['contour of a person, 380×900'];
  const runs = await withMatters(
    { tiles: { model }, dense: { model, tile: 'frame' } },
    ({ tiles, dense }) => {
      const inTiles = (name: ShapeName) => (): Promise<MattedStill> => tiles.matte(pictures[name]);
      return interleave(
        {
          dense: () => dense.matte(contour),
          ...(Object.fromEntries(NAMES.map((name) => [name, inTiles(name)])) as Record<
            ShapeName,
            () => Promise<MattedStill>
          >),
        },
        { rounds },
      );
    },
  );
  const of = (name: ShapeName | 'dense', what: 'seconds' | 'networkSeconds'): number[] =>
    runs[name].map((run) => run[what]);
  const times = (name: ShapeName, what: 'seconds' | 'networkSeconds') =>
    ratio(of('dense', what), of(name, what));
  return {
    rounds,
    rows: [
      [
        'dense',
        spreadText(spread(of('dense', 'seconds'))),
        '1',
        '1',
        percent(runs.dense[0]!.computedShare.stage1),
      ],
      ...NAMES.map((name) => [
        name,
        spreadText(spread(of(name, 'seconds'))),
        spreadText(times(name, 'seconds')),
        spreadText(times(name, 'networkSeconds')),
        percent(runs[name][0]!.computedShare.stage1),
      ]),
    ],
    speeds: NAMES.map((name) => [name, times(name, 'seconds').median]),
  };
}
