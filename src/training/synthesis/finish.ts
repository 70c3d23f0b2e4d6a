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
  const levels: Layer[] = [layer];
  for (let level = layer; level.side > 1;) {
    level = halved(level);
    levels.push(level);
  }
  let colours = new Float32Array(3);
  for (let k = levels.length - 1; k >= 0; k--) colours = coloursOf(levels[k]!, colours, FAINT * 0.25 ** k);
  return colours;
}

/** @param coarser - the colours of the level of half the size, which stand in where alpha is below `least` */
function coloursOf({ side, rgba }: Layer, coarser: Float32Array, least: number): Float32Array<ArrayBuffer> {
  const colours = new Float32Array(3 * side * side);
  const half = Math.ceil(side / 2);
  for (let y = 0, i = 0, to = 0; y < side; y++) {
    for (let x = 0; x < side; x++, i += 4, to += 3) {
      const alpha = rgba[i + 3]!;
      if (alpha >= least) {
        colours[to] = Math.min(1, rgba[i]! / alpha);
        colours[to + 1] = Math.min(1, rgba[i + 1]! / alpha);
        colours[to + 2] = Math.min(1, rgba[i + 2]! / alpha);
      } else {
        const from = side === 1 ? 0 : 3 * ((y >> 1) * half + (x >> 1));
        colours[to] = coarser[from]!;
        colours[to + 1] = coarser[from + 1]!;
        colours[to + 2] = coarser[from + 2]!;
      }
    }
  }
  return colours;
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
