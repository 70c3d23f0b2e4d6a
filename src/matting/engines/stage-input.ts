import { MatteflowError } from '../../core/errors.js';
import type { NetworkModel, Stage } from '../networks/model.js';
import type { ColourSamples, GuideSamples, StageInput } from './engine.js';

/** An alpha plane's form: `alpha` is a Uint16Array of alpha · 65535, `logit` a Float32Array. */
export type PlaneKind = 'alpha' | 'logit';

/** The form of colour samples. */
export type SampleType = 'uint8' | 'uint16' | 'float32';

const COLOUR_CHANNELS = 3;
const FIRST_CHANNELS = 4;

/** Whether a stage reads the trimap: all but those that make one. */
export function readsTrimap(network: NetworkModel, stage: Stage): boolean {
  return network.channels[stage] > COLOUR_CHANNELS;
}

/** What a stage reads beside colour and trimap: the prior, or what stage 1 handed over; `undefined` for nothing. */
export function guideKind(network: NetworkModel, stage: Stage): PlaneKind | undefined {
  if (network.channels[stage] <= FIRST_CHANNELS) return undefined;
  return stage === 'stage1' ? 'alpha' : carryKind(network);
}

/** What a stage gives. */
export function outputKind(network: NetworkModel, stage: Stage): PlaneKind {
  return stage === 'stage1' ? carryKind(network) : 'alpha';
}

/** Probabilities cross as alpha does. */
function carryKind({ carry }: NetworkModel): PlaneKind {
  return carry === 'logit' ? 'logit' : 'alpha';
}

/** The form these samples are stored in. */
export function sampleType(colour: ColourSamples): SampleType {
  if (colour instanceof Uint8Array) return 'uint8';
  return colour instanceof Uint16Array ? 'uint16' : 'float32';
}

/** A 3×4 conversion as the filter and bias of a 1×1 convolution: `matrix` (3 outputs, 3 inputs) and `offset` (3). */
export function rgbFilter(
  toRgb: StageInput['toRgb'],
): Record<'matrix' | 'offset', Float32Array<ArrayBuffer>> {
  return { matrix: toRgb.filter((_, i) => i % 4 < 3), offset: toRgb.filter((_, i) => i % 4 === 3) };
}

/** A plane that came from an engine as real numbers: alpha 0..1, or logits as they are. */
export function planeValues(plane: GuideSamples): Float32Array<ArrayBuffer> {
  if (plane instanceof Float32Array) return plane;
  const values = new Float32Array(plane.length);
  for (let at = 0; at < plane.length; at += 1) values[at] = plane[at]! / 65535;
  return values;
}

/**
 * Holds a batch to what the model's stage reads, before a library fails on it in words of its own.
 *
 * @throws `ENGINE_FAILED` for a stage the model has not, a size it cannot take, or an array of another length or kind
 */
export function requireStageInput(network: NetworkModel, stage: Stage, input: StageInput): void {
  if (!network.stages.includes(stage)) {
    fail(`the model ${network.name} as loaded has no ${stage}`, network.stages.join(', '), stage);
  }
  const { count, height, width, colour, toRgb, trimap, guide } = input;
  const { multiple } = network;
  const whole = [count, height / multiple, width / multiple].every((n) => Number.isInteger(n) && n > 0);
  if (!whole) {
    const expected = `N pictures with height and width multiples of ${multiple}`;
    fail(`the batch for ${stage} has the wrong shape`, `${count} of ${width}×${height}`, expected);
  }
  const pixels = count * height * width;
  requireLength(stage, 'colour', colour, 3 * pixels);
  requireLength(stage, 'colour matrix', toRgb, 12);
  requireLength(stage, 'trimap', trimap, readsTrimap(network, stage) ? pixels : 0);
  const kind = guideKind(network, stage);
  const seen = guide === undefined ? undefined : guide instanceof Uint16Array ? 'alpha' : 'logit';
  if (seen !== kind) {
    fail(`the batch for ${stage} has the wrong guide`, seen ?? 'none', kind ?? 'none');
  }
  if (guide) requireLength(stage, 'guide', guide, pixels);
}

function requireLength(stage: Stage, part: string, { length }: { length: number }, expected: number): void {
  if (length === expected) return;
  fail(`the ${part} of the batch for ${stage} has the wrong length`, `${length}`, `${expected}`);
}

function fail(what: string, seen: string, expected: string): never {
  throw new MatteflowError('ENGINE_FAILED', { what, seen, expected });
}
