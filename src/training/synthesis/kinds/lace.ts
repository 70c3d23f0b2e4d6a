import type { Canvas } from '../canvas.js';
import { flat } from '../canvas.js';
import { anyColour, mix } from '../colours.js';
import { fade, layOver, type Layer } from '../layer.js';
import { blob, reversed, roundOutline, type Outline } from '../outline.js';
import { anyLight, bulge } from '../relief.js';
import { canvasOf, type Scene } from '../scene.js';
import { noiseTexture, textured, type Texture } from '../texture.js';
import { alphaOf, hexagons } from './nets.js';
import { Warp } from './warp.js';

/** Lace: flowers and leaves of thread on tulle, with a hem of scallops. */
export function lace(scene: Scene): Layer {
  const { random, side } = scene;
  const warp = new Warp(random, side, side * random.uniform(0.05, 0.25));
  const colour = random.chance(0.7)
    ? mix(anyColour(random), [1, 1, 1], random.uniform(0.5, 1))
    : mix(anyColour(random), [0, 0, 0], 0.7);
  const texture = noiseTexture(random, side, colour);
  const region = clothOutline(scene);
  const canvas = canvasOf(scene);
  const edge = side * random.uniform(0.007, 0.016);
  hexagons(canvas, warp, side, edge, Math.max(0.45, edge * random.uniform(0.12, 0.3)));
  canvas.paint(textured(texture, random.uniform(0.5, 0.95)));
  motifs(canvas, scene, warp, texture);
  const layer = canvas.toLayer();

  const area = canvasOf(scene);
  area.polygon(region.outline);
  area.paint(flat([1, 1, 1]));
  fade(layer, alphaOf(area.toLayer()));
  layOver(layer, hem(scene, region, texture));
  bulge(layer, { ...anyLight(random), gloss: 0 }, side * 0.03);
  return layer;
}

interface Region {
  readonly x: number;
  readonly y: number;
  readonly outline: Outline;
}

function clothOutline({ random, side }: Scene): Region {
  const [x, y] = [side * random.uniform(0.3, 0.7), side * random.uniform(0.3, 0.7)];
  return { x, y, outline: blob(random, x, y, side * random.uniform(0.3, 0.6)) };
}

/** Flowers on a jittered lattice, or strewn. */
function motifs(canvas: Canvas, { random, side }: Scene, warp: Warp, texture: Texture): void {
  const size = side * random.uniform(0.025, 0.08);
  const step = size * random.uniform(2.2, 4);
  const petals = 4 + random.integer(5);
  const [slim, inner] = [random.uniform(0.45, 0.85), random.uniform(0.15, 0.4)];
  const jitter = random.chance(0.5) ? 0.3 : 0;
  const shade = textured(texture, random.uniform(0.8, 1));
  for (let v = -0.4 * side; v < 1.4 * side; v += step) {
    for (let u = -0.4 * side; u < 1.4 * side; u += step) {
      const cu = u + step * jitter * random.normal();
      const cv = v + step * jitter * random.normal();
      const turn = random.uniform(0, Math.PI);
      for (let k = 0; k < petals; k++) {
        const angle = turn + (2 * Math.PI * k) / petals;
        const [pu, pv] = [cu + 0.62 * size * Math.cos(angle), cv + 0.62 * size * Math.sin(angle)];
        const r = 0.5 * size * slim;
        warp.patch(canvas, roundOutline(pu, pv, [r, r, r, r], 1 / slim, angle));
      }
      warp.patch(canvas, roundOutline(cu, cv, [inner * size, inner * size, inner * size]));
      warp.thread(canvas, cu, cv, cu + 0.5 * step, cv + 0.5 * step, 0.08 * size + 0.4);
    }
  }
  canvas.paint(shade);
}

/** Scallops along the edge: a row of rings. */
function hem(scene: Scene, { outline }: Region, texture: Texture): Layer {
  const { random, side } = scene;
  const canvas = canvasOf(scene);
  const size = side * random.uniform(0.012, 0.03);
  const r = size * random.uniform(0.1, 0.65);
  let since = size;
  for (let i = 0; i < outline.length; i += 2) {
    const j = (i + 2) % outline.length;
    since += Math.hypot(outline[j]! - outline[i]!, outline[j + 1]! - outline[i + 1]!);
    if (since < 1.7 * size) continue;
    since = 0;
    canvas.polygon(roundOutline(outline[i]!, outline[i + 1]!, [size, size, size, size]));
    canvas.polygon(reversed(roundOutline(outline[i]!, outline[i + 1]!, [r, r, r, r])));
    canvas.paint(textured(texture));
  }
  return canvas.toLayer();
}
