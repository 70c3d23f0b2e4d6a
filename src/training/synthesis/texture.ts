import type { Background } from '../foreground.js';
import type { Random } from '../random.js';
import type { Shade } from './canvas.js';
import { anyColour, mix, varied, type Colour } from './colours.js';
import { fractalNoise, smoothStep } from './noise.js';
import type { Scene } from './scene.js';

/** A surface: R′G′B′ 0..1, interleaved, `side × side`, as large as the picture. */
export interface Texture {
  readonly side: number;
  readonly rgb: Float32Array;
}

/** A surface cut from a photograph, or made of noise; now and then with its colours pulled towards one. */
export function anyTexture(scene: Scene, tint?: Colour): Texture {
  const { random, side, photographs } = scene;
  const texture =
    photographs.length > 0 && random.chance(0.7)
      ? photographTexture(random, side, random.pick(photographs))
      : noiseTexture(random, side, tint ?? anyColour(random));
  const towards = tint ?? (random.chance(0.4) ? anyColour(random) : undefined);
  if (towards) pull(texture, towards, random.uniform(0.35, 0.85));
  return texture;
}

/** A part of a photograph, anywhere from its whole to a third of its shorter side. */
export function photographTexture(random: Random, side: number, photograph: Background): Texture {
  const { width, height, rgb } = photograph;
  const extent = Math.min(width, height) * random.uniform(0.35, 1);
  const left = random.uniform(0, width - extent);
  const top = random.uniform(0, height - extent);
  const out = new Float32Array(3 * side * side);
  const step = extent / side;
  for (let y = 0; y < side; y++) {
    const v = Math.min(Math.max(top + (y + 0.5) * step - 0.5, 0), height - 1.001);
    const fy = v % 1;
    const row = Math.floor(v) * width;
    for (let x = 0; x < side; x++) {
      const u = Math.min(Math.max(left + (x + 0.5) * step - 0.5, 0), width - 1.001);
      const fx = u % 1;
      const from = 3 * (row + Math.floor(u));
      const to = 3 * (y * side + x);
      for (let c = 0; c < 3; c++) {
        const above = rgb[from + c]! * (1 - fx) + rgb[from + c + 3]! * fx;
        const below = rgb[from + c + 3 * width]! * (1 - fx) + rgb[from + c + 3 * width + 3]! * fx;
        out[to + c] = (above * (1 - fy) + below * fy) / 255;
      }
    }
  }
  return { side, rgb: out };
}

/**
 * Blotches, grain or streaks of shades of a colour.
 *
 * @param strength - how far the shades lie apart, 0..1
 */
export function noiseTexture(random: Random, side: number, colour: Colour, strength = 1): Texture {
  const noise = fractalNoise(random, side, {
    cells: random.pick([2, 3, 6, 12]),
    octaves: 6,
    gain: random.uniform(0.4, 0.75),
    aspect: random.pick([1, 1, 0.15, 6]),
  });
  const dark = varied(random, mix(colour, [0, 0, 0], strength * random.uniform(0.2, 0.6)), 0.1);
  const light = varied(random, mix(colour, [1, 1, 1], strength * random.uniform(0, 0.5)), 0.1);
  const contrast = random.uniform(0.1, 0.3);
  const rgb = new Float32Array(3 * side * side);
  for (let i = 0; i < noise.values.length; i++) {
    const t = smoothStep(0.5 - contrast, 0.5 + contrast, noise.values[i]!);
    for (let c = 0; c < 3; c++) rgb[3 * i + c] = dark[c]! + t * (light[c]! - dark[c]!);
  }
  return { side, rgb };
}

/** Keeps a surface's lightness and takes a share of its colours from `colour`. */
function pull({ rgb }: Texture, colour: Colour, share: number): void {
  const base = Math.max(0.05, 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2]);
  for (let i = 0; i < rgb.length; i += 3) {
    const grey = 0.3 * rgb[i]! + 0.59 * rgb[i + 1]! + 0.11 * rgb[i + 2]!;
    // Halfway between the texture's own lightness and the colour's, so that dark colours stay dark.
    const gain = Math.sqrt(grey / base);
    for (let c = 0; c < 3; c++) {
      rgb[i + c] = Math.min(1, (1 - share) * rgb[i + c]! + share * colour[c]! * gain);
    }
  }
}

/** Paints with a surface. */
export function textured({ side, rgb }: Texture, opacity = 1): Shade {
  return (x, y, ink) => {
    const at =
      3 *
      (Math.min(side - 1, Math.max(0, Math.floor(y))) * side +
        Math.min(side - 1, Math.max(0, Math.floor(x))));
    ink[0] = rgb[at]!;
    ink[1] = rgb[at + 1]!;
    ink[2] = rgb[at + 2]!;
    ink[3] = opacity;
  };
}

/** The surface's colour at a point. */
export function colourAt({ side, rgb }: Texture, x: number, y: number): Colour {
  const at =
    3 *
    (Math.min(side - 1, Math.max(0, Math.floor(y))) * side + Math.min(side - 1, Math.max(0, Math.floor(x))));
  return [rgb[at]!, rgb[at + 1]!, rgb[at + 2]!];
}
