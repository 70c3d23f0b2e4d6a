/** Five columns by seven rows a glyph: one number a row, the leftmost column in bit 4. */
const GLYPHS: Readonly<Record<string, readonly number[]>> = {
  '0': [14, 17, 19, 21, 25, 17, 14],
  '1': [4, 12, 4, 4, 4, 4, 14],
  '2': [14, 17, 1, 2, 4, 8, 31],
  '3': [31, 2, 4, 2, 1, 17, 14],
  '4': [2, 6, 10, 18, 31, 2, 2],
  '5': [31, 16, 30, 1, 1, 17, 14],
  '6': [6, 8, 16, 30, 17, 17, 14],
  '7': [31, 1, 2, 4, 8, 8, 8],
  '8': [14, 17, 17, 14, 17, 17, 14],
  '9': [14, 17, 17, 15, 1, 2, 12],
  A: [14, 17, 17, 31, 17, 17, 17],
  B: [30, 17, 17, 30, 17, 17, 30],
  C: [14, 17, 16, 16, 16, 17, 14],
  D: [28, 18, 17, 17, 17, 18, 28],
  E: [31, 16, 16, 30, 16, 16, 31],
  F: [31, 16, 16, 30, 16, 16, 16],
  G: [14, 17, 16, 23, 17, 17, 15],
  H: [17, 17, 17, 31, 17, 17, 17],
  I: [14, 4, 4, 4, 4, 4, 14],
  J: [7, 2, 2, 2, 2, 18, 12],
  K: [17, 18, 20, 24, 20, 18, 17],
  L: [16, 16, 16, 16, 16, 16, 31],
  M: [17, 27, 21, 21, 17, 17, 17],
  N: [17, 17, 25, 21, 19, 17, 17],
  O: [14, 17, 17, 17, 17, 17, 14],
  P: [30, 17, 17, 30, 16, 16, 16],
  Q: [14, 17, 17, 17, 21, 18, 13],
  R: [30, 17, 17, 30, 20, 18, 17],
  S: [15, 16, 16, 14, 1, 1, 30],
  T: [31, 4, 4, 4, 4, 4, 4],
  U: [17, 17, 17, 17, 17, 17, 14],
  V: [17, 17, 17, 17, 17, 10, 4],
  W: [17, 17, 17, 21, 21, 21, 10],
  X: [17, 17, 10, 4, 10, 17, 17],
  Y: [17, 17, 17, 10, 4, 4, 4],
  Z: [31, 1, 2, 4, 8, 16, 31],
  ' ': [0, 0, 0, 0, 0, 0, 0],
  '.': [0, 0, 0, 0, 0, 12, 12],
  ',': [0, 0, 0, 0, 12, 4, 8],
  ':': [0, 12, 12, 0, 12, 12, 0],
  '-': [0, 0, 0, 31, 0, 0, 0],
  _: [0, 0, 0, 0, 0, 0, 31],
  '/': [0, 1, 2, 4, 8, 16, 0],
  '%': [24, 25, 2, 4, 8, 19, 3],
};
const UNKNOWN = [31, 17, 17, 17, 17, 17, 31];
/** Columns from one glyph to the next. */
const ADVANCE = 6;

/**
 * Draws text as an SVG path of squares, in capitals. Machines that run matteflow need no fonts, and the picture is
 * the same on all of them.
 *
 * @param left - pixels from the picture's left edge to the text's
 * @param top - likewise from the top
 * @param scale - pixels a square
 * @returns the path's `d`
 */
export function textPath(text: string, left: number, top: number, scale: number): string {
  let path = '';
  Array.from(text.toUpperCase()).forEach((character, index) => {
    const rows = GLYPHS[character] ?? UNKNOWN;
    rows.forEach((bits, row) => {
      for (let column = 0; column < 5; column += 1) {
        if (!(bits & (16 >> column))) continue;
        const x = left + (index * ADVANCE + column) * scale;
        path += `M${x} ${top + row * scale}h${scale}v${scale}h${-scale}z`;
      }
    });
  });
  return path;
}

/** Pixels from the first column of a text to its last. */
export function textWidth(text: string, scale: number): number {
  return Math.max(0, Array.from(text).length * ADVANCE - 1) * scale;
}
