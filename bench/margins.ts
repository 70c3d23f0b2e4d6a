import type { Ffmpeg } from '../src/ffmpeg/tools.js';
import { digits, percent, spreadText } from './figures.js';
import { interleave, ratio, spread, type Spread } from './interleave.js';
import { meanDifference } from './mean-difference.js';
import { madeStill } from './made-still.js';
import type { StillMatter } from './matte-still.js';
import type { Chart } from '../src/evaluation/chart.js';
import type { BenchResult } from './result.js';
import { withMatters } from './with-matters.js';

const MARGINS = [32, 64, 96, 128, 160];
const SCALES = [1, 2] as const;

/** One way to run stage 1. Alphas are compared over the unknown pixels, mean |Δα|. */
interface Point {
  readonly scale: 1 | 2;
  /** Pixels of what stage 1 sees; absent: no tiles. */
  readonly margin?: number;
  readonly seconds: readonly number[];
  readonly timesDense: Spread;
  /** Against no tiles at full size, against no tiles at the same scale, against the exact alpha. */
  readonly toDense: number;
  readonly toOwnDense: number;
  readonly toTruth: number;
}

/** What the context around a tile buys: its error and its speed against the whole frame, at full size and at half. */
export async function benchMargins(_: string, __: Ffmpeg, full: boolean): Promise<BenchResult> {
  const still = await madeStill();
  const rounds = full ? 3 : 1;
  const truth = Float32Array.from(still.truth, (value) => value / 255);
  const error = (a: Float32Array, b: Float32Array): number => meanDifference(a, b, still.trimap);

  const points = await withMatters(
    { dense: { tile: 'frame' }, half: { tile: 'frame', scale: 2 } },
    async ({ dense, half }) => {
      const references = { 1: (await dense.matte(still)).alpha, 2: (await half.matte(still)).alpha };
      const measure = async (matter: StillMatter, scale: 1 | 2, margin?: number): Promise<Point> => {
        const runs = await interleave(
          { this: () => matter.matte(still), dense: () => dense.matte(still) },
          { rounds },
        );
        const { alpha } = runs.this[0]!;
        const seconds = runs.this.map((run) => run.seconds);
        return {
          scale,
          ...(margin !== undefined && { margin }),
          seconds,
          timesDense: ratio(
            runs.dense.map((run) => run.seconds),
            seconds,
          ),
          toDense: error(alpha, references[1]),
          toOwnDense: error(alpha, references[scale]),
          toTruth: error(alpha, truth),
        };
      };
      const found = [await measure(dense, 1), await measure(half, 2)];
      for (const scale of SCALES) {
        for (const margin of MARGINS) {
          found.push(
            await withMatters({ tiles: { scale, margin } }, ({ tiles }) => measure(tiles, scale, margin)),
          );
        }
      }
      return found.toSorted((a, b) => a.scale - b.scale || (a.margin ?? 0) - (b.margin ?? 0));
    },
  );
  const unknown = still.trimap.reduce((count, value) => count + Number(value === 128), 0);
  return {
    tables: [
      {
        title: `\`compact\` on a made lion, ${still.width}×${still.height}, ${percent(unknown / still.trimap.length)} unknown, ${rounds} rounds`,
        columns: [
          ...['stage 1 at', 'margin, px', 'seconds', 'times as fast as dense', 'mean |Δα| to dense'],
          ...['to dense at its scale', 'to the exact alpha'],
        ],
        rows: points.map((point) => [
          point.scale === 1 ? 'full size' : 'half size',
          point.margin === undefined ? 'dense' : String(point.margin),
          spreadText(spread(point.seconds)),
          spreadText(point.timesDense),
          point.toDense.toExponential(1),
          point.toOwnDense.toExponential(1),
          digits(point.toTruth),
        ]),
      },
    ],
    charts: [
      chart(
        'margins-error',
        'Margin against error',
        'mean |Δα| to dense at the same scale',
        points,
        (p) => p.toOwnDense,
      ),
      chart(
        'margins-speed',
        'Margin against speed',
        'times as fast as dense at full size',
        points,
        (p) => p.timesDense.median,
      ),
    ],
    notes: ['Margins are in pixels of what stage 1 sees: 64 at half size are 128 of the frame.'],
  };
}

function chart(
  name: string,
  title: string,
  y: string,
  points: readonly Point[],
  of: (point: Point) => number,
): Chart {
  return {
    name,
    title: `${title}, compact at 1080p`,
    kind: 'lines',
    x: { name: 'margin, pixels of what stage 1 sees' },
    y: { name: y, scale: name === 'margins-error' ? 'log' : 'linear' },
    series: SCALES.map((scale) => ({
      name: scale === 1 ? 'stage 1 at full size' : 'stage 1 at half size',
      points: points.flatMap((point) =>
        point.scale === scale && point.margin !== undefined ? [[point.margin, of(point)] as const] : [],
      ),
    })),
  };
}
