import { flat, type Canvas } from '../canvas.js';
import { fromHue, leafColour, lit, mix, varied } from '../colours.js';
import type { Scene } from '../scene.js';
import { growStrand, StrandInk, Stroke } from '../strand.js';

/** Blades from below the picture. */
export function grass(canvas: Canvas, scene: Scene): void {
  const { random, side } = scene;
  const colour = leafColour(random);
  const stroke = new Stroke();
  const ink = new StrandInk();
  const blades = 80 + random.integer(420);
  const [tall, wide] = [side * random.uniform(0.3, 0.9), side * random.uniform(0.003, 0.014)];
  for (let k = 0; k < blades; k++) {
    growStrand(stroke, {
      x: random.uniform(-0.05, 1.05) * side,
      y: side * random.uniform(0.92, 1.08),
      angle: -Math.PI / 2 + 0.3 * random.normal(),
      length: tall * random.uniform(0.4, 1.1),
      width: wide * random.uniform(0.5, 1.4),
      curl: 0.9 * random.normal(),
      waves: 0,
      swing: 0,
      phase: 0,
      weight: random.uniform(0, 0.4),
      taper: random.uniform(0.6, 1),
    });
    stroke.addTo(canvas);
    const own = varied(random, colour, 0.2);
    ink.set(stroke, lit(own, 0.55), mix(own, [0.9, 0.85, 0.5], random.uniform(0, 0.3)), {
      at: random.uniform(0.4, 0.9),
      width: 0.2,
      strength: random.uniform(0, 0.3),
    });
    canvas.paint(ink.shade);
  }
}

/** Twigs of a conifer. */
export function needles(canvas: Canvas, scene: Scene): void {
  const { random, side } = scene;
  const colour = fromHue(random.uniform(0.22, 0.45), random.uniform(0.3, 0.7), random.uniform(0.2, 0.5));
  const [stem, stroke, ink] = [new Stroke(), new Stroke(), new StrandInk()];
  const twigs = 2 + random.integer(7);
  const size = side * random.uniform(0.06, 0.16);
  const width = Math.max(0.6, size * random.uniform(0.025, 0.06));
  const from = random.uniform(0, 2 * Math.PI);
  for (let twig = 0; twig < twigs; twig++) {
    growStrand(stem, {
      x: side * (0.5 - 0.5 * Math.cos(from) + 0.25 * random.normal()),
      y: side * (0.5 - 0.5 * Math.sin(from) + 0.25 * random.normal()),
      angle: from + 0.5 * random.normal(),
      length: side * random.uniform(0.5, 1),
      width: side / 90,
      curl: 0.6 * random.normal(),
      waves: 0,
      swing: 0,
      phase: 0,
      weight: 0.2,
      taper: 0.9,
    });
    stem.addTo(canvas);
    canvas.paint(flat([0.3, 0.2, 0.13]));
    const count = 120 + random.integer(260);
    for (let k = 0; k < count; k++) {
      const at = random.uniform(0.05, 1) * (stem.count - 1);
      const i = Math.min(stem.count - 2, Math.floor(at));
      const along = Math.atan2(stem.y[i + 1]! - stem.y[i]!, stem.x[i + 1]! - stem.x[i]!);
      growStrand(stroke, {
        x: stem.x[i]! + (at - i) * (stem.x[i + 1]! - stem.x[i]!),
        y: stem.y[i]! + (at - i) * (stem.y[i + 1]! - stem.y[i]!),
        angle: along + (random.chance(0.5) ? 1 : -1) * random.uniform(0.2, 1.1),
        length: size * random.uniform(0.6, 1.1),
        width,
        curl: 0.3 * random.normal(),
        waves: 0,
        swing: 0,
        phase: 0,
        weight: 0,
        taper: 0.4,
      });
      stroke.addTo(canvas);
      const own = varied(random, colour, 0.2);
      ink.set(stroke, lit(own, 0.6), lit(own, 1.2), {
        at: 0.6,
        width: 0.3,
        strength: random.uniform(0, 0.3),
      });
      canvas.paint(ink.shade);
    }
  }
}
