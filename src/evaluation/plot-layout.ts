import type { Chart } from './chart.js';

/** Where a plot's texts go, in pixels of the SVG. */
export interface PlotLayout {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** Where each series' name stands; none where there is one series, which the title speaks of. */
  readonly legend: readonly { readonly left: number; readonly top: number; readonly name: string }[];
  /** The rectangle between the axes, as distances from the SVG's edges. */
  readonly grid: Readonly<Record<'left' | 'right' | 'top' | 'bottom', number>>;
  /** Names below the bars. */
  readonly categories: {
    /** By name, broken into lines. */
    readonly lines: ReadonlyMap<string, string>;
    /** How they are turned, degrees. */
    readonly rotate: number;
    /** From the axis to where they are anchored, the middle of their lines. */
    readonly margin: number;
    /** All the room they take below the axis. */
    readonly depth: number;
  };
}

const SIZE = { width: 760, height: 420 } as const;
const LEAST_PLOT_HEIGHT = 285;
/** Of axis labels and of the legend, pixels; the title's is its own. */
export const FONT_SIZE = 12;
export const TITLE_SIZE = 15;
/** From one name of the legend to the next one's icon. */
const LEGEND_GAP = 16;
/** An icon of the legend with the room around it and to its name. */
const ICON = 40;
const LEGEND_ROW = 22;
/** Between lines of text, as a multiple of the font's size. */
export const LINE = 1.25;
const MARGIN = { left: 80, right: 40 } as const;
/** Upright labels of more lines than this are harder to read than slanted ones. */
const MOST_UPRIGHT_LINES = 3;
/** Names longer than this go on in a second line when slanted, pixels. */
const SLANTED_WIDTH = 200;
/** Room for the name of the horizontal axis below its labels. */
const AXIS_NAME = 32;
/** Between an axis and its labels. */
const LABEL_MARGIN = 8;

/** Lays a chart out: names wrap, then slant, and the picture grows where they still need more room. */
export function layOutPlot({ title, kind, series }: Chart): PlotLayout {
  const names = [...new Set(series.flatMap(({ points }) => points.map(([x]) => String(x))))];
  const least = MARGIN.left + MARGIN.right;
  const width = kind === 'bars' ? Math.max(SIZE.width, least + names.length * leastSlot(names)) : SIZE.width;
  const labels =
    kind === 'bars'
      ? categoryLabels(names, (width - least) / names.length)
      : {
          lines: new Map<string, string>(),
          rotate: 0,
          margin: LABEL_MARGIN,
          depth: 2 * FONT_SIZE,
          overhang: 0,
        };
  const titleLines = wrapText(title, width - 40, TITLE_SIZE);
  const legendTop = 20 + titleLines.length * TITLE_SIZE * LINE;
  const legendNames = series.length > 1 ? series.map(({ name }) => name) : [];
  const legend = legendPlaces(legendNames, width, legendTop);
  const top = (legend.at(-1)?.top ?? legendTop - LEGEND_ROW) + LEGEND_ROW + 16;
  const bottom = labels.depth + AXIS_NAME;
  return {
    width,
    height: Math.max(SIZE.height, Math.ceil(top + LEAST_PLOT_HEIGHT + bottom)),
    title: titleLines.join('\n'),
    legend,
    grid: { left: Math.max(MARGIN.left, labels.overhang), right: MARGIN.right, top, bottom },
    categories: labels,
  };
}

/**
 * Width of a text without a browser to ask: an estimate for the widest of the usual sans-serif fonts.
 *
 * @param size - of the font, pixels
 */
function textWidth(text: string, size: number): number {
  let width = 0;
  // Ideographs and full-width forms, from the Hangul letters on, are as wide as they are high.
  for (const letter of text) width += letter.codePointAt(0)! >= 0x1100 ? 1 : 0.62;
  return width * size;
}

