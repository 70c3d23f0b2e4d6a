import type { NetworkModel, Stage } from '../networks/model.js';

/** What the numbers of one stage mean, in words for whoever runs it elsewhere. */
export interface StageContract {
  /** One line a channel of the input, in order. */
  readonly channels: readonly string[];
  readonly output: string;
  readonly size: string;
}

const COLOUR = [
  'R′ of the image, 0..1 (display-referred, as in an 8-bit picture / 255)',
  'G′, 0..1',
  'B′, 0..1',
];
const TRIMAP = 'trimap: 0 background, 0.5 unknown, 1 foreground';
const PRIOR = 'prior alpha, 0..1: closed-form matting solved at quarter size, brought up by a guided filter';
const ALPHA = 'alpha, 0..1; exactly 0 and 1 where the trimap says so';
const LOGITS = 'logits, any real number: what stage 2 reads; not alpha yet';

const CLASSES = 'probabilities of background, unknown and foreground, each 0..1, one a channel';

/** The contract of `NetworkModel` for one stage of one model. */
export function stageContract(network: NetworkModel, stage: Stage): StageContract {
  const { multiple } = network;
  const size =
    `float32, (N, channels, height, width), row-major; height and width multiples of ${multiple}: ` +
    'reflect other sizes at the bottom and the right edge, and cut the output back';
  if (network.carry === 'classes') return { channels: COLOUR, output: CLASSES, size };
  const carry = network.carry === 'logit' ? LOGITS : ALPHA;
  if (stage === 'stage2') {
    return { channels: [...COLOUR, TRIMAP, `what stage 1 gave: ${carry}`], output: ALPHA, size };
  }
  return { channels: [...COLOUR, TRIMAP, ...(network.readsPrior ? [PRIOR] : [])], output: carry, size };
}
