import { MatteflowError } from '../../core/errors.js';
import type { NetworkModel, Stage } from '../networks/model.js';
import type { StageInput } from './engine.js';

/**
 * Holds a batch to what the model's stage reads, before a library fails on it in words of its own.
 *
 * @throws `ENGINE_FAILED` for a stage the model has not, a wrong shape, or data of another length than the shape's
 */
export function requireStageInput(network: NetworkModel, stage: Stage, { data, shape }: StageInput): void {
  const fail = (what: string, seen: string, expected: string): never => {
    throw new MatteflowError('ENGINE_FAILED', { what, seen, expected });
  };
  if (!network.stages.includes(stage)) {
    fail(`the model ${network.name} as loaded has no ${stage}`, network.stages.join(', '), stage);
  }
  const [n, channels, height, width] = shape;
  const { multiple } = network;
  const whole = [n, height / multiple, width / multiple].every(
    (count) => Number.isInteger(count) && count > 0,
  );
  if (!whole || channels !== network.channels[stage]) {
    const expected = `(N, ${network.channels[stage]}, H, W) with H and W multiples of ${multiple}`;
    fail(`the batch for ${stage} has the wrong shape`, shape.join('×'), expected);
  }
  const needed = n * channels * height * width;
  if (data.length !== needed) {
    fail(`the batch for ${stage} is not as long as its shape`, `${data.length} numbers`, `${needed}`);
  }
}
