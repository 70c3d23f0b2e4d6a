import { flat, type Canvas } from '../canvas.js';
import { fromHue, lit, mix } from '../colours.js';
import type { Layer } from '../layer.js';
import { canvasOf, type Scene } from '../scene.js';
import { growStrand, StrandInk, Stroke } from '../strand.js';
import { grass, needles } from './grass.js';
import { anySpecies, leaf, type Species } from './leaf.js';

/** Twigs with leaves, ferns and palms, needles, grass: many small shapes with sky between them. */
export function leaves(scene: Scene): Layer {
  const { random } = scene;
  const canvas = canvasOf(scene);
  random.pick([foliage, foliage, foliage, frond, grass, needles])(canvas, scene);
  return canvas.toLayer();
}

/** Twigs that enter from one side, with a leaf at every node and one at the end. */
function foliage(canvas: Canvas, scene: Scene): void {
  const { random, side } = scene;
  const species = anySpecies(scene);
  const twigs = Math.max(1, Math.round((0.3 * side) / species.size) + random.integer(5));
  const bark = lit(
    fromHue(random.uniform(0.04, 0.12), random.uniform(0.2, 0.6), random.uniform(0.15, 0.5)),
    1,
  );
  const stem = new Stroke();
  const ink = new StrandInk();
  const from = random.uniform(0, 2 * Math.PI);
  for (let twig = 0; twig < twigs; twig++) {
    const angle = from + 0.7 * random.normal();
    growStrand(stem, {
      x: side * (0.5 - 0.55 * Math.cos(from) + 0.25 * random.normal()),
      y: side * (0.5 - 0.55 * Math.sin(from) + 0.25 * random.normal()),
      angle,
      length: side * random.uniform(0.5, 1.1),
      width: species.size * random.uniform(0.04, 0.12) + 0.6,
      curl: random.normal(),
      waves: 1,
      swing: 0.2,
      phase: random.uniform(0, 6),
      weight: random.uniform(0, 0.5),
      taper: 0.9,
    });
    stem.addTo(canvas);
    ink.set(stem, bark, mix(bark, species.colour, 0.5), { at: 0.5, width: 0.3, strength: 0.05 });
    canvas.paint(ink.shade);
    const pairs = Math.ceil(stem.count * random.uniform(0.4, 0.9));
    for (let k = 1; k <= pairs; k++) {
      const i = Math.min(stem.count - 1, Math.round((k * (stem.count - 1)) / pairs));
      const along = Math.atan2(stem.y[i]! - stem.y[i - 1]!, stem.x[i]! - stem.x[i - 1]!);
      for (const turn of k === pairs ? [0] : random.chance(0.6) ? [-1, 1] : [k % 2 === 0 ? 1 : -1]) {
        const size = species.size * random.uniform(0.55, 1.2);
        leaf(
          canvas,
          scene,
          species,
          stem.x[i]!,
          stem.y[i]!,
          along + turn * random.uniform(0.5, 1.2) + 0.2 * random.normal(),
          size,
        );
      }
    }
  }
}

/** Ferns and palms: leaflets in two rows. */
function frond(canvas: Canvas, scene: Scene): void {
  const { random, side } = scene;
  const fronds = 1 + random.integer(6);
  const species = { ...anySpecies(scene), veins: 2 };
  const width = random.uniform(0.04, 0.12);
  const narrow: Species = { ...species, shape: (t) => width * Math.sin(Math.PI * Math.sqrt(t)) };
  const [x, y] = [side * random.uniform(0.2, 0.8), side * random.uniform(0.7, 1.05)];
  for (let k = 0; k < fronds; k++) {
    const rachis = new Stroke();
    const length = side * random.uniform(0.6, 1.1);
    growStrand(rachis, {
      x,
      y,
      angle: -Math.PI / 2 + 0.7 * random.normal(),
      length,
      width: side / 120,
      curl: 0.8 * random.normal(),
      waves: 0,
      swing: 0,
      phase: 0,
      weight: random.uniform(0, 0.7),
      taper: 0.9,
    });
    const leaflets = 14 + random.integer(26);
    for (let j = 2; j < leaflets; j++) {
      const at = (j / leaflets) * (rachis.count - 1);
      const i = Math.min(rachis.count - 2, Math.floor(at));
      const along = Math.atan2(rachis.y[i + 1]! - rachis.y[i]!, rachis.x[i + 1]! - rachis.x[i]!);
      const size =
        length * 0.32 * Math.sin(Math.PI * (0.15 + (0.8 * j) / leaflets)) * random.uniform(0.85, 1.1);
      const px = rachis.x[i]! + (at - i) * (rachis.x[i + 1]! - rachis.x[i]!);
      const py = rachis.y[i]! + (at - i) * (rachis.y[i + 1]! - rachis.y[i]!);
      for (const turn of [-1, 1])
        leaf(
          canvas,
          scene,
          narrow,
          px,
          py,
          along + turn * (1.15 - (0.6 * j) / leaflets) + 0.06 * random.normal(),
          size,
        );
    }
    rachis.addTo(canvas);
    canvas.paint(flat(lit(species.colour, 0.7)));
  }
}
