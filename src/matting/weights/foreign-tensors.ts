import { complaintAbout, firstFew } from './corrupt.js';
import type { WeightTensor } from './safetensors.js';

/** Tensors under the names of whoever made them. */
export interface ForeignTensors {
  /** Name → shape. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** What the file says of itself beside its tensors. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * The numbers of one of them.
   *
   * @throws `WEIGHTS_CORRUPT` when they are not where the file says, or no floating-point numbers
   */
  read(name: string): WeightTensor;
}

/**
 * Several files that together hold one set of weights, as one.
 *
 * @throws `WEIGHTS_CORRUPT` when two hold the same name
 */
export function joinParts(
  parts: readonly [ForeignTensors, ...ForeignTensors[]],
  subject: string,
): ForeignTensors {
  const owners = new Map<string, ForeignTensors>();
  const twice: string[] = [];
  for (const part of parts) {
    for (const name of part.shapes.keys()) {
      if (owners.has(name)) twice.push(name);
      owners.set(name, part);
    }
  }
  if (twice.length > 0)
    throw complaintAbout(subject)('two of the files hold the same tensors', firstFew(twice));
  return {
    shapes: new Map(parts.flatMap((part) => [...part.shapes])),
    metadata: parts[0].metadata,
    read: (name) => owners.get(name)!.read(name),
  };
}
