import { writeFile } from 'node:fs/promises';
import { stageOutput } from './publish.js';

/** A file to be written. */
export interface FileToPublish {
  readonly path: string;
  readonly content: Uint8Array | string;
}

/**
 * Writes files under temporary names and then gives them their own, so that none is seen half written.
 *
 * @throws `OUTPUT_EXISTS` when one is there and `overwrite` is false, before any is written; `OUTPUT_UNWRITABLE`
 */
export async function publishFiles(files: readonly FileToPublish[], overwrite: boolean): Promise<void> {
  const staged: Awaited<ReturnType<typeof stageOutput>>[] = [];
  try {
    for (const { path } of files) staged.push(await stageOutput(path, { kind: 'file', overwrite }));
    for (const [i, { content }] of files.entries()) await writeFile(staged[i]!.temporary, content);
    for (const output of staged) await output.publish();
  } finally {
    await Promise.all(staged.map((output) => output.discard()));
  }
}
