import { runTool } from './run-tool.js';

/** Abilities that differ between builds of ffmpeg. */
export type FfmpegFeature =
  | 'prores_ks'
  | 'libx264'
  | 'libvpx-vp9'
  | 'ffv1'
  | 'png'
  | 'tiff'
  | 'exr'
  | 'aac'
  | 'libopus'
  | 'setparams'
  | 'zscale'
  | 'fps_mode'
  | 'autoscale'
  | 'movie_timescale';

/** Which of ffmpeg's own listings names a feature, and how a person gets it. */
interface Feature {
  readonly listing: keyof typeof LISTINGS;
  /** The feature as a line of that listing shows it: the word itself, or the option's name. */
  readonly word: string;
  readonly what: string;
  readonly remedy: string;
}

const LISTINGS = {
  encoders: ['-encoders'],
  filters: ['-filters'],
  options: ['-h', 'long'],
  movOptions: ['-h', 'muxer=mov'],
} as const;

const NEWER = 'Install ffmpeg 5.1 or later';

/** What is looked for. Versions prove little: distributions leave parts out. */
export const FEATURES: Readonly<Record<FfmpegFeature, Feature>> = {
  prores_ks: encoder('prores_ks', 'ProRes', NEWER),
  libx264: encoder('libx264', 'H.264', 'Install an ffmpeg built with libx264'),
  'libvpx-vp9': encoder('libvpx-vp9', 'VP9', 'Install an ffmpeg built with libvpx'),
  ffv1: encoder('ffv1', 'FFV1', NEWER),
  png: encoder('png', 'PNG', 'Install an ffmpeg built with zlib'),
  tiff: encoder('tiff', 'TIFF', NEWER),
  exr: encoder('exr', 'OpenEXR', NEWER),
  aac: encoder('aac', 'AAC', NEWER),
  libopus: encoder('libopus', 'Opus', 'Install an ffmpeg built with libopus'),
  setparams: { listing: 'filters', word: 'setparams', what: 'the setparams filter', remedy: NEWER },
  zscale: {
    listing: 'filters',
    word: 'zscale',
    what: 'the zscale filter',
    remedy: 'Install an ffmpeg built with libzimg',
  },
  fps_mode: { listing: 'options', word: '-fps_mode', what: 'the option -fps_mode', remedy: NEWER },
  autoscale: { listing: 'options', word: '-autoscale', what: 'the option -autoscale', remedy: NEWER },
  movie_timescale: {
    listing: 'movOptions',
    word: '-movie_timescale',
    what: "the mov writer's -movie_timescale",
    remedy: NEWER,
  },
};

/**
 * Runs ffmpeg to see which features it lacks, in the order of the table. A listing that cannot be had counts as empty.
 *
 * @throws MatteflowError `ABORTED`
 */
export async function findLacks(ffmpeg: string, signal?: AbortSignal): Promise<FfmpegFeature[]> {
  const words = new Map(
    await Promise.all(
      Object.entries(LISTINGS).map(async ([name, args]) => {
        const { stdout } = await runTool(ffmpeg, ['-nostdin', '-hide_banner', ...args], signal);
        return [name, new Set(stdout.split(/\s+/))] as const;
      }),
    ),
  );
  return (Object.keys(FEATURES) as FfmpegFeature[]).filter((name) => {
    const { listing, word } = FEATURES[name];
    return !words.get(listing)?.has(word);
  });
}

function encoder(word: string, format: string, remedy: string): Feature {
  return { listing: 'encoders', word, what: `an encoder for ${format} (${word})`, remedy };
}
