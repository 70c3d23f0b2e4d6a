import type { Canvas } from '../canvas.js';
import type { Layer } from '../layer.js';
import { blob, reversed, roundOutline } from '../outline.js';
import { anyLight, bulge } from '../relief.js';
import { canvasOf, type Scene } from '../scene.js';
import { Stroke } from '../strand.js';
import { anyTexture, textured } from '../texture.js';

/** Things with plain edges: blobs, boxes, stars, rings, frames. */
export function hard(scene: Scene): Layer {
  const { random, side } = scene;
  const canvas = canvasOf(scene);
  const count = 1 + random.integer(4);
  for (let k = 0; k < count; k++) {
    const part = canvasOf(scene);
    const radius = side * random.uniform(0.1, 0.34);
    random.pick([lump, lump, polygon, star, ring, frame])(
      part,
      scene,
      side * random.uniform(0.25, 0.75),
      side * random.uniform(0.25, 0.75),
      radius,
    );
    part.paint(textured(anyTexture(scene)));
    const layer = part.toLayer();
    bulge(layer, anyLight(random), radius * random.uniform(0.15, 0.6));
    canvas.lay(layer);
  }
  return canvas.toLayer();
}

function lump(canvas: Canvas, { random }: Scene, x: number, y: number, radius: number): void {
  canvas.polygon(blob(random, x, y, radius));
}

/** With straight edges: from a triangle to an octagon. */
function polygon(canvas: Canvas, { random }: Scene, x: number, y: number, radius: number): void {
  const corners = 3 + random.integer(6);
  const turn = random.uniform(0, Math.PI);
  const points: number[] = [];
  for (let k = 0; k < corners; k++) {
    const angle = turn + (2 * Math.PI * (k + random.uniform(-0.25, 0.25))) / corners;
    const r = radius * random.uniform(0.7, 1.2);
    points.push(x + r * Math.cos(angle), y + r * Math.sin(angle));
  }
  canvas.polygon(points);
}

/** Stars and cogwheels. */
function star(canvas: Canvas, { random }: Scene, x: number, y: number, radius: number): void {
  const teeth = 4 + random.integer(16);
  const inner = random.uniform(0.4, 0.85);
  const flatTop = random.chance(0.5) ? random.uniform(0.3, 0.5) : 0;
  const points: number[] = [];
  const put = (turn: number, r: number): void => {
    const angle = (2 * Math.PI * turn) / teeth;
    points.push(x + r * Math.cos(angle), y + r * Math.sin(angle));
  };
  for (let k = 0; k < teeth; k++) {
    put(k, radius);
    if (flatTop > 0) put(k + flatTop, radius);
    put(k + 0.5, radius * inner);
    if (flatTop > 0) put(k + 0.5 + flatTop, radius * inner);
  }
  canvas.polygon(points);
}

function ring(canvas: Canvas, { random }: Scene, x: number, y: number, radius: number): void {
  const hole = random.uniform(0.3, 0.9);
  const circle = (r: number): Float64Array => roundOutline(x, y, [r, r, r, r], stretch);
  const stretch = random.uniform(0.6, 1.4);
  canvas.polygon(circle(radius)).polygon(reversed(circle(hole * radius)));
}

/** Rods between points: railings, bicycles, chairs. */
function frame(canvas: Canvas, { random }: Scene, x: number, y: number, radius: number): void {
  const joints = Array.from(
    { length: 4 + random.integer(6) },
    () => [x + 1.3 * radius * random.uniform(-1, 1), y + 1.3 * radius * random.uniform(-1, 1)] as const,
  );
  const half = radius * random.uniform(0.01, 0.07);
  const rod = new Stroke();
  for (let k = 0; k < 2 * joints.length; k++) {
    const [a, b] = [random.pick(joints), random.pick(joints)];
    if (a === b) continue;
    rod.clear().to(a[0], a[1], half).to(b[0], b[1], half);
    rod.addTo(canvas);
  }
}
