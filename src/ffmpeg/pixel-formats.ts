import type { ColourModel, SampleDepth } from '../core/colour.js';

/** A planar 4:4:4 layout that frames are decoded to, as ffmpeg names and stores it. */
export interface DecodedFormat {
  /** ffmpeg's name, little-endian. */
  readonly pixelFormat: string;
  readonly model: ColourModel;
  readonly depth: SampleDepth;
  readonly bytesPerSample: 1 | 2 | 4;
  readonly planeOrder: PlaneOrder;
}

/**
 * Which of `FramePlanes.colour` each of ffmpeg's planes is, in ffmpeg's order: its RGB is stored G, B, R. One that is
 * undefined is not kept.
 */
export type PlaneOrder = readonly (0 | 1 | 2 | undefined)[];

const YUV = [0, 1, 2] as const;
const GBR = [1, 2, 0] as const;

/** Every layout that frames are decoded to. */
const DECODED = {
  yuv8: { pixelFormat: 'yuv444p', model: 'yuv', depth: 8, bytesPerSample: 1, planeOrder: YUV },
  yuv10: { pixelFormat: 'yuv444p10le', model: 'yuv', depth: 10, bytesPerSample: 2, planeOrder: YUV },
  yuv12: { pixelFormat: 'yuv444p12le', model: 'yuv', depth: 12, bytesPerSample: 2, planeOrder: YUV },
  yuv16: { pixelFormat: 'yuv444p16le', model: 'yuv', depth: 16, bytesPerSample: 2, planeOrder: YUV },
  rgb8: { pixelFormat: 'gbrp', model: 'rgb', depth: 8, bytesPerSample: 1, planeOrder: GBR },
  rgb10: { pixelFormat: 'gbrp10le', model: 'rgb', depth: 10, bytesPerSample: 2, planeOrder: GBR },
  rgb12: { pixelFormat: 'gbrp12le', model: 'rgb', depth: 12, bytesPerSample: 2, planeOrder: GBR },
  rgb16: { pixelFormat: 'gbrp16le', model: 'rgb', depth: 16, bytesPerSample: 2, planeOrder: GBR },
  // No conversion drops the alpha of these: ffmpeg's would go through whole numbers, and clip.
  rgbFloat: { pixelFormat: 'gbrpf32le', model: 'rgb', depth: 'float', bytesPerSample: 4, planeOrder: GBR },
  rgbaFloat: {
    ...{ pixelFormat: 'gbrapf32le', model: 'rgb', depth: 'float', bytesPerSample: 4 },
    planeOrder: [...GBR, undefined],
  },
} as const satisfies Record<string, DecodedFormat>;

/**
 * The stored formats that each layout holds without loss, without their byte order. Depths that Frame lacks go to
 * the next one up. Absent, and so refused: grey float, Bayer, XYZ and one-bit pictures.
 */
const STORED = {
  yuv8:
    'yuv410p yuv411p yuv420p yuv422p yuv440p yuv444p yuvj411p yuvj420p yuvj422p yuvj440p yuvj444p ' +
    'nv12 nv21 nv16 nv24 nv42 yuyv422 uyvy422 yvyu422 uyyvyy411 vuyx',
  yuv10:
    'yuv420p9 yuv422p9 yuv444p9 yuv420p10 yuv422p10 yuv440p10 yuv444p10 ' + 'p010 p210 p410 nv20 y210 xv30',
  yuv12: 'yuv420p12 yuv422p12 yuv440p12 yuv444p12 p012 p212 p412 y212 xv36',
  yuv16: 'yuv420p14 yuv422p14 yuv444p14 yuv420p16 yuv422p16 yuv444p16 p016 p216 p416',
  rgb8:
    'gray rgb24 bgr24 0rgb rgb0 0bgr bgr0 gbrp rgb8 bgr8 rgb4 bgr4 rgb4_byte bgr4_byte ' +
    'rgb444 bgr444 rgb555 bgr555 rgb565 bgr565',
  rgb10: 'gray9 gray10 gbrp9 gbrp10 x2rgb10 x2bgr10',
  rgb12: 'gray12 gbrp12',
  rgb16: 'gray14 gray16 gbrp14 gbrp16 rgb48 bgr48',
  rgbFloat: 'gbrpf32',
} as const satisfies Partial<Record<keyof typeof DECODED, string>>;

/** The same for formats with an alpha channel, which is not kept. A palette may hold transparent entries. */
const STORED_WITH_ALPHA = {
  yuv8: 'yuva420p yuva422p yuva444p vuya ayuv uyva',
  yuv10: 'yuva420p9 yuva422p9 yuva444p9 yuva420p10 yuva422p10 yuva444p10',
  yuv12: 'yuva422p12 yuva444p12',
  yuv16: 'yuva420p16 yuva422p16 yuva444p16 ayuv64',
  rgb8: 'ya8 argb rgba abgr bgra gbrap pal8',
  rgb10: 'gbrap10',
  rgb12: 'gbrap12',
  rgb16: 'ya16 gbrap14 gbrap16 rgba64 bgra64',
  rgbaFloat: 'gbrapf32',
} as const satisfies Partial<Record<keyof typeof DECODED, string>>;

/** How one stored format is decoded. */
export interface StoredFormat {
  readonly decoded: DecodedFormat;
  /** The stored format has an alpha channel, which decoding drops. */
  readonly alpha: boolean;
}

const BY_NAME: ReadonlyMap<string, StoredFormat> = new Map([
  ...entries(STORED, false),
  ...entries(STORED_WITH_ALPHA, true),
]);

function entries(
  table: Readonly<Partial<Record<keyof typeof DECODED, string>>>,
  alpha: boolean,
): [string, StoredFormat][] {
  return Object.entries(table).flatMap(([key, names]) =>
    names
      .split(' ')
      .map((name): [string, StoredFormat] => [
        name,
        { decoded: DECODED[key as keyof typeof DECODED], alpha },
      ]),
  );
}

/**
 * How a source's stored pixel format is decoded; undefined for formats that matteflow does not read.
 * Grey is decoded to equal R′, G′ and B′, unless it says that its range is limited: then it is luma.
 *
 * @param pixelFormat - ffmpeg's name: "yuv420p10le"
 * @param range - the source's range tag
 * @returns the layout, and whether an alpha channel is dropped
 */
export function decodedFormat(pixelFormat: string, range: 'tv' | 'pc' | undefined): StoredFormat | undefined {
  const name = BY_NAME.has(pixelFormat) ? pixelFormat : pixelFormat.replace(/[lb]e$/, '');
  const entry = BY_NAME.get(name);
  if (!entry || range !== 'tv' || !isGrey(name)) return entry;
  return { ...entry, decoded: LUMA[entry.decoded.depth] ?? entry.decoded };
}

/** Limited-range grey is luma. */
const LUMA: Readonly<Partial<Record<SampleDepth, DecodedFormat>>> = {
  8: DECODED.yuv8,
  10: DECODED.yuv10,
  12: DECODED.yuv12,
  16: DECODED.yuv16,
};

/** Pictures of one channel, with or without alpha. */
function isGrey(name: string): boolean {
  return /^(?:gray|ya)\d*(?:[lb]e)?$/.test(name);
}
