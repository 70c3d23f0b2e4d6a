import type { Random } from '../../random.js';
import { anyColour, fromHue, mix, type Colour } from '../colours.js';
import { emptyLayer, type Layer } from '../layer.js';
import { fractalNoise, sampleField, smoothStep, type Field } from '../noise.js';
import type { Scene } from '../scene.js';

/** Smoke, steam, cloud, mist and fire: turbulent density that light passes by Beer's law. */
export function smoke(scene: Scene): Layer {
  const { random, side } = scene;
  const density = turbulence(random, side);
  const envelope = random.pick([plume, plume, puff, puff, mist])(random);
  const thick = Math.exp(random.uniform(0.3, 2.1));
  const floor = random.uniform(0.15, 0.45);
  const paint = random.chance(0.2) ? fire(random) : lightSmoke(random, density);
  const layer = emptyLayer(side);
  const ink = new Float32Array(3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const i = y * side + x;
      const amount = thick * envelope(x / side, y / side) * Math.max(0, density.values[i]! - floor) * 2;
      const alpha = 1 - Math.exp(-amount);
      if (alpha < 1e-3) continue;
      paint(ink, x, y, alpha);
      layer.rgba[4 * i] = alpha * ink[0]!;
      layer.rgba[4 * i + 1] = alpha * ink[1]!;
      layer.rgba[4 * i + 2] = alpha * ink[2]!;
      layer.rgba[4 * i + 3] = alpha;
    }
  }
  return layer;
}

/** Noise read at places that noise has moved: it curls as smoke does. 0..1. */
function turbulence(random: Random, side: number): Field {
  const cells = random.pick([2, 3, 4]);
  const half = Math.ceil(side / 2);
  const base = fractalNoise(random, side, {
    cells,
    octaves: 7,
    gain: random.uniform(0.45, 0.62),
    aspect: random.uniform(0.5, 1),
  });
  const across = fractalNoise(random, half, { cells, octaves: 4, gain: 0.5 });
  const down = fractalNoise(random, half, { cells, octaves: 4, gain: 0.5 });
  const reach = side * random.uniform(0.1, 0.6);
  const values = new Float32Array(side * side);
  const contrast = random.uniform(1.2, 2);
  // Folded noise has the sharp crests of wisps (Perlin's turbulence).
  const wisps = random.chance(0.4) ? random.uniform(0.2, 0.6) : 0;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const u = x + reach * (sampleField(across, x, y, side) - 0.5);
      const v = y + reach * (sampleField(down, x, y, side) - 0.5);
      const plain = 0.5 + contrast * (sampleField(base, reflect(u, side), reflect(v, side), side) - 0.5);
      const folded = 1 - 2 * Math.abs(plain - 0.5);
      values[y * side + x] = Math.min(1, Math.max(0, plain + wisps * (folded * folded - plain)));
    }
  }
  return { side, values };
}

function reflect(x: number, side: number): number {
  return side - 1 - Math.abs(side - 1 - Math.abs(x));
}

/** Where there is any, 0..1, over the unit square. */
type Envelope = (x: number, y: number) => number;

/** Rises from a point, sways and widens. */
function plume(random: Random): Envelope {
  const [foot, sway, phase] = [random.uniform(0.25, 0.75), random.uniform(0, 0.15), random.uniform(0, 6)];
  const [narrow, wide] = [random.uniform(0.02, 0.1), random.uniform(0.12, 0.4)];
  const thinning = random.uniform(0, 0.9);
  return (x, y) => {
    const height = 1 - y;
    const middle = foot + sway * height * Math.sin(phase + 5 * height);
    const away = (x - middle) / (narrow + wide * height);
    return Math.exp(-away * away) * (1 - thinning * height);
  };
}

function puff(random: Random): Envelope {
  const puffs = Array.from({ length: 1 + random.integer(5) }, () => ({
    x: random.uniform(0.25, 0.75),
    y: random.uniform(0.25, 0.75),
    radius: random.uniform(0.12, 0.35),
  }));
  return (x, y) =>
    Math.max(...puffs.map((p) => smoothStep(1.3, 0.2, Math.hypot(x - p.x, y - p.y) / p.radius)));
}

/** Lies on the ground, or fills all. */
function mist(random: Random): Envelope {
  const [top, depth] = [random.uniform(-0.3, 0.7), random.uniform(0.2, 0.6)];
  return (_x, y) => smoothStep(top, top + depth, y) * 0.7;
}

type Paint = (ink: Float32Array, x: number, y: number, alpha: number) => void;

/** Lit from one side: what has dense smoke between it and the light is darker. */
function lightSmoke(random: Random, { side, values }: Field): Paint {
  const grey = random.uniform(0.15, 1);
  const colour: Colour = random.chance(0.65)
    ? [grey, grey * random.uniform(0.95, 1), grey * random.uniform(0.92, 1.05)]
    : anyColour(random);
  const shadow = mix(colour, [0.1, 0.1, 0.14], random.uniform(0.2, 0.75));
  const turn = random.uniform(0, 2 * Math.PI);
  const [dx, dy] = [Math.round(0.03 * side * Math.cos(turn)), Math.round(0.03 * side * Math.sin(turn))];
  const strength = random.uniform(0.6, 2.2);
  const at = (x: number, y: number): number =>
    values[Math.min(side - 1, Math.max(0, y)) * side + Math.min(side - 1, Math.max(0, x))]!;
  return (ink, x, y) => {
    const slope = at(x, y) - at(x + dx, y + dy) + 0.5 * (at(x, y) - at(x + 2 * dx, y + 2 * dy));
    const t = Math.min(1, Math.max(0, 0.5 + strength * slope));
    for (let c = 0; c < 3; c++) ink[c] = Math.min(1, shadow[c]! + t * (colour[c]! - shadow[c]!));
  };
}

/** Hotter where denser: red, orange, yellow, nearly white. */
function fire(random: Random): Paint {
  const blue = random.chance(0.15);
  const hue = blue ? 0.6 : random.uniform(0, 0.03);
  const ramp = [
    fromHue(hue, 1, 0.35),
    fromHue(hue, 1, 0.85),
    fromHue(blue ? 0.55 : 0.09, 0.95, 1),
    fromHue(blue ? 0.52 : 0.14, 0.6, 1),
    fromHue(0.15, 0.15, 1),
  ];
  return (ink, _x, _y, alpha) => {
    const at = Math.min(ramp.length - 1.001, alpha * (ramp.length - 1));
    const colour = mix(ramp[Math.floor(at)]!, ramp[Math.floor(at) + 1]!, at % 1);
    ink.set(colour);
  };
}
