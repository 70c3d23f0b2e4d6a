import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { allocateFrame, viewPlanes } from '../../../src/core/frame.js';
import { writeContactSheet, type SheetPicture, type SheetRow } from '../../../src/output/contact-sheet.js';
import { writeImage } from '../../../src/output/image.js';
import { packMatte, packRgba } from '../../../src/output/pack.js';
import { decode, ramps, sourceOf, temporaryFolder } from './output-support.js';

const code = (value: string): object => expect.objectContaining({ code: value }) as object;

describe('one image', () => {
  const { format } = sourceOf({ width: 31, height: 17, model: 'rgb', depth: 16 });
  const planes = viewPlanes(allocateFrame(format, 0));
  ramps(format, 65535)(planes, 0);

  it.each([
    ['rgba', 16],
    ['rgba', 8],
    ['matte', 16],
    ['matte', 8],
  ] as const)('as %s of %i bits holds exactly what the frame does', async (content, depth) => {
    const path = join(await temporaryFolder(), 'out.png');
    await writeImage(path, planes, format, { content, depth });
    const channels = content === 'rgba' ? 4 : 1;
    const expected = new Uint16Array(31 * 17 * channels);
    if (content === 'rgba') packRgba(expected, planes, format);
    else packMatte(expected, planes.alpha);
    const metadata = await sharp(path).metadata();
    expect(metadata).toMatchObject({ format: 'png', channels, depth: depth === 16 ? 'ushort' : 'uchar' });
    const layout = { rgba: { 8: 'rgba', 16: 'rgba64le' }, matte: { 8: 'gray', 16: 'gray16le' } } as const;
    const words = await decode(path, layout[content][depth]);
    const got = depth === 16 ? words : new Uint8Array(words.buffer);
    expect([...got].slice(0, expected.length)).toEqual(
      [...expected].map((word) => (depth === 16 ? word : Math.round(word / 257))),
    );
  });

  it('is published by the same rules', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'out.png');
    await writeImage(path, planes, format, { content: 'matte', depth: 8 });
    const again = writeImage(path, planes, format, { content: 'matte', depth: 8 });
    await expect(again).rejects.toEqual(code('OUTPUT_EXISTS'));
    await writeImage(path, planes, format, { content: 'rgba', depth: 8, overwrite: true });
    const misnamed = writeImage(join(folder, 'out.jpg'), planes, format, { content: 'rgba', depth: 8 });
    await expect(misnamed).rejects.toEqual(code('USAGE'));
    expect(await readdir(folder)).toEqual(['out.png']);
  });
});

describe('a contact sheet', () => {
  const flat = (channels: 1 | 3, ...value: number[]): SheetPicture => ({
    ...{ width: 40, height: 20, channels },
    data: Uint8Array.from({ length: 40 * 20 * channels }, (_, i) => value[i % channels]!),
  });
  const row: SheetRow = {
    label: 'frame 24',
    source: flat(3, 200, 100, 50),
    trimap: flat(1, 128),
    alpha: flat(1, 51),
    foreground: flat(3, 250, 0, 100),
  };

  it('shows source, trimap, alpha and the subject over the colour, with words that need no fonts', async () => {
    const path = join(await temporaryFolder(), 'sheet.png');
    await writeContactSheet(path, [row, { ...row, label: 'frame 25' }], {
      cellWidth: 160,
      keyColour: '#00ff00',
    });
    const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
    const pixel = (x: number, y: number): number[] => [
      ...data.subarray((y * info.width + x) * 3).subarray(0, 3),
    ];
    expect(info.channels).toBe(3);
    expect(info.width).toBeGreaterThan(4 * 160);
    const centres = [0, 1, 2, 3].map((column) => 8 + column * 168 + 80);
    for (const y of [32 + 40, 32 + 104 + 40]) {
      expect(centres.map((x) => pixel(x, y))).toEqual([
        [200, 100, 50],
        [128, 128, 128],
        [51, 51, 51],
        [50, 204, 20],
      ]);
    }
    // The head row and the space under the first row have ink in them.
    const brightest = (top: number, bottom: number): number =>
      Math.max(...data.subarray(top * info.width * 3, bottom * info.width * 3));
    expect(brightest(0, 30)).toBeGreaterThan(200);
    expect(brightest(113, 135)).toBeGreaterThan(200);
  });

  it('refuses a colour that is none and a name that is taken', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'sheet.png');
    await expect(writeContactSheet(path, [row], { keyColour: 'nope' })).rejects.toEqual(code('USAGE'));
    await writeContactSheet(path, [row]);
    await expect(writeContactSheet(path, [row])).rejects.toEqual(code('OUTPUT_EXISTS'));
    expect(await readdir(folder)).toEqual(['sheet.png']);
  });
});
