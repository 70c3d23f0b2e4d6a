/** Where chroma samples lie in the luma grid, in 256ths of a luma pixel right of and below the first one's centre. */
const POSITIONS: Readonly<Record<string, readonly [right: number, down: number]>> = {
  left: [0, 128],
  center: [128, 128],
  topleft: [0, 0],
  top: [128, 0],
  bottomleft: [0, 256],
  bottom: [128, 256],
};

/** Stored formats whose chroma has half of luma's columns and rows, or columns only, without their byte order. */
const HALF_BOTH = /^(?:yuvj?a?420p\d*|nv12|nv21|p01[026])$/;
const HALF_COLUMNS = /^(?:yuvj?a?422p\d*|nv16|nv20|yuyv422|uyvy422|yvyu422|[py]21[026])$/;

/**
 * What the scale filter has to be told to find the chroma of these pictures; "" where the file does not say, and it
 * then takes the middle.
 *
 * @param pixelFormat - ffmpeg's name of the stored layout
 * @param location - ffprobe's name of the place: "left", "topleft", …
 * @param rotation - degrees clockwise by which pictures have been turned before they reach the filter
 */
export function chromaSiting(pixelFormat: string, location: string | undefined, rotation: number): string {
  const name = pixelFormat.replace(/[lb]e$/, '');
  const position = POSITIONS[location ?? ''];
  if (!position) return '';
  if (HALF_BOTH.test(name)) {
    const [right, down] = turned(position, rotation);
    return `in_h_chr_pos=${right}:in_v_chr_pos=${down}`;
  }
  // Turned, it would be rows that are halved: what was between columns is told as it is.
  return HALF_COLUMNS.test(name) && rotation % 180 === 0
    ? `in_h_chr_pos=${turned([position[0], 0], rotation)[0]}`
    : '';
}

function turned([right, down]: readonly [number, number], rotation: number): readonly [number, number] {
  switch (rotation) {
    case 90:
      return [256 - down, right];
    case 180:
      return [256 - right, 256 - down];
    case 270:
      return [down, 256 - right];
    default:
      return [right, down];
  }
}
