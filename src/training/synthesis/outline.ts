import type { Random } from '../random.js';

/** A closed smooth line: x and y in turns, turning the same way (clockwise on screen) whatever its shape. */
export type Outline = Float64Array;

/**
 * A smooth closed line through points round a centre (a periodic Catmull-Rom spline, 1974).
 *
 * @param radii - distance from the centre at equal steps of the angle, pixels
 */
export function roundOutline(x: number, y: number, radii: readonly number[], stretch = 1, turn = 0): Outline {
  const count = radii.length;
  // Sides of about two pixels.
  const points = Math.min(160, Math.max(12, 2 * count, Math.ceil(3 * Math.max(...radii))));
  const outline = new Float64Array(2 * points);
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  for (let i = 0; i < points; i++) {
    const along = (i / points) * count;
    const k = Math.floor(along);
    const t = along - k;
    const [a, b, c, d] = [-1, 0, 1, 2].map((offset) => radii[(k + offset + count) % count]!) as [
      number,
      number,
      number,
      number,
    ];
    const radius = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
    const angle = (2 * Math.PI * i) / points;
    const px = radius * Math.cos(angle) * stretch;
    const py = radius * Math.sin(angle);
    outline[2 * i] = x + px * cos - py * sin;
    outline[2 * i + 1] = y + px * sin + py * cos;
  }
  return outline;
}

/** A blob: from nearly round to lobed. */
export function blob(random: Random, x: number, y: number, radius: number): Outline {
  const unrest = random.pick([0.06, 0.15, 0.35]);
  const radii = Array.from(
    { length: 5 + random.integer(9) },
    () => radius * Math.max(0.3, 1 + unrest * random.normal()),
  );
  return roundOutline(x, y, radii, random.uniform(0.65, 1.35), random.uniform(0, Math.PI));
}

/** Where strands grow on an outline: a point, and the direction away from the shape there. */
export interface Root {
  readonly x: number;
  readonly y: number;
  /** Radians; 0 points right, π/2 down. */
  readonly angle: number;
}

/** A point of the outline, at `along` 0..1 of its points, moved inwards by `inset` of the way to (x, y). */
export function rootAt(outline: Outline, along: number, inset: number, x: number, y: number): Root {
  const count = outline.length / 2;
  const i = Math.floor(along * count) % count;
  const j = (i + 1) % count;
  const dx = outline[2 * j]! - outline[2 * i]!;
  const dy = outline[2 * j + 1]! - outline[2 * i + 1]!;
  const t = along * count - Math.floor(along * count);
  const px = outline[2 * i]! + t * dx;
  const py = outline[2 * i + 1]! + t * dy;
  return { x: px + inset * (x - px), y: py + inset * (y - py), angle: Math.atan2(-dx, dy) };
}

/** The same line the other way round: a hole, where it is drawn together with a larger one. */
export function reversed(outline: Outline): Outline {
  const out = new Float64Array(outline.length);
  for (let i = 0; i < outline.length; i += 2) {
    out[i] = outline[outline.length - 2 - i]!;
    out[i + 1] = outline[outline.length - 1 - i]!;
  }
  return out;
}
