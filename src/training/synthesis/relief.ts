import type { Random } from '../random.js';
import { soften, type Layer } from './layer.js';

/** Where light comes from, and how hard it is. */
export interface Light {
  /** Unit vector towards the light: right, down, towards the viewer. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** What shadows keep, 0..1. */
  readonly ambient: number;
  /** Strength of the highlight, 0..1. */
  readonly gloss: number;
}

export function anyLight(random: Random): Light {
  const turn = random.uniform(-Math.PI, 0);
  const z = random.uniform(0.35, 0.9);
  const across = Math.sqrt(1 - z * z);
  return {
    x: across * Math.cos(turn),
    y: across * Math.sin(turn),
    z,
    ambient: random.uniform(0.3, 0.75),
    gloss: random.chance(0.4) ? random.uniform(0.05, 0.5) : 0,
  };
}

/**
 * Shades a flat shape as if it bulged towards the viewer: its blurred alpha is taken for height, lit by Lambert's law
 * with a highlight (Phong 1975). Alpha stays as it is.
 *
 * @param depth - pixels over which the shape rises from its edge
 */
export function bulge(layer: Layer, light: Light, depth: number): void {
  const { side, rgba } = layer;
  const step = 4;
  const small = Math.ceil(side / step);
  const height = reduceAlpha(layer, step, small);
  soften(height, Math.max(1, depth / step));
  const at = (x: number, y: number): number =>
    height.rgba[4 * (Math.min(small - 1, Math.max(0, y)) * small + Math.min(small - 1, Math.max(0, x))) + 3]!;
  const gain = new Float32Array(small * small);
  const shine = new Float32Array(small * small);
  const steep = (1.6 * depth) / step;
  for (let y = 0; y < small; y++) {
    for (let x = 0; x < small; x++) {
      const nx = -steep * 0.5 * (at(x + 1, y) - at(x - 1, y));
      const ny = -steep * 0.5 * (at(x, y + 1) - at(x, y - 1));
      const norm = 1 / Math.hypot(nx, ny, 1);
      const facing = Math.max(0, (nx * light.x + ny * light.y + light.z) * norm);
      gain[y * small + x] = light.ambient + (1.15 - light.ambient) * facing;
      const mirrored = Math.max(0, 2 * facing * norm - light.z);
      shine[y * small + x] = light.gloss * mirrored ** 12;
    }
  }
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const i = 4 * (y * side + x);
      const alpha = rgba[i + 3]!;
      if (alpha === 0) continue;
      const g = between(gain, small, (x + 0.5) / step - 0.5, (y + 0.5) / step - 0.5);
      const s = light.gloss > 0 ? between(shine, small, (x + 0.5) / step - 0.5, (y + 0.5) / step - 0.5) : 0;
      for (let c = i; c < i + 3; c++) rgba[c] = Math.min(alpha, rgba[c]! * g + s * alpha);
    }
  }
}

function reduceAlpha({ side, rgba }: Layer, step: number, small: number): Layer {
  const out = { side: small, rgba: new Float32Array(4 * small * small) };
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      out.rgba[4 * (Math.floor(y / step) * small + Math.floor(x / step)) + 3]! +=
        rgba[4 * (y * side + x) + 3]! / (step * step);
    }
  }
  return out;
}

function between(plane: Float32Array, side: number, x: number, y: number): number {
  const u = Math.min(side - 1.001, Math.max(0, x));
  const v = Math.min(side - 1.001, Math.max(0, y));
  const at = Math.floor(v) * side + Math.floor(u);
  const fx = u % 1;
  const fy = v % 1;
  const above = plane[at]! + fx * (plane[at + 1]! - plane[at]!);
  const below = plane[at + side]! + fx * (plane[at + side + 1]! - plane[at + side]!);
  return above + fy * (below - above);
}
