import type { ModelOptions } from '../networks/model.js';
import type { Complaint } from './corrupt.js';

/** What a weights file says of itself, so that it can be read without its card. */
export interface WeightsMetadata {
  readonly model: string;
  readonly options: ModelOptions;
  /** Said of weights that are not all of the model. */
  readonly part?: 'encoder';
}

/** As the free text that a safetensors file holds. */
export function metadataText({ model, options, part }: WeightsMetadata): Record<string, string> {
  return { model, options: JSON.stringify(options), ...(part && { part }) };
}

/** @throws `WEIGHTS_CORRUPT` when nothing says the model, or what it says cannot be read */
export function readMetadataText(
  text: Readonly<Record<string, string>>,
  corrupt: Complaint,
): WeightsMetadata {
  const { model, options = '{}', part } = text;
  if (model === undefined) {
    throw corrupt(
      'nothing says which network the weights are for',
      undefined,
      'a card beside the file, or "model" in its metadata, as `matteflow weights import` writes them',
    );
  }
  return { model, options: readOptionsText(options, corrupt), ...readPart(part, corrupt) };
}

/** @throws `WEIGHTS_CORRUPT` for another part than the encoder */
export function readPart(part: unknown, corrupt: Complaint): { part?: 'encoder' } {
  if (part === undefined) return {};
  if (part === 'encoder') return { part };
  throw corrupt('the weights are of an unknown part of the model', JSON.stringify(part), 'encoder');
}

/** @throws `WEIGHTS_CORRUPT` for text that is no JSON object */
export function readOptionsText(text: string, corrupt: Complaint): ModelOptions {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch {
    // Falls through: text that is no JSON and JSON that is no object are one mistake.
  }
  throw corrupt('the options in the metadata are of the wrong kind', text, 'a JSON object');
}
