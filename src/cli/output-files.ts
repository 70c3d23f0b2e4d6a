import { writeFile } from 'node:fs/promises';
import { stageOutput, type StagedOutput } from '../output/publish.js';

/** Files whose names were found to be free before the work that fills them. */
export interface OutputFiles {
  /** Writes one of them; it appears complete. */
  write(path: string, content: string): Promise<void>;
  /** Removes what was not written. */
  close(): Promise<void>;
}

/**
 * Holds the names of files that a long run writes in the end, so that it cannot fail for them then.
 *
 * @throws `OUTPUT_EXISTS` when one is there and `overwrite` is false; `OUTPUT_UNWRITABLE`
 */
export async function reserveFiles(paths: readonly string[], overwrite: boolean): Promise<OutputFiles> {
  const staged = new Map<string, StagedOutput>();
  const close = async (): Promise<void> => {
    await Promise.all([...staged.values()].map((output) => output.discard()));
  };
  try {
    for (const path of paths) staged.set(path, await stageOutput(path, { kind: 'file', overwrite }));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async write(path, content) {
      const output = staged.get(path);
      if (!output) throw new Error(`${path} was not reserved`);
      await writeFile(output.temporary, content);
      await output.publish();
    },
    close,
  };
}

/**
 * Finds out before a long run that a file can be written at its end.
 *
 * @throws `OUTPUT_EXISTS` when it is there and `overwrite` is false; `OUTPUT_UNWRITABLE`
 */
export async function requireWritable(path: string, overwrite: boolean): Promise<void> {
  await (await stageOutput(path, { kind: 'file', overwrite })).discard();
}
