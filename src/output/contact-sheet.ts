import sharp, { type OverlayOptions } from 'sharp';
import { parseColour } from './background-colour.js';
import { textPath, textWidth } from './pixel-font.js';
import { stageOutput } from './publish.js';

/** An eight-bit picture, row-major: interleaved R′G′B′, or grey. */
export interface SheetPicture {
  readonly data: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/** One frame. The pictures of a sheet all have one shape; their sizes may differ. */
export interface SheetRow {
  /** Say, "frame 24". */
  readonly label: string;
  readonly source: SheetPicture;
  readonly trimap: SheetPicture;
  /** 0 clear, 255 opaque; one channel, of `foreground`'s size. */
  readonly alpha: SheetPicture;
  /** The subject's own colour, straight; three channels. It is shown over `keyColour`. */
  readonly foreground: SheetPicture;
}

const COLUMNS = ['source', 'trimap', 'alpha', 'keyed'] as const;
const GAP = 8;
const LABEL_HEIGHT = 24;
const LABEL_SCALE = 2;

/**
 * Writes a PNG with one row a frame: source, trimap, alpha, and the subject over a colour.
 *
 * @param options.keyColour - `#rrggbb` or a basic CSS name; a studio green unless given
 * @param options.cellWidth - pixels; 320 unless given
 * @throws MatteflowError `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE`, `USAGE` for a colour that is none
 */
export async function writeContactSheet(
  path: string,
  rows: readonly SheetRow[],
  options: { keyColour?: string; cellWidth?: number; overwrite?: boolean } = {},
): Promise<void> {
  const { keyColour = '#00b140', cellWidth = 320, overwrite = false } = options;
  const first = rows[0];
  if (!first) throw new Error('a contact sheet needs a row');
  const key = parseColour(keyColour);
  const cellHeight = Math.max(1, Math.round((cellWidth * first.source.height) / first.source.width));
  const step = { x: cellWidth + GAP, y: cellHeight + LABEL_HEIGHT };
  const size = { width: GAP + COLUMNS.length * step.x, height: LABEL_HEIGHT + GAP + rows.length * step.y };

  const staged = await stageOutput(path, { kind: 'file', overwrite });
  try {
    const cells: OverlayOptions[] = [];
    const labels: string[] = COLUMNS.map((name, column) =>
      centred(name, GAP + column * step.x, cellWidth, GAP),
    );
    for (const [index, row] of rows.entries()) {
      const top = LABEL_HEIGHT + GAP + index * step.y;
      const pictures = [row.source, row.trimap, row.alpha, over(row.foreground, row.alpha, key)];
      for (const [column, picture] of pictures.entries()) {
        cells.push({ ...(await cell(picture, cellWidth, cellHeight)), left: GAP + column * step.x, top });
      }
      labels.push(textPath(row.label, GAP, top + cellHeight + 5, LABEL_SCALE));
    }
    const { width, height } = size;
    const text = Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><path fill="#e8e8e8" d="${labels.join('')}"/></svg>`,
    );
    await sharp({ create: { width, height, channels: 3, background: '#1c1c1e' } })
      .composite([...cells, { input: text, left: 0, top: 0 }])
      .removeAlpha()
      .png()
      .toFile(staged.temporary);
    await staged.publish();
  } catch (error) {
    await staged.discard();
    throw error;
  }
}

function centred(text: string, left: number, width: number, top: number): string {
  return textPath(text, left + Math.floor((width - textWidth(text, LABEL_SCALE)) / 2), top, LABEL_SCALE);
}

/** A picture at the cells' size, as sharp takes it. Enlarged without smoothing, so that pixels can be looked at. */
async function cell(
  { data, width, height, channels }: SheetPicture,
  cellWidth: number,
  cellHeight: number,
): Promise<OverlayOptions> {
  const kernel = cellWidth > width ? 'nearest' : 'lanczos3';
  const resized = await sharp(data, { raw: { width, height, channels } })
    .resize(cellWidth, cellHeight, { fit: 'fill', kernel })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { input: resized.data, raw: resized.info };
}

/** foreground · alpha + colour · (1 − alpha). */
function over(foreground: SheetPicture, alpha: SheetPicture, colour: string): SheetPicture {
  const key = Buffer.from(colour, 'hex');
  const data = new Uint8Array(foreground.data.length);
  for (let i = 0; i < data.length; i += 1) {
    const pha = alpha.data[Math.floor(i / 3)]! / 255;
    data[i] = foreground.data[i]! * pha + key[i % 3]! * (1 - pha) + 0.5;
  }
  return { ...foreground, data };
}
