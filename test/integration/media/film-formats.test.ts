import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { IntegerFormat } from '../../../src/core/frame.js';
import type { MatteVideoOptions } from '../../../src/index.js';
import { yuvEncoding } from '../../../src/output/encoded-colour.js';
import { plainFfmpeg, temporary } from '../../support/lavfi.js';
import { makeBars, matteWhole, PIXELS, rootMeanSquare, SIZE, words } from './film-support.js';

const FRAMES = 2;
const BT709 = [
  '-color_primaries',
  'bt709',
  '-color_trc',
  'bt709',
  '-colorspace',
  'bt709',
  '-color_range',
  'tv',
];
const WEBM = ['-c:v', 'libvpx-vp9', '-crf', '15', '-b:v', '0', '-deadline', 'good', '-cpu-used', '3'];
/** BT.709 §1.2, with more places. */
const [ALPHA, BETA] = [1.09929682680944, 0.018053968510807];
const PRORES = ['-c:v', 'prores_ks', '-qscale:v', '1', '-pix_fmt', 'yuv444p10le'];

async function bars(folder: string): Promise<string> {
  return makeBars(join(folder, 'bars.mkv'), FRAMES, '-c:v', 'ffv1', ...BT709);
}

describe('bars and a ramp of ten bits with alpha 1', () => {
  it.each<[MatteVideoOptions['format'] & string, string, string[], string[]]>([
    ['prores4444', 'out.mov', [...PRORES, '-profile:v', '4444'], []],
    ['prores4444xq', 'out.mov', [...PRORES, '-profile:v', '4444xq'], []],
    [
      ...(['webm', 'out.webm'] as const),
      ['-vf', 'scale=out_h_chr_pos=0:out_v_chr_pos=128,format=yuv420p', ...WEBM],
      ['-c:v', 'libvpx-vp9'],
    ],
  ])('come out of %s with the codec’s own error', async (format, name, codec, decoder) => {
    const folder = await temporary();
    const input = await bars(folder);
    const output = join(folder, name);
    await matteWhole(folder, { input, output, format }, { frames: FRAMES });
    const plain = join(folder, `plain-${name}`);
    await plainFfmpeg('-i', input, ...codec, plain);

    const layout = 'yuva444p10le';
    const source = await words(input, layout);
    const [ours, theirs] = [await words(output, layout, ...decoder), await words(plain, layout)];
    for (let frame = 0; frame < FRAMES; frame += 1) {
      const at = 4 * PIXELS * frame;
      const of = (all: Uint16Array): Uint16Array => all.subarray(at, at + 4 * PIXELS);
      const unavoidable = rootMeanSquare(of(theirs), of(source), 3 * PIXELS);
      // The steps between bars make the error; without it, half a code of rounding.
      expect(rootMeanSquare(of(ours), of(source), 3 * PIXELS)).toBeLessThan(1.1 * unavoidable + 0.5);
      const alpha = of(ours).subarray(3 * PIXELS, 4 * PIXELS - 1);
      // The unknown pixel's neighbours feel it where alpha is coded with loss.
      expect(alpha.filter((value) => value >= 1020).length).toBeGreaterThan(PIXELS - 300);
    }
  });

  it('come out of side-by-side on the left, white on the right', async () => {
    const folder = await temporary();
    const input = await bars(folder);
    const output = join(folder, 'out.mov');
    await matteWhole(folder, { input, output, format: 'side-by-side' }, { frames: FRAMES });
    const source = await words(input, 'yuv444p10le');
    const both = await words(output, 'yuv444p10le');
    expect(both.length).toBe(2 * source.length);
    const half = (right: boolean): Uint16Array =>
      both.filter((_, i) => i % (2 * SIZE.width) >= SIZE.width === right);
    expect(rootMeanSquare(half(false), source, source.length)).toBeLessThan(2);
    expect(
      half(true)
        .subarray(0, PIXELS)
        .every((value) => Math.abs(value - 940) <= 1),
    ).toBe(true);
  });

  it.each(['png', 'tiff'] as const)('come out of %s exactly', async (format) => {
    const folder = await temporary();
    const input = await bars(folder);
    const output = join(folder, 'out');
    await matteWhole(folder, { input, output, format }, { frames: FRAMES });
    expect((await readdir(output)).sort()).toEqual([`0000.${format}`, `0001.${format}`]);
    const rgba = await words(join(output, `0001.${format}`), 'rgba64le');
    const source = (await words(input, 'yuv444p10le')).subarray(3 * PIXELS);
    expectTenBits((i, c) => rgba[4 * i + c]!, source, { beyond: false });
  });

  it.each([
    ['half', {}],
    ['single', { single: true }],
  ])('come out of %s precision EXR exactly, as light', async (_name, more) => {
    const folder = await temporary();
    const input = await bars(folder);
    const output = join(folder, 'out');
    await matteWhole(folder, { input, output, format: 'exr', ...more }, { frames: FRAMES });
    const light = await floats(join(output, '0000.exr'));
    // BT.709 §1.2, forwards.
    const signal = (value: number): number => {
      const size = Math.abs(value);
      return Math.sign(value) * (size < BETA ? 4.5 * size : ALPHA * size ** 0.45 - ALPHA + 1);
    };
    const plane = [2, 0, 1];
    const source = (await words(input, 'yuv444p10le')).subarray(0, 3 * PIXELS);
    expectTenBits((i, c) => 65535 * signal(light[plane[c]! * PIXELS + i]!), source, { beyond: true });
    // Bars blacker than black stay that.
    expect(light.subarray(0, 3 * PIXELS).some((value) => value < -0.005)).toBe(true);
  });
});

