import type { Random } from '../../random.js';
import type { Canvas } from '../canvas.js';
import { flat } from '../canvas.js';
import { anyColour, lit } from '../colours.js';
import { layOver, soften, type Layer } from '../layer.js';
import { canvasOf, type Scene } from '../scene.js';
import { Stroke } from '../strand.js';
import { anyTexture, textured } from '../texture.js';

/** A pen: its widths across and along, of the letters' height, and how far it leans. */
interface Pen {
  readonly thick: number;
  readonly thin: number;
  readonly lean: number;
  readonly serif: number;
}

/** Words of made-up letters, built of stems, bars and bowls as real ones are. No font is needed. */
export function text(scene: Scene): Layer {
  const { random, side } = scene;
  const canvas = canvasOf(scene);
  const lines = 1 + random.integer(6);
  for (let line = 0; line < lines; line++) {
    const height = side * random.uniform(0.04, 0.3);
    writeLine(canvas, scene, height, (side * (line + random.uniform(0.3, 0.7))) / lines);
    canvas.paint(random.chance(0.5) ? flat(anyColour(random)) : textured(anyTexture(scene)));
  }
  const layer = canvas.toLayer();
  return random.chance(0.3) ? withShadow(scene, layer) : layer;
}

function writeLine(canvas: Canvas, { random, side }: Scene, height: number, y: number): void {
  const thick = random.uniform(0.05, 0.26);
  const pen: Pen = {
    thick,
    thin: random.chance(0.5) ? thick : thick * random.uniform(0.15, 0.5),
    lean: random.chance(0.3) ? random.uniform(0.1, 0.4) : 0,
    serif: random.chance(0.4) ? random.uniform(0.1, 0.25) : 0,
  };
  const turn = random.chance(0.3) ? random.uniform(-0.5, 0.5) : 0;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const left = side * random.uniform(-0.1, 0.4);
  let at = 0;
  while (at < 1.2 * side) {
    const width = random.uniform(0.45, 0.85);
    if (random.chance(0.85)) {
      const place: Place = (u, v) => {
        const px = at + height * (u * width + pen.lean * (1 - v));
        const py = height * (v - 0.5);
        return [left + px * cos - py * sin, y + px * sin + py * cos];
      };
      glyph(canvas, random, place, height, pen);
    }
    at += height * (width + pen.thick + 0.15);
  }
}

/** From the unit square of a letter, v down, to the picture. */
type Place = (u: number, v: number) => readonly [number, number];

/** One to four strokes on a grid of two columns and three lines. */
function glyph(canvas: Canvas, random: Random, place: Place, height: number, pen: Pen): void {
  const stroke = new Stroke();
  const line = (points: readonly (readonly [number, number])[], width: number): void => {
    stroke.clear();
    for (const [u, v] of points) {
      const [x, y] = place(u, v);
      stroke.to(x, y, 0.5 * width * height);
    }
    stroke.addTo(canvas);
  };
  const stem = (u: number, top: number, foot: number): void => {
    line(
      [
        [u, top],
        [u, foot],
      ],
      pen.thick,
    );
    if (pen.serif === 0) return;
    for (const v of [top, foot])
      line(
        [
          [u - pen.serif, v],
          [u + pen.serif, v],
        ],
        0.5 * pen.thin + 0.02,
      );
  };
  const arc = (u: number, v: number, ru: number, rv: number, from: number, to: number): void => {
    stroke.clear();
    for (let i = 0; i <= 20; i++) {
      const angle = from + ((to - from) * i) / 20;
      const [x, y] = place(u + ru * Math.cos(angle), v + rv * Math.sin(angle));
      // A broad pen is thick where it moves down, thin where it moves across.
      const width = pen.thin + (pen.thick - pen.thin) * Math.cos(angle) ** 2;
      stroke.to(x, y, 0.5 * width * height);
    }
    stroke.addTo(canvas);
  };
  if (random.chance(0.75)) stem(0, random.pick([0, 0, 0.35]), random.pick([1, 1, 1.25]));
  if (random.chance(0.35)) stem(1, random.pick([0, 0.35]), 1);
  for (let k = 0; k < 1 + random.integer(3); k++) {
    const v = random.pick([0.02, 0.5, 0.98]);
    const shape = random.integer(4);
    if (shape === 0)
      line(
        [
          [0, v],
          [1, v],
        ],
        pen.thin,
      );
    else if (shape === 1)
      line(
        [
          [0, random.pick([0, 0.5])],
          [1, random.pick([0.5, 1])],
        ],
        pen.thick,
      );
    else if (shape === 2) arc(0.4, random.pick([0.27, 0.73]), 0.5, 0.25, -Math.PI / 2, Math.PI / 2);
    else
      arc(
        0.5,
        random.pick([0.5, 0.7]),
        0.5,
        random.pick([0.48, 0.3]),
        random.uniform(-1, 1),
        2 * Math.PI - random.uniform(0, 1.5),
      );
  }
}

/** The letters over their own blurred, shifted, see-through copy. */
function withShadow({ random, side }: Scene, layer: Layer): Layer {
  const { rgba } = layer;
  const shadow: Layer = { side, rgba: new Float32Array(rgba.length) };
  const [dx, dy] = [
    Math.round(side * random.uniform(-0.03, 0.03)),
    Math.round(side * random.uniform(0, 0.03)),
  ];
  const colour = lit(anyColour(random), random.uniform(0, 0.3));
  const opacity = random.uniform(0.3, 0.9);
  for (let y = Math.max(0, dy); y < side; y++) {
    for (let x = Math.max(0, dx); x < Math.min(side, side + dx); x++) {
      const alpha = opacity * rgba[4 * ((y - dy) * side + x - dx) + 3]!;
      shadow.rgba.set([alpha * colour[0], alpha * colour[1], alpha * colour[2], alpha], 4 * (y * side + x));
    }
  }
  soften(shadow, side * random.uniform(0.003, 0.02));
  layOver(shadow, layer);
  return shadow;
}
