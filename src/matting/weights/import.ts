import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { networkModel } from '../networks/registry.js';
import type { ModelCard } from './card.js';
import { complaintAbout } from './corrupt.js';
import { joinParts } from './foreign-tensors.js';
import { huochaitiantang } from './layouts/huochaitiantang.js';
import type { Layout, LayoutChoices } from './layouts/layout.js';
import { matteflow } from './layouts/matteflow.js';
import { mmediting } from './layouts/mmediting.js';
import { torchvision } from './layouts/torchvision.js';
import { readInput } from './load.js';
import { metadataText } from './metadata.js';
import { readForeign } from './read-foreign.js';
import { writeSafetensors } from './safetensors.js';
import { checkPart, checkWeights } from './scope.js';

/** Whose names the tensors of a file go by. */
export type LayoutName = 'mmediting' | 'huochaitiantang' | 'torchvision' | 'matteflow';

const LAYOUTS: Readonly<Record<LayoutName, Layout>> = { mmediting, huochaitiantang, torchvision, matteflow };

/** The layouts there are. */
export const LAYOUT_NAMES = Object.keys(LAYOUTS) as readonly LayoutName[];

/** What is to be imported, and what its file does not say. */
export interface ImportRequest extends LayoutChoices {
  /** One file, or several that hold parts of one set of weights. */
  readonly files: readonly [string, ...string[]];
  readonly layout: LayoutName;
  /** The name on the card. */
  readonly name: string;
  /** Terms the weights are under; the card says `unknown` unless told. */
  readonly licence?: string | undefined;
}

/** A weights file and its card, not yet written anywhere. */
export interface ImportedWeights {
  readonly bytes: Uint8Array;
  readonly card: ModelCard;
  /** Tensors of the file that were left out, by name. */
  readonly dropped: readonly string[];
}

/**
 * Turns somebody else's weights (PyTorch's files, safetensors) into ours, running no code of theirs.
 *
 * @throws `INPUT_MISSING` for a file that cannot be read; `WEIGHTS_CORRUPT` for one that is damaged, wants to run code,
 *   or does not hold what the layout says; `USAGE` for choices that contradict it
 */
export async function importWeights(request: ImportRequest): Promise<ImportedWeights> {
  const { files, layout } = request;
  const subject = files[0];
  const contents = await Promise.all(files.map((file) => readInput(file)));
  const [first, ...others] = await Promise.all(contents.map((bytes, i) => readForeign(bytes, files[i]!)));
  const source = joinParts([first!, ...others], subject);
  const { model, options, part, origins, dropped } = LAYOUTS[layout](
    source,
    request,
    complaintAbout(subject, REMEDY),
  );
  const tensors = new Map(
    origins.map(({ ours, theirs, convert }) => {
      const tensor = source.read(theirs);
      return [ours, convert ? convert(tensor) : tensor];
    }),
  );
  const network = networkModel(model, options);
  if (part) checkPart(tensors, network, subject);
  else checkWeights(tensors, network, network, subject);
  const bytes = writeSafetensors(tensors, metadataText({ model, options, ...(part && { part }) }));
  const notes =
    layout === 'matteflow' ? [] : Object.entries(source.metadata).map(([key, value]) => `${key} ${value}`);
  const card: ModelCard = {
    name: request.name,
    description: `${part === 'encoder' ? `Initial weights of the encoder of ${model}` : `Weights of ${model}`}, imported.`,
    model,
    options,
    ...(part && { part }),
    sha256: sha256(bytes),
    licence: request.licence ?? 'unknown',
    source: {
      layout,
      files: contents.map((content, i) => ({ name: basename(files[i]!), sha256: sha256(content) })),
    },
    training: {
      summary: ['Unknown: trained elsewhere', ...notes].join('; '),
      data: [],
    },
    metrics: [],
  };
  return { bytes, card, dropped };
}

const REMEDY = 'Check that --layout names the project the file comes from';

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