/**
 * Holds R′G′B′ of 16 bits, brought back to ten-bit video, to the source's codes. The unknown pixel is left out, and, unless
 * the format reaches `beyond` 0..1, so are pixels that do.
 *
 * @param decoded - by pixel and channel
 */
function expectTenBits(
  decoded: (pixel: number, channel: number) => number,
  source: Uint16Array,
  { beyond }: { beyond: boolean },
): void {
  const format: IntegerFormat = {
    ...{ ...SIZE, model: 'rgb', depth: 16, sampleAspect: { num: 1, den: 1 } },
    tags: { primaries: 'bt709' },
  };
  const { rows, offsets } = yuvEncoding(format, 10);
  let [worst, compared] = [0, 0];
  for (let i = 0; i < PIXELS - 1; i += 1) {
    const rgb = [0, 1, 2].map((channel) => decoded(i, channel));
    if (!beyond && rgb.some((value) => value === 0 || value === 65535)) continue;
    compared += 1;
    rows.forEach((row, channel) => {
      const code = row.reduce((sum, weight, c) => sum + weight * rgb[c]!, offsets[channel]!);
      worst = Math.max(worst, Math.abs(code - source[channel * PIXELS + i]!));
    });
  }
  expect(compared).toBeGreaterThan(PIXELS / 2);
  expect(worst).toBeLessThan(0.5);
}

/** An EXR's planes in ffmpeg's order: green, blue, red, alpha. */
async function floats(path: string): Promise<Float32Array> {
  const bytes = await plainFfmpeg('-i', path, '-f', 'rawvideo', '-pix_fmt', 'gbrapf32le', 'pipe:1');
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

it('a premultiplied EXR is the straight one times alpha', async () => {
  const folder = await temporary();
  const input = await bars(folder);
  const [straight, premultiplied] = [join(folder, 'straight'), join(folder, 'premultiplied')];
  const common = { input, format: 'exr', single: true } as const;
  await matteWhole(folder, { ...common, output: straight, premultiplied: false }, { frames: FRAMES });
  await matteWhole(folder, { ...common, output: premultiplied }, { frames: FRAMES });
  const [one, other] = [
    await floats(join(straight, '0001.exr')),
    await floats(join(premultiplied, '0001.exr')),
  ];
  expect(other[4 * PIXELS - 1]).toBe(0.5);
  expect(one[PIXELS - 1]).toBeGreaterThan(0.5);
  for (let i = 0; i < 3 * PIXELS; i += 1) {
    expect(other[i]).toBeCloseTo(one[i]! * one[3 * PIXELS + (i % PIXELS)]!, 6);
  }
});
