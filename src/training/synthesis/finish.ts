import type { Foreground } from '../foreground.js';
import type { Layer } from './layer.js';

/** Below this a pixel's own colour is mostly rounding, and its neighbours' is taken. */
const FAINT = 1e-3;

/** A finished picture as a foreground: colour divided by alpha, both rounded to 8 bits. */
export function toForeground(layer: Layer, name: string): Foreground {
  const { side } = layer;
  const colours = straightColours(layer);
  const rgba = new Uint8Array(4 * side * side);
  for (let i = 0, p = 0; i < rgba.length; i += 4, p += 3) {
    for (let c = 0; c < 3; c++) rgba[i + c] = Math.round(255 * colours[p + c]!);
    rgba[i + 3] = Math.round(255 * Math.min(1, layer.rgba[i + 3]!));
  }
  return { name, width: side, height: side, rgba };
}

/**
 * Colour divided by alpha: R′G′B′ 0..1, interleaved. Where alpha is next to nothing the colour is that of the nearest
 * pixels which have one, by ever coarser means (the push-pull of Gortler et al., "The Lumigraph", SIGGRAPH 1996), so
 * that resizing and codecs never pull black into soft edges.
 */
export function straightColours(layer: Layer): Float32Array<ArrayBuffer> {
  const { side } = layer;
  const levels: Layer[] = [layer];
  for (let level = layer; level.side > 1;) {
    level = halved(level);
    levels.push(level);
  }
  const own = new Float32Array(3);
  const colours = new Float32Array(3 * side * side);
  for (let y = 0, i = 0; y < side; y++) {
    for (let x = 0; x < side; x++, i++) {
      const alpha = layer.rgba[4 * i + 3]!;
      if (alpha >= FAINT) for (let c = 0; c < 3; c++) own[c] = layer.rgba[4 * i + c]! / alpha;
      else colourOf(own, levels, x, y);
      for (let c = 0; c < 3; c++) colours[3 * i + c] = Math.min(1, own[c]!);
    }
  }
  return colours;
}

/** The finest of the coarser levels at which something is there. */
function colourOf(colour: Float32Array, levels: readonly Layer[], x: number, y: number): void {
  for (let level = 1; level < levels.length; level++) {
    const { side, rgba } = levels[level]!;
    const i = 4 * (Math.min(side - 1, y >> level) * side + Math.min(side - 1, x >> level));
    const alpha = rgba[i + 3]!;
    if (alpha < FAINT * 0.25 ** level) continue;
    for (let c = 0; c < 3; c++) colour[c] = rgba[i + c]! / alpha;
    return;
  }
  colour.fill(0);
}

function halved({ side, rgba }: Layer): Layer {
  const half = Math.ceil(side / 2);
  const out = new Float32Array(4 * half * half);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const to = 4 * ((y >> 1) * half + (x >> 1));
      const from = 4 * (y * side + x);
      for (let c = 0; c < 4; c++) out[to + c]! += 0.25 * rgba[from + c]!;
    }
  }
  return { side: half, rgba: out };
}
