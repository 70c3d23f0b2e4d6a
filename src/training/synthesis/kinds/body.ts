import { type Canvas } from '../canvas.js';
import type { Layer } from '../layer.js';
import type { Outline } from '../outline.js';
import { bulge, type Light } from '../relief.js';
import { canvasOf, type Scene } from '../scene.js';
import { textured, type Texture } from '../texture.js';

/** Solid parts with one surface, lit as one round body. */
export function solidBody(
  scene: Scene,
  parts: readonly Outline[],
  texture: Texture,
  light: Light,
  depth: number,
): Layer {
  const canvas: Canvas = canvasOf(scene);
  for (const part of parts) canvas.polygon(part);
  canvas.paint(textured(texture));
  const layer = canvas.toLayer();
  bulge(layer, light, depth);
  return layer;
}
