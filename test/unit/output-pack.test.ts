import { describe, expect, it } from 'vitest';
import { rgbConversion, type BitDepth, type ColourModel, type ColourTags } from '../../src/core/colour.js';
import type { FrameFormat, IntegerFormat, Samples } from '../../src/core/frame.js';
import { yuvEncoding } from '../../src/output/encoded-colour.js';
import { pack, packedSize, type PackedPixelFormat } from '../../src/output/pack.js';

const PIXELS = 64;

function formatOf(model: ColourModel, depth: BitDepth, tags: ColourTags = {}, height = 8): IntegerFormat {
  return { width: PIXELS / height, height, model, depth, tags, sampleAspect: { num: 1, den: 1 } };
}

/** Planes filled from `sample(channel, pixel)` and `alpha(pixel)`. */
function planesOf(
  depth: BitDepth,
  sample: (channel: number, pixel: number) => number,
  alpha: (pixel: number) => number = (pixel) => pixel / (PIXELS - 1),
) {
  const plane = (channel: number): Samples => {
    const values = Array.from({ length: PIXELS }, (_, pixel) => sample(channel, pixel));
    return depth === 8 ? Uint8Array.from(values) : Uint16Array.from(values);
  };
  return {
    colour: [plane(0), plane(1), plane(2)] as const,
    alpha: Float32Array.from({ length: PIXELS }, (_, pixel) => alpha(pixel)),
  };
}

function packed(
  format: FrameFormat,
  planes: ReturnType<typeof planesOf>,
  pixelFormat: PackedPixelFormat,
  premultiplied = false,
): Uint8Array {
  const packing = { pixelFormat, premultiplied };
  const dst = new Uint8Array(packedSize(format, packing));
  pack(dst, planes, format, packing);
  return dst;
}

const words = (bytes: Uint8Array): number[] => [...new Uint16Array(bytes.buffer)];
const wordsBigEndian = (bytes: Uint8Array): number[] =>
  Array.from({ length: bytes.length / 2 }, (_, i) => Buffer.from(bytes).readUInt16BE(2 * i));
/** A spread of codes that reaches both ends. */
const spread = (depth: BitDepth) => (channel: number, pixel: number) =>
  Math.round((((pixel * (channel + 3)) % PIXELS) / (PIXELS - 1)) * (2 ** depth - 1));

