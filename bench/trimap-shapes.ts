interface Size {
  readonly width: number;
  readonly height: number;
}

/** An outline around which a trimap's unknown region grows. Positions are relative to the frame's centre, pixels. */
export interface Shape {
  /** Pixels become unknown in the order of this number; those at Infinity never do. */
  readonly rank: (x: number, y: number) => number;
  /** Whether a pixel that stays known is foreground. */
  readonly inside: (x: number, y: number) => boolean;
}

/**
 * The trimap in which the given share of all pixels is unknown, those of the lowest rank.
 *
 * @param share - 0..1
 * @returns 0 background, 128 unknown, 255 foreground, row-major
 * @throws RangeError when the shape has not that many pixels to make unknown
 */
export function shapeTrimap({ width, height }: Size, { rank, inside }: Shape, share: number): Uint8Array {
  const ranks = new Float32Array(width * height);
  const trimap = new Uint8Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const [right, down] = [x + 0.5 - width / 2, y + 0.5 - height / 2];
      ranks[at] = rank(right, down);
      if (inside(right, down)) trimap[at] = 255;
    }
  }
  const count = Math.round(share * ranks.length);
  if (count === 0) return trimap;
  const highest = ranks.toSorted()[count - 1];
  if (highest === undefined || highest === Infinity) {
    throw new RangeError(`a share of ${share} is more than the shape has`);
  }
  ranks.forEach((value, at) => {
    if (value <= highest) trimap[at] = 128;
  });
  return trimap;
}

/** A filled square in the middle: the least outline an area can have on a grid of tiles. */
export const SQUARE: Shape = {
  rank: (x, y) => Math.max(Math.abs(x), Math.abs(y)),
  inside: () => false,
};

/** A ring of hair around a known face: it grows inwards from its outer diameter, pixels. */
export function ring(diameter: number): Shape {
  const radius = diameter / 2;
  return {
    rank: (x, y) => (Math.hypot(x, y) <= radius ? radius - Math.hypot(x, y) : Infinity),
    inside: (x, y) => Math.hypot(x, y) <= radius,
  };
}

/** A line with round ends: from, to, radius; in heights of the person. */
type Capsule = readonly [x0: number, y0: number, x1: number, y1: number, radius: number];

const BODY: readonly Capsule[] = [
  [0, -0.425, 0, -0.425, 0.075],
  [0, -0.28, 0, -0.02, 0.1],
  [-0.1, -0.28, 0.1, -0.28, 0.06],
  [-0.13, -0.27, -0.175, 0.06, 0.036],
  [0.13, -0.27, 0.175, 0.06, 0.036],
  [-0.065, 0, -0.085, 0.445, 0.055],
  [0.065, 0, 0.085, 0.445, 0.055],
];

/** The outline of a standing person, 0.42 as wide as tall: a band that grows to both sides. Height in pixels. */
export function person(height: number): Shape {
  const distance = (x: number, y: number): number => bodyDistance(x / height, y / height);
  return { rank: (x, y) => Math.abs(distance(x, y)), inside: (x, y) => distance(x, y) < 0 };
}

/** To the outline, negative inside. */
function bodyDistance(x: number, y: number): number {
  let nearest = Infinity;
  for (const [x0, y0, x1, y1, radius] of BODY) {
    const [dx, dy] = [x1 - x0, y1 - y0];
    const length = dx * dx + dy * dy;
    const along = length === 0 ? 0 : Math.min(Math.max(((x - x0) * dx + (y - y0) * dy) / length, 0), 1);
    nearest = Math.min(nearest, Math.hypot(x - x0 - along * dx, y - y0 - along * dy) - radius);
  }
  return nearest;
}
