import { MatteflowError } from '../../../core/errors.js';
import { parameterShapes } from '../../networks/inventory.js';
import type { ModelOptions } from '../../networks/model.js';
import { networkModel } from '../../networks/registry.js';
import type { Complaint } from '../corrupt.js';
import type { LayoutChoices, Origin } from './layout.js';

/** A parameter's name in a file, by ours. */
type Naming = (ours: string) => string;

/**
 * The options of `dim` that shapes tell: widths, conv6's kernel, whether there is a refiner. Public checkpoints all have
 * sigmoid outputs and a refiner that sees normalised colour, which are the model's defaults.
 *
 * @throws `WEIGHTS_CORRUPT` when a tensor that tells one of them is missing or no convolution; `USAGE` when --conv6
 *   contradicts the file
 */
export function dimOptions(
  shapes: ReadonlyMap<string, readonly number[]>,
  theirs: Naming,
  { conv6: told, skips = false }: LayoutChoices,
  corrupt: Complaint,
): ModelOptions {
  const convolution = (ours: string): { outputs: number; kernel: number } => {
    const name = theirs(`${ours}.weight`);
    const shape = shapes.get(name);
    if (shape?.length !== 4) {
      throw corrupt(
        'a convolution of Deep Image Matting is missing',
        `no ${name} of rank 4`,
        'it to be there',
      );
    }
    return { outputs: shape[0]!, kernel: shape[3]! };
  };
  const bottom = convolution('backbone.encoder.conv6');
  if (told !== undefined && told !== bottom.kernel) {
    const seen = `${bottom.kernel}×${bottom.kernel} in the file`;
    throw new MatteflowError('USAGE', {
      what: '--conv6 contradicts the file',
      seen,
      expected: `${told}×${told}`,
    });
  }
  const blocks = [1, 2, 3, 4, 5].map((block) => convolution(`backbone.encoder.layer${block}.0`).outputs);
  const refined = shapes.has(theirs('refiner.refine_conv1.weight'));
  return {
    stages: refined ? 2 : 1,
    conv6: bottom.kernel,
    convention: 'sigmoid',
    refinerInput: 'unit',
    skips,
    widths: [...blocks, bottom.outputs],
    ...(refined && { refineWidth: convolution('refiner.refine_conv1').outputs }),
  };
}

/** Every parameter of `dim` with these options, and its name in a file. */
export function dimOrigins(options: ModelOptions, theirs: Naming): Origin[] {
  const shapes = parameterShapes(networkModel('dim', options));
  return [...shapes].map(([ours, shape]) => ({ ours, theirs: theirs(ours), shape }));
}
