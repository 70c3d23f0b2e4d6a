import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/core/errors.js';
import { findKeyframes } from '../../src/trimap/keyframes.js';
import { storeTrimaps, trimapSequence, type StoredTrimap } from '../../src/trimap/source.js';
import { readTrimap, unknownBounds, unknownCount, writeTrimap } from '../../src/trimap/trimap.js';

const size = { width: 6, height: 4 };
const values = Uint8Array.from({ length: 24 }, (_, i) => [0, 255, 1, 254, 128, 127][i % 6]!);
const expected = values.map((value) => (value === 0 || value === 255 ? value : 128));
const { signal } = new AbortController();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimap-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

const grey = (): Sharp => sharp(values, { raw: { ...size, channels: 1 } });
const at = (name: string): string => join(folder, name);
const code = (value: ErrorCode): unknown => expect.objectContaining({ code: value });

describe('readTrimap', () => {
  it('reads 8-bit grey', async () => {
    await grey().toColourspace('b-w').png().toFile(at('grey.png'));
    expect(await readTrimap(at('grey.png'), size)).toEqual(expected);
  });

  it('reads RGB and RGBA, whatever the alpha', async () => {
    await grey().toColourspace('srgb').png().toFile(at('rgb.png'));
    expect(await readTrimap(at('rgb.png'), size)).toEqual(expected);
    const rgba = Uint8Array.from({ length: 96 }, (_, i) => (i % 4 === 3 ? 40 : values[i >> 2]!));
    await sharp(rgba, { raw: { ...size, channels: 4 } })
      .png()
      .toFile(at('rgba.png'));
    expect(await readTrimap(at('rgba.png'), size)).toEqual(expected);
  });

  it('takes a colour that is neither black nor white for unknown', async () => {
    const rgb = new Uint8Array(72).fill(255);
    rgb[4] = 0;
    await sharp(rgb, { raw: { ...size, channels: 3 } })
      .png()
      .toFile(at('colour.png'));
    expect([...(await readTrimap(at('colour.png'), size))].slice(0, 3)).toEqual([255, 128, 255]);
  });

  it('reads 16-bit grey without rounding', async () => {
    const wide = Uint16Array.from({ length: 24 }, (_, i) => [0, 65535, 1, 65534, 32768, 256][i % 6]!);
    await sharp(wide, { raw: { ...size, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toFile(at('wide.png'));
    expect((await sharp(at('wide.png')).metadata()).depth).toBe('ushort');
    expect(await readTrimap(at('wide.png'), size)).toEqual(expected);
  });

  it('reads palette and 1-bit pictures', async () => {
    await grey().png({ palette: true, colours: 16, dither: 0 }).toFile(at('palette.png'));
    const palette = await readTrimap(at('palette.png'), size);
    expect(palette[4]).toBe(128);
    await grey().threshold(128).png({ palette: true, colours: 2, dither: 0 }).toFile(at('bits.png'));
    expect((await sharp(at('bits.png')).metadata()).bitsPerSample).toBe(1);
    expect((await readTrimap(at('bits.png'), size)).slice(0, 6)).toEqual(
      Uint8Array.of(0, 255, 0, 255, 255, 0),
    );
  });

  it('refuses a missing file, a file that is no picture, and another size', async () => {
    await writeFile(at('not.png'), 'not a picture');
    await expect(readTrimap(at('nothing.png'), size)).rejects.toEqual(code('TRIMAP_MISSING'));
    await expect(readTrimap(at('not.png'), size)).rejects.toEqual(code('TRIMAP_INVALID'));
    const failure = readTrimap(at('grey.png'), { width: 7, height: 4 });
    await expect(failure).rejects.toEqual(code('TRIMAP_SIZE'));
    await expect(failure).rejects.toThrow(/6 × 4.*7 × 4/);
  });

  it('calls a truncated picture invalid', async () => {
    const noise = Uint8Array.from({ length: 120 * 90 }, (_, i) => (i * 2654435761) >>> 24);
    const whole = await sharp(noise, { raw: { width: 120, height: 90, channels: 1 } })
      .png()
      .toBuffer();
    await writeFile(at('cut.png'), whole.subarray(0, whole.length / 2));
    await expect(readTrimap(at('cut.png'), { width: 120, height: 90 })).rejects.toEqual(
      code('TRIMAP_INVALID'),
    );
  });
});

describe('writeTrimap', () => {
  it('comes back as it was, with nothing beside it', async () => {
    const out = at('written');
    await mkdir(out);
    await writeTrimap(join(out, '1.png'), expected, size);
    await writeTrimap(join(out, '1.png'), expected, size);
    expect(await readTrimap(join(out, '1.png'), size)).toEqual(expected);
    expect(await readdir(out)).toEqual(['1.png']);
    expect((await sharp(join(out, '1.png')).metadata()).channels).toBe(1);
  });

  it('says so when it cannot', async () => {
    await expect(writeTrimap(at('no/such/1.png'), expected, size)).rejects.toEqual(code('OUTPUT_UNWRITABLE'));
  });
});

describe('unknown region', () => {
  it('is counted and bounded', () => {
    const trimap = new Uint8Array(24);
    expect(unknownBounds(trimap, size)).toBeUndefined();
    trimap[1 * 6 + 2] = 128;
    trimap[3 * 6 + 4] = 128;
    expect(unknownCount(trimap)).toBe(2);
    expect(unknownBounds(trimap, size)).toEqual({ left: 2, top: 1, right: 5, bottom: 4 });
  });
});

describe('findKeyframes', () => {
  const clip = { ...size, firstNumber: 1001, frameCount: 50 };
  const fill = async (name: string, files: readonly string[]): Promise<string> => {
    await mkdir(at(name));
    for (const file of files) await writeTrimap(join(at(name), file), expected, size);
    return at(name);
  };

  it('takes any count of digits, the last ones of the name, in order', async () => {
    const path = await fill('keys', ['1050.png', '001003.png', 'shot2_v3.1001.PNG', '.hidden.png']);
    await writeFile(join(path, 'notes.txt'), 'x');
    const found = await findKeyframes(path, clip);
    expect(found.map(({ number, index }) => [number, index])).toEqual([
      [1001, 0],
      [1003, 2],
      [1050, 49],
    ]);
    expect(found[1]!.path).toBe(join(path, '001003.png'));
  });

  it('takes one file for the first frame', async () => {
    expect(await findKeyframes(at('keys/001003.png'), clip)).toEqual([
      { number: 1001, index: 0, path: at('keys/001003.png') },
    ]);
  });

  it('names the file, its number and the clip when they do not fit', async () => {
    const path = await fill('beyond', ['1051.png']);
    const failure = findKeyframes(path, clip);
    await expect(failure).rejects.toEqual(code('TRIMAP_OUT_OF_RANGE'));
    await expect(failure).rejects.toThrow(/1051\.png.*frame 1051.*1001 to 1050/);
    await expect(findKeyframes(await fill('before', ['1000.png']), clip)).rejects.toEqual(
      code('TRIMAP_OUT_OF_RANGE'),
    );
  });

  it('refuses two files for one frame, a name without number, another size, nothing at all', async () => {
    const refused = async (path: string, why: ErrorCode): Promise<void> => {
      await expect(findKeyframes(path, clip)).rejects.toEqual(code(why));
    };
    await refused(await fill('twice', ['1001.png', '01001.png']), 'TRIMAP_INVALID');
    await refused(await fill('nameless', ['matte.png']), 'TRIMAP_INVALID');
    await refused(at('nowhere'), 'TRIMAP_MISSING');
    await refused(await fill('empty', []), 'TRIMAP_MISSING');
    await expect(findKeyframes(at('keys'), { ...clip, width: 8 })).rejects.toEqual(code('TRIMAP_SIZE'));
  });
});

describe('sources', () => {
  const full = { width: 64, height: 48 };
  const reduced = { width: 32, height: 24 };
  const small = Uint8Array.from({ length: 32 * 24 }, (_, i) => (i % 32 < 10 ? 255 : i % 32 < 16 ? 128 : 0));

  it('stores propagated trimaps, enlarges them, and gives the painted file where there is one', async () => {
    const painted = Uint8Array.from({ length: 64 * 48 }, (_, i) => [0, 128, 255][i % 3]!);
    await writeTrimap(at('painted.png'), painted, full);
    const temporaryFolder = at('temporary');
    await mkdir(temporaryFolder);
    async function* propagated(): AsyncGenerator<StoredTrimap> {
      await Promise.resolve();
      yield { index: 0, trimap: small, confidence: 0.9 };
      yield { index: 1, trimap: small, confidence: 0.5 };
    }
    const keyframes = [{ number: 5, index: 0, path: at('painted.png') }];
    const source = await storeTrimaps(propagated(), {
      size: full,
      reduced,
      keyframes,
      signal,
      temporaryFolder,
    });
    const dst = new Uint8Array(64 * 48);
    expect(await source.trimapAt(0, dst, signal)).toBe(1);
    expect(dst).toEqual(painted);
    expect(await source.trimapAt(1, dst, signal)).toBe(0.5);
    const row = [...dst.subarray(0, 64)];
    // Columns 20 and 32 are the band's edges; the band may be a pixel wider, never narrower.
    expect(row.indexOf(128)).toBeGreaterThanOrEqual(18);
    expect(row.indexOf(128)).toBeLessThanOrEqual(20);
    expect(row.indexOf(0)).toBeGreaterThanOrEqual(32);
    expect(row.indexOf(0)).toBeLessThanOrEqual(34);
    await expect(source.trimapAt(2, dst, signal)).rejects.toEqual(code('TRIMAP_MISSING'));
    await source.close();
    expect(await readdir(temporaryFolder)).toEqual([]);
  });

  it('leaves nothing behind when propagation fails', async () => {
    const temporaryFolder = at('failed');
    await mkdir(temporaryFolder);
    async function* failing(): AsyncGenerator<StoredTrimap> {
      yield { index: 0, trimap: small, confidence: 0.9 };
      await Promise.reject(new Error('flow'));
    }
    const options = { size: full, reduced, keyframes: [], signal, temporaryFolder };
    await expect(storeTrimaps(failing(), options)).rejects.toThrow('flow');
    expect(await readdir(temporaryFolder)).toEqual([]);
  });

  it('reads a sequence frame by frame', async () => {
    const source = trimapSequence([{ number: 0, index: 0, path: at('written/1.png') }], size);
    const dst = new Uint8Array(24);
    await source.trimapAt(0, dst, signal);
    expect(dst).toEqual(expected);
    await expect(source.trimapAt(1, dst, signal)).rejects.toEqual(code('TRIMAP_MISSING'));
    await expect(source.trimapAt(0, dst, AbortSignal.abort())).rejects.toEqual(code('ABORTED'));
    await source.close();
  });
});
