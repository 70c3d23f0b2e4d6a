import { MatteflowError } from '../core/errors.js';
import { viewPlanes, viewSeen, type FrameFormat, type FrameMemory, type View } from '../core/frame.js';
import { linearOf, srgbOf } from '../core/transfer.js';
import { rgbMatrix } from './rgb-matrix.js';

/** What a person may ask for: a view, none, or the one that the clip's tags call for. */
export type ViewChoice = View | 'none' | 'auto';

/** Every choice's name. */
export const VIEW_CHOICES: readonly ViewChoice[] = ['auto', 'none', 'linear', 'pq', 'hlg', 'log'];

/** Light that is shown as it is; what is brighter is bent towards 1, so that clouds and lamps keep their edges. */
const KNEE = 0.6;

/** Light at the end of the table for linear samples: shown as white. */
const BRIGHTEST = 16;

/**
 * Any camera's log, near enough to look at: middle grey at code 410 of 1023, 75 codes a stop. ARRI LogC3, Sony S-Log3 and
 * Panasonic V-Log lie within a third of a stop of it from middle grey to three stops over, and are flatter below.
 */
const LOG = { grey: 410 / 1023, light: 0.18, stop: 75 / 1023 } as const;

const STEPS = 4096;

/** A view's picture code, 0..65535, of samples: by themselves, or by their root where they are light. */
interface Curve {
  readonly byRoot: boolean;
  readonly codes: Float64Array;
}

/**
 * The view that frames of this format are shown through.
 *
 * @returns undefined where the matting sees the frame's own colour
 * @throws MatteflowError `USAGE` for float frames shown as anything but light
 */
export function chooseView(choice: ViewChoice, { depth, tags }: FrameFormat): View | undefined {
  if (depth === 'float' && choice !== 'auto' && choice !== 'linear') {
    throw new MatteflowError('USAGE', {
      what: 'float pictures hold light, and can only be shown as that',
      seen: `the view ${choice}`,
      expected: 'auto or linear',
    });
  }
  if (choice === 'none') return undefined;
  if (choice !== 'auto') return choice;
  if (depth === 'float' || tags.transfer === 'linear') return 'linear';
  if (tags.transfer === 'smpte2084') return 'pq';
  return tags.transfer === 'arib-std-b67' ? 'hlg' : undefined;
}

/**
 * Fills what matting sees of a frame that has a view: light relative to a white sheet, its highlights bent towards 1, as
 * sRGB of 16 bits. Primaries stay the source's. The frame's own colour is left alone.
 */
export function fillView(memory: FrameMemory): void {
  const { view, format } = memory;
  if (!view) return;
  const [first, second, third] = viewPlanes(memory).colour;
  const [red, green, blue] = viewSeen(memory).planes.colour;
  const m = rgbMatrix(format);
  const { byRoot, codes } = (curves[view] ??= curveOf(view));
  const show = (value: number): number => {
    const part = byRoot ? Math.sqrt(Math.max(value, 0) / BRIGHTEST) : value;
    const at = part > 0 ? STEPS * Math.min(part, 1) : 0;
    const below = Math.floor(at);
    return codes[below]! + (at - below) * (codes[below + 1]! - codes[below]!) + 0.5;
  };
  for (let i = 0; i < first.length; i += 1) {
    const p = first[i]!;
    const q = second[i]!;
    const s = third[i]!;
    red[i] = show(m[0]! * p + m[1]! * q + m[2]! * s + m[3]!);
    green[i] = show(m[4]! * p + m[5]! * q + m[6]! * s + m[7]!);
    blue[i] = show(m[8]! * p + m[9]! * q + m[10]! * s + m[11]!);
  }
}

/** Made when first needed: a clip has one. */
const curves: Partial<Record<View, Curve>> = {};

function curveOf(view: View): Curve {
  const light = lightOf(view);
  // One more step than there are: the last value is between itself and itself.
  const codes = Float64Array.from({ length: STEPS + 2 }, (_, i) => {
    return 65535 * srgbOf(bent(light(Math.min(i / STEPS, 1))));
  });
  return { byRoot: view === 'linear', codes };
}

/** Light of a place in the table, 0..1. */
function lightOf(view: View): (part: number) => number {
  switch (view) {
    case 'linear':
      return (part) => BRIGHTEST * part ** 2;
    case 'log':
      return (part) => LOG.light * 2 ** ((part - LOG.grey) / LOG.stop);
    case 'pq':
      return linearOf({ model: 'rgb', tags: { transfer: 'smpte2084' } });
    case 'hlg':
      return linearOf({ model: 'rgb', tags: { transfer: 'arib-std-b67' } });
  }
}

/** Straight up to the knee, then exponentially towards 1, without a corner. */
function bent(light: number): number {
  const room = 1 - KNEE;
  return light <= KNEE ? light : 1 - room * Math.exp((KNEE - light) / room);
}
