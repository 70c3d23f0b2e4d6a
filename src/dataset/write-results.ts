import { publishFiles } from '../output/publish-files.js';
import type { DatasetFolder } from './dataset-folder.js';
import { readStatus, type ClipStatus } from './status.js';

/** Writes results.jsonl anew: a line for each clip that the latest run has come to. @throws as `readStatus`; `OUTPUT_UNWRITABLE` */
export async function writeResults(folder: DatasetFolder): Promise<void> {
  const { known } = await readStatus(folder);
  await publishFiles([{ path: folder.results, content: known.map(resultLine).join('') }], true);
}

function resultLine({ record, ...status }: ClipStatus): string {
  return `${JSON.stringify({ ...status, ...record })}\n`;
}