describe('yuva444p10le', () => {
  it('shifts limited-range eight-bit samples exactly, and rounds alpha to ten bits', () => {
    const planes = planesOf(8, spread(8));
    const out = words(packed(formatOf('yuv', 8, { range: 'tv' }), planes, 'yuva444p10le'));
    const expected = planes.colour.flatMap((plane) => [...plane].map((value) => value << 2));
    expect(out.slice(0, 3 * PIXELS)).toEqual(expected);
    expect(out.slice(3 * PIXELS)).toEqual([...planes.alpha].map((pha) => Math.round(pha * 1023)));
  });

  it('treats untagged range as limited and passes ten bits through', () => {
    const planes = planesOf(10, spread(10));
    const out = words(packed(formatOf('yuv', 10), planes, 'yuva444p10le'));
    expect(out.slice(0, 3 * PIXELS)).toEqual(planes.colour.flatMap((plane) => [...plane]));
  });

  it.each([12, 16] as const)('rounds %i bits to ten', (depth) => {
    const planes = planesOf(depth, spread(depth));
    const out = words(packed(formatOf('yuv', depth), planes, 'yuva444p10le'));
    const expected = planes.colour.flatMap((plane) =>
      [...plane].map((value) => Math.min(1023, Math.floor(value / 2 ** (depth - 10) + 0.5))),
    );
    expect(out.slice(0, 3 * PIXELS)).toEqual(expected);
  });

  it('brings full range into limited range', () => {
    const planes = planesOf(8, (channel, pixel) =>
      channel === 0 ? [0, 255, 128][pixel % 3]! : [128, 1, 255][pixel % 3]!,
    );
    const out = words(packed(formatOf('yuv', 8, { range: 'pc' }), planes, 'yuva444p10le'));
    expect(out.slice(0, 3)).toEqual([64, 940, Math.round(64 + (128 / 255) * 876)]);
    expect(out.slice(PIXELS, PIXELS + 3)).toEqual([
      512,
      Math.round(512 - (127 / 255) * 896),
      Math.round(512 + (127 / 255) * 896),
    ]);
  });

  it.each([
    ['bt709', 'bt709'],
    ['bt2020', 'bt2020nc'],
  ])('turns R′G′B′ of %s primaries into Y′CbCr that converts back', (primaries, matrix) => {
    const depth = 16;
    const planes = planesOf(depth, spread(depth));
    const out = words(packed(formatOf('rgb', depth, { primaries }), planes, 'yuva444p10le'));
    const back = rgbConversion({ matrix, range: 'tv' }, 10, 8);
    for (let i = 0; i < PIXELS; i += 1) {
      const [y, cb, cr] = [out[i]!, out[PIXELS + i]!, out[2 * PIXELS + i]!];
      const rgb = [
        y * back.scaleY + cr * back.redCr + back.offsets[0],
        y * back.scaleY + cb * back.greenCb + cr * back.greenCr + back.offsets[1],
        y * back.scaleY + cb * back.blueCb + back.offsets[2],
      ];
      planes.colour.forEach((plane, channel) =>
        expect(Math.abs(rgb[channel]! - plane[i]! / 65535)).toBeLessThan(1.6 / 876),
      );
    }
  });

  it('knows white, black and grey of R′G′B′ exactly', () => {
    const planes = planesOf(8, (_channel, pixel) => [255, 0, 51][pixel % 3]!);
    const out = words(packed(formatOf('rgb', 8), planes, 'yuva444p10le'));
    expect(out.slice(0, 3)).toEqual([940, 64, Math.round(64 + 0.2 * 876)]);
    expect(out.slice(PIXELS, 3 * PIXELS)).toEqual(new Array(2 * PIXELS).fill(512));
  });

  it('premultiplies towards black, before rounding', () => {
    const planes = planesOf(10, spread(10));
    const out = words(packed(formatOf('yuv', 10), planes, 'yuva444p10le', true));
    planes.colour.forEach((plane, channel) => {
      const black = channel === 0 ? 64 : 512;
      plane.forEach((value, i) =>
        expect(out[channel * PIXELS + i]).toBe(Math.floor(black + (value - black) * planes.alpha[i]! + 0.5)),
      );
    });
  });
});

describe('pictures of many strips', () => {
  /** Larger than two strips, and no multiple of one. */
  const width = 97;
  const height = 101;
  const pixels = width * height;

  /** Sample by sample, from the affine map. */
  function slowly(
    planes: { colour: readonly Samples[]; alpha: Float32Array },
    format: IntegerFormat,
    depth: 8 | 10,
    premultiplied: boolean,
  ): number[] {
    const { rows, offsets } = yuvEncoding(format, depth);
    const peak = 2 ** depth - 1;
    const colour = rows.flatMap((row, channel) =>
      Array.from({ length: pixels }, (_, i) => {
        const value = row.reduce((sum, weight, c) => sum + weight * planes.colour[c]![i]!, offsets[channel]!);
        const black = (channel === 0 ? 16 : 128) * 2 ** (depth - 8);
        const shown = premultiplied ? black + (value - black) * planes.alpha[i]! : value;
        return Math.min(peak, Math.max(0, Math.floor(shown + 0.5)));
      }),
    );
    return [...colour, ...Array.from(planes.alpha, (pha) => Math.floor(pha * peak + 0.5))];
  }

  it.each(
    (['yuv', 'rgb'] as const).flatMap((model) =>
      ([8, 10, 12, 16] as const).flatMap((depth) =>
        ([undefined, 'pc'] as const).flatMap((range) =>
          [false, true].map((premultiplied) => ({ model, depth, range, premultiplied })),
        ),
      ),
    ),
  )('$model $depth $range premultiplied $premultiplied', ({ model, depth, range, premultiplied }) => {
    const plane = (channel: number): Samples => {
      const values = Array.from({ length: pixels }, (_, i) => (i * (7919 + 2 * channel)) % 2 ** depth);
      return depth === 8 ? Uint8Array.from(values) : Uint16Array.from(values);
    };
    const planes = {
      colour: [plane(0), plane(1), plane(2)] as const,
      alpha: Float32Array.from({ length: pixels }, (_, i) => (i % 83) / 82),
    };
    const sampleAspect = { num: 1, den: 1 };
    const format: IntegerFormat = { width, height, model, depth, tags: range ? { range } : {}, sampleAspect };
    const ten = packed(format, planes, 'yuva444p10le', premultiplied);
    expect(words(ten)).toEqual(slowly(planes, format, 10, premultiplied));
    const eight = packed(format, planes, 'yuva444p', premultiplied);
    expect([...eight]).toEqual(slowly(planes, format, 8, premultiplied));
  });
});

