import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ModelCard } from '../matting/weights/card.js';
import { metadataText, type WeightsMetadata } from '../matting/weights/metadata.js';
import { writeSafetensors, type WeightTensor } from '../matting/weights/safetensors.js';
import { publishFiles } from '../output/publish-files.js';

/** Where a run keeps what it makes. */
export interface RunFiles {
  /** Goes on from the last step that was saved. */
  readonly last: string;
  /** The checkpoint that did best on samples held out. */
  readonly best: string;
  /** What is to be matted with: the best checkpoint's weights, and their card beside them. */
  readonly weights: string;
  readonly log: string;
}

export function runFiles(folder: string): RunFiles {
  return {
    last: join(folder, 'last.checkpoint'),
    best: join(folder, 'best.checkpoint'),
    weights: join(folder, 'weights.safetensors'),
    log: join(folder, 'log'),
  };
}

/** What a run's weights say of themselves. */
export interface RunDescription {
  readonly about: WeightsMetadata;
  readonly card: Pick<ModelCard, 'name' | 'description' | 'training'>;
}

/**
 * Writes weights and their card, so that `--model` takes them: the card last, as it holds the weights' checksum.
 *
 * @throws `OUTPUT_UNWRITABLE`
 */
export async function writeWeights(
  path: string,
  tensors: ReadonlyMap<string, WeightTensor>,
  { about, card }: RunDescription,
): Promise<void> {
  const bytes = writeSafetensors(tensors, metadataText(about));
  const full: ModelCard = {
    ...card,
    ...about,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    metrics: [],
  };
  const cardFile = {
    path: path.replace(/\.safetensors$/, '.json'),
    content: `${JSON.stringify(full, null, 2)}\n`,
  };
  await publishFiles([{ path, content: bytes }, cardFile], true);
}
