import type { Random } from '../../random.js';
import { anyColour, lit, mix, type Colour } from '../colours.js';
import type { Shade } from '../canvas.js';
import type { Layer } from '../layer.js';
import { fractalNoise, sampleField } from '../noise.js';
import { blob } from '../outline.js';
import { anyLight } from '../relief.js';
import { canvasOf, type Scene } from '../scene.js';
import { anyTexture } from '../texture.js';
import { solidBody } from './body.js';

/** Thin cloth in folds: denser where it is folded or seen from the side, sometimes over something solid. */
export function veil(scene: Scene): Layer {
  const { random, side } = scene;
  const canvas = canvasOf(scene);
  if (random.chance(0.45)) {
    const [x, y, radius] = [
      side * random.uniform(0.3, 0.7),
      side * random.uniform(0.4, 0.7),
      side * random.uniform(0.1, 0.25),
    ];
    canvas.lay(
      solidBody(scene, [blob(random, x, y, radius)], anyTexture(scene), anyLight(random), radius / 2),
    );
  }
  const colour = random.chance(0.5)
    ? mix(anyColour(random), [1, 1, 1], random.uniform(0.6, 1))
    : anyColour(random);
  const pieces = 1 + random.integer(3);
  for (let k = 0; k < pieces; k++) {
    canvas.polygon(
      random.chance(0.5)
        ? hanging(scene)
        : blob(
            random,
            side * random.uniform(0.25, 0.75),
            side * random.uniform(0.25, 0.75),
            side * random.uniform(0.25, 0.5),
          ),
    );
    canvas.paint(folds(random, side, colour));
  }
  return canvas.toLayer();
}

/** A cloth that hangs from the top and ends in a wavy hem. */
function hanging({ random, side }: Scene): Float64Array {
  const [left, right] = [side * random.uniform(-0.1, 0.4), side * random.uniform(0.6, 1.1)];
  const [flare, hem] = [side * random.uniform(-0.1, 0.25), side * random.uniform(0.6, 1.05)];
  const [waves, depth, phase] = [
    random.uniform(2, 7),
    side * random.uniform(0.01, 0.06),
    random.uniform(0, 6),
  ];
  const points: number[] = [left, -2, right, -2];
  for (let i = 0; i <= 80; i++) {
    const t = 1 - i / 80;
    points.push(
      left - flare + t * (right - left + 2 * flare),
      hem + depth * Math.sin(phase + waves * 2 * Math.PI * t),
    );
  }
  return Float64Array.from(points);
}

/** n layers of a cloth let through what one does to the nth power; folds raise n smoothly, creases sharply. */
function folds(random: Random, side: number, colour: Colour): Shade {
  const sheer = random.uniform(0.12, 0.6);
  const turn = random.uniform(-0.5, 0.5) + (random.chance(0.25) ? Math.PI / 2 : 0);
  const [cos, sin] = [Math.cos(turn) / side, Math.sin(turn) / side];
  const [count, sway] = [random.uniform(3, 14), random.uniform(0.5, 3.5)];
  const bend = fractalNoise(random, 64, { cells: 2, octaves: 3 });
  const grain = fractalNoise(random, 128, { cells: 16, octaves: 3, aspect: random.pick([1, 0.2]) });
  const [depth, crease] = [random.uniform(0.5, 3), random.uniform(1, 5)];
  const contrast = random.uniform(0.25, 0.7);
  const shadow = mix(lit(colour, 1 - contrast), [0.1, 0.1, 0.15], 0.15);
  const dots = random.chance(0.25)
    ? { step: side * random.uniform(0.03, 0.08), size: random.uniform(0.1, 0.3) }
    : undefined;
  return (x, y, ink) => {
    const phase = 2 * Math.PI * (count * (x * cos + y * sin) + sway * sampleField(bend, x, y, side));
    const ridge = 0.5 + 0.5 * Math.sin(phase);
    const layers = 1 + depth * ridge ** crease + 0.5 * (sampleField(grain, x, y, side) - 0.5);
    let alpha = 1 - (1 - sheer) ** layers;
    const t = 0.5 + 0.5 * Math.sin(phase + 1.1);
    if (dots) {
      const du = ((x + y) / dots.step) % 1;
      const dv = ((((x - y) / dots.step) % 1) + 1) % 1;
      const away = Math.hypot(du - 0.5, dv - 0.5);
      alpha = Math.max(alpha, Math.min(1, Math.max(0, (dots.size - away) * 12)));
    }
    for (let c = 0; c < 3; c++) ink[c] = shadow[c]! + t * (colour[c]! - shadow[c]!);
    ink[3] = alpha;
  };
}
