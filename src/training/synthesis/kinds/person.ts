import { skinColour } from '../colours.js';
import { layOver, type Layer } from '../layer.js';
import { roundOutline } from '../outline.js';
import { anyLight } from '../relief.js';
import type { Scene } from '../scene.js';
import { anyTexture, noiseTexture } from '../texture.js';
import { solidBody } from './body.js';

/** A head, its neck and shoulders, without hair: (x, y) is the middle of the head. */
export function person(scene: Scene, x: number, y: number, radius: number): Layer {
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
  const layer = solidBody(scene, [neck], skin, light, 0.35 * radius);
  layOver(layer, solidBody(scene, [shoulders(scene, x, y, radius)], anyTexture(scene), light, 0.5 * radius));
  layOver(layer, solidBody(scene, [face], skin, light, 0.45 * radius));
  return layer;
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
