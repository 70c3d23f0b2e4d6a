import type { NetworkModel, Stage } from '../networks/model.js';

/** What the numbers of one stage mean, in words for whoever runs it elsewhere. */
export interface StageContract {
  /** One line a channel of the input, in order. */
  readonly channels: readonly string[];
  readonly output: string;
  readonly size: string;
}

const COLOUR = ['R′ of the image, 0..1 (display-referred, as in an 8-bit picture / 255)', 'G′, 0..1', 'B′, 0..1'];
const TRIMAP = 'trimap: 0 background, 0.5 unknown, 1 foreground';
const PRIOR = 'prior alpha, 0..1: closed-form matting solved at quarter size, brought up by a guided filter';
const ALPHA = 'alpha, 0..1; exactly 0 and 1 where the trimap says so';
const LOGITS = 'logits, any real number: what stage 2 reads; not alpha yet';

/** The contract of `NetworkModel` for one stage of one model. */
export function stageContract(network: NetworkModel, stage: Stage): StageContract {
  const carry = network.carry === 'logit' ? LOGITS : ALPHA;
  const fifth = stage === 'stage2' ? [`output of stage 1, as it came out: ${carry}`] : network.readsPrior ? [PRIOR] : [];
  return {
    channels: [...COLOUR, TRIMAP, ...fifth],
    output: stage === 'stage1' ? carry : ALPHA,
    size:
      `float32, (N, channels, height, width), row-major; height and width multiples of ${network.multiple}: ` +
      'reflect other sizes at the bottom and the right edge, and cut the output back',
  };
}
