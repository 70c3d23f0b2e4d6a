import type { Canvas, Shade } from '../canvas.js';
import { fromHue, leafColour, lit, mix, varied, type Colour } from '../colours.js';
import type { Layer } from '../layer.js';
import { canvasOf, type Scene } from '../scene.js';
import { growStrand, StrandInk, Stroke } from '../strand.js';
import { flat } from '../canvas.js';

/** How a plant's leaves are made. */
interface Species {
  /** Half the width over the length 0 (stalk) … 1 (tip), as a share of the length. */
  readonly shape: (t: number) => number;
  readonly size: number;
  readonly colour: Colour;
  readonly vein: Colour;
  readonly veins: number;
}

/** Twigs with leaves, ferns and palms, needles, grass: many small shapes with sky between them. */
export function leaves(scene: Scene): Layer {
  const { random } = scene;
  const canvas = canvasOf(scene);
  random.pick([foliage, foliage, foliage, frond, grass, needles])(canvas, scene);
  return canvas.toLayer();
}

function anySpecies({ random, side }: Scene): Species {
  const width = random.uniform(0.1, 0.35);
  const teeth = random.chance(0.4)
    ? { count: 8 + random.integer(14), depth: random.uniform(0.05, 0.2) }
    : undefined;
  const lobes = random.chance(0.2) ? 2 + random.integer(3) : 0;
  const early = random.uniform(0.6, 1.4);
  const colour = leafColour(random);
  return {
    shape: (t) => {
      const round = Math.sin(Math.PI * t ** early) ** 0.8;
      const tooth = teeth ? 1 - teeth.depth * ((t * teeth.count) % 1) : 1;
      const lobe = lobes > 0 ? 0.55 + 0.45 * Math.abs(Math.cos(Math.PI * lobes * t)) : 1;
      return width * round * tooth * lobe;
    },
    size: side * random.uniform(0.05, 0.28),
    colour,
    vein: mix(colour, random.chance(0.7) ? [0.9, 0.95, 0.7] : [0.2, 0.15, 0.1], random.uniform(0.15, 0.5)),
    veins: 4 + random.integer(8),
  };
}

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

function leaf(
  canvas: Canvas,
  { random }: Scene,
  species: Species,
  x: number,
  y: number,
  angle: number,
  size: number,
): void {
  const steps = Math.min(48, Math.max(12, Math.ceil(size / 3)));
  const bend = 0.5 * random.normal();
  // Seen from the side a leaf is narrow.
  const tilt = random.uniform(0.3, 1);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const points = new Float64Array(4 * (steps + 1));
  const rib = new Stroke();
  for (let i = 0; i <= steps; i++) {
    const t = i / steps;
    const half = species.shape(t) * tilt;
    const sag = bend * t * t * 0.5;
    const put = (at: number, across: number): void => {
      points[2 * at] = x + size * (t * cos - (sag + across) * sin);
      points[2 * at + 1] = y + size * (t * sin + (sag + across) * cos);
    };
    put(i, -half);
    put(2 * steps + 1 - i, half);
    if (i % 3 === 0)
      rib.to(
        x + size * (t * cos - sag * sin),
        y + size * (t * sin + sag * cos),
        Math.max(0.2, size * 0.008 * (1 - t)),
      );
  }
  canvas.polygon(points);
  const colour = varied(random, species.colour, 0.18);
  const [near, far] = [random.uniform(0.7, 1.15), random.uniform(0.7, 1.15)];
  const shade: Shade = (px, py, ink) => {
    const u = ((px - x) * cos + (py - y) * sin) / size;
    const v = ((py - y) * cos - (px - x) * sin) / size - bend * u * u * 0.5;
    const side = v < 0 ? near : far;
    const between = ((u - 1.2 * Math.abs(v)) * species.veins + 8) % 1;
    const vein = Math.max(0, 1 - Math.abs(between - 0.5) * 14) * 0.7;
    const gain = side * (0.85 + 0.3 * u) * (0.93 + 0.14 * between);
    for (let c = 0; c < 3; c++) {
      const base = Math.min(1, colour[c]! * gain);
      ink[c] = base + vein * (species.vein[c]! - base);
    }
    ink[3] = 1;
  };
  canvas.paint(shade);
  rib.addTo(canvas);
  canvas.paint(flat(species.vein));
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

function grass(canvas: Canvas, scene: Scene): void {
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

function needles(canvas: Canvas, scene: Scene): void {
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
