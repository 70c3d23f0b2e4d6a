import { flat, type Canvas, type Shade } from '../canvas.js';
import { leafColour, mix, varied, type Colour } from '../colours.js';
import type { Scene } from '../scene.js';
import { Stroke } from '../strand.js';

/** How a plant's leaves are made. */
export interface Species {
  /** Half the width over the length 0 (stalk) … 1 (tip), as a share of the length. */
  readonly shape: (t: number) => number;
  readonly size: number;
  readonly colour: Colour;
  readonly vein: Colour;
  readonly veins: number;
}

export function anySpecies({ random, side }: Scene): Species {
  const width = random.uniform(0.1, 0.35);
  const teeth = random.chance(0.4)
    ? { count: 8 + random.integer(14), depth: random.uniform(0.05, 0.2) }
    : undefined;
  const lobes = random.chance(0.2) ? 2 + random.integer(3) : 0;
  const early = random.uniform(0.6, 1.4);
  const colour = leafColour(random);
  return {
    shape: (t) => {
      const round = Math.sin(Math.PI * t ** early) ** 0.8;
      const tooth = teeth ? 1 - teeth.depth * ((t * teeth.count) % 1) : 1;
      const lobe = lobes > 0 ? 0.55 + 0.45 * Math.abs(Math.cos(Math.PI * lobes * t)) : 1;
      return width * round * tooth * lobe;
    },
    size: side * random.uniform(0.05, 0.28),
    colour,
    vein: mix(colour, random.chance(0.7) ? [0.9, 0.95, 0.7] : [0.2, 0.15, 0.1], random.uniform(0.15, 0.5)),
    veins: 4 + random.integer(8),
  };
}

/** One leaf from its stalk at (x, y), with its rib and veins, tilted and bent. */
export function leaf(
  canvas: Canvas,
  { random }: Scene,
  species: Species,
  x: number,
  y: number,
  angle: number,
  size: number,
): void {
  const steps = Math.min(48, Math.max(12, Math.ceil(size / 3)));
  const bend = 0.5 * random.normal();
  // Seen from the side a leaf is narrow.
  const tilt = random.uniform(0.3, 1);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const points = new Float64Array(4 * (steps + 1));
  const rib = new Stroke();
  for (let i = 0; i <= steps; i++) {
    const t = i / steps;
    const half = species.shape(t) * tilt;
    const sag = bend * t * t * 0.5;
    const put = (at: number, across: number): void => {
      points[2 * at] = x + size * (t * cos - (sag + across) * sin);
      points[2 * at + 1] = y + size * (t * sin + (sag + across) * cos);
    };
    put(i, -half);
    put(2 * steps + 1 - i, half);
    if (i % 3 === 0)
      rib.to(
        x + size * (t * cos - sag * sin),
        y + size * (t * sin + sag * cos),
        Math.max(0.2, size * 0.008 * (1 - t)),
      );
  }
  canvas.polygon(points);
  const colour = varied(random, species.colour, 0.18);
  const [near, far] = [random.uniform(0.7, 1.15), random.uniform(0.7, 1.15)];
  const shade: Shade = (px, py, ink) => {
    const u = ((px - x) * cos + (py - y) * sin) / size;
    const v = ((py - y) * cos - (px - x) * sin) / size - bend * u * u * 0.5;
    const side = v < 0 ? near : far;
    const between = ((u - 1.2 * Math.abs(v)) * species.veins + 8) % 1;
    const vein = Math.max(0, 1 - Math.abs(between - 0.5) * 14) * 0.7;
    const gain = side * (0.85 + 0.3 * u) * (0.93 + 0.14 * between);
    for (let c = 0; c < 3; c++) {
      const base = Math.min(1, colour[c]! * gain);
      ink[c] = base + vein * (species.vein[c]! - base);
    }
    ink[3] = 1;
  };
  canvas.paint(shade);
  rib.addTo(canvas);
  canvas.paint(flat(species.vein));
}
