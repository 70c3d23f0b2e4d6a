import type { ColourTags } from '../core/colour.js';

/** The fields of ffprobe's JSON for one stream that are read here. */
export interface ProbedStream {
  readonly index: number;
  readonly codec_type?: string;
  readonly codec_name?: string;
  readonly pix_fmt?: string;
  readonly width?: number;
  readonly height?: number;
  readonly color_primaries?: string;
  readonly color_transfer?: string;
  readonly color_space?: string;
  readonly color_range?: string;
  readonly chroma_location?: string;
  readonly sample_aspect_ratio?: string;
  readonly avg_frame_rate?: string;
  readonly r_frame_rate?: string;
  readonly time_base?: string;
  readonly nb_frames?: string;
  readonly duration?: string;
  readonly field_order?: string;
  readonly disposition?: { readonly attached_pic?: number };
  readonly tags?: Readonly<Record<string, string>>;
  readonly side_data_list?: readonly { readonly rotation?: number }[];
}

/** The colour tags that say something: ffprobe leaves out what is absent, or calls it unknown or reserved. */
export function colourTags(stream: ProbedStream): ColourTags {
  const { color_primaries, color_transfer, color_space, color_range } = stream;
  const says = (tag: string | undefined): tag is string =>
    tag !== undefined && !['unknown', 'unspecified', 'reserved'].includes(tag);
  return {
    ...(says(color_primaries) && { primaries: color_primaries }),
    ...(says(color_transfer) && { transfer: color_transfer }),
    ...(says(color_space) && { matrix: color_space }),
    ...((color_range === 'tv' || color_range === 'pc') && { range: color_range }),
  };
}

/**
 * Degrees clockwise that make the picture upright, in quarter turns. ffprobe prints the display matrix's angle,
 * counter-clockwise; older builds put the clockwise one in a tag.
 */
export function rotationOf({ side_data_list: sideData, tags }: ProbedStream): number {
  const matrix = sideData?.find(({ rotation }) => rotation !== undefined)?.rotation;
  const degrees = matrix === undefined ? Number(tags?.rotate ?? 0) : -matrix;
  return (((Math.round(degrees / 90) * 90) % 360) + 360) % 360;
}

/** Two fields a frame, in any order. "unknown" counts as whole frames, as ffmpeg itself assumes. */
export function isInterlaced({ field_order: order }: ProbedStream): boolean {
  return ['tt', 'bb', 'tb', 'bt'].includes(order ?? '');
}

/** The first of the given tag sets that holds a timecode: the video's own, a timecode track's, the file's. */
export function timecodeOf(
  places: readonly { readonly tags?: Readonly<Record<string, string>> }[],
): string | undefined {
  const stated = places
    .map(({ tags }) => tags?.timecode ?? tags?.TIMECODE)
    .find((text) => text !== undefined);
  return stated !== undefined && /^\d\d:\d\d:\d\d[:;.]\d\d\d?$/.test(stated) ? stated : undefined;
}
