import { displayTags, srgbOf } from '../core/transfer.js';
import type { FrameFormat, FramePlanes, IntegerFormat } from '../core/frame.js';

/** What the pixels of one frame become, reused from frame to frame. */
let shown: [Uint16Array, Uint16Array, Uint16Array] = [
  new Uint16Array(),
  new Uint16Array(),
  new Uint16Array(),
];

/** Steps of the table, and the root of light that its end stands for: all that a display shows. */
const STEPS = 2 ** 14;
const table = Float64Array.from(
  { length: STEPS + 2 },
  (_, i) => 65535 * srgbOf(Math.min(1, (i / STEPS) ** 2)),
);

/** The format that whole-number outputs see of a frame: its own, or sRGB of 16 bits where its samples are float. */
export function displayFormat(format: FrameFormat): IntegerFormat {
  const { depth } = format;
  if (depth !== 'float') return { ...format, depth };
  return { ...format, model: 'rgb', depth: 16, tags: displayTags(format.tags) };
}

/**
 * A frame's colour in its `displayFormat`: light below 0 and above 1 is clipped. Valid until the next call.
 *
 * The table goes by the root of light, where sRGB is nearly straight, and is read between its steps: right to a tenth of
 * a code of 16 bits.
 */
export function displayColour(colour: FramePlanes['colour'], { depth }: FrameFormat): FramePlanes['colour'] {
  if (depth !== 'float') return colour;
  const pixels = colour[0].length;
  if (shown[0].length !== pixels) {
    shown = [new Uint16Array(pixels), new Uint16Array(pixels), new Uint16Array(pixels)];
  }
  shown.forEach((dst, channel) => {
    const src = colour[channel]!;
    for (let i = 0; i < pixels; i += 1) {
      const light = src[i]!;
      const at = light > 0 ? STEPS * Math.sqrt(light < 1 ? light : 1) : 0;
      const step = Math.floor(at);
      const low = table[step]!;
      dst[i] = low + (at - step) * (table[step + 1]! - low) + 0.5;
    }
  });
  return shown;
}
