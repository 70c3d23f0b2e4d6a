import type { BandQuality } from '../evaluation/video/band-quality.js';
import type { ClipBand, ClipEvaluation, ClipMeans, ClipResult } from '../evaluation/video/clip-results.js';
import { SCORE_COLUMNS } from '../evaluation/video/score-columns.js';
import { tableLines } from './text-table.js';

/** A clip evaluation for people: each clip's scores and trimaps, then the means of all. */
export function clipsText({ methods, mean, clips, skipped }: ClipEvaluation): string {
  const blocks = clips.map((clip) =>
    [clipHead(clip), scoreTable(methods, (name) => clip.methods[name]!.mean), bandText(clip.band)].join('\n'),
  );
  if (clips.length > 1) {
    blocks.push([`mean of ${clips.length} clips`, scoreTable(methods, (name) => mean[name]!)].join('\n'));
  }
  if (skipped.length > 0) {
    const lines = skipped.map(({ name, reason }) => `  ${name}: ${reason}`);
    blocks.push([`left out ${skipped.length}:`, ...lines].join('\n'));
  }
  return blocks.join('\n\n');
}

function clipHead({ name, width, height, frames, truths, painted, unknownRegion }: ClipResult): string {
  const judged = truths === frames ? `${frames} frames` : `${truths} of ${frames} frames have a truth`;
  const region =
    unknownRegion === 'painted' ? 'painted trimaps' : `trimaps propagated from ${painted.join(', ')}`;
  return `${name}: ${width}×${height}, ${judged}; means a frame, over the unknown region of the ${region}`;
}

/** Methods down, scores across, the best of each marked; a heading is one line a word, as columns are narrow. */
function scoreTable(methods: readonly string[], meansOf: (name: string) => ClipMeans): string {
  const best = SCORE_COLUMNS.map(({ ofMeans }) => Math.min(...methods.map((name) => ofMeans(meansOf(name)))));
  const headings = SCORE_COLUMNS.map(({ heading }) => heading.split(' '));
  const lines = Math.max(...headings.map(({ length }) => length));
  const head = Array.from({ length: lines }, (_, line) => [
    '',
    ...headings.map((words) => words[line] ?? ''),
  ]);
  const rows = methods.map((name) => [
    name,
    ...SCORE_COLUMNS.map(({ ofMeans, digits }, at) => {
      const value = ofMeans(meansOf(name));
      if (Number.isNaN(value)) return '–';
      return `${value.toFixed(digits)}${methods.length > 1 && value === best[at] ? '*' : ''}`;
    }),
  ]);
  return aligned([...head, ...rows]);
}

/** How well the trimaps hold the truth; the painted ones apart, since a person answers for them. */
function bandText({ propagated, painted, byDistance }: ClipBand): string {
  const rows: [string, BandQuality][] = [
    ...(painted ? [['painted', painted] as [string, BandQuality]] : []),
    ...(propagated ? [['propagated', propagated] as [string, BandQuality]] : []),
    ...byDistance
      .filter(({ distance }, at, all) => shownDistance(distance) || at === all.length - 1)
      .map(({ distance, quality }): [string, BandQuality] => [`  ${distance} from a painted one`, quality]),
  ];
  const head = ['trimaps', 'mixed covered', 'known wrong', 'band/mixed', 'band/tightest'];
  return aligned([
    head,
    ...rows.map(([name, { covered, wrong, overMixed, overTightest }]) => [
      name,
      percent(covered, 1),
      percent(wrong, 3),
      overMixed?.toFixed(2) ?? '–',
      overTightest?.toFixed(2) ?? '–',
    ]),
  ]);
}

/** 1, 2, 4, 8, …: what changes with distance changes most near a painted frame. */
function shownDistance(distance: number): boolean {
  return Number.isInteger(Math.log2(distance));
}

function percent(share: number | undefined, digits: number): string {
  return share === undefined ? '–' : `${(100 * share).toFixed(digits)} %`;
}

/** The first column to the left, the others to the right; a mark after a number does not push it aside. */
function aligned(rows: readonly (readonly string[])[]): string {
  const marked = (cell: string): string => (/[*%]$/.test(cell) ? cell : `${cell} `);
  const cells = rows.map((row) => row.map((cell, column) => (column === 0 ? cell : marked(cell))));
  return tableLines(cells)
    .map((line) => `  ${line}`)
    .join('\n');
}
