import type { Ffmpeg } from '../src/ffmpeg/tools.js';
import { percent, spreadText } from './figures.js';
import { interleave, ratio, spread } from './interleave.js';
import { meanDifference } from './mean-difference.js';
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
      columns: [
        ...['shape', 'dense, s', 'in tiles, s', 'times as fast', 'mean |Δα|', 'computed by stage 1, 2'],
        'times as fast, stage 1 at half scale',
      ],
      rows,
    })),
    charts: [
      {
        name: 'shapes',
        title: `Speed against dense, 1080p, ${percent(SHARE)} unknown (higher is better)`,
        kind: 'bars',
        x: { name: 'shape' },
        y: { name: 'times dense' },
        series: results.flatMap(({ speeds }, i) => [
          { name: `${names[i]!}, full scale`, points: speeds.full },
          { name: `${names[i]!}, stage 1 at half`, points: speeds.half },
        ]),
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
): Promise<{
  rows: Table['rows'];
  speeds: Readonly<Record<'full' | 'half', [ShapeName, number][]>>;
  rounds: number;
}> {
  const pictures = Object.fromEntries(
    NAMES.map((name) => [name, { ...still, trimap: shapeTrimap(still, SHAPES[name], SHARE) }]),
  ) as Record<ShapeName, Still>;
  const rows: string[][] = [];
  const speeds: Record<'full' | 'half', [ShapeName, number][]> = { full: [], half: [] };
  await withMatters(
    { full: { model }, half: { model, scale: 2 }, dense: { model, tile: 'frame' } },
    async ({ full, half, dense }) => {
      for (const name of NAMES) {
        const picture = pictures[name];
        const runs = await interleave(
          {
            dense: () => dense.matte(picture),
            full: () => full.matte(picture),
            half: () => half.matte(picture),
          },
          { rounds },
        );
        const seconds = (ofRuns: readonly MattedStill[]): number[] => ofRuns.map((run) => run.seconds);
        const times = {
          full: ratio(seconds(runs.dense), seconds(runs.full)),
          half: ratio(seconds(runs.dense), seconds(runs.half)),
        };
        const [whole, tiled] = [runs.dense[0]!, runs.full[0]!];
        rows.push([
          name,
          spreadText(spread(seconds(runs.dense))),
          spreadText(spread(seconds(runs.full))),
          spreadText(times.full),
          meanDifference(tiled.alpha, whole.alpha, picture.trimap).toExponential(1),
          `${percent(tiled.computedShare.stage1)}, ${percent(tiled.computedShare.stage2)}`,
          spreadText(times.half),
        ]);
        speeds.full.push([name, times.full.median]);
        speeds.half.push([name, times.half.median]);
      }
    },
  );
  return { rows, speeds, rounds };
}
