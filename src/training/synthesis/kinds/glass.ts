import type { Random } from '../../random.js';
import type { Canvas, Shade } from '../canvas.js';
import { anyColour, lit, mix, type Colour } from '../colours.js';
import type { Layer } from '../layer.js';
import { fractalNoise, sampleField, smoothStep } from '../noise.js';
import { canvasOf, type Scene } from '../scene.js';

/** Radius of a turned vessel over its height 0 (rim) … 1 (foot), as shares of its height. */
type Profile = (v: number) => number;

const PROFILES: readonly ((random: Random) => Profile)[] = [
  // Wine glass: bowl, stem, foot.
  (random) => {
    const [bowl, belly, foot] = [
      random.uniform(0.4, 0.6),
      random.uniform(0.2, 0.32),
      random.uniform(0.15, 0.25),
    ];
    return (v) => {
      if (v < bowl)
        return (
          belly *
            (0.75 + 0.25 * Math.sin(Math.PI * Math.min(1, v / bowl + 0.1))) *
            Math.sqrt(1 - (v / bowl) ** 4) +
          0.015
        );
      return 0.015 + foot * smoothStep(0.93, 1, v);
    };
  },
  // Tumbler.
  (random) => {
    const [top, foot] = [random.uniform(0.25, 0.4), random.uniform(0.18, 0.35)];
    return (v) => top + (foot - top) * v;
  },
  // Bottle.
  (random) => {
    const [neck, shoulder, body] = [
      random.uniform(0.04, 0.07),
      random.uniform(0.25, 0.45),
      random.uniform(0.13, 0.22),
    ];
    return (v) => neck + (body - neck) * smoothStep(shoulder - 0.1, shoulder + 0.1, v);
  },
  // Vase.
  (random) => {
    const [base, swell, phase] = [
      random.uniform(0.14, 0.25),
      random.uniform(0.05, 0.13),
      random.uniform(2, 5),
    ];
    return (v) => base + swell * Math.sin(phase + 4 * v);
  },
  // Ball.
  () => (v) => 0.5 * Math.sqrt(Math.max(0, 1 - (2 * v - 1) ** 2)),
];

/** Vessels, balls and bubbles one sees through: dark or bright rims, highlights, sometimes a drink. */
export function glass(scene: Scene): Layer {
  const { random, side } = scene;
  const canvas = canvasOf(scene);
  const bubbles = random.chance(0.25);
  const count = bubbles ? 4 + random.integer(18) : 1 + random.integer(3);
  for (let k = 0; k < count; k++) {
    const height = side * (bubbles ? random.uniform(0.08, 0.35) : random.uniform(0.45, 1.1));
    vessel(canvas, scene, {
      x: side * (bubbles ? random.uniform(0, 1) : (k + 1) / (count + 1) + random.uniform(-0.08, 0.08)),
      top: bubbles ? random.uniform(-0.05, 0.95) * side : side * random.uniform(0.02, 0.3),
      height,
      profile: bubbles ? PROFILES[4]!(random) : random.pick(PROFILES)(random),
      bubble: bubbles,
    });
  }
  return canvas.toLayer();
}

interface Vessel {
  readonly x: number;
  readonly top: number;
  readonly height: number;
  readonly profile: Profile;
  readonly bubble: boolean;
}

function vessel(canvas: Canvas, scene: Scene, { x, top, height, profile, bubble }: Vessel): void {
  const steps = 90;
  const outline: number[] = [];
  const radius = (v: number): number => height * profile(v);
  for (let i = 0; i <= steps; i++) outline.push(x + radius(i / steps), top + (height * i) / steps);
  for (let i = steps; i >= 0; i--) outline.push(x - radius(i / steps), top + (height * i) / steps);
  canvas.polygon(outline);
  canvas.paint(glassShade(scene, { x, top, height, profile, bubble }));
}

/**
 * Light passes a wall the more obliquely the nearer it is to the silhouette: reflection there follows Schlick's form of
 * Fresnel's law (1994), and opacity grows with it.
 */
function glassShade({ random, side }: Scene, { x: middle, top, height, profile, bubble }: Vessel): Shade {
  const clear = random.uniform(0.02, 0.22);
  const tint: Colour = random.chance(0.6)
    ? mix(anyColour(random), [0.8, 0.85, 0.85], 0.8)
    : anyColour(random);
  const rim = random.chance(0.5) ? lit(tint, 0.25) : mix(tint, [1, 1, 1], 0.7);
  const power = random.uniform(2, 5);
  const rimStrength = random.uniform(0.5, 0.95);
  const drink =
    !bubble && random.chance(0.4)
      ? { level: random.uniform(0.1, 0.6), colour: anyColour(random), opacity: random.uniform(0.3, 0.92) }
      : undefined;
  const reflections = Array.from({ length: 1 + random.integer(4) }, () => ({
    at: random.uniform(-0.85, 0.85),
    width: random.uniform(0.02, 0.16),
    from: random.uniform(0, 0.6),
    to: random.uniform(0.4, 1),
    strength: random.uniform(0.3, 1),
  }));
  const streaks = fractalNoise(random, 64, { cells: 3, octaves: 4, aspect: 3 });
  const mirrored = random.uniform(0, 0.35);
  const sparkle: Colour = mix([1, 1, 1], anyColour(random), 0.1);
  const hues = bubble ? [anyColour(random), anyColour(random)] : undefined;
  return (x, y, ink) => {
    const v = Math.min(1, Math.max(0, (y - top) / height));
    const s = Math.min(1, Math.max(-1, (x - middle) / (height * profile(v) + 1e-6)));
    const edge = Math.max(Math.abs(s), bubble ? Math.abs(s) : 0, v > 0.97 || v < 0.015 ? 0.93 : 0);
    const fresnel = rimStrength * edge ** (3 * power);
    const haze = mirrored * smoothStep(0.45, 0.75, sampleField(streaks, x, y, side));
    let alpha = clear + (1 - clear) * Math.max(fresnel, haze);
    const share = Math.max(fresnel, haze) / (alpha + 1e-6);
    const base = hues ? mix(hues[0]!, hues[1]!, 0.5 + 0.5 * Math.sin(9 * v + 5 * s)) : tint;
    let [red, green, blue] = mix(base, fresnel > haze ? rim : mix(tint, [1, 1, 1], 0.6), Math.min(1, share));
    if (drink && v > drink.level) {
      const body = drink.opacity * smoothStep(1, 0.9, Math.abs(s));
      const shade = 0.55 + 0.5 * (0.5 - 0.5 * s) + 0.25 * smoothStep(drink.level + 0.02, drink.level, v);
      alpha = body + (1 - body) * alpha;
      [red, green, blue] = mix([red, green, blue], lit(drink.colour, shade), body / (alpha + 1e-6));
    }
    for (const r of reflections) {
      const across = smoothStep(r.width, 0.6 * r.width, Math.abs(s - r.at));
      const along = smoothStep(r.from, r.from + 0.05, v) * smoothStep(r.to, r.to - 0.08, v);
      const glow = r.strength * across * along;
      alpha = glow + (1 - glow) * alpha;
      [red, green, blue] = mix([red, green, blue], sparkle, glow / (alpha + 1e-6));
    }
    ink[0] = red;
    ink[1] = green;
    ink[2] = blue;
    ink[3] = Math.min(1, alpha);
  };
}
