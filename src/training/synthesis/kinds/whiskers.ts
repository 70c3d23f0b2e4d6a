import { anyColour, lit, mix, varied, type Colour } from '../colours.js';
import type { Layer } from '../layer.js';
import { rootAt } from '../outline.js';
import { anyLight } from '../relief.js';
import { canvasOf, type Scene } from '../scene.js';
import { growStrand, StrandInk, Stroke } from '../strand.js';
import { anyTexture } from '../texture.js';
import { solidBody } from './body.js';
import { animal, drawFurry, type Part } from './fur.js';

/** Few long hairs that stand alone: whiskers of a cat, bristles of a brush, spines of a cactus. */
export function whiskers(scene: Scene): Layer {
  const { random, side } = scene;
  const radius = side * random.uniform(0.14, 0.3);
  const parts = animal(scene, radius);
  const canvas = canvasOf(scene);
  if (random.chance(0.6)) {
    drawFurry(canvas, scene, parts, {
      length: radius * random.uniform(0.05, 0.16),
      width: random.uniform(0.6, 1.2),
      curl: 0.3,
      waves: 0,
      unrest: 0.3,
      comb: { angle: random.uniform(0, 6), strength: 0.5 },
    });
  } else {
    const light = anyLight(random);
    for (const part of parts) {
      canvas.lay(solidBody(scene, [part.outline], anyTexture(scene), light, 0.5 * part.radius));
    }
  }
  const pale: Colour = mix(anyColour(random), [1, 1, 1], random.uniform(0.4, 1));
  const colour = random.chance(0.6) ? pale : lit(anyColour(random), 0.3);
  const clusters = random.chance(0.5) ? 2 + random.integer(3) : 8 + random.integer(30);
  const stroke = new Stroke();
  const ink = new StrandInk();
  for (let cluster = 0; cluster < clusters; cluster++) {
    const part: Part = parts[parts.length - 1 - (random.chance(0.6) ? 0 : random.integer(parts.length))]!;
    const root = rootAt(part.outline, random.uniform(), random.uniform(0, 0.7), part.x, part.y);
    const length = part.radius * random.uniform(0.6, 1.9);
    const [width, curl] = [random.uniform(0.7, 2.2), random.uniform(-1.2, 1.2)];
    const hairs = 3 + random.integer(8);
    for (let k = 0; k < hairs; k++) {
      growStrand(stroke, {
        x: root.x + 0.06 * part.radius * random.normal(),
        y: root.y + 0.06 * part.radius * random.normal(),
        angle: root.angle + 0.35 * random.normal(),
        length: length * random.uniform(0.5, 1.2),
        width: width * random.uniform(0.7, 1.2),
        curl: curl + 0.4 * random.normal(),
        waves: 0,
        swing: 0,
        phase: 0,
        weight: random.uniform(0, 0.9),
        taper: random.uniform(0.7, 1),
      });
      stroke.addTo(canvas);
      const own = varied(random, colour, 0.1);
      ink.set(stroke, lit(own, 0.8), own, {
        at: random.uniform(),
        width: 0.3,
        strength: random.uniform(0, 0.6),
      });
      canvas.paint(ink.shade);
    }
  }
  return canvas.toLayer();
}
