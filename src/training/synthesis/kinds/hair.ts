import type { Canvas } from '../canvas.js';
import { hairColour, lit, mix, skinColour, varied, type Colour } from '../colours.js';
import type { Layer } from '../layer.js';
import { rootAt, roundOutline, type Outline } from '../outline.js';
import { anyLight } from '../relief.js';
import { canvasOf, type Scene } from '../scene.js';
import { growStrand, StrandInk, Stroke, type Growth } from '../strand.js';
import { anyTexture, noiseTexture } from '../texture.js';
import { solidBody } from './body.js';

/** What a hairdo's strands have in common. Lengths in head radii. */
interface Style {
  readonly length: readonly [number, number];
  readonly waves: readonly [number, number];
  readonly swing: number;
  readonly curl: number;
  /** Radians that a level hair turns downwards by over a head's radius. */
  readonly weight: number;
  /** How far locks leave the direction they are combed in, radians. */
  readonly unrest: number;
  /** How flat hair leaves the scalp: 0 straight away from it, 1 along it, away from the parting. */
  readonly lie: number;
  /** How far the strands of a lock leave their lock's direction, radians. */
  readonly frizz: number;
}

const STYLES: readonly Style[] = [
  {
    length: [2.2, 4],
    waves: [0, 0.6],
    swing: 0.12,
    curl: 0.2,
    weight: 4.5,
    unrest: 0.12,
    frizz: 0.03,
    lie: 0.9,
  },
  {
    length: [1.8, 3.6],
    waves: [1.5, 4],
    swing: 0.5,
    curl: 0.3,
    weight: 3,
    unrest: 0.2,
    frizz: 0.06,
    lie: 0.8,
  },
  { length: [1.4, 2.8], waves: [3, 6], swing: 1, curl: 0.5, weight: 2, unrest: 0.3, frizz: 0.15, lie: 0.55 },
  { length: [0.5, 1], waves: [1, 4], swing: 1.2, curl: 3, weight: 0, unrest: 0.6, frizz: 0.5, lie: 0 },
  {
    length: [0.25, 0.7],
    waves: [0, 1],
    swing: 0.2,
    curl: 0.6,
    weight: 0.4,
    unrest: 0.3,
    frizz: 0.12,
    lie: 0.3,
  },
  {
    length: [1.2, 3],
    waves: [0.5, 2],
    swing: 0.4,
    curl: 0.8,
    weight: 0.6,
    unrest: 0.4,
    frizz: 0.12,
    lie: 0.4,
  },
];

/** A head of hair: back hair, the head and its shoulders, front hair in locks, and single hairs that fly. */
export function hair(scene: Scene): Layer {
  const { random, side } = scene;
  const radius = side * (random.chance(0.7) ? random.uniform(0.12, 0.26) : random.uniform(0.26, 0.5));
  const [x, y] = [side * random.uniform(0.25, 0.75), side * random.uniform(0.28, 0.5) + 0.3 * radius];
  const colour = hairColour(random);
  const head: Head = {
    x,
    y,
    radius,
    scalp: roundOutline(x, y, [radius, radius, radius, radius, radius, radius], random.uniform(0.78, 0.9)),
    // The mean direction that wind, if there is any, blows the hair to.
    wind: random.chance(0.35) ? random.uniform(-0.9, 0.9) : 0,
    style: random.pick(STYLES),
    colour,
    tip: mix(colour, varied(random, hairColour(random), 0.1), random.chance(0.2) ? 0.8 : 0.15),
    // On the scalp's outline, where the top is 0.75.
    parting: 0.75 + (random.chance(0.5) ? 0 : random.uniform(-0.1, 0.1)),
    // Seen from behind there is hair all over the head.
    behind: random.chance(0.3),
    shine: { at: random.uniform(0.15, 0.5), strength: random.uniform(0, 0.5) },
    width: random.uniform(0.5, 1.25) * Math.min(1.6, Math.max(0.6, side / 400)),
  };
  const canvas = canvasOf(scene);
  const locks = 40 + random.integer(50);
  if (head.style.weight > 1) growLocks(canvas, scene, head, locks, 0.7);
  canvas.lay(person(scene, head));
  growLocks(canvas, scene, head, Math.round(locks * random.uniform(0.8, 1.6)), 1);
  growFlyaways(canvas, scene, head, 15 + random.integer(110));
  return canvas.toLayer();
}

interface Head {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly scalp: Outline;
  readonly wind: number;
  readonly style: Style;
  readonly colour: Colour;
  readonly tip: Colour;
  readonly parting: number;
  readonly behind: boolean;
  readonly shine: { readonly at: number; readonly strength: number };
  readonly width: number;
}

function person(scene: Scene, { x, y, radius }: Head): Layer {
  const { random, side } = scene;
  const light = anyLight(random);
  const skin = noiseTexture(random, side, skinColour(random), 0.25);
  const scaled = (radii: readonly number[]): number[] => radii.map((r) => r * radius);
  const neck = roundOutline(x, y + 1.2 * radius, scaled([0.42, 0.55, 0.9, 0.55, 0.42, 0.6, 0.9, 0.6]));
  const face = roundOutline(
    x,
    y + 0.12 * radius,
    scaled([0.92, 0.98, 1.12, 0.98, 0.92, 0.95, 1, 0.95]),
    random.uniform(0.7, 0.8),
  );
  const canvas = canvasOf(scene);
  canvas.lay(solidBody(scene, [neck], skin, light, 0.35 * radius));
  canvas.lay(solidBody(scene, [shoulders(scene, x, y, radius)], anyTexture(scene), light, 0.5 * radius));
  canvas.lay(solidBody(scene, [face], skin, light, 0.45 * radius));
  return canvas.toLayer();
}

