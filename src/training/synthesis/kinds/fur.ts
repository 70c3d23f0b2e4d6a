import type { Canvas } from '../canvas.js';
import { furColour, lit, varied, mix } from '../colours.js';
import type { Layer } from '../layer.js';
import { fractalNoise, sampleField } from '../noise.js';
import { blob, rootAt, roundOutline, type Outline, type Root } from '../outline.js';
import { anyLight } from '../relief.js';
import { canvasOf, type Scene } from '../scene.js';
import { growStrand, StrandInk, Stroke } from '../strand.js';
import { anyTexture, colourAt, noiseTexture, type Texture } from '../texture.js';
import { solidBody } from './body.js';

/** An animal's coat: lengths and widths in pixels. */
export interface Coat {
  readonly length: number;
  readonly width: number;
  readonly curl: number;
  readonly waves: number;
  /** How far hairs leave the direction they are combed in, radians. */
  readonly unrest: number;
  /** Direction hairs are combed to, and how strongly, 0..1. */
  readonly comb: { readonly angle: number; readonly strength: number };
}

/** A furry animal, or as much of one as the picture shows. */
export function fur(scene: Scene): Layer {
  const { random, side } = scene;
  const radius = side * random.uniform(0.18, 0.5);
  const canvas = canvasOf(scene);
  const short = random.chance(0.35);
  drawFurry(canvas, scene, animal(scene, radius), {
    length: radius * (short ? random.uniform(0.06, 0.15) : random.uniform(0.15, 0.5)),
    width: random.uniform(0.5, 1.3) * Math.min(1.6, Math.max(0.6, side / 400)),
    curl: random.pick([0.2, 0.5, 1.5]),
    waves: random.pick([0, 0.5, 2]),
    unrest: random.pick([0.12, 0.25, 0.5]),
    comb: { angle: random.uniform(0, 2 * Math.PI), strength: random.uniform(0, 0.8) },
  });
  return canvas.toLayer();
}

/** One part of an animal: its outline round a centre. */
export interface Part {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly outline: Outline;
}

/** A body, and often a head with ears. */
export function animal({ random, side }: Scene, radius: number): Part[] {
  const part = (x: number, y: number, r: number): Part => ({
    x,
    y,
    radius: r,
    outline: blob(random, x, y, r),
  });
  const x = side * random.uniform(0.3, 0.7);
  const y = side * random.uniform(0.4, 0.75);
  const parts = [part(x, y, radius)];
  if (random.chance(0.65)) {
    const lean = random.uniform(-1, 1);
    const size = radius * random.uniform(0.5, 0.75);
    const headX = x + lean * 0.8 * radius;
    const headY = y - random.uniform(0.7, 1.1) * radius;
    if (random.chance(0.8)) {
      const ear = size * random.uniform(0.3, 0.55);
      const pointed = random.uniform(1, 2.2);
      for (const side of [-1, 1]) {
        const turn = -Math.PI / 2 + side * random.uniform(0.3, 0.8);
        const ex = headX + Math.cos(turn) * size;
        const ey = headY + Math.sin(turn) * size;
        parts.push({
          x: ex,
          y: ey,
          radius: ear,
          outline: roundOutline(ex, ey, [ear * pointed, ear, ear, ear * 0.9, ear, ear], 1, turn),
        });
      }
    }
    parts.push({
      x: headX,
      y: headY,
      radius: size,
      outline: roundOutline(
        headX,
        headY,
        [1, 1.02, 0.95, 1.02, 1, 0.97, 0.98, 0.97].map((r) => r * size),
        random.uniform(0.9, 1.2),
      ),
    });
  }
  return parts;
}

export function drawFurry(canvas: Canvas, scene: Scene, parts: readonly Part[], coat: Coat): void {
  const { random } = scene;
  const light = anyLight(random);
  const texture = random.chance(0.5)
    ? noiseTexture(random, scene.side, furColour(random))
    : anyTexture(scene, random.chance(0.85) ? furColour(random) : undefined);
  for (const part of parts) {
    // The body ends within the coat, so that hairs are what one sees of its edge.
    const skin = shrunk(part, Math.min(0.25, (0.35 * coat.length) / part.radius));
    canvas.lay(solidBody(scene, [skin], texture, light, 0.5 * part.radius));
    growCoat(canvas, scene, part, texture, coat, Math.atan2(light.y, light.x));
  }
}

function shrunk({ outline, x, y }: Part, by: number): Outline {
  return outline.map((value, i) => value + by * ((i % 2 === 0 ? x : y) - value));
}

/** Hairs all over a part, the ones on its edge first, so that those further in lie over them. */
function growCoat(
  canvas: Canvas,
  { random, side }: Scene,
  part: Part,
  texture: Texture,
  coat: Coat,
  sun: number,
): void {
  const stroke = new Stroke();
  const ink = new StrandInk();
  const length = Math.min(coat.length, 0.7 * part.radius);
  const around = 2 * Math.PI * part.radius;
  // Hairs about twice their width apart, in rows about half a hair apart, or so many that they reach the middle.
  const step = Math.max((0.45 * length) / part.radius, 0.95 / 14);
  const rows = Math.ceil(0.95 / step);
  const each = Math.min(900, Math.ceil(around / (1.6 * coat.width)));
  const swirls = fractalNoise(random, 32, { cells: 3, octaves: 2 });
  const white = random.uniform(0, 0.25);
  for (let row = 0; row < rows; row++) {
    const inset = row * step;
    const dense = row < 3 ? 1.8 : 1;
    for (let k = 0; k < dense * each * (1 - inset) + 1; k++) {
      const jitter = random.uniform(0, step);
      const root = rootAt(part.outline, random.uniform(), inset + jitter, part.x, part.y);
      const swirl = sampleField(swirls, root.x, root.y, side) - 0.5;
      const angle = combed(root, coat) + 2.5 * swirl + coat.unrest * random.normal();
      growStrand(stroke, {
        x: root.x,
        y: root.y,
        angle,
        length: length * random.uniform(0.5, 1.25),
        width: coat.width * random.uniform(0.6, 1.3),
        curl: coat.curl * random.normal(),
        waves: coat.waves,
        swing: 0.5,
        phase: random.uniform(0, 6),
        weight: 0.3,
        taper: random.uniform(0.4, 1),
      });
      stroke.addTo(canvas);
      const facing = 0.8 + 0.35 * Math.cos(root.angle - sun);
      const own = varied(random, lit(colourAt(texture, root.x, root.y), facing), 0.14);
      const shine = { at: random.uniform(0.4, 0.8), width: 0.25, strength: random.uniform(0, 0.25) };
      ink.set(
        stroke,
        lit(own, 0.7),
        mix(own, [1, 1, 1], white * random.uniform()),
        shine,
        random.uniform(0.8, 1),
      );
      canvas.paint(ink.shade);
    }
  }
}

/** Outwards, turned towards where the coat is combed to. */
function combed({ angle }: Root, { comb }: Coat): number {
  return Math.atan2(
    Math.sin(angle) + comb.strength * Math.sin(comb.angle),
    Math.cos(angle) + comb.strength * Math.cos(comb.angle),
  );
}