/** Breaks a text into lines no wider than a width: between words, after `+ - _ /`, and elsewhere only if it must. */
function wrapText(text: string, width: number, size: number): string[] {
  const lines = [''];
  const fits = (added: string): boolean => textWidth((lines.at(-1)! + added).trim(), size) <= width;
  const add = (added: string): void => {
    if (lines.at(-1) !== '' && !fits(added)) lines.push('');
    lines.push((lines.pop()! + added).trimStart());
  };
  for (const piece of pieces(text)) {
    if (textWidth(piece.trim(), size) <= width) add(piece);
    else for (const letter of piece) add(letter);
  }
  return lines.map((line) => line.trimEnd());
}

/** What stays together where it can: words and their parts, spaces at their beginnings. */
function pieces(text: string): string[] {
  return text.split(/(?<=[-+_/])|(?=\s)/);
}

/** Fills rows with names in their order, each row centred; a name wider than a row has one to itself. */
function legendPlaces(names: readonly string[], width: number, top: number): PlotLayout['legend'] {
  const sized = names.map((name) => ({ name, size: ICON + textWidth(name, FONT_SIZE) + LEGEND_GAP }));
  const rows: (typeof sized)[] = [];
  for (const item of sized) {
    const row = rows.at(-1);
    if (row && widthOf(row) + item.size <= width) row.push(item);
    else rows.push([item]);
  }
  return rows.flatMap((row, index) => {
    let left = Math.max(0, (width - widthOf(row)) / 2);
    return row.map(({ name, size }) => {
      const place = { left, top: top + index * LEGEND_ROW, name };
      left += size;
      return place;
    });
  });
}

function widthOf(row: readonly { readonly size: number }[]): number {
  return row.reduce((sum, { size }) => sum + size, 0);
}

type Labels = PlotLayout['categories'] & { readonly overhang: number };

/** Upright where every name fits its bars' width in a few lines of whole words; slanted otherwise. */
function categoryLabels(names: readonly string[], slot: number): Labels {
  const room = slot - 8;
  const upright = names.map((name) => wrapText(name, room, FONT_SIZE));
  const whole = names.every((name) =>
    pieces(name).every((piece) => textWidth(piece.trim(), FONT_SIZE) <= room),
  );
  const most = Math.max(1, ...upright.map(({ length }) => length));
  if (whole && most <= MOST_UPRIGHT_LINES) {
    const depth = LABEL_MARGIN + most * FONT_SIZE * LINE;
    return { lines: linesOf(names, upright), rotate: 0, margin: LABEL_MARGIN, depth, overhang: 0 };
  }
  const slanted = names.map((name) => wrapText(name, SLANTED_WIDTH, FONT_SIZE));
  const high = Math.max(...slanted.map(({ length }) => length)) * FONT_SIZE * LINE;
  const wide = Math.max(...slanted.flat().map((line) => textWidth(line, FONT_SIZE)));
  // Neighbours are slot · sin apart: as flat as that allows, and no flatter than reads well.
  const angle = Math.max(Math.PI / 6, Math.asin(Math.min(1, high / slot)));
  const margin = LABEL_MARGIN + (high / 2) * Math.cos(angle);
  return {
    lines: linesOf(names, slanted),
    rotate: (angle * 180) / Math.PI,
    margin,
    depth: margin + wide * Math.sin(angle) + (high / 2) * Math.cos(angle),
    overhang: wide * Math.cos(angle) + high * Math.sin(angle) - slot / 2 + LABEL_MARGIN,
  };
}

/** Pixels that a name standing upright on its side needs. */
function leastSlot(names: readonly string[]): number {
  return (
    Math.max(1, ...names.map((name) => wrapText(name, SLANTED_WIDTH, FONT_SIZE).length)) * FONT_SIZE * LINE
  );
}

function linesOf(names: readonly string[], lines: readonly (readonly string[])[]): Map<string, string> {
  return new Map(names.map((name, index) => [name, lines[index]!.join('\n')]));
}
