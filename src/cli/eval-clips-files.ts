import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Chart } from '../evaluation/chart.js';
import { plotSvg } from '../evaluation/plot.js';
import { stageOutput, type StagedOutput } from '../output/publish.js';

/** Where files are to be made. */
interface FileFlags {
  readonly csv?: string;
  readonly plots?: string;
  readonly overwrite?: boolean;
}

/** Files that are proven to be writable before there is anything to write. Ends with `discard`, published or not. */
export interface StagedFiles {
  /** Gives what was asked for its name. */
  publish(csv: string, charts: readonly Chart[]): Promise<void>;
  discard(): Promise<void>;
}

/** @throws `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE` */
export async function stageFiles({ csv, plots, overwrite = false }: FileFlags): Promise<StagedFiles> {
  const table = csv === undefined ? undefined : await stageOutput(csv, { kind: 'file', overwrite });
  const pictures = await stageFolder(plots, overwrite).catch(async (error: unknown) => {
    await table?.discard();
    throw error;
  });
  return {
    async publish(content, charts): Promise<void> {
      if (table) await writeFile(table.temporary, content);
      if (pictures) {
        for (const chart of charts) {
          await writeFile(join(pictures.temporary, `${chart.name}.svg`), plotSvg(chart));
        }
      }
      await table?.publish();
      await pictures?.publish();
    },
    async discard(): Promise<void> {
      await table?.discard();
      await pictures?.discard();
    },
  };
}

async function stageFolder(path: string | undefined, overwrite: boolean): Promise<StagedOutput | undefined> {
  return path === undefined ? undefined : stageOutput(path, { kind: 'folder', overwrite });
}
