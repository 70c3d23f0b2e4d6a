import type { Random } from '../random.js';
import type { Layer } from '../synthesis/layer.js';

/** A change of colour: a curve a channel, read from tables, then a mix of the channels. */
export interface ColourChange {
  readonly curves: readonly [Float32Array, Float32Array, Float32Array];
  /** 0 grey, 1 as it was, above 1 more vivid. */
  readonly saturation: number;
  /** Turn of hue, as a blend of each channel with the next. */
  readonly twist: number;
}

const STEPS = 1024;

/** Brightness, contrast, gamma and white balance, saturation and a little hue. */
export function anyChange(random: Random, strength = 1): ColourChange {
  const gamma = Math.exp(strength * random.uniform(-0.4, 0.4));
  const gain = Math.exp(strength * random.uniform(-0.35, 0.25));
  const contrast = 1 + strength * random.uniform(-0.25, 0.25);
  const curve = (): Float32Array => {
    const own = gain * (1 + 0.08 * strength * random.normal());
    const lift = 0.02 * strength * random.normal();
    return Float32Array.from({ length: STEPS + 1 }, (_, i) =>
      Math.min(1, Math.max(0, ((i / STEPS) ** gamma * own - 0.5) * contrast + 0.5 + lift)),
    );
  };
  return {
    curves: [curve(), curve(), curve()],
    saturation: Math.max(0, 1 + strength * random.uniform(-0.6, 0.5)),
    twist: random.chance(0.3 * strength) ? random.uniform(0, 0.6) : 0,
  };
}

/** Changes straight colours in place: R′G′B′ 0..1, interleaved. */
export function changeColours(rgb: Float32Array, { curves, saturation, twist }: ColourChange): void {
  for (let i = 0; i < rgb.length; i += 3) {
    const r = curves[0][Math.round(STEPS * rgb[i]!)]!;
    const g = curves[1][Math.round(STEPS * rgb[i + 1]!)]!;
    const b = curves[2][Math.round(STEPS * rgb[i + 2]!)]!;
    const [r1, g1, b1] = [r + twist * (g - r), g + twist * (b - g), b + twist * (r - b)];
    const grey = 0.299 * r1 + 0.587 * g1 + 0.114 * b1;
    rgb[i] = clamp(grey + saturation * (r1 - grey));
    rgb[i + 1] = clamp(grey + saturation * (g1 - grey));
    rgb[i + 2] = clamp(grey + saturation * (b1 - grey));
  }
}

/**
 * Moves the subject's mean colour to that of what is behind it, as where hair is as dark as the wall: the case in which
 * colour alone tells nothing.
 */
export function matchColours(
  rgb: Float32Array,
  { rgba }: Layer,
  background: Float32Array,
  random: Random,
): void {
  const share = random.uniform(0.6, 1);
  for (let c = 0; c < 3; c++) {
    let [own, weight, other] = [0, 0, 0];
    for (let i = 0; i < rgba.length / 4; i++) {
      const alpha = rgba[4 * i + 3]!;
      own += alpha * rgb[3 * i + c]!;
      weight += alpha;
      other += background[3 * i + c]!;
    }
    const shift = share * (other / (rgba.length / 4) - own / Math.max(weight, 1e-6)) + 0.06 * random.normal();
    for (let i = c; i < rgb.length; i += 3) rgb[i] = clamp(rgb[i]! + shift);
  }
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
