import { defocus, emptyLayer, layOver, type Layer } from '../layer.js';
import type { Draw, Scene } from '../scene.js';
import { hair } from './hair.js';
import { hard } from './hard.js';
import { leaves } from './leaves.js';
import { nets } from './nets.js';
import { text } from './text.js';

const SHARP: readonly Draw[] = [hard, hard, leaves, text, nets, hair];

/** Something sharp seen by a lens that is focused elsewhere; at times with a sharper thing before or behind it. */
export function defocused(scene: Scene): Layer {
  const { random, side } = scene;
  const near = defocus(random.pick(SHARP)(scene), side * random.uniform(0.003, 0.035) + 0.5);
  if (random.chance(0.75)) return near;
  const far = defocus(hard(scene), side * random.uniform(0, 0.01) + 0.5);
  layOver(far, near);
  return far;
}

/** Something sharp that moved while the shutter was open: the mean of its pictures on the way. */
export function moved(scene: Scene): Layer {
  const { random, side } = scene;
  const sharp = random.pick(SHARP)(scene);
  const turn = random.uniform(0, 2 * Math.PI);
  const length = side * random.uniform(0.012, 0.12);
  const path = {
    x: length * Math.cos(turn),
    y: length * Math.sin(turn),
    turn: random.chance(0.4) ? random.uniform(-0.12, 0.12) : 0,
  };
  const reach = length + Math.abs(path.turn) * 0.5 * side;
  const moments = Math.min(48, Math.max(3, Math.ceil(reach)));
  const out = emptyLayer(side);
  for (let k = 0; k < moments; k++) addMoment(out, sharp, path, (k + 0.5) / moments - 0.5, 1 / moments);
  return out;
}

/** Adds `share` of the picture, `along` (−½..½) its path, bilinear: where the thing was then. */
function addMoment(
  out: Layer,
  { side, rgba }: Layer,
  path: { readonly x: number; readonly y: number; readonly turn: number },
  along: number,
  share: number,
): void {
  const [cos, sin] = [Math.cos(along * path.turn), Math.sin(along * path.turn)];
  const half = side / 2;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const u = x - half - along * path.x;
      const v = y - half - along * path.y;
      const px = half + u * cos + v * sin;
      const py = half - u * sin + v * cos;
      const [x0, y0] = [Math.floor(px), Math.floor(py)];
      if (x0 < 0 || y0 < 0 || x0 >= side - 1 || y0 >= side - 1) continue;
      const [fx, fy] = [px - x0, py - y0];
      const from = 4 * (y0 * side + x0);
      const to = 4 * (y * side + x);
      const [a, b, c, d] = [
        (1 - fx) * (1 - fy) * share,
        fx * (1 - fy) * share,
        (1 - fx) * fy * share,
        fx * fy * share,
      ];
      for (let k = 0; k < 4; k++) {
        out.rgba[to + k]! +=
          a * rgba[from + k]! +
          b * rgba[from + k + 4]! +
          c * rgba[from + k + 4 * side]! +
          d * rgba[from + k + 4 * side + 4]!;
      }
    }
  }
}
