import type { Canvas } from '../canvas.js';
import { anyColour, furColour, lit, mix, varied, type Colour } from '../colours.js';
import type { Layer } from '../layer.js';
import { canvasOf, type Scene } from '../scene.js';
import { growStrand, StrandInk, Stroke } from '../strand.js';

/** One feather, a fan of them, or a scatter. */
export function feathers(scene: Scene): Layer {
  const { random, side } = scene;
  const canvas = canvasOf(scene);
  const colours: readonly [Colour, Colour] = random.chance(0.6)
    ? [furColour(random), furColour(random)]
    : [anyColour(random), anyColour(random)];
  const fan = random.chance(0.5);
  const count = fan ? 4 + random.integer(8) : 1 + random.integer(4);
  const [x, y] = [side * random.uniform(0.3, 0.7), side * random.uniform(0.5, 0.95)];
  const [middle, spread] = [-Math.PI / 2 + random.uniform(-0.6, 0.6), random.uniform(0.12, 0.28)];
  for (let k = 0; k < count; k++) {
    const angle = fan ? middle + (k - (count - 1) / 2) * spread : random.uniform(0, 2 * Math.PI);
    const length = side * random.uniform(0.4, 0.85);
    const [fromX, fromY] = fan
      ? [x, y]
      : [
          side * random.uniform(0.3, 0.7) - 0.5 * length * Math.cos(angle),
          side * random.uniform(0.3, 0.7) - 0.5 * length * Math.sin(angle),
        ];
    feather(canvas, scene, {
      x: fromX,
      y: fromY,
      angle,
      length,
      width: length * random.uniform(0.12, 0.3),
      curl: random.uniform(-0.7, 0.7),
      loose: random.chance(0.7) ? random.uniform(0.02, 0.12) : random.uniform(0.12, 0.4),
      colours: [varied(random, colours[0], 0.1), varied(random, colours[1], 0.1)],
    });
  }
  return canvas.toLayer();
}

interface Feather {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
  readonly length: number;
  /** Of either vane, pixels. */
  readonly width: number;
  readonly curl: number;
  /** How far barbs leave their neighbours, radians: little in a flight feather, much in down. */
  readonly loose: number;
  readonly colours: readonly [Colour, Colour];
}

function feather(canvas: Canvas, { random }: Scene, plume: Feather): void {
  const { length, width, loose, colours } = plume;
  const shaft = new Stroke();
  growStrand(shaft, {
    ...plume,
    width: Math.max(1, length / 90),
    waves: 0,
    swing: 0,
    phase: 0,
    weight: 0,
    taper: 0.9,
  });
  const bands = random.chance(0.5) ? 0 : 2 + random.integer(6);
  const [downy, steep] = [random.uniform(0.05, 0.3), random.uniform(0.6, 1.05)];
  const barb = new Stroke();
  const ink = new StrandInk();
  for (const side of [-1, 1]) {
    // Vanes are rarely alike: the one that cuts the air is narrower.
    const vane = width * random.uniform(0.6, 1.1);
    const barbs = Math.ceil(length * random.uniform(1.1, 1.5));
    let split = 0;
    for (let k = 0; k < barbs; k++) {
      const t = 0.08 + (0.92 * k) / barbs;
      // Barbs hook into each other: a gap opens between groups, not between single ones.
      if (random.chance(0.012)) split = random.uniform(-1, 1) * (0.06 + loose);
      const down = Math.max(0, 1 - (t - 0.08) / downy);
      const at = t * (shaft.count - 1);
      const i = Math.min(shaft.count - 2, Math.floor(at));
      const [x0, y0, x1, y1] = [shaft.x[i]!, shaft.y[i]!, shaft.x[i + 1]!, shaft.y[i + 1]!];
      const along = Math.atan2(y1 - y0, x1 - x0);
      const shape = Math.sqrt(Math.max(0, 1 - t ** 3)) * Math.min(1, 3 * t);
      growStrand(barb, {
        x: x0 + (at - i) * (x1 - x0),
        y: y0 + (at - i) * (y1 - y0),
        angle: along + side * (steep * (1 - 0.55 * t) + split + (0.3 * loose + 0.5 * down) * random.normal()),
        length:
          vane * shape * random.uniform(1, 1.12) * (1.35 - 0.3 * t) * (1 - 0.3 * down * random.uniform()),
        width: random.uniform(0.9, 1.7) * (1 - 0.5 * down),
        curl: -side * random.uniform(0.2, 0.5) + 1.5 * (loose + down) * random.normal(),
        waves: 2 * down,
        swing: 0.8 * down,
        phase: random.uniform(0, 6),
        weight: 0,
        taper: 0.5,
      });
      barb.addTo(canvas);
      const band = bands === 0 ? t : 0.5 + 0.5 * Math.tanh(4 * Math.sin(t * bands * 2 * Math.PI));
      const own = varied(random, mix(colours[0], colours[1], band), 0.05);
      const base = mix(own, [0.9, 0.9, 0.9], 0.7 * down);
      ink.set(
        barb,
        lit(base, side > 0 ? 0.75 : 0.95),
        lit(base, side > 0 ? 0.95 : 1.1),
        {
          at: 0.5,
          width: 0.3,
          strength: 0.08,
        },
        random.uniform(0.8, 1) * (1 - 0.4 * down),
      );
      canvas.paint(ink.shade);
    }
  }
  shaft.addTo(canvas);
  const quill = mix(mix(colours[0], colours[1], 0.5), [0.95, 0.92, 0.85], random.uniform(0.2, 0.9));
  ink.set(shaft, quill, lit(quill, 0.6), { at: 0.3, width: 0.3, strength: 0.2 });
  canvas.paint(ink.shade);
}
