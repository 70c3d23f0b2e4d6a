import { expect } from 'vitest';
import { FramePool } from '../../src/core/frame-pool.js';
import type { Ffmpeg } from '../../src/ffmpeg/tools.js';
import type { Clip } from '../../src/ingest/clip.js';
import { readFrames } from '../../src/ingest/read-frames.js';
import { never } from './lavfi.js';

/** A frame as it was read. */
export interface Read {
  readonly number: number;
  readonly ticks: number;
  /** The three planes behind one another, in Frame's order. */
  readonly bytes: Buffer;
}

/** Reads all frames of a run, and checks that they are numbered from 0 and that their memory is given back. */
export async function readAll(ffmpeg: Ffmpeg, clip: Clip): Promise<Read[]> {
  const pool = new FramePool(clip.format, { size: 2, packedBytes: 0 });
  const read: Read[] = [];
  for await (const frame of readFrames(ffmpeg, clip, pool, never())) {
    expect(frame.index).toBe(read.length);
    const planes = frame.planes.colour.map(({ buffer, byteOffset, byteLength }) =>
      Buffer.from(new Uint8Array(buffer, byteOffset, byteLength)),
    );
    read.push({ number: frame.number, ticks: frame.timestamp.ticks, bytes: Buffer.concat(planes) });
    frame.release();
  }
  expect(pool.inUse).toBe(0);
  return read;
}
