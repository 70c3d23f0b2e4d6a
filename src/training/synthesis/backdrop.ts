import type { Background } from '../foreground.js';
import type { Random } from '../random.js';
import { Canvas } from './canvas.js';
import { anyColour, varied } from './colours.js';
import { soften } from './layer.js';
import { blob } from './outline.js';
import { noiseTexture, textured } from './texture.js';

/** A background where there are no photographs: surfaces of noise, with blobs of others at any depth of field. */
export function backdrop(random: Random, side: number): Background {
  const colour = anyColour(random);
  const canvas = new Canvas(side, 1);
  canvas.polygon([-1, -1, side + 1, -1, side + 1, side + 1, -1, side + 1]);
  canvas.paint(textured(noiseTexture(random, side, colour)));
  const blobs = random.integer(30);
  const size = random.uniform(0.03, 0.25);
  for (let k = 0; k < blobs; k++) {
    const [x, y] = [random.uniform(0, side), random.uniform(0, side)];
    canvas.polygon(blob(random, x, y, side * size * random.uniform(0.4, 1.6)));
    const surface = random.chance(0.5) ? varied(random, colour, 0.4) : anyColour(random);
    canvas.paint(textured(noiseTexture(random, side, surface)));
  }
  const layer = canvas.toLayer();
  if (random.chance(0.6)) soften(layer, side * random.uniform(0.002, 0.02));
  const rgb = new Uint8Array(3 * side * side);
  for (let i = 0; i < side * side; i++) {
    // The blur takes something away near the border.
    const alpha = layer.rgba[4 * i + 3]!;
    for (let c = 0; c < 3; c++) rgb[3 * i + c] = Math.round((255 * layer.rgba[4 * i + c]!) / alpha);
  }
  return { name: 'backdrop', width: side, height: side, rgb };
}
