import type { Canvas, Shade } from '../canvas.js';
import { anyColour, lit, mix } from '../colours.js';
import { fade, type Layer } from '../layer.js';
import { blob, roundOutline } from '../outline.js';
import { canvasOf, type Scene } from '../scene.js';
import { anyTexture, textured } from '../texture.js';
import { flat } from '../canvas.js';
import { Stroke } from '../strand.js';
import { Warp } from './warp.js';

/** Nets, wire mesh, fences, spiders' webs: thin threads and the holes between them. */
export function nets(scene: Scene): Layer {
  const { random, side } = scene;
  const canvas = canvasOf(scene);
  const draw = random.pick([grid, grid, honeycomb, web]);
  draw(canvas, scene);
  const layer = canvas.toLayer();
  // A net that ends somewhere.
  if (random.chance(0.5)) {
    const area = canvasOf(scene);
    area.polygon(blob(random, side * random.uniform(0.3, 0.7), side * random.uniform(0.3, 0.7), side * 0.45));
    area.paint(flat([1, 1, 1]));
    fade(layer, alphaOf(area.toLayer()));
  }
  return layer;
}

/** A layer's alpha alone. */
export function alphaOf({ rgba }: Layer): Float32Array {
  return Float32Array.from({ length: rgba.length / 4 }, (_, i) => rgba[4 * i + 3]!);
}

function threadShade(scene: Scene): Shade {
  const { random } = scene;
  return random.chance(0.5)
    ? textured(anyTexture(scene))
    : flat(mix(anyColour(random), [0.5, 0.5, 0.5], 0.5));
}

/** Two families of threads that cross, with knots at times. */
function grid(canvas: Canvas, scene: Scene): void {
  const { random, side } = scene;
  const warp = new Warp(random, side, side * random.uniform(0, 0.35));
  const [stepU, stepV] = [side * random.uniform(0.018, 0.12), side * random.uniform(0.018, 0.12)];
  const square = random.chance(0.7);
  const width = Math.max(0.6, Math.min(stepU, stepV) * random.uniform(0.05, 0.3));
  const shade = threadShade(scene);
  const reach = 0.8 * side;
  const middle = side / 2;
  for (let u = -reach; u < reach; u += stepU) {
    warp.thread(canvas, middle + u, middle - reach, middle + u, middle + reach, width);
  }
  canvas.paint(shade);
  for (let v = -reach; v < reach; v += square ? stepU : stepV) {
    warp.thread(
      canvas,
      middle - reach,
      middle + v,
      middle + reach,
      middle + v,
      width * random.uniform(0.8, 1.2),
    );
  }
  canvas.paint(shade);
  if (!square || !random.chance(0.5)) return;
  for (let u = -reach; u < reach; u += stepU) {
    for (let v = -reach; v < reach; v += stepU) {
      const knot = width * random.uniform(0.8, 1.1);
      warp.patch(canvas, roundOutline(middle + u, middle + v, [knot, knot, knot]));
    }
  }
  canvas.paint(shade);
}

/** Hexagons: chicken wire, tulle. */
function honeycomb(canvas: Canvas, scene: Scene): void {
  const { random, side } = scene;
  const warp = new Warp(random, side, side * random.uniform(0, 0.3));
  const edge = side * random.uniform(0.012, 0.06);
  const width = Math.max(0.6, edge * random.uniform(0.08, 0.3));
  const shade = threadShade(scene);
  hexagons(canvas, warp, side, edge, width);
  canvas.paint(shade);
}

/** Adds hexagons with sides of `edge` pixels all over the picture to the canvas's shape. */
export function hexagons(canvas: Canvas, warp: Warp, side: number, edge: number, width: number): void {
  const [across, down] = [Math.sqrt(3) * edge, 1.5 * edge];
  const columns = Math.ceil((0.8 * side) / across);
  const rows = Math.ceil((0.8 * side) / down);
  for (let j = -rows; j <= rows; j++) {
    for (let i = -columns; i <= columns; i++) {
      const u = side / 2 + (i + (j % 2 === 0 ? 0 : 0.5)) * across;
      const v = side / 2 + j * down;
      // Three of the six sides: the neighbours draw the others.
      warp.thread(canvas, u, v - edge, u + across / 2, v - edge / 2, width);
      warp.thread(canvas, u, v - edge, u - across / 2, v - edge / 2, width);
      warp.thread(canvas, u + across / 2, v - edge / 2, u + across / 2, v + edge / 2, width);
    }
  }
}

/** Spokes and a sagging spiral. */
function web(canvas: Canvas, scene: Scene): void {
  const { random, side } = scene;
  const [x, y] = [side * random.uniform(0.3, 0.7), side * random.uniform(0.3, 0.7)];
  const count = 10 + random.integer(16);
  const spokes = Array.from(
    { length: count },
    (_, k) => (2 * Math.PI * (k + random.uniform(-0.3, 0.3))) / count,
  );
  const width = random.uniform(0.4, 1.4);
  const stroke = new Stroke();
  const colour = mix(anyColour(random), [1, 1, 1], random.uniform(0.5, 1));
  for (const angle of spokes) {
    const reach = side * random.uniform(0.6, 0.9);
    stroke
      .clear()
      .to(x, y, 0.5 * width)
      .to(x + reach * Math.cos(angle), y + reach * Math.sin(angle), 0.5 * width);
    stroke.addTo(canvas);
  }
  canvas.paint(flat(colour, random.uniform(0.6, 1)));
  const step = side * random.uniform(0.015, 0.045);
  const sag = random.uniform(0.05, 0.2);
  for (let radius = 2 * step; radius < 0.55 * side; radius += step * random.uniform(0.8, 1.2)) {
    for (let k = 0; k < count; k++) {
      if (random.chance(0.02)) continue;
      const [a, b] = [spokes[k]!, spokes[(k + 1) % count]! + (k === count - 1 ? 2 * Math.PI : 0)];
      const next = radius + step / count;
      stroke.clear();
      for (let i = 0; i <= 6; i++) {
        const t = i / 6;
        const r = radius + (next - radius) * t - 4 * sag * step * t * (1 - t) * (radius / (0.3 * side));
        const angle = a + (b - a) * t;
        stroke.to(x + r * Math.cos(angle), y + r * Math.sin(angle), 0.35 * width);
      }
      stroke.addTo(canvas);
    }
  }
  canvas.paint(flat(lit(colour, 1.1), random.uniform(0.5, 1)));
}
