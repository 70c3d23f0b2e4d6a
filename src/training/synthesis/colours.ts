import type { Random } from '../random.js';

/** R′, G′, B′, 0..1. */
export type Colour = readonly [number, number, number];

/** Hue in turns, saturation and value 0..1 (Smith, "Color Gamut Transform Pairs", SIGGRAPH 1978). */
export function fromHue(hue: number, saturation: number, value: number): Colour {
  const channel = (n: number): number => {
    const k = (n + 6 * (((hue % 1) + 1) % 1)) % 6;
    return value * (1 - saturation * Math.max(0, Math.min(k, 4 - k, 1)));
  };
  return [channel(5), channel(3), channel(1)];
}

/** Any colour, dull ones more often than bright ones. */
export function anyColour(random: Random): Colour {
  return fromHue(random.uniform(), random.uniform() ** 1.5, random.uniform(0.12, 1));
}

export function mix(a: Colour, b: Colour, t: number): Colour {
  return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2])];
}

/** Scales a colour, within 0..1. */
export function lit([red, green, blue]: Colour, gain: number): Colour {
  return [Math.min(1, red * gain), Math.min(1, green * gain), Math.min(1, blue * gain)];
}

/** A colour near another: brightness, and each channel a little by itself. */
export function varied(random: Random, colour: Colour, spread: number): Colour {
  const gain = Math.exp(spread * random.normal());
  const shift = (value: number): number =>
    Math.min(1, Math.max(0, value * gain + 0.25 * spread * value * random.normal()));
  return [shift(colour[0]), shift(colour[1]), shift(colour[2])];
}

const HAIR: readonly Colour[] = [
  [0.06, 0.05, 0.05],
  [0.12, 0.08, 0.06],
  [0.24, 0.15, 0.09],
  [0.38, 0.25, 0.15],
  [0.6, 0.44, 0.26],
  [0.8, 0.67, 0.45],
  [0.52, 0.2, 0.08],
  [0.55, 0.54, 0.53],
  [0.88, 0.87, 0.84],
];

/** What hair comes in, dyed now and then. */
export function hairColour(random: Random): Colour {
  return random.chance(0.1)
    ? fromHue(random.uniform(), random.uniform(0.4, 0.9), random.uniform(0.3, 0.9))
    : varied(random, random.pick(HAIR), 0.15);
}

/** What coats of animals come in. */
export function furColour(random: Random): Colour {
  return random.chance(0.75)
    ? fromHue(random.uniform(0.03, 0.12), random.uniform(0.05, 0.7), random.uniform(0.1, 0.95))
    : fromHue(random.uniform(), random.uniform(0, 0.25), random.uniform(0.05, 1));
}

export function skinColour(random: Random): Colour {
  return fromHue(random.uniform(0.02, 0.09), random.uniform(0.25, 0.6), random.uniform(0.25, 0.95));
}

export function leafColour(random: Random): Colour {
  return random.chance(0.7)
    ? fromHue(random.uniform(0.18, 0.4), random.uniform(0.35, 0.85), random.uniform(0.2, 0.75))
    : fromHue(random.uniform(0, 0.16), random.uniform(0.5, 0.9), random.uniform(0.35, 0.9));
}
