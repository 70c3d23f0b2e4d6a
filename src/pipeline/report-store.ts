import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { orDiskFull } from '../output/disk-full.js';
import { publishFiles } from '../output/publish-files.js';
import type { SeenFrame } from './report-worker.js';
import type { FramePictures, FrameReport } from './run-report.js';

/** What is known of the frames of one piece of a run. */
export interface ReportPiece {
  readonly frames: readonly FrameReport[];
  /** By position. */
  readonly pictures: readonly (readonly [index: number, pictures: FramePictures])[];
  /** The last frame, which the next piece's first is compared with. */
  readonly last: SeenFrame;
}

/** Keeps the pieces of a run's report until all are there. */
export interface ReportStore {
  save(piece: number, content: ReportPiece): Promise<void>;
  load(piece: number): Promise<ReportPiece | undefined>;
}

/** For a run that cannot be gone on with. */
export function reportInMemory(): ReportStore {
  const pieces = new Map<number, ReportPiece>();
  return {
    save: (piece, content) => Promise.resolve(void pieces.set(piece, content)),
    load: (piece) => Promise.resolve(pieces.get(piece)),
  };
}

/**
 * A file a piece, in a folder of the journal's.
 *
 * @throws `DISK_FULL`, `OUTPUT_UNWRITABLE` from `save`; a piece that is not there, or damaged, is undefined
 */
export function reportInFolder(folder: string): ReportStore {
  const pathOf = (piece: number): string => join(folder, `${String(piece).padStart(6, '0')}.json`);
  return {
    async save(piece, { last, ...rest }) {
      const packed = { rgb: packed64(last.rgb), alpha: packed64(last.alpha) };
      try {
        await mkdir(folder, { recursive: true });
        const content = JSON.stringify({ ...rest, last: packed } satisfies StoredPiece);
        await publishFiles([{ path: pathOf(piece), content }], true);
      } catch (error) {
        throw await orDiskFull(error, folder);
      }
    },
    async load(piece) {
      try {
        const { last, ...rest } = JSON.parse(await readFile(pathOf(piece), 'utf8')) as StoredPiece;
        return { ...rest, last: { rgb: unpacked64(last.rgb), alpha: unpacked64(last.alpha) } };
      } catch {
        return undefined;
      }
    },
  };
}

/** As it lies in the file. */
interface StoredPiece extends Omit<ReportPiece, 'last'> {
  readonly last: Readonly<Record<keyof SeenFrame, string>>;
}

function packed64(bytes: Uint8Array): string {
  return deflateRawSync(bytes, { level: 1 }).toString('base64');
}

function unpacked64(text: string): Uint8Array {
  return new Uint8Array(inflateRawSync(Buffer.from(text, 'base64')));
}
