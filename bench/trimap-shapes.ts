interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * What a trimap's unknown region grows around: a number for a position relative to the frame's centre, pixels. Pixels
 * become unknown in the order of its magnitude, those at Infinity never; one that stays known is foreground where it is
 * negative.
 */
export type Shape = (x: number, y: number) => number;

/**
 * The trimap in which the given share of all pixels is unknown, the first in the shape's order.
 *
 * @param share - 0..1
 * @returns 0 background, 128 unknown, 255 foreground, row-major
 * @throws RangeError when the shape has not that many pixels to make unknown
 */
export function shapeTrimap({ width, height }: Size, shape: Shape, share: number): Uint8Array {
  const ranks = new Float32Array(width * height);
  const trimap = new Uint8Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const value = shape(x + 0.5 - width / 2, y + 0.5 - height / 2);
      ranks[at] = Math.abs(value);
      if (value < 0) trimap[at] = 255;
    }
  }
  const count = Math.round(share * ranks.length);
  if (count === 0) return trimap;
  const last = ranks.toSorted()[count - 1];
  if (last === undefined || last === Infinity) {
    throw new RangeError(`a share of ${share} is more than the shape has`);
  }
  for (let at = 0; at < ranks.length; at++) if (ranks[at]! <= last) trimap[at] = 128;
  return trimap;
}

/** A filled square in the middle: the least outline an area can have on a grid of tiles. No foreground. */
export const SQUARE: Shape = (x, y) => Math.max(Math.abs(x), Math.abs(y));

/** A ring of hair around a known face: it grows inwards from its outer diameter, pixels. */
export function ring(diameter: number): Shape {
  const radius = diameter / 2;
  return (x, y) => {
    const fromOutside = radius - Math.sqrt(x * x + y * y);
    return fromOutside >= 0 ? -fromOutside : Infinity;
  };
}

/** A line with round ends; in heights of the person. */
interface Capsule {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  readonly radius: number;
}

const HEAD: Capsule = { x0: 0, y0: -0.425, x1: 0, y1: -0.425, radius: 0.075 };
const TRUNK: Capsule = { x0: 0, y0: -0.28, x1: 0, y1: -0.02, radius: 0.1 };
const SHOULDERS: Capsule = { x0: -0.1, y0: -0.28, x1: 0.1, y1: -0.28, radius: 0.06 };
const ARM: Capsule = { x0: 0.13, y0: -0.27, x1: 0.175, y1: 0.06, radius: 0.036 };
const LEG: Capsule = { x0: 0.065, y0: 0, x1: 0.085, y1: 0.445, radius: 0.055 };

const BODY: readonly Capsule[] = [HEAD, TRUNK, SHOULDERS, ARM, mirrored(ARM), LEG, mirrored(LEG)];

function mirrored({ x0, x1, ...rest }: Capsule): Capsule {
  return { ...rest, x0: -x0, x1: -x1 };
}

/** The outline of a standing person, 0.42 as wide as tall: a band that grows to both sides. Height in pixels. */
export function person(height: number): Shape {
  return (x, y) => {
    let nearest = Infinity;
    for (const capsule of BODY) nearest = Math.min(nearest, capsuleDistance(x / height, y / height, capsule));
    return height * nearest;
  };
}

/** To the capsule's outline, negative inside. */
function capsuleDistance(x: number, y: number, { x0, y0, x1, y1, radius }: Capsule): number {
  const dx = x1 - x0;
  const dy = y1 - y0;
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(Math.max(((x - x0) * dx + (y - y0) * dy) / length, 0), 1);
  const awayX = x - x0 - along * dx;
  const awayY = y - y0 - along * dy;
  return Math.sqrt(awayX * awayX + awayY * awayY) - radius;
}