/** From the neck down and out to the arms, which leave the picture below. */
function shoulders({ random, side }: Scene, x: number, y: number, radius: number): Float64Array {
  const [wide, drop, top] = [random.uniform(1.7, 2.5), random.uniform(0.7, 1.3), 1.35];
  const points: number[] = [];
  const half = (sign: 1 | -1, i: number): void => {
    const t = i / 20;
    // A quarter of a superellipse.
    const across = 0.4 + (wide - 0.4) * Math.sin((Math.PI / 2) * t) ** 1.3;
    const down = top + drop * (1 - Math.cos((Math.PI / 2) * t));
    points.push(x + sign * radius * across, y + radius * down);
  };
  for (let i = 0; i <= 20; i++) half(1, i);
  points.push(x + radius * wide * 1.05, 3 * side, x - radius * wide * 1.05, 3 * side);
  for (let i = 20; i >= 0; i--) half(-1, i);
  return Float64Array.from(points);
}

/** @param shade - how much light reaches these locks, 0..1 */
function growLocks(canvas: Canvas, scene: Scene, head: Head, locks: number, shade: number): void {
  const { random } = scene;
  const { style, radius } = head;
  const stroke = new Stroke();
  const ink = new StrandInk();
  for (let lock = 0; lock < locks; lock++) {
    const guide = lockGrowth(scene, head);
    const colour = varied(random, lit(head.colour, shade), 0.18);
    const tip = varied(random, lit(head.tip, shade), 0.18);
    const strands = 14 + random.integer(26);
    const spread = radius * random.uniform(0.05, 0.16);
    for (let k = 0; k < strands; k++) {
      const growth: Growth = {
        ...guide,
        x: guide.x + spread * random.normal(),
        y: guide.y + 0.5 * spread * random.normal(),
        angle: guide.angle + style.frizz * random.normal(),
        length: guide.length * random.uniform(0.7, 1.1),
        curl: guide.curl + style.frizz * 1.5 * random.normal(),
        phase: guide.phase + 0.35 * random.normal(),
        width: head.width * random.uniform(0.6, 1.3),
      };
      growStrand(stroke, growth);
      stroke.addTo(canvas);
      const shine = {
        at: head.shine.at + 0.04 * random.normal(),
        width: random.uniform(0.07, 0.16),
        strength: head.shine.strength * shade * random.uniform(0.3, 1),
      };
      ink.set(stroke, lit(varied(random, colour, 0.16), 0.62), varied(random, tip, 0.16), shine);
      canvas.paint(ink.shade);
    }
  }
}

/** Grown on the upper part of the scalp, combed away from the crown. */
function lockGrowth({ random }: Scene, head: Head): Growth {
  const { style, radius } = head;
  // The outline starts at the right and runs by the chin: its last half is the crown.
  const along = random.uniform(0.46, 1.04);
  const inset = random.uniform(0, head.behind ? 1 : 0.5);
  const root = rootAt(head.scalp, along % 1, inset, head.x, head.y - 0.2 * radius);
  const lie = style.lie * random.uniform(0.7, 1) * (along > head.parting ? 1 : -1) * (Math.PI / 2);
  const pull = head.wind === 0 ? 0 : 0.6;
  const length = radius * random.uniform(style.length[0], style.length[1]);
  return {
    x: root.x,
    y: root.y,
    angle: root.angle + lie + style.unrest * random.normal() + pull * head.wind,
    length,
    width: head.width,
    curl: style.curl * random.normal() + 1.5 * head.wind,
    waves: random.uniform(style.waves[0], style.waves[1]),
    swing: style.swing * random.uniform(0.5, 1.2),
    phase: random.uniform(0, 2 * Math.PI),
    weight: ((style.weight * length) / radius) * (1 - Math.abs(head.wind)),
    taper: random.uniform(0.2, 0.6),
  };
}

/** Single hairs that left their locks: thinner, each its own way. */
function growFlyaways(canvas: Canvas, scene: Scene, head: Head, count: number): void {
  const { random } = scene;
  const stroke = new Stroke();
  const ink = new StrandInk();
  for (let k = 0; k < count; k++) {
    const growth = lockGrowth(scene, head);
    growStrand(stroke, {
      ...growth,
      angle: growth.angle + 0.5 * random.normal(),
      curl: growth.curl + 1.2 * random.normal(),
      weight: growth.weight * random.uniform(0, 0.7),
      length: growth.length * random.uniform(0.4, 1.1),
      width: head.width * random.uniform(0.3, 0.7),
    });
    stroke.addTo(canvas);
    const shine = { at: random.uniform(), width: 0.3, strength: random.uniform(0, 0.6) };
    ink.set(
      stroke,
      varied(random, head.colour, 0.2),
      varied(random, lit(head.tip, 1.2), 0.2),
      shine,
      random.uniform(0.5, 1),
    );
    canvas.paint(ink.shade);
  }
}