describe('yuva444p', () => {
  it('keeps eight-bit limited-range samples as they are', () => {
    const planes = planesOf(8, spread(8));
    const out = [...packed(formatOf('yuv', 8), planes, 'yuva444p')];
    expect(out.slice(0, 3 * PIXELS)).toEqual(planes.colour.flatMap((plane) => [...plane]));
    expect(out.slice(3 * PIXELS)).toEqual([...planes.alpha].map((pha) => Math.round(pha * 255)));
  });

  it('rounds ten bits, and never wraps around at the top', () => {
    const planes = planesOf(10, () => 1023);
    const out = packed(formatOf('yuv', 10), planes, 'yuva444p');
    expect([...out.slice(0, 3 * PIXELS)]).toEqual(new Array(3 * PIXELS).fill(255));
  });
});

describe('rgba64be', () => {
  it('scales R′G′B′ of any depth to sixteen bits', () => {
    for (const depth of [8, 10, 12, 16] as const) {
      const planes = planesOf(depth, spread(depth));
      const out = wordsBigEndian(packed(formatOf('rgb', depth), planes, 'rgba64be'));
      const peak = 2 ** depth - 1;
      for (let i = 0; i < PIXELS; i += 1) {
        expect(out.slice(4 * i, 4 * i + 4)).toEqual([
          ...planes.colour.map((plane) => Math.round((plane[i]! / peak) * 65535)),
          Math.round(planes.alpha[i]! * 65535),
        ]);
      }
    }
  });

  it('converts Y′CbCr by the matrix of its tags', () => {
    // BT.709, limited range, eight bits: red 0.5, green 0.25, blue 0.75.
    const [r, g, b] = [0.5, 0.25, 0.75];
    const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    const stored = [y * 56064 + 4096, ((b - y) / 1.8556) * 57344 + 32768, ((r - y) / 1.5748) * 57344 + 32768];
    const planes = planesOf(16, (channel) => Math.round(stored[channel]!));
    const out = wordsBigEndian(packed(formatOf('yuv', 16, { matrix: 'bt709' }), planes, 'rgba64be'));
    [r, g, b].forEach((value, channel) => expect(Math.abs(out[channel]! - value * 65535)).toBeLessThan(2));
  });
});

describe('mattes', () => {
  it('are sixteen-bit grey in either byte order', () => {
    const planes = planesOf(8, () => 0);
    const expected = [...planes.alpha].map((pha) => Math.round(pha * 65535));
    const format = formatOf('yuv', 8);
    expect(words(packed(format, planes, 'gray16le'))).toEqual(expected);
    expect(wordsBigEndian(packed(format, planes, 'gray16be'))).toEqual(expected);
  });

  it('are limited-range luma without colour in ten-bit video', () => {
    const planes = planesOf(8, () => 200);
    const out = words(packed(formatOf('yuv', 8), planes, 'yuv444p10le'));
    expect(out.slice(0, PIXELS)).toEqual([...planes.alpha].map((pha) => Math.round(64 + 876 * pha)));
    expect(out.slice(PIXELS)).toEqual(new Array(2 * PIXELS).fill(512));
  });

  it('hold values outside 0..1, and show what is no number as a hole', () => {
    const given = [-0.5, 1.5, Number.NaN, Number.POSITIVE_INFINITY];
    const planes = planesOf(
      8,
      () => 0,
      (pixel) => given[pixel] ?? 0,
    );
    for (const [pixelFormat, top] of [
      ['gray16le', 65535],
      ['yuva444p10le', 1023],
    ] as const) {
      const out = words(packed(formatOf('yuv', 8), planes, pixelFormat)).slice(-PIXELS);
      expect(out.slice(0, 4)).toEqual([0, top, 0, top]);
    }
  });
});
